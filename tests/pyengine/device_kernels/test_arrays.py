"""Shapes, joining and splitting on a GPU; `test_walk` has every op."""

import numpy as np
import pytest

import pyengine as tf
from pyengine import device_kernels
from tests.pyengine.pretended import assert_same, two_gpus  # noqa: F401 (a fixture)

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("two_gpus")

X = np.arange(24.0).reshape(2, 3, 4)


@pytest.mark.parametrize(
    "take",
    [
        lambda x: x[1],
        lambda x: x[:, ::2, ::-1],
        lambda x: x[..., -1],
        lambda x: x[::-1, tf.newaxis, 2:0:-1],
        lambda x: x[0, ..., tf.newaxis, 1:3],
        lambda x: x[:, 3:1],
        lambda x: tf.slice(x, [0, 1, 0], [-1, 2, 3]),
        lambda x: tf.reshape(x, [4, -1]),
        lambda x: tf.transpose(x, [2, 0, 1]),
        lambda x: tf.transpose(x),
        lambda x: tf.expand_dims(x, -2),
        lambda x: tf.squeeze(tf.expand_dims(x, 1), 1),
        lambda x: tf.tile(x, [2, 1, 3]),
        lambda x: tf.pad(x, [[1, 0], [0, 2], [1, 1]]),
        lambda x: tf.pad(x, [[1, 0], [0, 2], [1, 1]], constant_values=7.0),
        lambda x: tf.reverse(x, [0, 2]),
        lambda x: tf.concat([x, x], 1),
        lambda x: tf.stack([x, x], -1),
        lambda x: tf.unstack(x, axis=1),
        lambda x: tf.split(x, 2, 2),
        lambda x: tf.split(x, [1, -1], 2),
        lambda x: tf.split(x, 1, 2),
        lambda x: tf.fill([2, 2], x[0, 0, 1]),
        lambda x: tf.broadcast_to(x, [2, 2, 3, 4]),
        lambda x: [tf.zeros_like(x), tf.ones_like(x), tf.identity(x)],
        lambda x: [tf.shape(x), tf.size(x), tf.rank(x), *tf.shape_n([x, x[0]])],
        lambda x: tf.gradients(x[::-1, 1:, 3], x),
        lambda x: tf.gradients(x[0, ::2] * 2.0, x),
    ],
)
def test_what_an_array_is_made_into(take):
    assert_same(take, X)


def test_shapes_stay_on_the_host(two_gpus):  # noqa: F811
    with tf.Graph().as_default(), tf.Session() as sess, tf.device("/gpu:0"):
        v = tf.Variable(tf.ones([3, 2]))
        sess.run(v.initializer)
        shape = tf.shape(v)[0] * 2
        two_gpus.to_host = 0
        assert sess.run([shape, tf.is_variable_initialized(v)]) == [6, True]
        assert two_gpus.to_host == 0


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda x, n: tf.reshape(x, tf.cast(n, tf.int32)), "Input to reshape"),
        (lambda x, n: tf.slice(x, tf.cast(n, tf.int32), [1, 1, 1]), "Expected begin"),
        (lambda x, n: x[tf.cast(n[0], tf.int32)], "out of bounds"),
        (lambda x, n: tf.transpose(x, tf.cast(n, tf.int32) - 6), "out of range"),
    ],
)
def test_what_does_not_fit_is_the_error_of_the_cpu(build, message):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        assert_same(build, X, np.array([5.0, 5.0, 5.0]))


def test_empty_tensors_of_other_ranks_are_not_joined():
    kernel = device_kernels.table()["ConcatV2"].kernel
    one, empty = torch.ones(2, 3), torch.ones(0)
    assert kernel(torch, one, empty, 0, N=2) is NotImplemented
    assert kernel(torch, one, one[:0], 0, N=2).tolist() == one.tolist()
