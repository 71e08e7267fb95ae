"""Training: `train_step`, `train_vae`, and what its result is worth, `bits_per_pixel` and `nelbo_without_latents`.

What a training step does to the weights is compared: such a mistake takes (batches, rate, beta), the steps that were
taken one after the other from the public check's weights, and returns the weights that it leads to. The others take
what `train_step` takes.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from elboroom.advice.vae import check, mistake
from elboroom.advice.vae.networks import STATE
from elboroom.references import vae as by_definition
from elboroom.references.vae import State, Terms

Array = np.ndarray
Batches = Iterable[tuple[Array, Array]]
Loss = Callable[[float, float], float]  # of (kl, reconstruction)
RATE = 0.1  # of the steps that the public check takes

check.hints(
    "train_step",
    "Three calls in PyTorch's usual order: forget the old gradients, compute the new ones, step.",
    "The loss is reconstruction + beta · kl; what you return are the terms that it was made of, as numbers.",
    "`optimiser.zero_grad()`, `loss.backward()`, `optimiser.step()`; then `.item()` of the three terms, as they were "
    "before the step.",
)
check.hints(
    "train_vae",
    "The loop has three lines: for step, x in studio.batches(...), draw eps of shape (len(x), 10), call `train_step`; "
    "and hand its numbers to `live`.",
    "If the NELBO stays above 200, look at the live plot. Is the KL near zero? Then the decoder has learnt one blurred "
    "digit for all. Is the reconstruction stuck? Check that `train_step` steps.",
    "A VAE() with Adam at 1e-3, as many steps as the settings say. Then run the next cell too, which reads the file.",
)
check.hints(
    "bits_per_pixel",
    "The NELBO is in nats and for the whole image. A bit is the information of a fair coin: how many nats is that?",
    "A fair coin has -log ½ = ln 2 nats. So a number of nats is a larger number of bits.",
    "Divide by the number of pixels, and by ln 2.",
)
check.hints(
    "nelbo_without_latents",
    "Without latents each pixel has one probability for all images. Which one makes the images most likely? (Count.)",
    "A pixel that is on in a share p of the images costs -p log p - (1 - p) log(1 - p) nats on average.",
    "Add these entropies over the pixels. A pixel that is never on (or always) costs nothing: 0 · log 0 is 0, and "
    "`torch.special.xlogy` or `torch.special.entr` knows it.",
)


def usual(kl: float, reconstruction: float, beta: float) -> float:
    return reconstruction + beta * kl


def loss_on(x: Array, eps: Array, of: Loss) -> Callable[[State], float]:
    """A loss as a function of the weights."""
    return lambda state: of(*by_definition.negative_elbo(x, eps, state)[1:])


def descended(batches: Batches, rate: float, of: Loss) -> State:
    """The weights after a step on each batch."""
    state = STATE
    for x, eps in batches:
        state = by_definition.descend(loss_on(x, eps, of), state, rate)
    return state


@mistake("train_step")
def gradients_pile_up(batches: Batches, rate: float, beta: float) -> State:
    """The gradients of earlier steps are still there: PyTorch adds to what a weight already has, until
    `optimiser.zero_grad()` is called."""
    state, pile = STATE, {name: np.zeros(w.shape) for name, w in STATE.items()}
    for x, eps in batches:
        slope = by_definition.gradient(loss_on(x, eps, lambda kl, rec: usual(kl, rec, beta)), state)
        pile = {name: pile[name] + slope[name] for name in pile}
        state = {name: state[name] - rate * pile[name] for name in pile}
    return state


@mistake("train_step")
def uphill(batches: Batches, rate: float, beta: float) -> State:
    """The weights move uphill: the step raises the loss. Is it the ELBO that is being minimised?"""
    return descended(batches, rate, lambda kl, rec: -usual(kl, rec, beta))


@mistake("train_step")
def no_step(batches: Batches, rate: float, beta: float) -> State:
    """The weights stay where they are: the gradient is computed, perhaps, but no step is taken."""
    return {name: w.astype(float) for name, w in STATE.items()}


@mistake("train_step")
def reconstruction_alone(batches: Batches, rate: float, beta: float) -> State:
    """The weights move down the reconstruction alone. Without the KL this is an autoencoder with noise."""
    return descended(batches, rate, lambda kl, rec: rec)


@mistake("train_step")
def kl_alone(batches: Batches, rate: float, beta: float) -> State:
    """The weights move down the KL alone: it soon is zero, and no image has been learnt."""
    return descended(batches, rate, lambda kl, rec: kl)


@mistake("train_step")
def weight_forgotten(batches: Batches, rate: float, beta: float) -> State:
    """`beta` plays no role. The loss is reconstruction + beta · kl."""
    return descended(batches, rate, lambda kl, rec: rec + kl)


@mistake("train_step")
def weight_on_the_reconstruction(batches: Batches, rate: float, beta: float) -> State:
    """`beta` weighs the reconstruction. It should weigh the KL."""
    return descended(batches, rate, lambda kl, rec: beta * rec + kl)


@mistake("train_step")
def weight_on_both(batches: Batches, rate: float, beta: float) -> State:
    """`beta` multiplies the whole loss, which is a change of the learning rate. It should weigh the KL alone."""
    return descended(batches, rate, lambda kl, rec: beta * (rec + kl))


@mistake("train_step")
def weight_added_on_top(batches: Batches, rate: float, beta: float) -> State:
    """The KL is counted 1 + beta times: beta · kl has been added to the whole NELBO, which has the KL in it already."""
    return descended(batches, rate, lambda kl, rec: rec + (1 + beta) * kl)


@mistake("train_step")
def terms_after_the_step(model: Any, optimiser: Any, x: Any, eps: Any, beta: float = 1.0) -> Terms:
    """These are the terms after the step, computed a second time. Return those that the step was made from."""
    state = descended([(x, eps)], RATE, lambda kl, rec: usual(kl, rec, beta))
    return by_definition.negative_elbo(x, eps, state)


@mistake("train_step")
def other_order(model: Any, optimiser: Any, x: Any, eps: Any, beta: float = 1.0) -> Terms:
    """The order is another one: (nelbo, kl, reconstruction) is asked for."""
    nelbo, kl, reconstruction = by_definition.negative_elbo(x, eps, STATE)
    return nelbo, reconstruction, kl


# --- bits_per_pixel


@mistake("bits_per_pixel")
def nats_per_pixel(nelbo: float, pixels: int) -> float:
    """These are nats per pixel. A bit is ln 2 nats."""
    return nelbo / pixels


@mistake("bits_per_pixel")
def bits_per_image(nelbo: float, pixels: int) -> float:
    """These are the bits of the whole image: divide by the number of pixels."""
    return nelbo / np.log(2)


@mistake("bits_per_pixel")
def the_wrong_way(nelbo: float, pixels: int) -> float:
    """Nats are turned into bits the wrong way: a nat is *more* than a bit, so there are more bits than nats."""
    return nelbo / pixels * np.log(2)


@mistake("bits_per_pixel")
def logarithm_taken(nelbo: float, pixels: int) -> float:
    """This takes the logarithm of the NELBO. It is a logarithm already; only its base changes."""
    return np.log2(nelbo) / pixels


# --- nelbo_without_latents


def shares(x: Any) -> Array:
    """(D,): how often each pixel is on."""
    return np.asarray(x, float).mean(axis=0)


def entropies(p: Array) -> Array:
    """The entropy of coins, in nats; 0 log 0 is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.nan_to_num(p * np.log(p)) - np.nan_to_num((1 - p) * np.log(1 - p))


@mistake("nelbo_without_latents")
def only_what_is_on(x: Any) -> float:
    """This is -Σ p log p: only the pixels that are on are paid for. A dark one costs -log(1 - p)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(-np.nan_to_num(shares(x) * np.log(shares(x))).sum())


@mistake("nelbo_without_latents")
def mean_entropy(x: Any) -> float:
    """This is the mean over the pixels; an image costs their sum."""
    return float(entropies(shares(x)).mean())


@mistake("nelbo_without_latents")
def one_probability_for_all_pixels(x: Any) -> float:
    """This uses one and the same probability for all pixels. A constant decoder may still give each pixel its own."""
    return float(np.shape(x)[1] * entropies(np.mean(np.asarray(x, float), keepdims=True)).sum())


@mistake("nelbo_without_latents")
def in_bits(x: Any) -> float:
    """This is in bits. Our unit is the nat, the natural logarithm."""
    return float(entropies(shares(x)).sum() / np.log(2))


@mistake("nelbo_without_latents")
def fair_coins(x: Any) -> float:
    """This is D log 2, the cost of fair coins, which know nothing of the images. Each pixel has a best probability."""
    return float(np.shape(x)[1] * np.log(2))
