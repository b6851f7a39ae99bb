"""GPUs for tests: such that PyTorch's CPU plays, and real ones where they are."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor import gpu


def forget():
    """What is found out once a process is found out anew."""
    for function in (gpu.pretended, gpu.gpu_count, gpu._gpu):
        function.cache_clear()


@pytest.fixture
def two_gpus(monkeypatch):
    """Two GPUs played by the CPU; gives the counts of copies, which begin at 0."""
    pytest.importorskip("torch")
    monkeypatch.setenv(gpu.VARIABLE, "2")
    forget()
    gpu.copies.__init__()
    yield gpu.copies
    monkeypatch.delenv(gpu.VARIABLE)
    forget()


@pytest.fixture
def real_gpu(monkeypatch):
    """The GPUs that PyTorch finds; the test is skipped where it finds none."""
    pytest.importorskip("torch")
    monkeypatch.delenv(gpu.VARIABLE, raising=False)
    forget()
    if not gpu.gpu_count():
        pytest.skip("PyTorch finds no GPU")
    yield
    forget()


def values_on(device, build, *inputs):
    """The values of what `build(*placeholders)` makes on a device, for arrays as inputs."""
    with tf.Graph().as_default(), tf.Session() as sess, tf.device(device):
        feeds = {tf.placeholder(np.asarray(v).dtype, np.shape(v)): v for v in inputs}
        made = build(*feeds)
        return sess.run(list(made) if isinstance(made, (list, tuple)) else [made], feeds)


def assert_same(build, *inputs, by_cpu=0, rtol=1e-6):
    """Both devices give the same, and of the ops on the GPU the CPU computes `by_cpu`."""
    gpu.copies.by_cpu = 0
    there = values_on("/gpu:0", build, *inputs)
    assert gpu.copies.by_cpu == by_cpu
    for value, wanted in zip(there, values_on("", build, *inputs)):
        assert np.asarray(value).dtype == np.asarray(wanted).dtype
        np.testing.assert_allclose(value, wanted, rtol=rtol, atol=rtol)
