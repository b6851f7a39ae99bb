"""Data sets; values, orders and messages are those of TensorFlow."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.data.running import elements

D = tf.data.Dataset


@pytest.fixture(autouse=True)
def sess():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


CASES = {
    "from_tensor_slices": (lambda: D.from_tensor_slices([1, 2]), [1, 2]),
    "from_tensors": (lambda: D.from_tensors([1, 2]), [[1, 2]]),
    "range": (lambda: D.range(5, 0, -2), [5, 3, 1]),
    "dicts": (
        lambda: D.from_tensor_slices({"a": [1, 2], "b": ([1.0, 2.0], ["x", "y"])}),
        [{"a": 1, "b": (1.0, b"x")}, {"a": 2, "b": (2.0, b"y")}],
    ),
    "zip": (lambda: D.zip((D.range(3), D.range(7, 9))), [(0, 7), (1, 8)]),
    "zip_dict": (lambda: D.zip({"a": D.range(1)}), [{"a": 0}]),
    "concatenate": (lambda: D.range(2).concatenate(D.range(7, 9)), [0, 1, 7, 8]),
    "map": (lambda: D.range(3).map(lambda x: (x * 2, -x)), [(0, 0), (2, -1), (4, -2)]),
    "map_two": (lambda: D.zip((D.range(2), D.range(2))).map(lambda a, b: a + b), [0, 2]),
    "flat_map": (lambda: D.range(3).flat_map(lambda x: D.from_tensors(x).repeat(x)), [1, 2, 2]),
    "interleave": (
        lambda: D.range(1, 5).interleave(lambda x: D.from_tensors(x).repeat(3), 2, 2),
        [1, 1, 2, 2, 1, 2, 3, 3, 4, 4, 3, 4],
    ),
    "filter": (lambda: D.range(6).filter(lambda x: tf.equal(x % 2, 0)), [0, 2, 4]),
    "batch": (lambda: D.range(5).batch(2), [[0, 1], [2, 3], [4]]),
    "batch_drop": (lambda: D.range(5).batch(2, drop_remainder=True), [[0, 1], [2, 3]]),
    "padded_batch": (
        lambda: D.range(1, 4).map(lambda x: tf.fill([x], x)).padded_batch(2, [None]),
        [[[1, 0], [2, 2]], [[3, 3, 3]]],
    ),
    "padded_batch_values": (
        lambda: (
            D.range(1, 3)
            .map(lambda x: (tf.fill([x], x), x))
            .padded_batch(2, ([3], []), (tf.constant(-1, tf.int64), 0))
        ),
        [([[1, -1, -1], [2, 2, -1]], [1, 2])],
    ),
    "shuffle": (lambda: D.range(8).shuffle(4, seed=3), [0, 3, 2, 1, 4, 6, 5, 7]),
    "shuffle_small": (
        lambda: D.range(20).shuffle(5, seed=9),
        [1, 5, 3, 4, 2, 8, 7, 11, 10, 13, 14, 15, 12, 6, 16, 9, 17, 18, 0, 19],
    ),
    "shuffle_repeat": (
        lambda: D.range(6).shuffle(10, seed=3).repeat(2),
        [0, 1, 2, 3, 4, 5, 0, 4, 1, 5, 3, 2],
    ),
    "shuffle_once": (
        lambda: D.range(6).shuffle(10, 3, reshuffle_each_iteration=False).repeat(2),
        [5, 4, 2, 0, 3, 1] * 2,
    ),
    "repeat": (lambda: D.range(2).repeat(2), [0, 1, 0, 1]),
    "repeat_ever": (lambda: D.range(2).repeat().take(5), [0, 1, 0, 1, 0]),
    "take_skip": (lambda: D.range(9).skip(3.0).take(2), [3, 4]),
    "shard": (lambda: D.range(7).shard(3, 1), [1, 4]),
    "cache": (lambda: D.range(3).cache().repeat(2), [0, 1, 2] * 2),
    "prefetch": (lambda: D.range(3).prefetch(1), [0, 1, 2]),
    "window": (
        lambda: D.range(5).window(3, shift=2).flat_map(lambda w: w.batch(3)),
        [[0, 1, 2], [2, 3, 4], [4]],
    ),
    "errors": (
        lambda: D.from_tensor_slices([1, 0, 2]).map(lambda x: 10 // x),
        [10, "InvalidArgumentError", 5],
    ),
    "unbatch": (lambda: D.range(5).batch(2).unbatch(), [0, 1, 2, 3, 4]),
    "enumerate": (lambda: D.from_tensors("a").enumerate(5), [(5, b"a")]),
    "reduce": (lambda: D.from_tensors(D.range(5).reduce(np.int64(0), lambda a, b: a + b)), [10]),
    "options": (lambda: D.range(1).with_options(tf.data.Options()), [0]),
    "nested": (
        lambda: D.range(2).map(lambda x: {"a": x, "b": (x, [x, x])}),
        [{"a": 0, "b": (0, [0, 0])}, {"a": 1, "b": (1, [1, 1])}],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_elements(sess, name):
    make, wanted = CASES[name]
    dataset = make()
    assert elements(sess, dataset) == wanted
    assert repr(dataset).startswith("<Dataset shapes:")


def test_what_elements_are():
    d = D.from_tensor_slices({"a": np.zeros((4, 2), np.float32)}).batch(2)
    assert d.output_types == {"a": tf.float32}
    assert d.output_shapes["a"].as_list() == [None, 2]
    assert d.output_classes == {"a": tf.Tensor}
    assert d.batch(3, True).output_shapes["a"].as_list() == [3, None, 2]
    both = D.from_tensors([1]).concatenate(D.from_tensors([1, 2]))
    assert both.output_shapes.as_list() == [None]
    window = D.range(3).window(2)
    assert (window.output_types, window.output_classes) == (tf.variant, D)
    with pytest.raises(RuntimeError, match="get_next"):
        iter(d)


def test_random_ops_repeat_with_each_initialization_and_go_on_in_repeats(sess):
    tf.set_random_seed(11)
    d = D.range(2).map(lambda x: tf.random_uniform([], seed=1)).repeat(2)
    once = elements(sess, d)
    np.testing.assert_allclose(once, [0.62283802, 0.4206988, 0.15924847, 0.39109266], rtol=1e-6)
    assert elements(sess, d) == once


def test_generators(sess):
    d = D.from_generator(lambda: iter([(1, [1.0]), (2, [1.0, 2.0])]), (tf.int32, tf.float32),
                         ([], [None]))  # fmt: skip
    assert elements(sess, d) == [(1, [1.0]), (2, [1.0, 2.0])]
    n = tf.placeholder_with_default(np.int64(3), [])
    assert elements(sess, D.from_generator(lambda n: range(n), tf.int64, args=(n,))) == [0, 1, 2]
    bad = D.from_generator(lambda: iter([(1, 2)]), (tf.int32,))
    assert elements(sess, bad) == ["InvalidArgumentError"]
    with pytest.raises(TypeError, match="must be a Python callable"):
        D.from_generator([1], tf.int32)


def test_what_is_captured_has_its_value_of_the_initialization(sess):
    n, v = tf.placeholder(tf.int64, []), tf.Variable(np.int64(3))
    iterator = D.range(n).map(lambda x: x + v).make_initializable_iterator()
    x = iterator.get_next()
    sess.run(v.initializer)
    sess.run(iterator.initializer, {n: 2})
    assert sess.run(x) == 3
    sess.run(v.assign(100))
    assert sess.run(x) == 4
    with pytest.raises(tf.errors.OutOfRangeError, match="End of sequence"):
        sess.run(x)


def test_functions_capture_through_data_sets_in_data_sets(sess):
    v = tf.placeholder_with_default(np.int64(10), [])
    d = D.range(2).flat_map(lambda x: D.range(2).map(lambda y: x * v + y))
    assert elements(sess, d) == [0, 1, 10, 11]


def test_files(sess, tmp_path):
    for name in "ba":
        (tmp_path / name).touch()
    names = [str(tmp_path / n).encode() for n in "ab"]
    assert elements(sess, D.list_files(f"{tmp_path}/*", shuffle=False)) == names
    assert sorted(elements(sess, D.list_files(f"{tmp_path}/*"))) == names
    once = D.list_files(f"{tmp_path}/*", seed=1).make_one_shot_iterator().get_next()
    assert sess.run(once) in names
    iterator = D.list_files(f"{tmp_path}/none*").make_initializable_iterator()
    with pytest.raises(tf.errors.InvalidArgumentError, match="No files matched pattern"):
        sess.run(iterator.initializer)


def test_values_that_come_in_the_run(sess):
    size = tf.placeholder(tf.int64, [])
    iterator = D.range(5).batch(size).make_initializable_iterator()
    x = iterator.get_next()
    assert x.shape.as_list() == [None]
    sess.run(iterator.initializer, {size: 3})
    assert sess.run(x).tolist() == [0, 1, 2]
    with pytest.raises(tf.errors.InvalidArgumentError, match="Batch size must be greater"):
        sess.run(iterator.initializer, {size: 0})


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: D.from_tensor_slices(1), ValueError, "rank >= 1"),
        (lambda: D.from_tensor_slices(([1, 2], [1])), ValueError, "2 and 1 are not compatible"),
        (lambda: D.range(2).concatenate(D.from_tensors(1.0)), TypeError, "different types"),
        (lambda: D.range(3).filter(lambda x: x), ValueError, "scalar tensor"),
        (lambda: D.range(3).flat_map(lambda x: x), TypeError, "must return a `Dataset`"),
        (lambda: D.zip([D.range(2), 3]), TypeError, "not supported"),
        (lambda: D.range(3).padded_batch(2, [None]), ValueError, "not compatible"),
        (lambda: D.from_tensors([1, 2]).padded_batch(1, [1]), ValueError, "not compatible"),
        (lambda: D.range(), ValueError, "Invalid args"),
        (lambda: D.range(3).shard(2, 2), ValueError, "index must be"),
        (lambda: D.range(3).shard(0, 0), ValueError, "num_shards must be"),
        (lambda: D.range(3).cache("file"), NotImplementedError, "in memory"),
        (lambda: D.range(3).apply(lambda d: 3), TypeError, "must return a Dataset"),
    ],
)
def test_what_can_never_work_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()
