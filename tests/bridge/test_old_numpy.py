"""Names that NumPy has dropped."""

import math
import types

import numpy as np
import pytest

from bridge.old_numpy import dropped_name


@pytest.mark.parametrize(
    ("name", "meant"),
    [("int", int), ("float", float), ("object", object), ("str", str), ("float_", np.float64),
     ("Inf", math.inf), ("unicode_", np.str_)],
)  # fmt: skip
def test_what_they_meant(name, meant):
    assert dropped_name(np, name) == meant


def test_nothing_else_is_made_up():
    assert dropped_name(np, "integer_") is None
    assert dropped_name(types.ModuleType("other"), "int") is None
