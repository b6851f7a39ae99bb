"""Graphs as GraphDefs."""

import pytest

import pyengine as tf
from pyengine.graph_def import op_list_of, split
from pyengine.protos.op_table import signature


@pytest.fixture
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_a_node_names_its_inputs_and_attributes(graph):
    a, b = tf.split(tf.constant([[1.0, 2.0]], name="x"), 2, 1, name="parts")
    axis = tf.constant(0, name="axis")
    with tf.control_dependencies([tf.no_op(name="first")]), tf.device("/cpu:0"):
        c = tf.concat([b, b], axis, name="c")
    node = c.op.node_def
    assert list(node.input) == ["parts:1", "parts:1", "axis", "^first"]
    assert node.device == "/device:CPU:0"
    assert {k: v.i or v.type for k, v in node.attr.items()} == {"N": 2, "T": 1, "Tidx": 3}
    assert a.op.node_def.attr["num_split"].i == 2


def test_only_what_came_after_a_version(graph):
    tf.constant(1, name="before")
    version = graph.version
    tf.constant(1, name="after")
    assert [n.name for n in graph.as_graph_def(from_version=version).node] == ["after"]
    assert graph.as_graph_def().versions == graph.graph_def_versions


def test_shapes_are_added_when_asked_for(graph):
    tf.placeholder(tf.float32, [None, 3], name="x")
    (node,) = graph.as_graph_def(add_shapes=True).node
    assert [d.size for d in node.attr["_output_shapes"].list.shape[0].dim] == [-1, 3]
    assert "_output_shapes" not in graph.as_graph_def().node[0].attr


def test_attributes_are_given_as_tensorflow_gives_them(graph):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    y = tf.matmul(x, x, transpose_b=True)
    assert y.op.get_attr("transpose_b") is True
    assert y.op.get_attr("T") is tf.float32
    assert x.op.get_attr("dtype") is tf.float32
    assert [d.size for d in x.op.get_attr("shape").dim] == [2, 3]
    assert tf.make_ndarray(tf.constant(2.5).op.get_attr("value")) == 2.5
    assert tf.reduce_sum(x).op.get_attr("Tidx") is tf.int32
    assert tf.stack([x, x]).op.get_attr("N") == 2
    assert tf.Variable(1.0).op.get_attr("container") == b""
    assert tf.squeeze(x).op.get_attr("squeeze_dims") == []
    assert y.op.get_attr("grad_a") is False  # only TensorFlow's registry has it
    with pytest.raises(ValueError, match="no attr named 'Tx'"):
        y.op.get_attr("Tx")


def test_the_definition_of_an_op_type(graph):
    op_def = tf.concat([[1], [2]], 0).op.op_def
    assert op_def.name == "ConcatV2"
    assert [(a.name, a.type_attr, a.number_attr) for a in op_def.input_arg] == [
        ("values", "T", "N"),
        ("axis", "Tidx", ""),
    ]
    assert op_def.attr[2].default_value.type == tf.int32.as_datatype_enum
    assert [op.name for op in op_list_of(["Mul", "Add", "Mul"]).op] == ["Add", "Mul"]


def test_what_no_message_can_hold_is_an_error(graph):
    op = tf.constant(1.0).op
    op.attrs["_f"] = print
    with pytest.raises(TypeError, match=r"'Const' \(Const\) cannot be put into a GraphDef"):
        graph.as_graph_def()


class TestSplit:
    @pytest.mark.parametrize(
        ("op_type", "count", "attrs", "sizes"),
        [
            ("ConcatV2", 3, {}, [2, 1]),
            ("DynamicStitch", 4, {}, [2, 2]),
            ("MatMul", 2, {}, [1, 1]),
            ("SaveV2", 5, {}, [1, 1, 1, 2]),
            ("ParseExample", 5, {"Nsparse": 1, "Ndense": 1}, [1, 1, 1, 1, 1]),
        ],
    )
    def test_lists_take_what_is_left(self, op_type, count, attrs, sizes):
        found = split(signature(op_type).inputs, range(count), attrs, "op")
        assert [len(members) for _, members in found] == sizes

    @pytest.mark.parametrize(
        ("op_type", "count"), [("MatMul", 3), ("MatMul", 1), ("DynamicStitch", 3), ("SaveV2", 2)]
    )
    def test_numbers_that_do_not_fit_are_refused(self, op_type, count):
        with pytest.raises(ValueError, match=r"does not have the inputs|not known"):
            split(signature(op_type).inputs, range(count), {}, "op")
