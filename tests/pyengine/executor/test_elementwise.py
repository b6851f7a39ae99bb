import numpy as np
import pytest

import pyengine as tf
from pyengine.executor.elementwise import UFUNCS, ufunc_of
from pyengine.registry import OPS

SPECIAL = [0.0, -0.0, 1.5, -2.5, np.inf, -np.inf, np.nan, 1e30, 1e-30]


@pytest.mark.parametrize("type", UFUNCS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_ufunc_computes_what_the_kernel_does(type, dtype):
    opdef = OPS[type]
    values = np.concatenate([np.array(SPECIAL), np.random.default_rng(0).normal(size=40)])
    x = values.astype(dtype)
    args = [x, x[::-1].copy()][: len(opdef.inputs)]
    with np.errstate(all="ignore"):
        expected = opdef.kernel(np, *args, **opdef.attrs)
        out = np.empty_like(x)
        UFUNCS[type](*args, out=out)
    np.testing.assert_array_equal(out, expected)


def test_other_dtypes_are_left_to_the_kernels():
    assert ufunc_of((tf.constant([1]) + 1).op) is None
    assert ufunc_of((tf.constant([1.0]) + 1).op) is np.add
    assert ufunc_of(tf.cumsum([1.0]).op) is None
