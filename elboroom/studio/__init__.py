"""The studio of units 06 to 10: digits on a device, batches, a live plot, weights on disk. No model and no loss.

from elboroom import studio

data, device, steps = "subset", "cpu", 1500                  # or "full", "cuda", 20_000
digits = studio.digits(data, device)                         # .train, .train_labels, .test, .test_labels
live = studio.Live(steps, rows=lambda: [x, reconstruction])  # the terms, and pictures, every few steps
for step, x in studio.batches(digits.train, steps):          # x (100, 784): 0 and 1, drawn afresh
    ...
    live(step, nelbo=nelbo, kl=kl, reconstruction=reconstruction)
studio.save(model, "vae.safetensors")
vae_weights = studio.read("vae.safetensors")                 # name -> array; `...` while there is no such file
"""

from elboroom.studio.batching import batches, binarise
from elboroom.studio.data import Digits, digits
from elboroom.studio.live import Live
from elboroom.studio.weights import read, save

__all__ = ["Digits", "Live", "batches", "binarise", "digits", "read", "save"]
