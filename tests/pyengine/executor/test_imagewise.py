"""Chains of ops on images: the same results whole and in parts, in both backends."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor import backend, imagewise
from pyengine.executor.plan import Plan
from pyengine.executor.runtime import Runtime
from pyengine.ops import pooled

rng = np.random.default_rng(0)
IMAGES = rng.normal(size=(11, 8, 8, 3)).astype("f")
BACKENDS = ["numpy", *(["torch"] if backend.is_installed() else [])]


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(imagewise, "_LEAST_BYTES", 0)
    monkeypatch.setattr(imagewise, "_PART_BYTES", 1 << 13)


def network(x):
    """Two layers of convolution, with all variables, and the loss."""
    made = []
    for channels, outputs in ((3, 4), (4, 6)):
        w = tf.Variable(rng.normal(size=(3, 3, channels, outputs)).astype("f"))
        b = tf.Variable(rng.normal(size=outputs).astype("f"))
        hidden = tf.nn.relu(tf.nn.conv2d(x, w, [1, 1, 1, 1], "SAME") + b)
        x = tf.nn.max_pool(hidden, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
        made += [w, b, hidden]
    return made, tf.reduce_sum(tf.square(tf.reshape(x, [-1, 24])))


def runs(build, feeds, executor="numpy"):
    """What the fetches are with the passes, and without."""
    results = []
    for level in (tf.OptimizerOptions.L1, tf.OptimizerOptions.L0):
        config = tf.ConfigProto(
            graph_options=tf.GraphOptions(optimizer_options=tf.OptimizerOptions(opt_level=level)),
            experimental=tf.ConfigProto.Experimental(executor_type=executor),
        )
        with tf.Graph().as_default(), tf.Session(config=config) as sess:
            tf.set_random_seed(1)
            global rng
            rng = np.random.default_rng(1)
            x = tf.placeholder(tf.float32, [None, 8, 8, 3])
            fetches = build(x)
            sess.run(tf.global_variables_initializer())
            results.append(sess.run(fetches, {x: feeds}))
    return results


@pytest.mark.parametrize("executor", BACKENDS)
@pytest.mark.parametrize("count", [0, 1, 2, 11])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_network_and_its_gradients(executor, count, order):
    def build(x):
        made, loss = network(x)
        return [loss, made[2], *tf.gradients(loss, [x, *(v for v in made if v.op.type != "Relu")])]

    feeds = np.asarray(IMAGES[:count], order=order)
    for parted, plain in zip(*runs(build, feeds, executor)):
        assert np.shape(parted) == np.shape(plain)
        np.testing.assert_allclose(parted, plain, rtol=2e-4, atol=2e-4)


def test_chains_become_steps_and_what_others_read_is_kept():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 8, 8, 3])
        made, loss = network(x)
        gradients = tf.gradients(loss, [made[0], made[1], made[3], made[4]])
        plan = Plan([loss, *gradients], [x], Runtime())
        chains = [s[0] for s in plan.steps if isinstance(s[0], imagewise.Imagewise)]
        assert len(chains) == 2
        plain = Plan([loss, *gradients], [x], Runtime(optimized=False))
        assert not any(isinstance(s[0], imagewise.Imagewise) for s in plain.steps)


def test_a_variable_is_read_and_written_in_the_order_of_the_graph():
    def build(x):
        w = tf.Variable(tf.ones([1, 1, 3, 2]))
        first = tf.nn.conv2d(x, w, [1, 1, 1, 1], "SAME")
        with tf.control_dependencies([first]):
            changed = tf.assign(w, tf.reduce_sum(first) * tf.ones([1, 1, 3, 2]))
        with tf.control_dependencies([changed]):
            second = tf.nn.conv2d(x, w.read_value(), [1, 1, 1, 1], "SAME")
        return [tf.nn.relu(first), tf.nn.relu(second)]

    for parted, plain in zip(*runs(build, IMAGES)):
        np.testing.assert_allclose(parted, plain, rtol=1e-4)


def test_relu_before_pooling_keeps_its_gradient_where_others_want_the_pooling_s():
    def build(x):
        hidden = tf.nn.relu(tf.nn.conv2d(x, tf.ones([3, 3, 3, 2]), [1, 1, 1, 1], "SAME"))
        pooled = tf.nn.max_pool(hidden, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
        return tf.gradients(tf.reduce_sum(tf.square(pooled)), [x, hidden])

    for parted, plain in zip(*runs(build, IMAGES)):
        np.testing.assert_allclose(parted, plain, rtol=1e-4, atol=1e-4)


def test_an_error_names_its_op():
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [None, 8, 8, None])
        w = tf.placeholder(tf.float32, [3, 3, None, 2])
        y = tf.nn.relu(tf.nn.conv2d(x, w, [1, 1, 1, 1], "SAME", name="wrong"))
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            sess.run(y, {x: IMAGES, w: np.ones((3, 3, 2, 2), "f")})
        assert caught.value.op.name == "wrong"


def test_feeds_are_not_written_to():
    before = IMAGES.copy()
    runs(lambda x: tf.nn.relu(tf.nn.max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")), IMAGES)
    np.testing.assert_array_equal(IMAGES, before)


@pytest.mark.skipif(not backend.is_installed(), reason="PyTorch is not installed")
@pytest.mark.parametrize("bias", [[2], [1], []])
@pytest.mark.parametrize("padding", ["SAME", "VALID"])
def test_a_convolution_and_its_bias_are_one(bias, padding):
    def build(x):
        made = tf.nn.conv2d(x, tf.ones([2, 2, 3, 2]), [1, 1, 1, 1], padding)
        return [tf.nn.relu(made + tf.constant(np.full(bias, 0.5, np.float32)))]

    for parted, plain in zip(*runs(build, IMAGES, "torch")):
        np.testing.assert_allclose(parted, plain, rtol=1e-4, atol=1e-5)


@pytest.mark.skipif(not backend.is_installed(), reason="PyTorch is not installed")
@pytest.mark.skipif(not pooled.LANES, reason="this processor's registers are too narrow")
@pytest.mark.parametrize("trained", [False, True])
@pytest.mark.parametrize("odd", [0, np.nan])
def test_a_convolution_and_the_pooling_behind_it_are_one(monkeypatch, trained, odd):
    """Also where the gradient wants to know places, but not where the images are wanted too."""
    calls = []
    convolve = pooled.convolve

    def seen(*args):
        found = convolve(*args)
        calls.append(found is not None)
        return found

    monkeypatch.setattr(pooled, "convolve", seen)
    images = IMAGES.copy()
    images[3, 3, 3, 1] = odd

    def build(x, wanted=False):
        w = tf.random_normal([3, 3, 3, 32], seed=1)
        w2 = tf.random_normal([3, 3, 32, 64], seed=2)
        first = tf.nn.conv2d(x, w, [1, 1, 1, 1], "SAME") + tf.constant(0.5, shape=[32])
        hidden = tf.nn.max_pool(tf.nn.relu(first), [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
        y = tf.nn.conv2d(hidden, w2, [1, 1, 1, 1], "SAME") + tf.constant(0.5, shape=[64])
        y = tf.nn.relu(tf.nn.max_pool(y, [1, 4, 1, 1], [1, 4, 1, 1], "VALID"))
        gradients = tf.gradients(tf.square(y), [x, w, w2]) if trained else []
        return [y, *gradients, *([first] if wanted else [])]

    for parted, plain in zip(*runs(build, images, "torch")):
        largest = np.abs(plain[np.isfinite(plain)]).max(initial=0)
        np.testing.assert_allclose(parted, plain, rtol=1e-4, atol=1e-5 * largest)
    assert calls
    assert all(calls) or odd
    both = len(calls)
    calls.clear()
    runs(lambda x: build(x, wanted=True), images, "torch")
    assert 0 < len(calls) < both  # the second convolution alone
