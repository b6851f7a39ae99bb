"""The golden cases, with each backend; only where the folder with the cases is there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pyengine.executor import backend

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("GOLDEN", ROOT.parent / "shared" / "golden"))


@pytest.mark.skipif(not (FOLDER / "check.py").exists(), reason="the golden cases are not here")
@pytest.mark.parametrize("name", ["numpy", "torch"])
def test_golden_cases_pass(name):
    if name == "torch" and not backend.is_installed():
        pytest.skip("PyTorch is not installed")
    done = subprocess.run(
        [sys.executable, str(FOLDER / "check.py"), "pyengine", "--quiet"],
        cwd=ROOT,
        env={**os.environ, backend.VARIABLE: name},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
