import numpy as np
import pytest

import pyengine as tf
from pyengine.executor import fusing
from pyengine.executor.plan import Plan
from pyengine.executor.runtime import Runtime

rng = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(fusing, "_LEAST", 50)
    monkeypatch.setattr(fusing, "_BLOCK", 16)


def both(build, *arrays):
    """What a graph gives with the passes, and without."""
    results = []
    for level in (tf.OptimizerOptions.L1, tf.OptimizerOptions.L0):
        options = tf.OptimizerOptions(opt_level=level)
        config = tf.ConfigProto(graph_options=tf.GraphOptions(optimizer_options=options))
        with tf.Graph().as_default(), tf.Session(config=config) as sess:
            feeds = [tf.placeholder(tf.float32, [None] * a.ndim) for a in arrays]
            results.append(sess.run(build(*feeds), dict(zip(feeds, arrays))))
    return results


def chain(x):
    return tf.sqrt(2 * tf.exp(x) + 1) - tf.tanh(x)


def twice(x):
    y = tf.exp(x)
    return y * y + tf.square(y) / (1.0 + y)


def scalars_first(x):
    return (tf.constant(2.0) + tf.reduce_sum(x)) * tf.exp(x) + tf.reduce_sum(x)


def summed(x):
    rank = x.shape.ndims
    total = tf.reduce_sum(chain(x)) if rank else chain(x)
    kept = tf.reduce_sum(twice(x), axis=list(range(-rank, 0)), keepdims=True) if rank else chain(x)
    return total + kept


@pytest.mark.parametrize("build", [chain, twice, scalars_first, summed])
@pytest.mark.parametrize(
    "x",
    [
        rng.normal(size=(7, 9)).astype("f"),
        np.asfortranarray(rng.normal(size=(7, 9)).astype("f")),
        rng.normal(size=(14, 9)).astype("f")[::2],
        rng.normal(size=(2, 3)).astype("f"),
        np.zeros((0, 3), "f"),
        np.float32(0.5),
    ],
    ids=["rows", "columns", "strided", "small", "empty", "scalar"],
)
def test_fusing_changes_nothing(build, x):
    fused, plain = both(build, np.asarray(x))
    assert np.shape(fused) == np.shape(plain)
    np.testing.assert_allclose(fused, plain, rtol=3e-7)


def test_shapes_that_are_stretched_go_one_by_one():
    x, row = rng.normal(size=(20, 9)).astype("f"), rng.normal(size=9).astype("f")
    fused, plain = both(lambda x, row: tf.exp(x + row) * row, x, row)
    np.testing.assert_array_equal(fused, plain)


def test_a_chain_is_one_step_and_what_others_read_is_kept():
    x = tf.placeholder(tf.float32, [4])
    inner = tf.exp(x)
    y = tf.tanh(inner + x)
    assert len(Plan([y], [x], Runtime())) == 1
    assert len(Plan([y, inner], [x], Runtime())) == 2
    assert len(Plan([y], [x], Runtime(optimized=False))) == 3


def test_a_sum_of_all_elements_is_part_of_the_step():
    x = tf.placeholder(tf.float32, [4, 3])
    y = tf.tanh(tf.exp(x))
    assert len(Plan([tf.reduce_sum(y)], [x], Runtime())) == 1
    assert len(Plan([tf.reduce_sum(y), y], [x], Runtime())) == 2
    assert len(Plan([tf.reduce_sum(y, 0)], [x], Runtime())) == 2


def test_feeds_are_not_written_to():
    x = rng.normal(size=100).astype("f")
    before = x.copy()
    both(chain, x)
    assert (x == before).all()


def test_errors_name_the_op_that_found_them():
    a, b = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.float32, [None])
    y = tf.exp(tf.add(a, b, name="culprit"))
    with tf.Session() as sess, pytest.raises(tf.errors.InvalidArgumentError) as caught:
        sess.run(y, {a: np.zeros(60), b: np.zeros(70)})
    assert caught.value.op.name == "culprit"
    assert caught.value.message.startswith("Incompatible shapes: [60] vs. [70]")
