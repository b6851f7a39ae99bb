"""What is rewritten around maximum pooling gives what it gave before, in both backends."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor import backend, pools
from pyengine.executor.plan import compiled
from pyengine.executor.runtime import Runtime
from pyengine.ops import tiles

BACKENDS = ["numpy", *(["torch"] if backend.is_installed() else [])]
IMAGES = np.random.default_rng(0).normal(size=(3, 7, 6, 4)).astype("f")
needs_torch = pytest.mark.skipif(not backend.is_installed(), reason="PyTorch is not installed")


def session(level, executor):
    options = tf.OptimizerOptions(opt_level=level)
    return tf.Session(
        config=tf.ConfigProto(
            graph_options=tf.GraphOptions(optimizer_options=options),
            experimental=tf.ConfigProto.Experimental(executor_type=executor),
        )
    )


def both(build, images, executor):
    """What `build(x)` gives with the passes, and without."""
    found = []
    for level in (tf.OptimizerOptions.L1, tf.OptimizerOptions.L0):
        with tf.Graph().as_default(), session(level, executor) as sess:
            x = tf.placeholder(tf.float32, [None, *IMAGES.shape[1:]])
            fetches = build(x)
            found.append(sess.run(fetches, {x: images}))
    return found


def rewritten(fetches, feeds):
    """The types of the ops of a plan's steps after the pass."""
    plan = compiled(fetches, feeds, Runtime())
    kept = {plan.value_slot(t) for t in fetches}
    _, ops = pools.pools(plan.steps, plan.ops, kept, {}, plan.new_slot)
    return [op.type for op in ops]


