"""Op types as functions of keyword arguments."""

import numpy as np
import pytest

import pyengine as tf

raw = tf.raw_ops


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize(
    ("build", "wanted"),
    [
        (lambda: raw.AddV2(x=1, y=2) if hasattr(raw, "AddV2") else raw.Add(x=1, y=2), 3),
        (lambda: raw.MatMul(a=[[1.0]], b=[[2.0]], transpose_b=True, name="m"), [[2]]),
        (lambda: raw.ConcatV2(values=[[1], [2]], axis=0), [1, 2]),
        (lambda: raw.Sum(input=[1, 2], axis=0, keep_dims=True), [3]),
        (lambda: raw.Cast(x=[1.5], DstT=tf.int32), [1]),
        (lambda: raw.IdentityN(input=[tf.constant(1), tf.constant("a")])[0], 1),
        (lambda: raw.Reshape(tensor=[1, 2], shape=[2, 1]), [[1], [2]]),
    ],
)
def test_ops(sess, build, wanted):
    np.testing.assert_array_equal(sess.run(build()), wanted)


def test_arguments_are_checked(sess):
    with pytest.raises(TypeError, match="missing the keyword arguments y"):
        raw.Sub(x=1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        raw.Sub(x=1, y=2, z=3)
    with pytest.raises(TypeError):
        raw.Sub(1, 2)
    with pytest.raises(AttributeError, match="NoSuchOp"):
        raw.NoSuchOp
    assert "MatMul" in dir(raw)
    assert raw.Sub(x=1, y=2, T=tf.int32).op.type == "Sub"
