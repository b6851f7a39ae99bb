"""The README's example runs, and gives what the README says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / ".rlib"

pytestmark = pytest.mark.skipif(
    not (LIBRARY / "tensorflow").exists() or shutil.which("Rscript") is None,
    reason="the R package is not installed in .rlib",
)


def examples():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```r\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("example", examples(), ids=str.strip)
def test_an_example_gives_what_is_printed_below_it(example, tmp_path):
    script = tmp_path / "example.R"
    script.write_text(example, encoding="utf-8")
    settings = {"R_LIBS": str(LIBRARY), "TENSORFLOW_PYTHON": sys.executable}
    done = subprocess.run(
        ["Rscript", str(script)], env=os.environ | settings, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed = [line.removeprefix("#> ") for line in example.splitlines() if line.startswith("#>")]
    assert printed != []
    assert done.stdout.splitlines() == printed
