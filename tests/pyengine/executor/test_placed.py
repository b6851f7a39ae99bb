"""Plans of graphs that name GPUs: what runs there, and what is copied when."""

import threading

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor.device_cell import DeviceCell
from tests.pyengine.pretended import two_gpus  # noqa: F401 (a fixture)

pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("two_gpus")


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def softmax_model():
    x, y = tf.placeholder(tf.float32, [None, 784]), tf.placeholder(tf.float32, [None, 10])
    w, b = tf.Variable(tf.zeros([784, 10])), tf.Variable(tf.zeros([10]))
    p = tf.nn.softmax(tf.matmul(x, w) + b)
    loss = tf.reduce_mean(-tf.reduce_sum(y * tf.log(p), 1))
    right = tf.equal(tf.argmax(p, 1), tf.argmax(y, 1))
    step = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
    return x, y, loss, tf.reduce_mean(tf.cast(right, tf.float32)), step


def cnn_model():
    x, y = tf.placeholder(tf.float32, [None, 784]), tf.placeholder(tf.float32, [None, 10])

    def weights(*shape):
        return tf.Variable(tf.truncated_normal(shape, stddev=0.1))

    def pooled(h):
        return tf.nn.max_pool(h, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")

    h = tf.reshape(x, [-1, 28, 28, 1])
    for channels in ((1, 4), (4, 6)):
        bias = tf.Variable(tf.constant(0.1, shape=channels[1:]))
        h = pooled(tf.nn.relu(tf.nn.conv2d(h, weights(5, 5, *channels), 1, "SAME") + bias))
    h = tf.nn.relu(tf.matmul(tf.reshape(h, [-1, 7 * 7 * 6]), weights(7 * 7 * 6, 32)))
    logits = tf.nn.bias_add(tf.matmul(tf.nn.dropout(h, 0.5), weights(32, 10)), tf.zeros([10]))
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits))
    right = tf.equal(tf.argmax(logits, 1), tf.argmax(y, 1))
    step = tf.train.AdamOptimizer(1e-3).minimize(loss)
    return x, y, loss, tf.reduce_mean(tf.cast(right, tf.float32)), step


def trained(model, device, counts):
    """Losses, accuracies and variables of some steps, and what each step copied."""
    rng = np.random.default_rng(0)
    images, labels = rng.random((16, 784), np.float32), np.eye(10)[rng.integers(0, 10, 16)]
    with tf.Graph().as_default(), tf.Session() as session, tf.device(device):
        tf.set_random_seed(1)
        x, y, loss, accuracy, step = model()
        session.run(tf.global_variables_initializer())
        history, copied = [], []
        for _ in range(4):
            before = vars(counts).copy()
            history.append(session.run([loss, accuracy, step], {x: images, y: labels})[:2])
            copied.append({k: v - before[k] for k, v in vars(counts).items()})
        return np.array(history), session.run(tf.trainable_variables()), copied


# Over the border go the feeds, of the tutorial's model also a random mask and a number of images.
@pytest.mark.parametrize(("model", "crossing"), [(softmax_model, 3), (cnn_model, 4)])
def test_a_tutorials_model_trains_there_as_on_the_cpu(model, crossing, two_gpus):  # noqa: F811
    history, values, copied = trained(model, "/gpu:0", two_gpus)
    wanted, wanted_values, _ = trained(model, "", two_gpus)
    np.testing.assert_allclose(history, wanted, rtol=1e-4)
    for value, right in zip(values, wanted_values):
        np.testing.assert_allclose(value, right, rtol=1e-3, atol=1e-5)
    assert copied[-1] == {"to_device": crossing, "to_host": 2, "by_cpu": 0}


def test_variables_stay_between_runs(sess, two_gpus):  # noqa: F811
    with tf.device("/gpu:0"):
        v = tf.Variable(tf.ones([3]))
        step = tf.assign_add(v, tf.exp(v))
    sess.run(v.initializer)
    sess.run(step.op)
    before = vars(two_gpus).copy()
    sess.run(step.op)
    assert vars(two_gpus) == before
    assert isinstance(sess._runtime.cell(v.op), DeviceCell)
    value = np.float32(1)
    for _ in range(2):
        value = value + np.exp(value)
    np.testing.assert_allclose(sess.run(v), [value] * 3, rtol=1e-6)
    sess.run(v)
    assert two_gpus.to_host == before["to_host"] + 1


