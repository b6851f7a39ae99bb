"""Every op with a kernel for GPUs gives there what it gives on the CPU."""

import numpy as np
import pytest

import pyengine as tf
from pyengine import device_kernels
from pyengine.device_kernels.arrays import HOST_RESULTS
from pyengine.executor import placing
from pyengine.registry import OPS
from tests.pyengine.ops.test_registry_walk import SAMPLES, build
from tests.pyengine.pretended import two_gpus  # noqa: F401 (a fixture)

torch = pytest.importorskip("torch")

# The tests of these are named: their samples are none, or need a variable.
ELSEWHERE = {"IsVariableInitialized", "Assign", "AssignAdd", "AssignSub", "PreventGradient"}


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
    missing = set(device_kernels.table()) - set(SAMPLES) - ELSEWHERE
    assert {t for t in missing if not t.startswith("Apply")} == set()


@pytest.mark.parametrize("type_", walked())
@pytest.mark.parametrize("narrow", [False, True])
def test_an_op_gives_on_a_gpu_what_it_gives_on_the_cpu(type_, narrow, two_gpus):  # noqa: F811
    try:
        _, wanted, _ = run(type_, "", narrow)
    except TypeError:
        pytest.skip("the op takes no such dtypes")
    op, values, is_there = run(type_, "/gpu:0", narrow)
    assert is_there or type_ in HOST_RESULTS
    assert two_gpus.by_cpu == 0, "the CPU computed it"
    for tensor, value, right in zip(op.outputs, values, wanted):
        assert np.asarray(value).dtype == np.asarray(right).dtype == tensor.dtype.as_numpy_dtype
        assert np.shape(value) == np.shape(right)
        precise = 1e-5 if narrow or np.asarray(right).dtype.itemsize < 8 else 1e-9
        np.testing.assert_allclose(value, right, rtol=precise, atol=precise)
