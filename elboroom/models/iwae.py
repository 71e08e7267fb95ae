"""Importance-weighted training (Burda et al. 2016): the bound of m samples as the objective."""

import torch
from torch import Tensor

from elboroom.models.densities import iwae_bound
from elboroom.models.vae import VAE, Terms


class IWAE(VAE):
    """A VAE trained on L_m: negative_elbo takes eps (m, N, K) and returns (-L_m, KL, -L_m - KL)."""

    def negative_elbo(self, x: Tensor, eps: Tensor) -> Terms:
        if eps.dim() == 2:
            return super().negative_elbo(x, eps)
        bound = iwae_bound(self.log_weights(x, eps)).mean()
        with torch.no_grad():
            mu, var = self.encode(x)
            kl = self.kl(mu, mu, var).mean()
        return -bound, kl, -bound - kl
