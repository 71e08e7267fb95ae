"""What there is to download: for each data set its files, where they can be had, and what they must hash to.

The hashes were taken from files that were checked by hand (image by image for MNIST), so a mirror is not trusted.
"""

from dataclasses import dataclass

MNIST_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
FASHION_MIRRORS = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)
BINARISED_MIRRORS = ("http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist/",)
SVHN_MIRRORS = ("http://ufldl.stanford.edu/housenumbers/",)


@dataclass(frozen=True)
class RemoteFile:
    """A file by name, with its sha256 and the addresses of the folders it can be had from, best first."""

    name: str
    sha256: str
    mirrors: tuple[str, ...]

    @property
    def urls(self) -> list[str]:
        return [mirror + self.name for mirror in self.mirrors]


def _files(mirrors: tuple[str, ...], **hashes: str) -> dict[str, RemoteFile]:
    """Files by what they hold; each value is "name sha256"."""
    named = {key: value.split() for key, value in hashes.items()}
    return {key: RemoteFile(name, sha256, mirrors) for key, (name, sha256) in named.items()}


CATALOGUE: dict[str, dict[str, RemoteFile]] = {
    "mnist": _files(
        MNIST_MIRRORS,
        train_images="train-images-idx3-ubyte.gz 440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        train_labels="train-labels-idx1-ubyte.gz 3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        test_images="t10k-images-idx3-ubyte.gz 8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        test_labels="t10k-labels-idx1-ubyte.gz f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
    "fashion_mnist": _files(
        FASHION_MIRRORS,
        train_images="train-images-idx3-ubyte.gz 3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        train_labels="train-labels-idx1-ubyte.gz a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        test_images="t10k-images-idx3-ubyte.gz 346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        test_labels="t10k-labels-idx1-ubyte.gz 67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    ),
    "binarized_mnist": _files(
        BINARISED_MIRRORS,
        train="binarized_mnist_train.amat ad693b29f94c14277b095f5238ddefbbdaaae0939789dd2f4f0205278cee3e4d",
        valid="binarized_mnist_valid.amat 1de3d397c40fe8eeb33dafd4099a1f665ec01e96d9be234aaeeac8a34930e2e2",
        test="binarized_mnist_test.amat e6687bfea3f820c174f33b7865140b2a2dd2930ef786f35d45795fc193b5ab2c",
    ),
    "svhn": _files(
        SVHN_MIRRORS,
        train="train_32x32.mat 435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
        test="test_32x32.mat cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
    ),
}