@pytest.mark.parametrize("executor", BACKENDS)
@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), (2, 1), (1, 1)])
@pytest.mark.parametrize("activation", [tf.nn.relu, tf.tanh, tf.identity])
def test_values_and_gradients_stay(executor, padding, size, stride, activation):
    def build(x):
        bias = tf.constant([0.5, -3.0, 0.0, 3.0])
        hidden = activation(x + bias)
        pooled = tf.nn.max_pool(hidden, [1, size, size, 1], [1, stride, stride, 1], padding)
        loss = tf.reduce_sum(tf.square(pooled) + pooled)
        return [pooled, *tf.gradients(loss, [x, bias])]

    for now, before in zip(*both(build, IMAGES, executor)):
        np.testing.assert_allclose(now, before, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("executor", BACKENDS)
def test_what_else_is_read_stays(executor):
    """Relu of the image, its gradient, and a second gradient of the same pooling are wanted too."""

    def build(x):
        hidden = tf.nn.relu(x)
        pooled = tf.nn.max_pool(hidden, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
        first = tf.gradients(tf.reduce_sum(tf.square(pooled)), [hidden, x])
        second = tf.gradients(tf.reduce_sum(tf.exp(pooled)), x)
        return [hidden, *first, *second, tf.reduce_sum(second[0], [0, 1, 2], keepdims=True)]

    for now, before in zip(*both(build, IMAGES, executor)):
        np.testing.assert_allclose(now, before, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("executor", BACKENDS)
@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_odd_numbers_are_pooled_as_before(executor, odd):
    images = IMAGES.copy()
    images[0, 1, 1, 2] = odd

    def build(x):
        pooled = tf.nn.max_pool(tf.nn.relu(x), [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
        return [pooled, *tf.gradients(pooled, x)]

    for now, before in zip(*both(build, images, executor)):
        np.testing.assert_array_equal(now, before)


def test_pooling_comes_before_relu():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 8, 8, 4])
        pooled = tf.nn.max_pool(tf.nn.relu(x), [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
        assert rewritten([pooled], [x]) == ["MaxPool", "Relu"]
        hidden = pooled.op.inputs[0]
        assert rewritten([pooled, hidden], [x]) == ["Relu", "MaxPool"]


def test_a_step_that_reads_a_variable_is_not_taken_for_the_op():
    with tf.Graph().as_default(), tf.Session() as sess:
        v = tf.Variable(IMAGES)
        pooled = tf.nn.max_pool(tf.nn.relu(v), [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
        alone = tf.nn.max_pool(v, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
        sess.run(tf.global_variables_initializer())
        a, b = sess.run([pooled, alone])
        np.testing.assert_array_equal(a, np.maximum(b, 0))


@pytest.mark.parametrize("executor", BACKENDS)
@pytest.mark.parametrize("odd", [0.0, np.nan])
def test_tiles_give_what_others_give(monkeypatch, executor, odd):
    """Channels that fill registers are pooled by compiled code, unless there is a NaN."""
    if not tiles.LANES:
        pytest.skip("this processor's registers are too narrow")
    images = np.random.default_rng(0).integers(-3, 3, (3, 8, 6, 16)).astype("f")
    images[1, 1, 1, 2] = odd
    calls = []
    share_out = tiles.share_out
    monkeypatch.setattr(tiles, "share_out", lambda *a: calls.append(1) or share_out(*a))
    found = []
    for level in (tf.OptimizerOptions.L1, tf.OptimizerOptions.L0):
        with tf.Graph().as_default(), session(level, executor) as sess:
            x = tf.placeholder(tf.float32, [None, 8, 6, 16])
            pooled = tf.nn.max_pool(tf.nn.relu(x), [1, 2, 3, 1], [1, 2, 3, 1], "VALID")
            fetches = [pooled, *tf.gradients(tf.square(pooled) + pooled, x)]
            found.append(sess.run(fetches, {x: images}))
    for now, before in zip(*found):
        np.testing.assert_array_equal(now, before)
    assert bool(calls) == (odd == 0)


@needs_torch
def test_the_gradient_goes_where_pooling_found_the_largest(monkeypatch):
    """PyTorch pools once: the gradient does not look for the places again."""
    calls = []
    whole = pools.torch_kernels.max_pool_grad
    monkeypatch.setattr(
        pools.torch_kernels, "max_pool_grad", lambda *a, **k: calls.append(1) or whole(*a, **k)
    )
    with tf.Graph().as_default(), session(tf.OptimizerOptions.L1, "torch") as sess:
        x = tf.placeholder(tf.float32, [None, 8, 8, 4])
        pooled = tf.nn.max_pool(tf.nn.tanh(x), [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
        (slope,) = tf.gradients(tf.reduce_sum(pooled), x)
        found = sess.run(slope, {x: np.zeros((2, 8, 8, 4))})
    assert not calls
    assert found[:, ::2, ::2].all() and not found[:, 1::2].any() and not found[:, :, 1::2].any()


@pytest.mark.parametrize("executor", BACKENDS)
def test_windows_over_channels_are_refused_by_the_run_which_names_the_op(executor):
    with tf.Graph().as_default(), session(tf.OptimizerOptions.L1, executor) as sess:
        x = tf.placeholder(tf.float32, [None, 8, 8, 4])
        pooled = tf.nn.max_pool(x, [1, 1, 1, 2], [1, 1, 1, 2], "VALID", name="over_channels")
        for fetched in (pooled, tf.gradients(pooled, x)):
            with pytest.raises(tf.errors.UnimplementedError, match="not yet supported") as caught:
                sess.run(fetched, {x: np.zeros((1, 8, 8, 4))})
            assert caught.value.op is pooled.op


@needs_torch
def test_a_slope_of_another_shape_is_refused():
    torch = backend.load_torch()
    attrs = {
        "ksize": (1, 2, 2, 1), "strides": (1, 2, 2, 1), "padding": "SAME",
        "explicit_paddings": (), "data_format": "NHWC",
    }  # fmt: skip
    places = np.zeros((2, 4, 4, 1), np.int64)
    with pytest.raises(ValueError, match=r"\(2, 3, 4, 1\), the pooled image \(2, 4, 4, 1\)"):
        pools.torch_kernels.max_pool_grad_at(
            torch, places, np.zeros((2, 3, 4, 1), "f"), sizes=(8, 8, 1), **attrs
        )
