"""Settings of the libraries underneath, made before they are imported; a user's own come first."""

from __future__ import annotations

import os

SETTINGS = {
    # OpenBLAS's threads sleep at once when their work is done: 2^4 cycles, not 2^26. Spinning, they
    # would take the cores from PyTorch's.
    "OPENBLAS_THREAD_TIMEOUT": "4",
}

for _name, _value in SETTINGS.items():
    os.environ.setdefault(_name, _value)
