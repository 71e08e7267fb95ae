"""Writes elboroom/specimens/{vae,gmvae}.npz: the weights of two runs of `elboroom train`, in half precision.

    elboroom train vae --protocol published --out runs/vae
    elboroom train gmvae --protocol published --out runs/gmvae
    python scripts/make_specimens.py runs

The same weights give the same files.
"""

import sys
from pathlib import Path

from embed_mnist import write
from safetensors.numpy import load_file

import elboroom.specimens


def main(runs: Path) -> None:
    for name in elboroom.specimens.KINDS:
        weights = load_file(runs / name / "model.safetensors")
        target = Path(elboroom.specimens.__file__).with_name(f"{name}.npz")
        write({each: array.astype("f2") for each, array in sorted(weights.items())}, target)
        print(f"{target.name}: {target.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
