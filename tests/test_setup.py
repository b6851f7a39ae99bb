"""The build says what is missing."""

import importlib.util
import os
from pathlib import Path

import pytest

pytest.importorskip("setuptools", reason="setup.py needs setuptools")


@pytest.fixture
def setup_module():
    path = Path(__file__).resolve().parent.parent / "setup.py"
    spec = importlib.util.spec_from_file_location("setup_for_test", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_without_r(setup_module, monkeypatch, tmp_path):
    monkeypatch.delenv("R_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"R was not found.*r-base-dev"):
        setup_module.r_home()


def test_without_rs_headers(setup_module, monkeypatch):
    monkeypatch.delenv("R_HOME", raising=False)
    home = setup_module.r_home()
    assert os.path.isdir(setup_module.r_include(home))
    monkeypatch.setattr(setup_module.os.path, "exists", lambda path: False)
    with pytest.raises(SystemExit, match=r"headers \(Rinternals.h\) were not found.*r-base-dev"):
        setup_module.r_include(home)
