"""Declarations: what their functions take and refuse."""

import inspect

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops.declare import old_names, whole
from pyengine.ops.matmul import _matmul_op


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_a_declared_function_has_a_signature_and_a_doc():
    assert str(inspect.signature(_matmul_op)) == (
        "(a, b, *, transpose_a=False, transpose_b=False, name=None)"
    )
    assert _matmul_op.__doc__ == "The product of two matrices."
    assert _matmul_op.__name__ == "mat_mul"


def test_inputs_go_by_position_or_name():
    x, y = tf.ones([2, 3]), tf.ones([3, 2])
    assert _matmul_op(x, b=y).shape == [2, 2]
    assert _matmul_op(b=y, a=x).shape == [2, 2]


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda x: _matmul_op(x), "needs its input 'b'"),
        (lambda x: _matmul_op(x, x, x), "takes 2 inputs"),
        (lambda x: _matmul_op(x, x, nonsense=1), "has no attribute nonsense"),
    ],
)
def test_wrong_arguments_are_named(call, match):
    with pytest.raises(TypeError, match=match):
        call(tf.ones([2, 2]))


def test_values_take_the_dtype_of_the_tensor_beside_them():
    x = tf.constant([1.0], tf.float64)
    assert tf.add(2, x).dtype is tf.float64
    assert tf.add(x, [2]).dtype is tf.float64
    with pytest.raises(TypeError, match=r"Input 'y' of 'Add' Op: Expected int32, got 1\.5"):
        tf.add(tf.constant(1), 1.5)


def test_a_list_input_must_be_a_list():
    with pytest.raises(TypeError, match="Expected list for 'inputs'"):
        tf.add_n.__globals__["_add_n_op"](1.0, N=1)


def test_whole_floats_are_ints_where_positions_are_meant():
    assert whole(2.0) == 2
    assert type(whole(2.0)) is int
    assert whole([1.0, [2.0, 2.5], "a"]) == [1, [2, 2.5], "a"]
    assert tf.reduce_sum(tf.ones([2, 3]), axis=1.0).shape == [2]
    assert whole(np.array([1.0, 2.0])).dtype == np.int32
    assert whole(np.array([1.0, 2.0**40])).dtype == np.int64
    assert whole(np.array([0.5])).dtype == np.float64
    assert tf.gather([1, 2], np.array([1.0])).shape == [1]


def test_old_names_of_arguments():
    @old_names(old="new")
    def f(new=None):
        return new

    assert f(old=1) == f(new=1) == f(1) == 1
    assert f(old=None, new=2) == 2
    with pytest.raises(ValueError, match="both 'old' and 'new'"):
        f(old=1, new=2)
    assert f(None, 3) == 3
    with pytest.raises(TypeError, match="positional"):
        f(1, 2, 3)


def test_the_name_may_be_given_by_position_where_there_are_no_attributes():
    assert tf.cross([1, 0, 0], [0, 1, 0], "c").op.name == "c"
    assert tf.stop_gradient([1.0], "s").op.name == "s"
    with pytest.raises(TypeError, match="takes 2 inputs"):
        tf.cross([1, 0, 0], [0, 1, 0], "c", "d")


def test_inputs_may_be_given_by_the_names_they_have_in_tensorflow():
    with tf.Graph().as_default(), tf.Session() as sess:
        assert sess.run(tf.atan2(x=1.0, y=0.0)) == 0
        assert sess.run(tf.nn.relu(features=-1.0)) == 0
        assert sess.run(tf.math.zeta(x=[2.0], q=[1.0], name="z")).shape == (1,)
