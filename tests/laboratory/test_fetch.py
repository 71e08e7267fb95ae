"""Downloads, against a server on this machine: verified, resumed, from the next mirror, never half-written."""

import gzip
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from autograder.errors import UserError
from elboroom.data import datasets
from elboroom.data import fetch as fetching
from elboroom.data.catalogue import RemoteFile
from elboroom.data.fetch import Unavailable, fetch
from elboroom.data.formats import read_amat, read_idx, read_svhn

CONTENT = np.random.default_rng(0).bytes(300_000)
SHA = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves CONTENT at /good/, something else at /bad/, breaks off at /short/; knows the ranges it was asked for."""

    asked: list


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server: Server = self.server  # type: ignore[assignment]
        given = self.headers.get("Range")
        start = int(given.removeprefix("bytes=").removesuffix("-")) if given else 0
        server.asked.append((self.path, start))
        if self.path.startswith("/gone/"):
            self.send_error(404)
            return
        body = CONTENT[start:] if not self.path.startswith("/bad/") else b"not the file"
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if self.path.startswith("/short/") else body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.delenv("ELBOROOM_DATA", raising=False)
    server = Server(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def remote(server, *folders, sha=SHA):
    return RemoteFile("file.bin", sha, tuple(f"http://127.0.0.1:{server.server_port}/{f}/" for f in folders))


def cached(tmp_path):
    return sorted(p.name for p in (tmp_path / "cache").rglob("*") if p.is_file())


def test_a_file_is_downloaded_once_and_then_found(server, tmp_path):
    assert fetch("toy", remote(server, "good")).read_bytes() == CONTENT
    assert fetch("toy", remote(server, "good")).read_bytes() == CONTENT
    assert len(server.asked) == 1 and cached(tmp_path) == ["file.bin"]


def test_the_next_mirror_is_tried_when_one_fails(server, tmp_path):
    assert fetch("toy", remote(server, "gone", "good")).read_bytes() == CONTENT
    assert [path for path, _ in server.asked] == ["/gone/file.bin", "/good/file.bin"]


def test_an_interrupted_download_goes_on_where_it_stopped(server, tmp_path):
    with pytest.raises(Unavailable):
        fetch("toy", remote(server, "short"))
    assert cached(tmp_path) == ["file.bin.part"]
    assert fetch("toy", remote(server, "good")).read_bytes() == CONTENT
    path, start = server.asked[-1]
    assert path == "/good/file.bin" and 0 < start <= len(CONTENT) // 2 and cached(tmp_path) == ["file.bin"]


def test_a_wrong_file_is_kept_aside_and_never_used(server, tmp_path, capsys):
    with pytest.raises(Unavailable, match="ValueError"):
        fetch("toy", remote(server, "bad"))
    assert cached(tmp_path) == ["file.bin.bad"] and "it is now" in capsys.readouterr().out
    assert fetch("toy", remote(server, "bad", "good")).read_bytes() == CONTENT


def test_a_cached_file_that_went_bad_is_fetched_again(server, tmp_path):
    path = fetch("toy", remote(server, "good"))
    path.write_bytes(CONTENT[:-1])
    assert fetch("toy", remote(server, "good")).read_bytes() == CONTENT
    assert cached(tmp_path) == ["file.bin", "file.bin.bad"]


def test_a_given_folder_comes_first_and_is_never_changed(server, tmp_path, monkeypatch):
    given = tmp_path / "given" / "toy"
    given.mkdir(parents=True)
    monkeypatch.setenv("ELBOROOM_DATA", str(given.parent))
    (given / "file.bin").write_bytes(CONTENT)
    assert fetch("toy", remote(server, "good")) == given / "file.bin" and not server.asked
    (given / "file.bin").write_bytes(b"wrong")
    with pytest.raises(UserError, match="sha256 differs"):
        fetch("toy", remote(server, "good"))
    assert (given / "file.bin").read_bytes() == b"wrong"


def test_without_a_network_the_embedded_digits_are_used_and_named(server, tmp_path, monkeypatch, capsys):
    nowhere = {part: remote(server, "gone") for part in datasets.CATALOGUE["mnist"]}
    monkeypatch.setitem(datasets.CATALOGUE, "mnist", nowhere)
    assert datasets.load("mnist").source == datasets.SUBSET
    assert "using the embedded subset of 5,000 + 1,000 digits" in capsys.readouterr().out
    monkeypatch.setitem(datasets.CATALOGUE, "fashion_mnist", nowhere)
    with pytest.raises(Unavailable, match="set ELBOROOM_DATA"):
        datasets.load("fashion_mnist")


def idx(array):
    head = b"\0\0\x08" + bytes([array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return gzip.compress(head + array.tobytes())


def test_formats_are_read_and_damage_is_named(tmp_path):
    from scipy.io import savemat

    array = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    good, path = idx(array), tmp_path / "file"
    path.write_bytes(good)
    assert read_idx(path).tolist() == array.tolist()
    for damaged in (good[:-9], b"", b"text", gzip.compress(b"text"), gzip.compress(gzip.decompress(good)[:-1])):
        path.write_bytes(damaged)
        with pytest.raises(UserError, match="Fetch it again"):
            read_idx(path)
    path.write_text(" ".join(["0", "1"] * 392) + "\n")
    assert read_amat(path).sum() == 392
    path.write_text("0 1 0")
    with pytest.raises(UserError, match="784"):
        read_amat(path)
    images = np.random.default_rng(0).integers(0, 256, (32, 32, 3, 2), dtype=np.uint8)
    savemat(tmp_path / "svhn.mat", {"X": images, "y": np.array([[10], [3]], np.uint8)})
    read, labels = read_svhn(tmp_path / "svhn.mat")
    assert read.shape == (2, 3, 32, 32) and labels.tolist() == [0, 3]
    assert read[1, 2, 5, 7] == images[5, 7, 2, 1]
    with pytest.raises(UserError, match="not SVHN"):
        read_svhn(path)
