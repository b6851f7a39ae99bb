"""Where ops run, in graphs that name GPUs."""

import numpy as np
import pytest

import pyengine as tf
from pyengine import device_kernels
from pyengine.executor import placing
from pyengine.executor.placing import device_names, place, variable_of
from pyengine.executor.runtime import Runtime
from pyengine.ops import declare_all
from pyengine.registry import OPS
from tests.pyengine.pretended import two_gpus  # noqa: F401 (a fixture)

pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("two_gpus")


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def devices(*tensors, fed=()):
    """The GPU of each tensor's op, "" for the CPU."""
    session = tf.get_default_session()
    placed = place(session.graph.get_operations(), set(fed), session._runtime)
    return [placed[t.op].name[-5:] if t.op in placed else "" for t in tensors]


def test_ops_go_where_they_are_put(sess):
    with tf.device("/gpu:1"):
        x = tf.placeholder(tf.float32, [2])
        y = tf.exp(x)
        with tf.device("/cpu:0"):
            z = tf.exp(y)
        with tf.device("/gpu:0"):
            w = tf.exp(z)
    assert devices(x, y, z, w) == ["", "GPU:1", "", "GPU:0"]


def test_ops_without_a_device_go_where_their_inputs_are(sess):
    x = tf.placeholder(tf.float32, [2])
    with tf.device("/gpu:1"):
        y = tf.exp(x)
    after = tf.sin(y) + 1.0
    apart = tf.sin(x)
    as_text = tf.as_string(after)
    same = tf.reshape(tf.identity(x), [1, 2])
    assert devices(after, apart, as_text, same) == ["GPU:1", "GPU:0", "", ""]


def test_what_counts_stays_on_the_host(sess):
    with tf.device("/gpu:0"):
        n = tf.placeholder(tf.int32, [2])
        sizes = n * 2
        on = tf.one_hot(n, 3)
        best = tf.argmax(on, 1)
        right = tf.equal(best, tf.cast(sizes, tf.int64))
        shape = tf.shape(on)
    assert devices(sizes, on, best, right) == ["", "GPU:0", "GPU:0", "GPU:0"]
    assert sess.run([shape, right], {n: [0, 1]})[0].tolist() == [2, 3]


def test_variables_and_what_writes_to_them_are_in_one_place(sess):
    with tf.device("/gpu:1"):
        v = tf.Variable([1.0, 2.0])
    w, count = tf.Variable([1.0, 2.0]), tf.Variable(3)
    with tf.device("/cpu:0"):
        on_cpu = tf.Variable([1.0])
    step = tf.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(v * w))
    assert devices(v, w, count, on_cpu) == ["GPU:1", "GPU:0", "", ""]
    assert devices(tf.assign(v, v), tf.assign(w, v), tf.assign(on_cpu, [2.0])) == [
        "GPU:1", "GPU:0", "",
    ]  # fmt: skip
    sess.run(tf.global_variables_initializer())
    sess.run(step)
    np.testing.assert_allclose(sess.run([v, w]), np.full((2, 2), [0.9, 1.9]), rtol=1e-5)


def test_a_variable_stays_where_it_was_made(sess, two_gpus):  # noqa: F811
    v = tf.Variable([1.0, 2.0])
    sess.run(v.initializer)  # no op names a GPU yet
    with tf.device("/gpu:0"):
        y = v * 2.0
    step = tf.assign_add(v, y)
    assert devices(v, y, step) == ["", "GPU:0", ""]
    assert sess.run(step).tolist() == [3, 6]


def test_a_reference_leads_to_its_variable(sess):
    v = tf.Variable([1.0])
    changed = tf.assign_add(tf.assign(v, [2.0]), [3.0])
    assert variable_of(changed) is v.op
    assert variable_of(tf.exp(v)) is None


def test_a_gpu_that_is_not_there_is_an_error(sess):
    with tf.device("/gpu:2"):
        x = tf.exp(tf.placeholder_with_default(1.0, []), name="far")
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"available devices.*GPU:1") as e:
        sess.run(x)
    assert "appears to be a GPU" not in str(e.value)
    with tf.Session(config=tf.ConfigProto(allow_soft_placement=True)) as soft:
        assert soft.run(x) == pytest.approx(np.e)


def test_an_op_without_a_kernel_is_refused_in_tensorflows_words(sess):
    with tf.device("/gpu:0"):
        text = tf.as_string(tf.placeholder_with_default(1.5, []), name="text")
    with pytest.raises(
        tf.errors.InvalidArgumentError,
        match="Cannot assign a device for operation text: Could not satisfy explicit device "
        "specification '/device:GPU:0' because no supported kernel for GPU devices is available",
    ):
        sess.run(text)
    with tf.Session(config=tf.ConfigProto(allow_soft_placement=True)) as soft:
        assert soft.run(text) == b"1.500000"


def test_ops_that_tensorflow_has_kernels_for_are_computed_by_the_cpu(sess):
    declare_all()
    assert set(OPS) >= placing.WITHOUT_KERNEL | placing.IN_HOST_MEMORY
    assert device_kernels.table().keys().isdisjoint(placing.WITHOUT_KERNEL)
    assert device_kernels.table().keys().isdisjoint(placing.IN_HOST_MEMORY)
    with tf.device("/gpu:0"):
        x = tf.placeholder(tf.float32, [2, 2])
        y = tf.matrix_diag(tf.exp(x)) * 2.0
    assert devices(y.op.inputs[0], y) == ["", "GPU:0"]
    assert sess.run(y, {x: np.zeros((2, 2))})[0].tolist() == [[2, 0], [0, 2]]


def test_a_text_variable_is_refused_as_well(sess):
    with tf.device("/gpu:0"):
        v = tf.Variable("text")
    with pytest.raises(tf.errors.InvalidArgumentError, match="no supported kernel"):
        sess.run(v.initializer)


def test_without_gpus_all_is_as_ever():
    with tf.Graph().as_default():
        with tf.device("/gpu:0"):
            y = tf.exp(1.0)
        for config, gpus in ((tf.ConfigProto(device_count={"GPU": 0}), 0), (None, 2)):
            with tf.Session(config=config) as session:
                assert len(session._runtime.gpus) == gpus
        config = tf.ConfigProto(device_count={"GPU": 0})
        with (
            tf.Session(config=config) as session,
            pytest.raises(tf.errors.InvalidArgumentError, match="appears to be a GPU"),
        ):
            session.run(y)


def test_the_log_says_where_ops_run(capfd):
    config = tf.ConfigProto(log_device_placement=True, device_count={"CPU": 2})
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        with tf.device("/gpu:1"):
            x = tf.placeholder_with_default(1.0, [], name="x")
            y = tf.exp(x, name="y")
        with tf.device("/cpu:1"):
            session.run(tf.sin(y, name="z"))
    where = dict(line.split(": (") for line in capfd.readouterr().err.splitlines())
    assert where["y"].endswith("device:GPU:1")
    assert where["x"].endswith("device:CPU:0")
    assert where["z"].endswith("device:CPU:1")


def test_a_graph_that_names_no_gpu_has_no_places():
    with tf.Graph().as_default() as graph:
        x = tf.exp(1.0)
        runtime = Runtime(find_gpus=lambda: pytest.fail("it was asked for GPUs"))
        names = device_names(graph.get_operations(), set(), runtime)
    assert names[x.op].endswith("CPU:0")
