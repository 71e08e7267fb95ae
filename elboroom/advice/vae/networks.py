"""The two networks: `Encoder`, `Decoder`, and the `VAE` that holds both; and the weights of the public checks."""

from typing import Any

import numpy as np

from elboroom.advice.vae import check, mistake
from elboroom.references import vae as by_definition
from elboroom.references.vae import FLOOR, State, elu, network, sigmoid, softplus

Array = np.ndarray
Pair = tuple[Array, Array]
D, K, HIDDEN = 6, 2, 5

check.hints(
    "Encoder",
    "One network with 2K outputs: the first K are the mean, from the other K, call them h, the variance is made.",
    "`torch.nn.Sequential` of linear, ELU, linear, ELU, linear, under the name `net`; no nonlinearity after the last. "
    "`chunk(2, dim=-1)` cuts the outputs in two.",
    "The variance is `torch.nn.functional.softplus(h) + 1e-8`; return (mean, variance), in this order.",
)
check.hints(
    "Decoder",
    "The mirror image of the encoder: from K to hidden to hidden to the pixels.",
    "It returns logits. Your `bernoulli_log_likelihood` does the rest.",
    "Linear, ELU, linear, ELU, linear, under the name `net`; nothing after the last one.",
)
check.hints(
    "VAE",
    "It holds an `Encoder` under the name `enc` and a `Decoder` under the name `dec`.",
    "`encode(x)` calls the one, `decode(z)` the other. That is all; sampling is not its business.",
    "Mind the order of the arguments: VAE(z_dim, x_dim, hidden), Encoder(x_dim, z_dim, hidden), "
    "Decoder(z_dim, x_dim, hidden). Call `super().__init__()` first.",
)


def weights(inputs: int, outputs: int, hidden: int, seed: int, prefix: str = "net") -> State:
    """The weights of a network of three layers, float32, rather large, the same for the same seed."""
    draw = np.random.default_rng(seed)
    made = {}
    for layer, (rows, columns) in {0: (hidden, inputs), 2: (hidden, hidden), 4: (outputs, hidden)}.items():
        made[f"{prefix}.{layer}.weight"] = (1.2 * draw.normal(size=(rows, columns)) / np.sqrt(columns)).astype("f4")
        made[f"{prefix}.{layer}.bias"] = (0.6 * draw.normal(size=rows)).astype("f4")
    return made


ENCODER, DECODER = weights(D, 2 * K, HIDDEN, seed=4), weights(K, D, HIDDEN, seed=5)
STATE = {f"enc.{name}": w for name, w in ENCODER.items()} | {f"dec.{name}": w for name, w in DECODER.items()}


def outputs(x: Any) -> Pair:
    """The two halves of the encoder's last layer."""
    mu, h = np.split(network(x, ENCODER), 2, axis=1)
    return mu, h


def other_nonlinearity(x: Any, inner: Any) -> Pair:
    mu, h = np.split(network(x, ENCODER, inner=inner), 2, axis=1)
    return mu, softplus(h) + FLOOR


@mistake("Encoder")
def log_variance(x: Any) -> Pair:
    """The second value is exp(h): here the variance is softplus(h) + 1e-8, which grows like h and not like e^h."""
    mu, h = outputs(x)
    return mu, np.exp(h)


@mistake("Encoder")
def not_made_positive(x: Any) -> Pair:
    """The second value is the network's output as it is: half of all variances would be negative."""
    return outputs(x)


@mistake("Encoder")
def standard_deviation(x: Any) -> Pair:
    """The second value is the root of the variance; the functions of this unit take the variance."""
    mu, h = outputs(x)
    return mu, np.sqrt(softplus(h) + FLOOR)


@mistake("Encoder")
def logarithm(x: Any) -> Pair:
    """The second value is the log of the variance; the functions of this unit take the variance itself."""
    mu, h = outputs(x)
    return mu, np.log(softplus(h) + FLOOR)


@mistake("Encoder")
def halves_swapped(x: Any) -> Pair:
    """The halves are swapped: the *first* K outputs are the mean."""
    h, mu = outputs(x)
    return mu, softplus(h) + FLOOR


@mistake("Encoder")
def returned_the_other_way_round(x: Any) -> Pair:
    """Mean and variance are returned the other way round: (mu, var) is asked for."""
    mu, h = outputs(x)
    return softplus(h) + FLOOR, mu


@mistake("Encoder")
def without_a_floor(x: Any) -> Pair:
    """Where h is very negative the variance becomes exactly 0, and its log minus infinity. Add the floor, 1e-8."""
    mu, h = outputs(x)
    return mu, softplus(h)


@mistake("Encoder")
def rectified(x: Any) -> Pair:
    """The nonlinearity is a ReLU; here it is an ELU."""
    return other_nonlinearity(x, lambda a: np.maximum(a, 0))


@mistake("Encoder")
def linear_all_the_way(x: Any) -> Pair:
    """There is no nonlinearity between the layers: three linear maps in a row are one."""
    return other_nonlinearity(x, lambda a: a)


@mistake("Encoder")
def bent_at_the_end(x: Any) -> Pair:
    """The last layer is followed by an ELU, too: no mean could then be below -1."""
    mu, h = map(elu, outputs(x))
    return mu, softplus(h) + FLOOR


@mistake("Decoder")
def means(z: Any) -> Array:
    """The result has been through a sigmoid: these are the Bernoulli means. Logits are asked for."""
    return sigmoid(network(z, DECODER))


@mistake("Decoder")
def bent_logits(z: Any) -> Array:
    """The last layer is followed by an ELU: no logit could be below -1, no pixel darker than 27 %."""
    return elu(network(z, DECODER))


@mistake("Decoder")
def with_relu(z: Any) -> Array:
    """The nonlinearity is a ReLU; here it is an ELU."""
    return network(z, DECODER, inner=lambda a: np.maximum(a, 0))


@mistake("Decoder")
def without_a_bend(z: Any) -> Array:
    """There is no nonlinearity between the layers: this is the linear decoder of unit 05."""
    return network(z, DECODER, inner=lambda a: a)


@mistake("VAE", function="VAE.decode")
def decoded_to_means(z: Any) -> Array:
    """`decode` returns probabilities. It should return logits, the decoder's output as it is."""
    return sigmoid(by_definition.decode(z, STATE))


@mistake("VAE", function="VAE.encode")
def encoded_with_a_scale(x: Any) -> Pair:
    """`encode` returns mean and standard deviation; the second value should be the variance."""
    mu, var = by_definition.encode(x, STATE)
    return mu, np.sqrt(var)
