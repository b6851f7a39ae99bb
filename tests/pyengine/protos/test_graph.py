"""The messages of graphs."""

from google.protobuf import text_format

import pyengine as tf
from pyengine import protos


def test_a_node_has_the_bytes_that_tensorflow_writes():
    node = protos.NodeDef(name="a", op="Const", input=["b", "^c"])
    node.attr["dtype"].type = protos.DataType.DT_FLOAT
    # Field numbers 1 to 3 and 5 of node_def.proto; the attribute is {key: "dtype", value.type: 1}.
    assert node.SerializeToString() == (
        b"\n\x01a\x12\x05Const\x1a\x01b\x1a\x02^c*\x0b\n\x05dtype\x12\x020\x01"
    )


def test_reference_types_are_a_hundred_up():
    kinds = protos.DataType
    assert all(
        kinds.Value(f"{name}_REF") == value + 100
        for name, value in kinds.items()
        if 0 < value < 100
    )


def test_all_messages_can_be_made():
    messages, enums = protos.names()
    assert all(getattr(protos, name)() is not None for name in messages)
    assert all(getattr(protos, name).items() for name in enums)
    assert {*messages, *enums} <= set(dir(protos))


def test_text_of_later_versions_is_read(tmp_path):
    text = """
      node { name: "a" op: "NoOp" experimental_type {
        type_id: TFT_PRODUCT args { type_id: TFT_TENSOR args { type_id: TFT_FLOAT } } } }
    """
    graph_def = text_format.Parse(text, protos.GraphDef())
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
        assert graph.get_operation_by_name("a").type == "NoOp"
