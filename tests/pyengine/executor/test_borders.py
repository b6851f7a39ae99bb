"""Steps that have to do with GPUs."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor.borders import OnGpu, ToGpu, ToHost, on_host
from pyengine.executor.gpu import gpus_of
from tests.pyengine.pretended import two_gpus  # noqa: F401 (a fixture)


@pytest.fixture
def gpus(two_gpus):  # noqa: F811
    return gpus_of(tf.ConfigProto())


def test_values_cross(gpus):
    tensor = ToGpu(gpus[0])(np.ones(2))
    assert ToHost(gpus[1])(ToGpu(gpus[1])(tensor)).tolist() == [1, 1]


def test_the_cpu_computes_what_is_left_to_it(gpus, two_gpus):  # noqa: F811
    def on_cpu(x, axis):
        return x.sum(axis), x

    step = OnGpu(gpus[0], lambda x, axis: NotImplemented, on_cpu, [1])
    total, same = step(gpus[0].put(np.ones((2, 3))), 1)
    assert gpus[0].get(total).tolist() == [3, 3]
    assert same.shape == (2, 3)
    assert two_gpus.by_cpu == 1


def test_the_cpu_says_what_is_wrong(gpus):
    def wrong(*_):
        raise RuntimeError("at the machine's end")

    def refuse(*_):
        raise ValueError("of the user's making")

    with pytest.raises(ValueError, match="of the user's making"):
        OnGpu(gpus[0], wrong, refuse)(gpus[0].put(1.0))

    def unset(*_):
        raise tf.errors.FailedPreconditionError(None, None, "uninitialized")

    with pytest.raises(tf.errors.FailedPreconditionError):
        OnGpu(gpus[0], unset, refuse)()


def test_memory_that_runs_out_is_a_resource_that_does(gpus):
    def full(*_):
        raise gpus[0].out_of_memory("Tried to allocate 2.00 GiB")

    with pytest.raises(tf.errors.ResourceExhaustedError, match="OOM when allocating"):
        OnGpu(gpus[0], full, lambda: 0)()


def test_the_op_that_found_no_memory_is_named(gpus, monkeypatch):
    from pyengine import device_kernels

    def full(torch, *_):
        raise torch.cuda.OutOfMemoryError("Tried to allocate 2.00 GiB")

    monkeypatch.setitem(
        device_kernels.table(), "Exp", device_kernels.table()["Exp"]._replace(kernel=full)
    )
    with tf.Graph().as_default(), tf.Session() as sess, tf.device("/gpu:0"):
        x = tf.placeholder(tf.float32)
        y = tf.exp(x, name="too_large")
        with pytest.raises(tf.errors.ResourceExhaustedError) as caught:
            sess.run(y, {x: 1.0})
        assert caught.value.op is y.op


def test_steps_take_arguments_from_anywhere(gpus):
    step = OnGpu(gpus[0], lambda x, y, axis: (x + y).sum(int(axis)), None, [2]).anywhere()
    found = step(np.ones((2, 3)), gpus[1].put(np.ones(3)), gpus[1].put(np.int32(1)))
    assert step.gpu is gpus[0]
    assert gpus[0].get(found).tolist() == [6, 6]
    assert on_host(np.add)(gpus[0].put(1.0), np.float64(2)) == 3
