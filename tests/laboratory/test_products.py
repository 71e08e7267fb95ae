"""The linear layer is nn.Linear, whichever library multiplies."""

import pytest
import torch
from torch.nn import functional as F

from elboroom.models import products
from elboroom.models.products import Linear


@pytest.mark.parametrize("shape", [(5, 7), (2, 3, 7), (1, 7), (0, 7), (7,)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_values_and_gradients_are_those_of_a_linear_layer(shape, dtype):
    torch.manual_seed(0)
    layer = Linear(7, 4).to(dtype)
    x = torch.randn(shape, dtype=dtype, requires_grad=True)
    weights = torch.randn(*shape[:-1], 4, dtype=dtype)
    wanted = (x, layer.weight, layer.bias)
    ours, theirs = layer(x), F.linear(x, layer.weight, layer.bias)
    assert ours.shape == theirs.shape and torch.allclose(ours, theirs, atol=1e-6)
    for mine, other in zip(
        torch.autograd.grad((weights * ours).sum(), wanted),
        torch.autograd.grad((weights * theirs).sum(), wanted),
        strict=True,
    ):
        assert torch.allclose(mine, other, atol=1e-5)


def test_a_gradient_that_is_one_number_spread_out_is_taken_as_it_is():
    layer, x = Linear(7, 4), torch.randn(5, 7)
    (ours,) = torch.autograd.grad(layer(x).sum(), [layer.weight])
    assert torch.allclose(ours, x.sum(0).expand(4, 7), atol=1e-5)


def test_without_onednn_the_layer_falls_back(monkeypatch):
    layer, x = Linear(7, 4), torch.randn(5, 7)
    before = layer(x)
    monkeypatch.setattr(products, "AVAILABLE", False)
    monkeypatch.setattr(products, "product", None)
    assert torch.allclose(layer(x), before, atol=1e-6)


def test_the_state_is_that_of_a_linear_layer():
    ours, theirs = Linear(7, 4), torch.nn.Linear(7, 4)
    theirs.load_state_dict(ours.state_dict())
    assert list(theirs.state_dict()) == list(ours.state_dict())


def test_a_batch_of_rows_comes_back_as_itself_and_not_as_a_view_that_is_copied_when_changed_in_place():
    assert not Linear(7, 4)(torch.randn(5, 7))._is_view()