def test_a_value_is_copied_once_for_all_that_use_it(sess, two_gpus):  # noqa: F811
    x = tf.placeholder(tf.float32, [2])
    with tf.device("/gpu:0"):
        y = tf.exp(x) + tf.sin(x) + 3.0
    with tf.device("/cpu:0"):
        z = tf.cos(y) + tf.exp(y)
    sess.run(z, {x: [1.0, 2.0]})
    before = vars(two_gpus).copy()
    sess.run([y, z], {x: [1.0, 2.0]})
    sess.run([y, z], {x: [1.0, 2.0]})
    assert two_gpus.to_device == before["to_device"] + 2 + 1  # and the constant, in a new plan
    assert two_gpus.to_host == before["to_host"] + 2


def test_values_go_from_one_gpu_to_the_other(sess):
    with tf.device("/gpu:0"):
        v = tf.Variable([1.0, 2.0])
    with tf.device("/gpu:1"):
        y = tf.exp(v) * 2.0
    with tf.device("/gpu:0"):
        z = tf.log(y) + v
    sess.run(v.initializer)
    np.testing.assert_allclose(sess.run(z), np.log(2) + np.array([2.0, 4.0]), rtol=1e-6)


def test_the_host_sees_variables_as_ever(sess, tmp_path):
    with tf.device("/gpu:0"):
        v, n = tf.Variable([[1.0, 2.0], [3.0, 4.0]], name="v"), tf.Variable(5, name="n")
        use = v * 2.0
    with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value v") as caught:
        sess.run(use)
    assert caught.value.op is not None
    assert sess.run(tf.report_uninitialized_variables()).tolist() == [b"v", b"n"]
    sess.run(tf.global_variables_initializer())
    assert sess.run(tf.report_uninitialized_variables()).size == 0
    saver = tf.train.Saver()
    path = saver.save(sess, str(tmp_path / "model"))
    sess.run(tf.assign(v, -v))
    v.load([[9.0, 9.0], [9.0, 9.0]], sess)
    assert sess.run(use).tolist() == [[18, 18], [18, 18]]
    saver.restore(sess, path)
    assert sess.run([v, n])[0].tolist() == [[1, 2], [3, 4]]
    assert sess.run(use).tolist() == [[2, 4], [6, 8]]
    sess.run(tf.scatter_update(v, [1], [[0.0, 0.0]]))
    assert sess.run(use).tolist() == [[2, 4], [0, 0]]
    assert v.eval(sess).tolist() == [[1, 2], [0, 0]]


def test_rows_are_trained(sess):
    with tf.device("/gpu:0"):
        v = tf.Variable(np.ones((4, 2), np.float32))
        loss = tf.reduce_sum(tf.square(tf.nn.embedding_lookup(v, [1, 1, 3])))
    step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    sess.run(tf.global_variables_initializer())
    sess.run(step)
    np.testing.assert_allclose(sess.run(v)[:, 0], [1, 0.6, 1, 0.8], rtol=1e-6)


def test_a_host_shape_may_come_from_there(sess):
    with tf.device("/gpu:0"):
        x = tf.placeholder(tf.float32, [None])
        sizes = tf.cast(tf.stack([x[0], -x[1]]), tf.int32)
        y = tf.reshape(tf.exp(x), sizes)
    assert sess.run(tf.shape(y), {x: [2.0, 1.0, 3.0, 4.0]}).tolist() == [2, 2]


def test_fetches_are_arrays_of_the_declared_dtype(sess):
    with tf.device("/gpu:0"):
        x = tf.placeholder(tf.float64, [2])
        found = sess.run(
            {"a": tf.exp(x), "b": [tf.argmax(x), x], "c": tf.constant(1.5)}, {x: [1.0, 2.0]}
        )
    assert type(found["a"]) is np.ndarray
    assert found["a"].dtype == np.float64
    assert found["b"][0] == 1
    assert found["c"].dtype == np.float32
    found["a"][:] = 0  # it is the caller's


def test_constants_are_copied_when_the_plan_is_made(sess, two_gpus):  # noqa: F811
    table = np.random.default_rng(0).normal(size=(1000, 300)).astype(np.float32)
    with tf.device("/gpu:0"):
        at = tf.placeholder(tf.int32, [])
        row = tf.gather(tf.constant(table), at)
    np.testing.assert_array_equal(sess.run(row, {at: 3}), table[3])
    before = two_gpus.to_device
    sess.run(row, {at: 4})
    assert two_gpus.to_device == before + 1  # the position


