"""The models of the laboratory: short modules with one interface. They are answers: units 05 to 10 withhold them."""

from elboroom.models.fsvae import FSVAE
from elboroom.models.gmvae import GMVAE
from elboroom.models.iwae import IWAE
from elboroom.models.linear import LinearVAE
from elboroom.models.ssvae import SSVAE
from elboroom.models.vae import VAE

__all__ = ["FSVAE", "GMVAE", "IWAE", "SSVAE", "VAE", "LinearVAE"]
