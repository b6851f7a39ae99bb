"""Op declarations: signatures and what they refuse."""

import pytest

import pyengine as tf
from pyengine import dtypes
from pyengine.registry import (
    OPS,
    OpDef,
    no_grad,
    parse_signature,
    parse_types,
    register,
    settings_of,
)


def opdef(signature="x: T -> T", **given):
    settings = {
        "doc": "", "shape": lambda op: op.inputs[0].shape, "kernel": lambda xp, x: x,
        "grad": no_grad("a test"),
    }  # fmt: skip
    return OpDef("ForTest", signature, **{**settings, **given})


def test_signatures_are_read():
    inputs, outputs = parse_signature(
        "var: ref(T), xs: S*, axis: host int32|int64, any: any* -> ref(T), S*n, @out, bool",
        {"T": "float", "S": "int32|string"},
    )
    assert [a.name for a in inputs] == ["var", "xs", "axis", "any"]
    assert inputs[0].ref
    assert inputs[0].allowed == dtypes.FLOAT
    assert inputs[1].is_list
    assert inputs[1].allowed == (tf.int32, tf.string)
    assert inputs[2].host
    assert inputs[2].allowed == (tf.int32, tf.int64)
    assert inputs[3].is_list
    assert inputs[3].var is None
    assert outputs[0].ref
    assert outputs[1].count == "n"
    assert outputs[2].attr == "out"
    assert outputs[3].allowed == (tf.bool,)


def test_a_signature_that_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match="cannot read"):
        parse_signature("x: T T -> T", {})


def test_classes_of_types():
    assert parse_types("index|float32") == (tf.int32, tf.int64, tf.float32)
    assert parse_types("float|float32") == dtypes.FLOAT


def test_a_kernel_or_a_binding_but_not_both():
    with pytest.raises(ValueError, match="kernel= or bind="):
        opdef(kernel=None)


def test_a_type_is_declared_once():
    with pytest.raises(ValueError, match="Const is declared twice"):
        register(OPS["Const"])


def test_dtypes_must_be_allowed_and_agree():
    two = opdef("x: T, y: T -> T", types={"T": "float"})
    with tf.Graph().as_default() as graph:
        f, d, i = (tf.constant(1, t) for t in (tf.float32, tf.float64, tf.int32))
        with pytest.raises(TypeError, match="'x' of 'ForTest' has DataType int32"):
            two.build(graph, (i, i), {}, "t")
        with pytest.raises(TypeError, match="float64 that does not match type float32"):
            two.build(graph, (f, d), {}, "t")
        assert two.build(graph, (f, f), {}, "t").outputs[0].dtype is tf.float32


def test_a_reference_is_needed_where_the_signature_says_so():
    with tf.Graph().as_default() as graph, pytest.raises(TypeError, match="requires a variable"):
        opdef("x: ref(T) -> T").build(graph, (tf.constant(1.0),), {}, "t")


def test_a_shape_error_names_op_and_shapes():
    with tf.Graph().as_default():
        x, y = tf.placeholder(tf.float32, [2, 3]), tf.placeholder(tf.float32, [4, None])
        with pytest.raises(
            ValueError, match=r"'bad' \(op: 'Add'\) with input shapes: \(2, 3\), \(4, \?\)"
        ):
            tf.add(x, y, name="bad")


def test_every_op_type_has_a_doc_and_a_gradient_or_a_reason():
    for op in OPS.values():
        assert op.doc, op
        assert callable(op.grad) or op.grad.reason, op


def test_the_settings_of_an_op_are_without_notes_about_it():
    with tf.Graph().as_default():
        op = tf.matmul(tf.ones([1, 2]), tf.ones([2, 1]), transpose_b=False).op
        op.attrs["_note"] = 1
    assert settings_of(op) == {"transpose_a": False, "transpose_b": False}