@pytest.mark.parametrize("wanted", [True, False])
def test_branches(sess, wanted):
    with tf.device("/gpu:0"):
        x = tf.placeholder(tf.float32, [2])
        v = tf.Variable([1.0, 2.0])
        y = tf.cond(x[0] > 0, lambda: tf.exp(x) + v, lambda: tf.assign_add(v, x) * 3.0)
        gradient = tf.gradients(y, x)[0]
    sess.run(v.initializer)
    value = np.array([1.0 if wanted else -1.0, 2.0], np.float32)
    right = np.exp(value) + [1, 2] if wanted else ([1, 2] + value) * 3
    np.testing.assert_allclose(sess.run(y, {x: value}), right, rtol=1e-6)
    slope = np.exp(value) if wanted else [0, 0]
    if wanted:
        np.testing.assert_allclose(sess.run(gradient, {x: value}), slope, rtol=1e-6)


def test_loops_and_their_gradients(sess):
    def build():
        x, w = tf.placeholder(tf.float32, [2, 2]), tf.Variable([[0.5, 0.1], [0.2, 0.3]])
        _, y = tf.while_loop(
            lambda i, h: tf.logical_and(i < 5, tf.reduce_sum(h) < 1e6),
            lambda i, h: (i + 1, tf.tanh(tf.matmul(h, w)) + x),
            [0, x],
        )
        return x, [y, *tf.gradients(tf.reduce_sum(y), [x, w])]

    found = []
    for device in ("/gpu:0", "/cpu:0"):
        with tf.Graph().as_default(), tf.Session() as session, tf.device(device):
            x, fetches = build()
            session.run(tf.global_variables_initializer())
            found.append(session.run(fetches, {x: [[1.0, 2.0], [3.0, -4.0]]}))
    for there, here in zip(*found):
        np.testing.assert_allclose(there, here, rtol=1e-5)


def test_recurrent_networks(sess, two_gpus):  # noqa: F811
    def build():
        tf.set_random_seed(3)
        x = tf.placeholder(tf.float32, [2, 4, 3])
        outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(5), x, dtype=tf.float32)
        loss = tf.reduce_sum(tf.square(outputs))
        return x, loss, tf.train.AdamOptimizer(0.1).minimize(loss)

    found = []
    value = np.random.default_rng(0).normal(size=(2, 4, 3))
    for device in ("/gpu:0", "/cpu:0"):
        with tf.Graph().as_default(), tf.Session() as session, tf.device(device):
            x, loss, step = build()
            session.run(tf.global_variables_initializer())
            found.append([session.run([loss, step], {x: value})[0] for _ in range(3)])
            if device == "/gpu:0":
                before = two_gpus.to_host
                session.run(step, {x: value})
                assert two_gpus.to_host - before < 10  # not once for each of so many steps
    np.testing.assert_allclose(found[0], found[1], rtol=1e-4)


def test_what_a_loop_keeps_stays_there(two_gpus):  # noqa: F811
    def body(i, kept, h):
        h = tf.exp(-h)
        return i + 1, kept.write(i, h), h

    value, found = np.array([0.5, 1.0], np.float32), []
    for device in ("/gpu:0", "/cpu:0"):
        with tf.Graph().as_default(), tf.Session() as session, tf.device(device):
            x = tf.placeholder(tf.float32, [2])
            kept = tf.TensorArray(tf.float32, 3, clear_after_read=False)
            _, kept, _ = tf.while_loop(lambda i, *_: i < 3, body, [0, kept, x])
            rows = kept.stack()
            y = tf.reduce_sum(tf.square(rows)) + tf.reduce_sum(kept.concat()) + kept.read(1)[0]
            found.append(session.run([rows, y, tf.gradients(y, x)[0]], {x: value}))
            session.run(rows, {x: value})
            before = two_gpus.to_host
            session.run(rows, {x: value})
            # The rows; whether to go on is known on the host.
            assert two_gpus.to_host - before == (device == "/gpu:0")
    for there, here in zip(*found):
        np.testing.assert_allclose(there, here, rtol=1e-5)


