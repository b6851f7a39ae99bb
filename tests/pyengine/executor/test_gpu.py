"""The GPUs of the process, pretended and, where there is one, real."""

import subprocess
import sys

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor import gpu
from tests.pyengine.pretended import forget, real_gpu, two_gpus  # noqa: F401 (fixtures)


def found(**settings):
    return [g.physical for g in gpu.gpus_of(tf.ConfigProto(**settings))]


def test_a_session_has_the_gpus_its_configuration_says(two_gpus):  # noqa: F811
    assert found() == [0, 1]
    assert found(device_count={"GPU": 1}) == [0]
    assert found(device_count={"GPU": 0, "CPU": 2}) == []
    options = tf.GPUOptions(visible_device_list="1,0", allow_growth=True)
    assert found(gpu_options=options) == [1, 0]
    assert found(gpu_options=options, device_count={"GPU": 1}) == [1]


@pytest.mark.parametrize(
    ("listed", "message"), [("2", "invalid GPU id '2'"), ("0,0", "twice"), ("x", "parse entry")]
)
def test_a_gpu_that_is_not_there_cannot_be_made_visible(listed, message, two_gpus):  # noqa: F811
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        found(gpu_options=tf.GPUOptions(visible_device_list=listed))


def test_the_number_of_pretended_gpus_is_one(monkeypatch):
    monkeypatch.setenv(gpu.VARIABLE, "many")
    forget()
    with pytest.raises(tf.errors.InvalidArgumentError, match="is a number of GPUs"):
        gpu.gpu_count()
    monkeypatch.setenv(gpu.VARIABLE, "0")
    forget()
    assert gpu.gpu_count() == 0
    forget()


def test_values_go_there_and_back(two_gpus):  # noqa: F811
    first, second = gpu.gpus_of(tf.ConfigProto())
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))[:, ::-1]
    tensor = first.put(array)
    assert gpu.is_tensor(tensor)
    assert not gpu.is_tensor(array)
    assert gpu.to_host(tensor).tolist() == array.tolist()
    assert first.taken(tensor) is tensor
    assert gpu.to_host(second.taken(tensor)).tolist() == array.tolist()
    assert (two_gpus.to_device, two_gpus.to_host) == (2, 2)
    assert gpu.to_host("text") == "text"
    assert first.put(np.float32(3)).shape == ()


def test_a_tensor_there_shares_no_memory_with_the_host(two_gpus):  # noqa: F811
    (first, _), array = gpu.gpus_of(tf.ConfigProto()), np.zeros(2)
    tensor = first.put(array)
    array[:] = 1
    back = first.get(tensor)
    back[:] = 2
    assert first.get(tensor).tolist() == [0, 0]


def test_pretended_tensors_are_as_strict_as_those_of_cuda(two_gpus):  # noqa: F811
    first, second = gpu.gpus_of(tf.ConfigProto())
    a, b = first.put(np.ones(2)), second.put(np.ones(2))
    with pytest.raises(TypeError, match="can't convert gpu:0"):
        np.asarray(a)
    with pytest.raises(TypeError):
        a + b
    assert type(first.dressed((first.torch.ones(1), None))[0]) is type(a)
    first.synchronize()


def test_a_value_that_does_not_fit_exhausts_the_memory(two_gpus):  # noqa: F811
    class TooLarge:
        def to(self, device):
            raise first.out_of_memory("Tried to allocate 2.00 GiB")

    first, _ = gpu.gpus_of(tf.ConfigProto())
    with pytest.raises(tf.errors.ResourceExhaustedError, match="Tried to allocate"):
        first._moved(TooLarge())


def test_what_the_devices_are(two_gpus):  # noqa: F811
    with tf.Graph().as_default(), tf.Session() as sess:
        devices = sess.list_devices()
    assert [d.device_type for d in devices] == ["CPU", "GPU", "GPU"]
    assert devices[2].name == "/job:localhost/replica:0/task:0/device:GPU:1"
    assert devices[1].memory_limit_bytes > 0
    local = tf.python.client.device_lib.list_local_devices()
    assert [d.name for d in local] == ["/device:CPU:0", "/device:GPU:0", "/device:GPU:1"]
    assert "pretended" in local[1].physical_device_desc
    assert tf.test.gpu_device_name() == "/device:GPU:0"
    assert tf.test.is_gpu_available(cuda_only=True, min_cuda_compute_capability=(7, 0))


def test_pytorch_is_not_imported_where_no_gpu_is_named():
    script = """
import sys, pyengine as tf
from pyengine.executor import gpu
gpu._has_driver = lambda: False
with tf.Graph().as_default(), tf.Session() as sess:
    sess.run(tf.constant(1.0) + 1.0)
    assert "pyengine.device_kernels" not in sys.modules
    assert len(sess.list_devices()) == 1 and not tf.test.is_gpu_available()
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.usefixtures("real_gpu")
def test_a_model_trains_on_a_real_gpu():
    x = np.random.default_rng(0).normal(size=(64, 28, 28, 1)).astype(np.float32)
    losses = {}
    for device in ("/cpu:0", "/gpu:0"):
        with tf.Graph().as_default(), tf.Session() as sess, tf.device(device):
            tf.set_random_seed(1)
            images = tf.placeholder(tf.float32, [None, 28, 28, 1])
            w = tf.Variable(tf.truncated_normal([5, 5, 1, 8], stddev=0.1))
            h = tf.nn.relu(tf.nn.conv2d(images, w, 1, "SAME"))
            h = tf.nn.max_pool(h, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
            loss = tf.reduce_mean(tf.square(tf.reduce_sum(h, [1, 2, 3]) - 1.0))
            step = tf.train.AdamOptimizer(0.01).minimize(loss)
            sess.run(tf.global_variables_initializer())
            before = vars(gpu.copies).copy()
            losses[device] = [sess.run([loss, step], {images: x})[0] for _ in range(5)]
            if device == "/gpu:0":
                assert gpu.copies.to_device - before["to_device"] == 5  # the feeds
                assert gpu.copies.to_host - before["to_host"] == 5  # the losses
                assert gpu.copies.by_cpu == before["by_cpu"]
    np.testing.assert_allclose(losses["/gpu:0"], losses["/cpu:0"], rtol=1e-3)
