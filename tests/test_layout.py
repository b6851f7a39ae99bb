"""How the project is laid out: tests mirror sources, files are small, nothing names a machine."""

import importlib
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 650
# Modules whose only content is imports, or a list of what to import.
WITHOUT_TESTS = {"__init__.py"}
MACHINE_PATH = re.compile(r"/(?:ro" r"ot|wo" r"rk|ho" r"me)/[A-Za-z.]")


def tracked():
    """The files that git tracks, or that it would."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


pytestmark = pytest.mark.skipif(
    not (ROOT / ".git").exists(), reason="what is tracked is known in a git checkout only"
)


def test_every_python_module_has_a_test_of_its_name():
    missing = []
    for path in tracked():
        place = path.relative_to(ROOT)
        if path.suffix == ".py" and place.parts[0] in ("pyengine", "bridge"):
            twin = ROOT / "tests" / place.parent / f"test_{path.name}"
            if path.name not in WITHOUT_TESTS and not twin.exists():
                missing.append(str(place))
    assert missing == []


def test_every_r_file_has_a_test_of_its_name():
    missing = [
        path.name
        for path in tracked()
        if path.parent == ROOT / "rpackage" / "R"
        and not (ROOT / "rpackage" / "tests" / "testthat" / f"test-{path.name}").exists()
    ]
    assert missing == []


def test_files_are_small():
    sources = {".py", ".pyx", ".pxi", ".pxd", ".c", ".h", ".R", ".sh"}
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked()
        if path.suffix in sources
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_nothing_names_a_path_of_one_machine():
    named = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        named += [f"{path.relative_to(ROOT)}: {m[0]}" for m in MACHINE_PATH.finditer(text)]
    assert named == []


def test_no_public_name_is_of_two_modules():
    text = (ROOT / "pyengine/__init__.py").read_text(encoding="utf-8")
    found = {}
    for name in re.findall(r"^from (pyengine[\w.]*) import \*$", text, re.MULTILINE):
        module = importlib.import_module(name)
        for public in getattr(module, "__all__", ()):
            found.setdefault(public, {}).setdefault(id(getattr(module, public)), name)
    # The later one would hide the other.
    assert {n: list(of.values()) for n, of in found.items() if len(of) > 1} == {}
