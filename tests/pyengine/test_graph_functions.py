"""Functions of data sets in GraphDefs. TensorFlow runs what is written here, and the other way."""

import numpy as np
import pytest

import pyengine as tf
from pyengine import protos
from pyengine.function_graph import FunctionGraph
from pyengine.graph_functions import (
    captured_count,
    function_def_of,
    function_graph_of,
    library_of,
)

SCALAR = [(tf.float32, tf.TensorShape([]))]


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def pipeline():
    k = tf.placeholder_with_default(tf.constant(10.0), [], name="k")
    rows = tf.data.Dataset.from_tensor_slices(np.arange(6.0, dtype=np.float32))
    rows = rows.map(lambda x: x * k + tf.split(tf.stack([x, x]), 2)[1][0])
    rows = rows.filter(lambda x: x > 11.0).batch(2)
    return rows.flat_map(lambda b: tf.data.Dataset.from_tensor_slices(b).map(lambda e: e + k))


def all_of(session, initializer, item):
    session.run(initializer)
    found = []
    while True:
        try:
            found.append(float(session.run(item)))
        except tf.errors.OutOfRangeError:
            return found


def test_a_pipeline_comes_back_from_its_graph_def(graph):
    iterator = tf.data.make_initializable_iterator(pipeline())
    item = iterator.get_next()
    with tf.Session() as session:
        wanted = all_of(session, iterator.initializer, item)
    graph_def = tf.GraphDef.FromString(graph.as_graph_def().SerializeToString())
    assert len(graph_def.library.function) == 4
    with tf.Graph().as_default(), tf.Session() as session:
        tf.import_graph_def(graph_def, name="")
        again = all_of(session, iterator.initializer.name, item.name)
        assert again == wanted == [32.0, 43.0, 54.0, 65.0]
        # And once more: what was imported can be written too.
        assert len(session.graph.as_graph_def().library.function) == 4


def test_a_function_def_names_outputs_as_tensorflow_does():
    x = tf.placeholder(tf.float32, [])
    f = FunctionGraph.traced(lambda a: [tf.split(tf.stack([a, x]), 2)[1], a], SCALAR)
    made = function_def_of(f)
    assert [a.name for a in made.signature.input_arg] == ["args_0", "captured"]
    split = next(n for n in made.node_def if n.op == "Split")
    assert split.input[1] == "stack:output:0"
    assert dict(made.ret) == {"output_0": "split:output:1", "output_1": "args_0"}
    assert list(library_of([])) == []


def test_control_inputs_and_shapes_are_kept():
    def function(a):
        with tf.control_dependencies([tf.no_op(name="first"), a]):
            return [tf.identity(a, name="second")]

    f = FunctionGraph.traced(function, [(tf.float32, tf.TensorShape([None, 3]))])
    made = function_def_of(f)
    second = next(n for n in made.node_def if n.name == "second")
    assert list(second.input) == ["args_0", "^first"]
    back = function_graph_of(made, 0, protos.FunctionDefLibrary())
    assert back.inputs[0].shape.as_list() == [None, 3]
    assert back.outputs[0].op.control_inputs[0].name == "first"


def test_how_many_are_captured_is_told_by_the_node():
    node = protos.NodeDef()
    assert captured_count(node, "f") == 0
    node.attr["Targuments"].list.type.extend([1, 1])
    assert captured_count(node, "f") == 2
    node.attr["Tkey_func_other_arguments"].list.type.extend([1])
    assert captured_count(node, "key_func") == 1


def test_what_does_not_hold_together_is_refused(graph):
    f = FunctionGraph.traced(lambda a: [a + 1.0], SCALAR)
    made = function_def_of(f)
    made.ret["output_0"] = "nothing:z:0"
    with pytest.raises(ValueError, match="it has no 'nothing:z:0'"):
        function_graph_of(made, 0, protos.FunctionDefLibrary())
    tf.data.make_initializable_iterator(pipeline())
    graph_def = graph.as_graph_def()
    del graph_def.library.function[:]
    with tf.Graph().as_default(), pytest.raises(ValueError, match="is not in the library"):
        tf.import_graph_def(graph_def, name="")


def test_a_python_generator_stays_in_its_process(graph):
    tf.data.Dataset.from_generator(lambda: iter([1]), tf.int32).make_one_shot_iterator()
    with pytest.raises(TypeError, match="cannot be put into a GraphDef"):
        graph.as_graph_def()
