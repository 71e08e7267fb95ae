"""The loop that one writes first: a DataLoader, torch.nn's layers, torch.bernoulli, Adam, .item() at every step.

The model, its initialisation, the batches' size and the protocol are those of our runs; so is the loss.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from elboroom.data import Dataset
from elboroom.models import VAE
from elboroom.training import Settings
from elboroom.training.run import make_model


class PlainLoop:
    """Takes steps, one after the other, on the device where `settings` ask for the schedule and the average."""

    def __init__(self, settings: Settings, dataset: Dataset, device: str = "cpu") -> None:
        self.settings, self.device, self.taken = settings, device, 0
        self.model = with_torchs_layers(make_model(settings)).to(device)
        images = torch.tensor(dataset.train.images).float() / 255
        self.loader = DataLoader(TensorDataset(images), settings.batch, shuffle=True, drop_last=True)
        self.optimiser = torch.optim.Adam(self.model.parameters(), eps=settings.epsilon)
        self.average = torch.optim.swa_utils.AveragedModel(
            self.model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(settings.average)
        )
        self.batches = self._endless()

    def _endless(self) -> Iterator[Tensor]:
        while True:
            for (images,) in self.loader:
                yield images.to(self.device)

    def steps(self, n: int) -> None:
        for _ in range(n):
            x = torch.bernoulli(next(self.batches))
            self.optimiser.param_groups[0]["lr"] = self.settings.rate(self.taken)
            self.optimiser.zero_grad()
            eps = torch.randn(len(x), self.settings.z_dim, device=self.device)
            nelbo, kl, reconstruction = self.model.negative_elbo(x, eps)
            weight = self.settings.kl_weight(self.taken)
            (reconstruction + weight * kl).backward()
            self.optimiser.step()
            if self.settings.average:
                self.average.update_parameters(self.model)
            self.said = nelbo.item(), kl.item(), reconstruction.item()
            self.taken += 1

    def evaluated(self) -> VAE:
        """The model that the protocol evaluates."""
        return self.average.module if self.settings.average else self.model


def with_torchs_layers(model: VAE) -> VAE:
    """The same model with nn.Linear in place of our layers."""
    for net in (model.enc.net, model.dec.net):
        for i, layer in enumerate(net):
            if isinstance(layer, nn.Linear):
                net[i] = nn.Linear(layer.in_features, layer.out_features)
                net[i].load_state_dict(layer.state_dict())
    return model
