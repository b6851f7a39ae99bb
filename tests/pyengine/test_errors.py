"""The exception classes and what they say."""

import pickle

import pytest

import pyengine as tf
from pyengine import errors


@pytest.mark.parametrize("cls", errors.OpError.__subclasses__())
def test_codes_and_classes_correspond(cls):
    assert errors.exception_type_from_error_code(cls.code) is cls
    assert errors.error_code_from_exception_type(cls) == cls.code
    assert cls(None, None, "why").error_code == cls.code


def test_all_of_the_canonical_codes_have_a_class():
    assert sorted(c.code for c in errors.OpError.__subclasses__()) == list(range(1, 17))


def test_an_error_of_an_op_names_it_and_where_it_was_made():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    y = tf.identity(x, name="y")
    text = str(errors.InvalidArgumentError(None, y.op, "no good"))
    assert text.startswith("no good\n")
    assert "'y' (Identity) on (float32(?, 2))" in text
    assert __file__ in text
    assert "'x' (Placeholder), made at" in str(errors.InvalidArgumentError(None, x.op, "no good"))


def test_errors_pickle_as_their_text():
    error = errors.NotFoundError(None, tf.constant(1.0).op, "gone")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is errors.NotFoundError
    assert str(copy) == str(error)


def test_the_node_def_is_that_of_the_op():
    with tf.Graph().as_default():
        op = tf.constant(1.0, name="c").op
    assert tf.errors.AbortedError(None, op, "").node_def.name == "c"
    assert tf.errors.AbortedError("given", op, "").node_def == "given"
    assert tf.errors.AbortedError(None, None, "").node_def is None
