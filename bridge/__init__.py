"""The bridge between R and Python in one process: conversion, calls, ownership, errors.

`_core` (Cython) does the work; `rules` is the table of conversions. The R package `tensorflow` is
the other side: it loads this package into the Python it starts, or joins one that runs already.
"""

from __future__ import annotations

from bridge._core import ConversionError, RError, RFunction, RJump, RObject

__all__ = ["ConversionError", "RError", "RFunction", "RJump", "RObject"]
