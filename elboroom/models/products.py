"""A linear layer whose matrix products are oneDNN's on the CPU: nn.Linear, up to rounding, and with the same state.

PyTorch hands single-precision products to MKL, which on processors other than Intel's keeps to half of the vector
width; oneDNN makes its kernels for the processor that is there. On an AMD EPYC with AVX-512 they take half the time.
"""

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

AVAILABLE = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")


def product(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x W^T + b: (N, I), (O, I), (O,) -> (N, O), single precision on the CPU."""
    return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")


class _Affine(torch.autograd.Function):
    @staticmethod
    def forward(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        return product(x, weight, bias)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, Tensor, Tensor | None], output: Tensor) -> None:
        ctx.save_for_backward(*inputs[:2])

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        x, weight = ctx.saved_tensors
        wanted = ctx.needs_input_grad
        return (
            product(gradient, weight.t()) if wanted[0] else None,
            product(gradient.t(), x.t()) if wanted[1] else None,
            gradient.sum(0) if wanted[2] else None,
        )


class Linear(nn.Linear):
    """(..., I) -> (..., O)."""

    def forward(self, x: Tensor) -> Tensor:
        single = x.dtype == self.weight.dtype == torch.float32
        if not (AVAILABLE and single and x.device.type == "cpu" and x.numel()):
            return F.linear(x, self.weight, self.bias)
        if x.dim() == 2:  # no views: what changes a view in place copies it on the way back
            return cast(Tensor, _Affine.apply(x, self.weight, self.bias))
        rows: Tensor = _Affine.apply(x.reshape(-1, self.in_features), self.weight, self.bias)
        return rows.reshape(*x.shape[:-1], self.out_features)
