"""Elements kept in files."""

import gc

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.data.running import elements


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def counted(calls, count=3):
    """Elements of all kinds; each that is made is noted."""

    def make():
        for i in range(count):
            calls.append(i)
            yield np.float32([[i]]), f"t{i}", i % 2 == 0

    shapes = ([1, 1], [], [])
    return tf.data.Dataset.from_generator(make, (tf.float32, tf.string, tf.bool), shapes)


def test_elements_are_made_once(tmp_path):
    calls, path = [], str(tmp_path / "new" / "cache")
    expected = [([[i]], f"t{i}".encode(), i % 2 == 0) for i in range(3)]
    for _ in range(2):
        with tf.Graph().as_default(), tf.Session() as sess:
            assert elements(sess, counted(calls).cache(path).repeat(2)) == expected * 2
    assert calls == [0, 1, 2]
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["cache.cache"]


def test_no_elements(tmp_path):
    with tf.Session() as sess:
        data = tf.data.Dataset.range(0).cache(str(tmp_path / "c"))
        assert elements(sess, data) == elements(sess, data) == []


def test_an_iterator_that_is_left_leaves_no_cache(tmp_path):
    calls, path = [], str(tmp_path / "c")
    data = counted(calls).cache(path)
    iterator = data.make_initializable_iterator()
    x = iterator.get_next()
    with tf.Session() as sess:
        for _ in range(2):  # the second one takes the place of the first
            sess.run(iterator.initializer)
            sess.run(x)
    gc.collect()
    assert list(tmp_path.iterdir()) == []
    with tf.Session() as sess:
        assert len(elements(sess, data.batch(3))) == 1
    assert calls.count(0) == 3


def test_an_error_leaves_no_cache(tmp_path):
    data = tf.data.Dataset.range(3).map(lambda i: tf.constant(6, tf.int64) // (1 - i))
    with tf.Session() as sess:
        for _ in range(2):
            found = elements(sess, data.cache(str(tmp_path / "c")))
            assert found == [6, "InvalidArgumentError", -6]
    assert list(tmp_path.iterdir()) == []


def test_one_file_cannot_be_two_caches(tmp_path):
    path = str(tmp_path / "c")
    one, two = (tf.data.Dataset.range(3).cache(path).make_one_shot_iterator() for _ in range(2))
    a, b = one.get_next(), two.get_next()
    with tf.Session() as sess:
        sess.run(a)
        with pytest.raises(tf.errors.AlreadyExistsError, match="another iterator"):
            sess.run(b)


def test_damage_and_a_full_disk(tmp_path):
    path = tmp_path / "c.cache"
    data = tf.data.Dataset.range(3).cache(str(tmp_path / "c"))
    with tf.Session() as sess:
        elements(sess, data)
        good = path.read_bytes()
        path.write_bytes(good[:-5])
        assert elements(sess, data) == [0, 1, "DataLossError"]
        path.write_bytes(good.replace(b"\x01", b"\x02"))
        assert "DataLossError" in elements(sess, data)
        assert elements(sess, tf.data.Dataset.range(2).cache("/proc/none/c"), 1)[0].endswith(
            "Error"
        )
