"""Every op with a kernel for GPUs gives there what it gives on the CPU."""

import numpy as np
import pytest

import pyengine as tf
from pyengine import device_kernels
from pyengine.device_kernels.arrays import HOST_RESULTS
from pyengine.executor import placing
from pyengine.registry import OPS
from tests.pyengine.ops.test_registry_walk import SAMPLES, WITH_STATE, build
from tests.pyengine.pretended import real_gpu, two_gpus  # noqa: F401 (fixtures)

torch = pytest.importorskip("torch")


def walked():
    return sorted(set(device_kernels.table()) & set(SAMPLES))


def single(value):
    """Floats as float32, the dtype that is the common one on a GPU."""
    if isinstance(value, list):
        return [single(v) for v in value]
    array = np.asarray(value)
    return array.astype(np.float32) if array.dtype == np.float64 else value


def run(type_, device, narrow=False):
    """The op of a sample, its values, and whether it ran on a GPU."""
    inputs, attrs = SAMPLES[type_]
    with pytest.MonkeyPatch.context() as patch:
        # Integers that come from the host would stay there.
        patch.setattr(placing._Placer, "_only_counts", lambda self, op: False)
        if narrow:
            patch.setitem(SAMPLES, type_, (single(inputs), attrs))
        with tf.Graph().as_default(), tf.Session() as sess:
            with tf.device(device):
                op, _, feeds = build(type_)
            values = sess.run(list(op.outputs), feeds)
            names = placing.device_names([op], set(feeds), sess._runtime)
            return op, values, "GPU" in names[op]


def test_the_table_has_op_types_that_there_are():
    assert set(device_kernels.table()) <= set(OPS)
    # What changes a variable has tests of its own.
    assert set(device_kernels.table()) - set(SAMPLES) <= set(WITH_STATE) | {"PreventGradient"}


@pytest.mark.parametrize("type_", walked())
@pytest.mark.parametrize("narrow", [False, True])
def test_an_op_gives_on_a_gpu_what_it_gives_on_the_cpu(type_, narrow, two_gpus):  # noqa: F811
    check(type_, narrow)
    assert two_gpus.by_cpu == 0, "the CPU computed it"


@pytest.mark.usefixtures("real_gpu")
def test_ops_give_on_a_real_gpu_what_they_give_on_the_cpu():
    for type_ in walked():
        check(type_, True, 1e-4)


def check(type_, narrow, precise=1e-5):
    try:
        _, wanted, _ = run(type_, "", narrow)
    except TypeError:
        return  # it takes no such dtypes
    op, values, is_there = run(type_, "/gpu:0", narrow)
    assert is_there or type_ in HOST_RESULTS
    for tensor, value, right in zip(op.outputs, values, wanted):
        assert np.asarray(value).dtype == np.asarray(right).dtype == tensor.dtype.as_numpy_dtype
        assert np.shape(value) == np.shape(right)
        wide = not narrow and np.asarray(right).dtype.itemsize >= 8
        near = 1e-9 if wide else precise
        np.testing.assert_allclose(value, right, rtol=near, atol=near)
