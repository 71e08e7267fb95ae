"""The nonlinear autoencoder: `autoencoder` builds it, `squared_error` measures it."""

from typing import Any

import numpy as np

from elboroom.advice.autoencoders import check, mistake
from elboroom.references import autoencoders as by_definition

Array = np.ndarray
D, K, HIDDEN = 3, 2, 8

check.hints(
    "autoencoder",
    "Two networks in a row: the encoder goes D → hidden → K, the decoder K → hidden → D. A nonlinearity stands between "
    "two linear layers, and nowhere else.",
    "`torch.nn.Sequential(OrderedDict(encoder=..., decoder=...))` runs the one after the other and gives both names. "
    "The encoder itself is a `Sequential` of three: linear, tanh, linear.",
    "For the error: square the differences, sum over the columns of each row (`dim=1`), take the mean of the sums.",
)


def weights(D: int = D, K: int = K, hidden: int = HIDDEN, seed: int = 0) -> dict[str, Array]:
    """Weights, float32, for an autoencoder of this size: name -> array."""
    draw = np.random.default_rng(seed)
    sizes = {"encoder.0": (hidden, D), "encoder.2": (K, hidden), "decoder.0": (hidden, K), "decoder.2": (D, hidden)}
    made = {}
    for layer, (rows, columns) in sizes.items():
        made[f"{layer}.weight"] = draw.normal(size=(rows, columns)).astype("f4")
        made[f"{layer}.bias"] = draw.normal(size=rows).astype("f4")
    return made


STATE = weights()


def affine(x: Any, layer: str) -> Array:
    return np.asarray(x, float) @ STATE[f"{layer}.weight"].T + STATE[f"{layer}.bias"]


def errors(x: Any) -> Array:
    """(N, D): the squared difference of each coordinate to its reconstruction."""
    return (np.asarray(x, float) - by_definition.forward(x, STATE)[1]) ** 2


@mistake("autoencoder")
def linear_all_the_way(x: Any) -> Array:
    """There is no nonlinearity between the layers: two linear maps in a row are one linear map, and you have built PCA
    again."""
    return by_definition.forward(x, STATE, inner=lambda h: h)[1]


@mistake("autoencoder")
def rectified(x: Any) -> Array:
    """The nonlinearity is a ReLU; here it should be a tanh."""
    return by_definition.forward(x, STATE, inner=lambda h: np.maximum(h, 0.0))[1]


@mistake("autoencoder")
def squashed_output(x: Any) -> Array:
    """The last layer is squashed too: a reconstruction could never leave (-1, 1), the data do."""
    return np.tanh(by_definition.forward(x, STATE)[1])


@mistake("autoencoder")
def squashed_code(x: Any) -> Array:
    """The code goes through a tanh as well. A latent lives on the whole line: no nonlinearity after a network's last
    layer."""
    codes = np.tanh(by_definition.forward(x, STATE)[0])
    return affine(np.tanh(affine(codes, "decoder.0")), "decoder.2")


@mistake("autoencoder")
def encoder_only(x: Any) -> Array:
    """Called with x, your module returns the code. It should go on and decode it: the result has the shape of x."""
    return by_definition.forward(x, STATE)[0]


@mistake("autoencoder", function="squared_error")
def mean_over_everything(model: Any, x: Any) -> Any:
    """This is the mean over all entries, as `mse_loss` has it: a D-th of the error. Sum over the columns of each row;
    the mean is over the rows alone."""
    return errors(x).mean()


@mistake("autoencoder", function="squared_error")
def sum_over_everything(model: Any, x: Any) -> Any:
    """This sums over the rows too, so it grows with the batch. Take the mean over the rows."""
    return errors(x).sum()


@mistake("autoencoder", function="squared_error")
def distance(model: Any, x: Any) -> Any:
    """This is the mean *distance*: the root of each row's sum has been taken. The error is the squared one."""
    return np.sqrt(errors(x).sum(axis=1)).mean()


@mistake("autoencoder", function="squared_error")
def one_per_row(model: Any, x: Any) -> Any:
    """This is one error for each row; the loss is their mean, a single number."""
    return errors(x).sum(axis=1)
