"""The bridge between R and Python in one process: conversion, calls, ownership, errors.

`_core` (Cython) does the work; `rules` is the table of conversions. The R package `tensorflow` is
the other side: it loads this package into the Python it starts, or joins one that runs already.
"""

from __future__ import annotations

import os

# NumPy reads it when it is imported: OpenBLAS's threads sleep at once when their work is done, and
# leave the cores to R and to other libraries' threads.
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")


from bridge._core import ConversionError, RError, RFunction, RJump, RObject

__all__ = ["ConversionError", "RError", "RFunction", "RJump", "RObject"]
