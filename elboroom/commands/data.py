"""`elboroom data fetch`: downloads a data set, or says that it is there."""

from elboroom.data import load
from elboroom.data.catalogue import CATALOGUE
from elboroom.data.fetch import cache_folder, fetch


def fetch_data(name: str) -> None:
    """Makes the files of a data set available and prints where they are. UserError when they can't be had."""
    if name not in CATALOGUE:
        load(name, subset=False)  # an unknown name, or one that is made of another data set
        return
    for file in CATALOGUE[name].values():
        print(f"{file.name}: {fetch(name, file)}")
    if name == "svhn":
        print("SVHN is for non-commercial use, and not to be passed on.")
    print(f"The cache is {cache_folder()}.")
