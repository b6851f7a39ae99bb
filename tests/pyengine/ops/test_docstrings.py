"""Docstrings from declarations: what they say, and whether their examples hold."""

import doctest

import pytest

import pyengine as tf
from pyengine.ops import docstrings
from pyengine.ops.elementwise import complex_abs


def test_arguments_and_result_are_told_with_their_dtypes():
    assert tf.less.__doc__.splitlines()[:9] == [
        "Whether x < y, elementwise.",
        "",
        "Args:",
        "    x, y: tensors of one dtype, a real type, whose shapes broadcast.",
        "    name: the op's name.",
        "",
        "Returns:",
        "    A tensor of bool, of the shape that both broadcast to.",
        "",
    ]
    assert "x: a tensor of a floating type or a complex type." in tf.sin.__doc__
    assert "multiples: a tensor of int32 or int64." in tf.tile.__doc__
    assert "A tensor of the dtype of `input`." in tf.tile.__doc__


def test_an_op_with_attributes_is_described_by_its_doc_alone():
    assert complex_abs.__doc__ == "The absolute value of complex numbers, elementwise."


def test_classes_of_dtypes_have_names():
    assert docstrings._dtypes((tf.float32,)) == "float32"
    mixed = (tf.complex64, tf.complex128, tf.bool)
    assert docstrings._dtypes(mixed) == "a complex type or bool"


def _functions():
    for space in (tf, tf.math, tf.nn, tf.bitwise):
        for name in dir(space):
            function = getattr(space, name)
            if hasattr(function, "opdef") and ">>>" in (function.__doc__ or ""):
                yield pytest.param(function, id=f"{space.__name__}.{name}")


@pytest.mark.parametrize("function", list(_functions()))
def test_examples_hold(function):
    # Made by a call of declare's, they are not found by pytest in the modules that declare them.
    with tf.Graph().as_default():
        test = doctest.DocTestParser().get_doctest(function.__doc__, {}, "example", None, None)
        found = doctest.DocTestRunner(verbose=False).run(test)
    assert found.attempted == 2
    assert found.failed == 0