def test_runs_in_parts(sess):
    with tf.device("/gpu:0"):
        a, b = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
        v = tf.Variable(2.0)
        first, second, both = tf.exp(a) * v, tf.sin(a), a * b
    sess.run(v.initializer)
    handle = sess.partial_run_setup([first, second, both, v], [a, b])
    np.testing.assert_allclose(sess.partial_run(handle, second, {a: 1.0}), np.sin(1), rtol=1e-6)
    np.testing.assert_allclose(sess.partial_run(handle, first), 2 * np.exp(1), rtol=1e-6)
    assert sess.partial_run(handle, [both, v], {b: 3.0}) == [3, 2]


def test_callables_and_sessions_side_by_side(sess):
    with tf.device("/gpu:0"):
        x = tf.placeholder(tf.float32, [2])
        v = tf.Variable([1.0, 1.0])
        step = tf.assign_add(v, x)
    with tf.Session() as other:
        for session in (sess, other):
            session.run(v.initializer)
        assert sess.make_callable(step, [x])([1.0, 2.0]).tolist() == [2, 3]
        assert other.run(v).tolist() == [1, 1]


def test_threads_update_one_variable(sess):
    with tf.device("/gpu:0"):
        v = tf.Variable(np.zeros(10, np.float32))
        step = tf.assign_add(v, tf.ones([10]))
    sess.run(v.initializer)
    threads = [
        threading.Thread(target=lambda: [sess.run(step.op) for _ in range(50)]) for _ in range(4)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sess.run(v).tolist() == [200.0] * 10


def test_queues_and_data_sets_feed_it(sess):
    with tf.device("/cpu:0"):
        data = tf.data.Dataset.from_tensor_slices(np.arange(6.0).reshape(3, 2)).map(lambda x: x * 2)
        row = tf.data.make_one_shot_iterator(data).get_next()
    with tf.device("/gpu:0"):
        y = tf.exp(row)
    assert sess.run(y).tolist() == np.exp([0.0, 2.0]).tolist()
    assert sess.run(y).tolist() == np.exp([4.0, 6.0]).tolist()


def test_a_copy_does_not_wait_for_all_that_use_it(sess):
    x = tf.placeholder(tf.float32, [])
    queue = tf.FIFOQueue(3, tf.float32, shapes=[[]])
    taken = queue.dequeue()
    with tf.device("/gpu:0"):
        with tf.control_dependencies([taken]):
            late = tf.sin(x)
        early = tf.exp(x)
    with tf.device("/cpu:0"):
        put = queue.enqueue(early)
    _, found, value = sess.run([put, taken, late], {x: 1.0})
    assert (found, value) == (pytest.approx(np.e), pytest.approx(np.sin(1)))


def test_the_timeline_knows_the_devices(sess):
    with tf.device("/gpu:0"):
        x = tf.placeholder(tf.float32, [2])
        y = tf.exp(x, name="there")
    with tf.device("/cpu:0"):
        z = tf.sin(y, name="here")
    metadata, options = tf.RunMetadata(), tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
    sess.run(z, {x: [1.0, 2.0]}, options=options, run_metadata=metadata)
    names = {
        d.device.rpartition("task:0/")[2]: [n.node_name for n in d.node_stats]
        for d in metadata.step_stats.dev_stats
    }
    assert names == {
        "device:CPU:0": ["here"],
        "device:GPU:0": ["there"],
        "device:GPU:0/memcpy": ["MEMCPYHtoD_Placeholder", "MEMCPYDtoH_there"],
    }
    trace = tf.python.client.timeline.Timeline(metadata.step_stats).generate_chrome_trace_format()
    assert "GPU:0 Compute" in trace


def test_a_run_that_takes_too_long_is_stopped(sess):
    with tf.device("/gpu:0"):
        y = tf.exp(tf.placeholder_with_default(1.0, []))
    assert sess.run(y, options=tf.RunOptions(timeout_in_ms=10000)) > 2


def test_what_was_computed_once_is_not_computed_twice(sess):
    with tf.device("/gpu:0"):
        x = tf.placeholder(tf.float32, [2])
        y = tf.exp(x) + tf.exp(x)
    with tf.device("/cpu:0"):
        z = tf.exp(x)
    metadata, options = tf.RunMetadata(), tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
    sess.run([y, z], {x: [1.0, 2.0]}, options=options, run_metadata=metadata)
    ops = [n.node_name for d in metadata.step_stats.dev_stats for n in d.node_stats]
    assert sorted(o for o in ops if o.startswith("Exp")) == ["Exp", "Exp_2"]
