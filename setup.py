"""Builds the bridge's extension module, against the R that is installed, and the engine's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import numpy
from Cython.Build import cythonize
from setuptools import Extension, setup

ADVICE = (
    "The bridge is compiled against R. Install R with its headers (on Debian and Ubuntu: "
    "apt-get install r-base-dev), or set R_HOME to where it is."
)


def r_home() -> str:
    """Where R is installed."""
    home = os.environ.get("R_HOME")
    if home:
        return home
    if shutil.which("R") is None:
        sys.exit(f"error: R was not found. {ADVICE}")
    return subprocess.run(["R", "RHOME"], check=True, capture_output=True, text=True).stdout.strip()


def r_include(home: str) -> str:
    """The directory of R's headers."""
    shown = subprocess.run(
        [os.path.join(home, "bin", "R"), "CMD", "config", "--cppflags"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    places = [flag[2:] for flag in shown if flag.startswith("-I")]
    places += [os.path.join(home, "include"), "/usr/share/R/include"]
    for place in places:
        if os.path.exists(os.path.join(place, "Rinternals.h")):
            return place
    sys.exit(f"error: R's headers (Rinternals.h) were not found for the R in {home}. {ADVICE}")


def headers(folder: str) -> list[str]:
    """What the sources in a folder include."""
    names = [n for n in sorted(os.listdir(folder)) if n.endswith((".pxi", ".pxd", ".h"))]
    return [f"{folder}/{name}" for name in names]


def bridge() -> Extension:
    home = r_home()
    library = os.path.join(home, "lib")
    return Extension(
        "bridge._core",
        ["bridge/_core.pyx"],
        include_dirs=["bridge", r_include(home), numpy.get_include()],
        library_dirs=[library],
        runtime_library_dirs=[library],
        libraries=["R"],
        define_macros=[("NPY_NO_DEPRECATED_API", "NPY_1_7_API_VERSION")],
        extra_compile_args=["-O2"],
        depends=headers("bridge"),
    )


def engine() -> Extension:
    """Products and sums: the compiler may contract them, and unroll what it likes."""
    return Extension(
        "pyengine.compiled._kernels",
        ["pyengine/compiled/_kernels.pyx"],
        include_dirs=["pyengine/compiled"],
        extra_compile_args=["-O3", "-ffp-contract=fast", "-fno-math-errno"],
        depends=headers("pyengine/compiled"),
    )


if __name__ == "__main__":
    setup(ext_modules=cythonize([bridge(), engine()]))
