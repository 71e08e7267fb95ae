"""SVHN from its own kind of file, through the real loader, off a server on this machine."""

import hashlib
import threading
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from scipy.io import savemat

from elboroom.commands.data import fetch_data
from elboroom.data import FULL, datasets, load
from elboroom.data import fetch as fetching
from elboroom.data.fetch import Unavailable
from elboroom.training import fsvae, settings_for

LABELS = {"train": [10, 1, 9, 5, 10, 3], "test": [2, 10]}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Serves two small files in SVHN's form; the catalogue knows their hashes and this server as the only mirror."""
    generator, folder, images = np.random.default_rng(0), tmp_path / "served", {}
    folder.mkdir()
    serving = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    mirror = (f"http://127.0.0.1:{serving.server_port}/",)
    for part, file in datasets.CATALOGUE["svhn"].items():
        images[part] = generator.integers(0, 256, (32, 32, 3, len(LABELS[part])), dtype=np.uint8)
        savemat(folder / file.name, {"X": images[part], "y": np.array(LABELS[part], np.uint8)[:, None]})
        sha256 = hashlib.sha256((folder / file.name).read_bytes()).hexdigest()
        monkeypatch.setitem(datasets.CATALOGUE["svhn"], part, replace(file, sha256=sha256, mirrors=mirror))
    monkeypatch.setattr(fetching, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.delenv("ELBOROOM_DATA", raising=False)
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield folder, images
    serving.shutdown()
    thread.join()
    serving.server_close()


def test_it_is_downloaded_verified_and_read_with_colours_first_and_ten_as_the_digit_zero(server):
    _, images = server
    svhn = load("svhn")
    assert svhn.train.labels.tolist() == [0, 1, 9, 5, 0, 3] and svhn.test.labels.tolist() == [2, 0]
    assert svhn.train.images.shape == (6, 3, 32, 32) and svhn.train.images.dtype == np.uint8
    assert svhn.train.images[4, 2, 7, 30] == images["train"][7, 30, 2, 4] and svhn.source == FULL


def test_it_trains_the_model_of_style_and_content_by_one_setting(server):
    dataset = fsvae.coloured_images(settings_for("fsvae", data="svhn"))
    x, y, eps = fsvae.LabelledBatches(
        settings_for("fsvae", data="svhn", batch=6), dataset, "cpu", fsvae.World(0, 1, "cpu")
    ).draw(0)
    assert x.shape == (6, 3072) and sorted(y.tolist()) == [0, 0, 1, 3, 5, 9] and eps.shape == (6, 10)


def test_another_file_is_put_aside_and_never_read(server):
    folder, _ = server
    (folder / "test_32x32.mat").write_bytes(b"something else")
    with pytest.raises(Unavailable, match=r"test_32x32\.mat of svhn can't be had"):
        load("svhn")
    assert [path.name for path in (folder.parent / "cache" / "svhn").glob("test*")] == ["test_32x32.mat.bad"]


def test_who_fetches_it_is_told_what_it_may_be_used_for(server, capsys):
    fetch_data("svhn")
    said = capsys.readouterr().out
    assert "non-commercial use, and not to be passed on" in said and "train_32x32.mat" in said
