"""The formats that the files come in: IDX (MNIST), rows of digits (binarised MNIST), MATLAB (SVHN)."""

import gzip
import math
import struct
from pathlib import Path

import numpy as np

from autograder.errors import UserError


def read_idx(path: Path) -> np.ndarray:
    """A gzipped IDX file of bytes: uint8, in the shape that its header says. UserError when the file is not whole."""
    try:
        raw = gzip.decompress(path.read_bytes())
    except (EOFError, OSError) as error:
        raise UserError(f"{path} can't be unpacked ({error})", "Fetch it again") from None
    if len(raw) < 4 or raw[:3] != b"\0\0\x08" or len(raw) < 4 + 4 * raw[3]:
        raise UserError(f"{path} is not an IDX file of bytes", "Fetch it again")
    shape = struct.unpack(f">{raw[3]}I", raw[4 : 4 + 4 * raw[3]])
    data = np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3])
    if data.size != math.prod(shape):
        raise UserError(f"{path} holds {data.size} bytes and announces {math.prod(shape)}", "Fetch it again")
    return data.reshape(shape)


def read_amat(path: Path) -> np.ndarray:
    """Rows of 784 zeros and ones as text, gzipped or not: (N, 784) uint8."""
    raw = path.read_bytes()
    raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
    digits = np.frombuffer(raw, np.uint8)
    digits = digits[(digits == ord("0")) | (digits == ord("1"))] - ord("0")
    if digits.size == 0 or digits.size % 784:
        raise UserError(f"{path} is not made of rows of 784 zeros and ones", "Fetch it again")
    return digits.reshape(-1, 784)


def read_svhn(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """SVHN's cropped digits: images (N, 3, 32, 32) uint8 and labels (N,), where the file's 10 is the digit 0."""
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        content = loadmat(path)
        images, labels = content["X"], content["y"]
    except (KeyError, ValueError, TypeError, NotImplementedError, OSError, MatReadError) as error:
        raise UserError(f"{path} is not SVHN's file of cropped digits ({error})", "Fetch it again") from None
    return np.ascontiguousarray(images.transpose(3, 2, 0, 1)), labels[:, 0].astype(np.int64) % 10
