"""What is refused as TensorFlow refuses it: when the graph is built or run, and by which class."""

import numpy as np
import pytest

import pyengine as tf

X = np.arange(12, dtype=np.float32).reshape(3, 4)
F32, F64 = tf.float32, tf.float64


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        yield


def fed(*shape, dtype=tf.float32):
    return tf.placeholder(dtype, shape)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: tf.slice(X, [1], [2, 3]), ValueError, "not compatible"),
        (lambda: tf.strided_slice(X, [0, 1], [3]), ValueError, "not compatible"),
        (lambda: tf.strided_slice(fed(None, None), [0, 1], [3, 3], [1]), ValueError, "compatible"),
        (
            lambda: tf.strided_slice(X, [1, 0], [2, 3], [-1, 1], shrink_axis_mask=1),
            ValueError,
            "only stride 1 allowed",
        ),
        (lambda: tf.constant(1.0)[fed(dtype=tf.int32)], ValueError, "too many"),
        (lambda: tf.reshape(fed(None, 6), [-2, 2, 2]), ValueError, "used for shape: -2"),
        (lambda: tf.transpose(X, [-3, 0]), ValueError, "perm dim -3"),
        (lambda: tf.concat([], 0), ValueError, "got none"),
        (lambda: tf.tile(X, fed(1, 2, dtype=tf.int32)), ValueError, "rank 1"),
        (lambda: tf.unstack(X, num=-2), ValueError, "less than minimum 0"),
        (lambda: tf.accumulate_n([tf.zeros(2), tf.zeros(2, F64)]), ValueError, "same dtype"),
        (lambda: tf.split(X, 0), ValueError, "less than minimum 1"),
        (lambda: tf.nn.top_k(X, -1), ValueError, "must be >= 0"),
        (lambda: tf.random_uniform(fed(dtype=tf.int32)), ValueError, "rank 1"),
        (lambda: tf.scatter_nd([[1]], [2.0], [0]), ValueError, "empty input"),
        (lambda: tf.reverse_sequence(X, [1, 1, 1], batch_dim=1), TypeError, "seq_dim"),
        (lambda: tf.div_no_nan(tf.zeros([2], F64), tf.zeros([2])), TypeError, "same dtype"),
        (lambda: tf.parallel_stack([tf.zeros(2), tf.zeros(2, F64)]), TypeError, "don't all match"),
        (lambda: tf.spectral.rfft(tf.zeros([8], tf.float16)), ValueError, "float16"),
        (lambda: tf.fill(fed(dtype=tf.int32), 1.0), ValueError, "rank 1"),
        (lambda: tf.identity_n([]), ValueError, "length 0"),
        (lambda: tf.one_hot([1], 3, on_value=True), TypeError, "off_value"),
        (lambda: tf.shape(X, out_type=tf.float32), TypeError, "out_type"),
        (lambda: tf.size(fed(None), out_type=tf.int8), TypeError, "out_type"),
        (lambda: tf.argmin(X, output_type=tf.int16), TypeError, "output_type"),
        (lambda: tf.argmax(X, output_type=tf.float32), TypeError, "output_type"),
        (lambda: tf.nn.bias_add(X, tf.zeros([4], F64)), ValueError, "conversion requested"),
        (
            lambda: tf.nn.pool(X.reshape(1, 3, 4, 1), [2, 2], "MAX", "VALID", strides=[2]),
            ValueError,
            "should be 2",
        ),
        (lambda: tf.nn.softmax_cross_entropy_with_logits_v2(labels=X), TypeError, "logits"),
        (lambda: tf.image.flip_up_down(fed(0, 3, 1)), ValueError, "must be > 0"),
        (lambda: tf.image.pad_to_bounding_box(fed(0, 3, 1), 1, 2, 5, 6), ValueError, "> 0"),
    ],
)
def test_when_it_is_built(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: tf.transpose(X, [-1, 0]), "out of range"),
        (lambda: tf.transpose(X, [-2, 0]), "out of range"),
        (lambda: tf.reverse_sequence(X, [1, 1, 1], seq_axis=0), "batch_dim == seq_dim"),
        (lambda: tf.reverse_sequence(X, [1, 1, 1], seq_axis=-1), "Invalid seq_dim -1"),
        (lambda: tf.scatter_nd([[1]], [2.0], []), "index vectors of length 1"),
        (lambda: tf.unravel_index([[1, 2]], [3, 4]), "scalar or vector"),
        (lambda: tf.where(tf.constant(True)), "Unhandled input dimensions"),
        (lambda: tf.gather(X, [[0], [1]], batch_dims=1), "differ in their first"),
    ],
)
def test_when_it_runs(make, message):
    result = make()
    with tf.Session() as sess, pytest.raises(tf.errors.InvalidArgumentError, match=message):
        sess.run(result)


def test_what_is_taken_though_it_looks_wrong():
    with tf.Session() as sess:
        assert sess.run(tf.global_norm([])) == 0.0
        assert sess.run(tf.clip_by_norm(X, -1.0)).any() is np.False_
        assert sess.run(tf.eye(tf.constant(2, tf.int64))).tolist() == [[1.0, 0.0], [0.0, 1.0]]
        labels = tf.constant([[0.0, 1.0]], F32)
        loss = tf.nn.softmax_cross_entropy_with_logits_v2(labels, tf.zeros([1, 2], F64))
        np.testing.assert_allclose(sess.run(loss), np.log(2.0))


def test_the_start_of_a_slice_tells_the_dtype_of_its_size():
    x, begin = tf.constant(X), tf.placeholder(tf.int64, [2])
    y = tf.slice(x, begin, [1, 2])
    with tf.Session() as sess:
        found, grad = sess.run([y, tf.gradients(y, x)[0]], {begin: [1, 2]})
    assert found.tolist() == X[1:2, 2:].tolist()
    assert np.argwhere(grad).tolist() == [[1, 2], [1, 3]]


def test_a_global_norm_that_is_not_finite_makes_all_nan():
    clipped, norm = tf.clip_by_global_norm([tf.constant([np.inf, 1.0]), tf.ones(2)], 1.0)
    with tf.Session() as sess:
        assert np.isnan(sess.run(clipped)).all()
        assert sess.run(norm) == np.inf


def test_complex_vectors_are_normalized():
    z = tf.constant([[3.0, 4j]], tf.complex64)
    with tf.Session() as sess:
        np.testing.assert_allclose(sess.run(tf.nn.l2_normalize(z, 1)), [[0.6, 0.8j]], rtol=1e-6)


def test_points_between_two_have_a_gradient():
    start, stop = tf.constant(2.0), tf.constant(5.0)
    grads = tf.gradients(tf.linspace(start, stop, 4) * [1.0, 2.0, 3.0, 4.0], [start, stop])
    one = tf.gradients(tf.linspace(start, stop, 1), [start, stop])
    with tf.Session() as sess:
        # The weights of stop are 0, 1/3, 2/3 and 1.
        np.testing.assert_allclose(sess.run(grads), [10 - 20 / 3, 20 / 3], rtol=1e-6)
        assert sess.run(one) == [1.0, 0.0]


def test_a_loop_over_nothing_has_a_gradient():
    x = tf.placeholder(tf.float32, [0])
    y = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * 1.5 + x), [0, x])[1]
    with tf.Session() as sess:
        assert sess.run(tf.gradients(y, x)[0], {x: []}).shape == (0,)
