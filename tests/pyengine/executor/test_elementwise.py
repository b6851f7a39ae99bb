import numpy as np
import pytest

import pyengine as tf
from pyengine.executor.elementwise import DIRECT, UFUNCS, ufunc_of
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


@pytest.mark.parametrize("type", DIRECT)
def test_a_direct_call_is_all_that_the_kernel_does(type):
    opdef = OPS[type]
    assert not opdef.attrs and opdef.torch is None
    rng = np.random.default_rng(0)
    for dtype in {d for d in opdef.inputs[0].allowed if d.name not in ("string", "bfloat16")}:
        for shape in ((), (3,), (2, 3)):
            args = [
                (rng.normal(size=shape) * 2).astype(dtype.as_numpy_dtype)[()] for _ in opdef.inputs
            ]
            with np.errstate(all="ignore"):
                expected = opdef.kernel(np, *args)
                found = DIRECT[type](*args)
            assert found.__class__ is expected.__class__ and found.dtype == expected.dtype
            np.testing.assert_array_equal(found, expected)


def test_other_dtypes_are_left_to_the_kernels():
    assert ufunc_of((tf.constant([1]) + 1).op) is None
    assert ufunc_of((tf.constant([1.0]) + 1).op) is np.add
    assert ufunc_of(tf.cumsum([1.0]).op) is None


def test_relu_of_a_large_array_is_that_of_its_parts():
    x = np.random.default_rng(0).normal(size=(3, 10_000)).astype("f")
    x[1, 5] = np.nan
    expected = np.where(x < 0, np.float32(0), x)
    out = np.empty_like(x)
    UFUNCS["Relu"](x, out=out)
    np.testing.assert_array_equal(out, expected)
    np.testing.assert_array_equal(UFUNCS["Relu"](x), expected)
    turned = np.empty_like(x, order="F")
    np.testing.assert_array_equal(UFUNCS["Relu"](x, out=turned), expected)
    np.testing.assert_array_equal(UFUNCS["Relu"](x.T), expected.T)
    np.testing.assert_array_equal(UFUNCS["Relu"](x, out=x), expected)
