"""`TensorArray`. What it refuses, and the words, are TensorFlow's."""

import numpy as np
import pytest

import pyengine as tf

M = np.array([[0.5, -1.0], [2.0, 0.25], [1.5, 3.0]], np.float32)


def hidden(values):
    """A tensor whose shape only a run knows."""
    return tf.placeholder_with_default(values, None)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_write_and_read(sess):
    array = tf.TensorArray(tf.float32, 2, clear_after_read=False)
    array = array.write(0, [1.0, 2.0]).write(1, [3.0, 4.0])
    assert array.element_shape.as_list() == [2]
    assert sess.run([array.read(1), array.read(1), array.size()])[0].tolist() == [3.0, 4.0]
    assert array.stack().shape.as_list() == [2, 2]
    assert sess.run(array.stack()).tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert sess.run(array.concat()).tolist() == [1.0, 2.0, 3.0, 4.0]


def test_it_can_grow(sess):
    array = tf.TensorArray(tf.int32, 0, dynamic_size=True)
    array = tf.while_loop(lambda i, a: i < 5, lambda i, a: (i + 1, a.write(i, i * i)), [0, array])[
        1
    ]
    assert sess.run(array.stack()).tolist() == [0, 1, 4, 9, 16]
    assert sess.run(array.size()) == 5


def test_rows_and_slices(sess):
    x = tf.constant(M)
    assert sess.run(tf.TensorArray(tf.float32, 3).unstack(x).gather([2, 0])).tolist() == [
        [1.5, 3.0], [0.5, -1.0]
    ]  # fmt: skip
    scattered = tf.TensorArray(tf.float32, 3).scatter([2, 0, 1], x)
    np.testing.assert_array_equal(sess.run(scattered.stack()), M[[1, 2, 0]])
    parts = tf.TensorArray(tf.float32, 2, infer_shape=False).split(x, [1, 2])
    assert sess.run(parts.read(1)).shape == (2, 2)
    np.testing.assert_array_equal(sess.run(parts.concat()), M)


def test_gradients_of_all_ways_in_and_out(sess):
    x = tf.constant(M)
    stacked = tf.TensorArray(tf.float32, 3).unstack(x).stack()
    gathered = tf.TensorArray(tf.float32, 3).unstack(x).gather([2, 0])
    concat = tf.TensorArray(tf.float32, 2, infer_shape=False).split(x, [1, 2]).concat()
    array = tf.TensorArray(tf.float32, 3, clear_after_read=False).scatter([2, 0, 1], x)
    twice = array.read(0) * array.read(0)
    assert sess.run(tf.gradients(stacked * stacked, x)[0]).tolist() == (2 * M).tolist()
    assert sess.run(tf.gradients(gathered, x)[0]).tolist() == [[1, 1], [0, 0], [1, 1]]
    assert sess.run(tf.gradients(concat * concat, x)[0]).tolist() == (2 * M).tolist()
    assert sess.run(tf.gradients(twice, x)[0]).tolist() == [[0, 0], [4.0, 0.5], [0, 0]]


def test_gradients_through_a_loop_that_reads_and_writes(sess):
    x = tf.constant(M)
    given = tf.TensorArray(tf.float32, 3, clear_after_read=False).unstack(x)
    _, _, made = tf.while_loop(
        lambda i, s, t: i < 3,
        lambda i, s, t: (i + 1, s + given.read(i) * given.read(2 - i), t.write(i, s)),
        [0, tf.zeros([2]), tf.TensorArray(tf.float32, 3)],
    )
    (g,) = tf.gradients(made.stack(), x)
    wanted = np.array([2 * M[2], 2 * M[1], 2 * M[0]])
    np.testing.assert_allclose(sess.run(g), wanted, rtol=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda a: a.write(2, 1.0).flow, "not resizeable and size is: 2"),
        (lambda a: a.write(-1, 1.0).flow, "not resizeable"),
        (lambda a: a.read(5), "Tried to read from index 5 but array size is: 2"),
        (lambda a: a.write(0, 1.0).write(0, 2.0).flow, "already been written to"),
        (lambda a: a.scatter([0, 5], [1.0, 2.0]).flow, "Max scatter index"),
        (lambda a: a.scatter([0], hidden([1.0, 2.0])).flow, r"len\(indices\)"),
    ],
)
def test_what_a_run_refuses(sess, make, message):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        sess.run(make(tf.TensorArray(tf.float32, 2)))


def test_an_element_is_read_once_unless_told_otherwise(sess):
    array = tf.TensorArray(tf.float32, 1).write(0, 1.0)
    first = array.read(0)
    with tf.control_dependencies([first]):
        second = array.read(0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="twice"):
        sess.run(second)


def test_an_element_never_written_is_zeros_if_its_shape_is_known(sess):
    array = tf.TensorArray(tf.float32, 2).write(0, [1.0, 2.0])
    assert sess.run(array.stack()).tolist() == [[1.0, 2.0], [0.0, 0.0]]
    with pytest.raises(tf.errors.InvalidArgumentError, match="Could not read"):
        sess.run(tf.TensorArray(tf.float32, 2).read(0))


def test_arguments_are_checked(sess):
    array = tf.TensorArray(tf.float32, 2)
    with pytest.raises(ValueError, match="Size must be"):
        tf.TensorArray(tf.float32)
    with pytest.raises(ValueError, match="both a handle and size"):
        tf.TensorArray(tf.float32, 2, handle=array.handle, flow=array.flow)
    with pytest.raises(ValueError, match="flow must not be None"):
        tf.TensorArray(tf.float32, handle=array.handle)
    with pytest.raises(TypeError, match="Handle must be a Tensor"):
        tf.TensorArray(tf.float32, handle=3)
    with pytest.raises(ValueError, match="not compatible"):
        array.scatter([0], [1.0, 2.0])
    with pytest.raises(ValueError, match="Inconsistent shapes"):
        array.write(0, [1.0]).write(1, [1.0, 2.0])


@pytest.mark.parametrize(
    "fill",
    [lambda a, v: a.write(0, v[0]), lambda a, v: a.scatter([0], v)],
    ids=["write", "scatter"],
)
@pytest.mark.parametrize("values", [[1], ["a"], np.ones(1)])
def test_another_dtype_is_refused_by_the_run(sess, fill, values):
    array = fill(tf.TensorArray(tf.float32, 2), tf.constant(values))
    with pytest.raises(tf.errors.InvalidArgumentError, match="dtype is float32 but Op is trying"):
        sess.run(array.flow)
    with pytest.raises(tf.errors.InvalidArgumentError, match="trying to write dtype float32"):
        sess.run(fill(tf.TensorArray(tf.string, 2), tf.constant([1.0])).flow)


def test_a_closed_array_is_empty(sess):
    array = tf.TensorArray(tf.float32, 1).write(0, 1.0)
    with tf.control_dependencies([array.close()]):
        late = array.identity().read(0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="closed"):
        sess.run(late)


def test_through_a_cond(sess):
    p = tf.placeholder(tf.bool, [])
    array = tf.TensorArray(tf.float32, 2).write(0, 1.0)
    after = tf.cond(p, lambda: array.write(1, 2.0), lambda: array.write(1, 3.0))
    assert sess.run(after.stack(), {p: True}).tolist() == [1.0, 2.0]
    assert sess.run(after.stack(), {p: False}).tolist() == [1.0, 3.0]
