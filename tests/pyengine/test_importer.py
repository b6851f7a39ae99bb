"""GraphDefs added to a graph."""

import pathlib
import subprocess
import sys

import numpy as np
import pytest

import pyengine as tf

RECORDED = pathlib.Path(__file__).parent / "recorded"


def graph_def_of(build):
    with tf.Graph().as_default() as graph:
        build()
    return graph.as_graph_def(add_shapes=True)


def model():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    with tf.name_scope("layer"):
        y = tf.concat([x, tf.exp(x)], 1, name="y")
    a, b = tf.split(y, 2, 1, name="parts")
    axis = tf.constant(1, name="axis")
    with tf.control_dependencies([tf.exp(a, name="before")]):
        tf.reduce_sum(b, axis, name="z")


@pytest.fixture
def model_def():
    return graph_def_of(model)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_a_graph_is_the_same_after_a_round_trip(graph, model_def):
    assert tf.import_graph_def(model_def, name="") is None
    assert graph.as_graph_def(add_shapes=True) == model_def


def test_an_imported_graph_runs(model_def):
    x, z = tf.import_graph_def(model_def, return_elements=["x:0", "z:0"])
    assert z.name == "import/z:0"
    assert z.op.control_inputs[0].name == "import/before"
    with tf.Session() as sess:
        np.testing.assert_allclose(sess.run(z, {x: [[0, 1]]}), [1 + np.e], rtol=1e-6)


def test_names_are_made_unique_by_their_scope(model_def):
    for expected in ("a/x", "a_1/x"):
        (op,) = tf.import_graph_def(model_def, return_elements=["x"], name="a")
        assert op.name == expected
    with tf.name_scope("outer"):
        (op,) = tf.import_graph_def(model_def, return_elements=["x"], name="a")
        assert op.name == "outer/a/x"
        (op,) = tf.import_graph_def(model_def, return_elements=["x"], name="")
        assert op.name == "outer/x"
    tf.import_graph_def(model_def, name="")
    with tf.name_scope("layer"):
        assert tf.constant(1, name="c").name == "layer_1/c:0"
    (op,) = tf.import_graph_def(model_def, return_elements=["x"], name="")
    assert op.name == "x_1"


@pytest.mark.parametrize("key", ["x", "x:0"])
def test_inputs_can_be_replaced(model_def, key):
    (z,) = tf.import_graph_def(model_def, {key: np.zeros((1, 2), np.float32)}, ["z:0"])
    with tf.Session() as sess:
        assert sess.run(z) == [2]


def test_control_inputs_can_be_replaced(model_def):
    other = tf.no_op(name="other")
    (z,) = tf.import_graph_def(model_def, {"^before": other}, ["z"])
    assert z.control_inputs == [other]


def test_names_that_are_not_there_are_refused(model_def):
    with pytest.raises(ValueError, match=r"not found in graph_def: \[w, y:3\]"):
        tf.import_graph_def(model_def, {"w": tf.constant(1), "y:3": tf.constant(1)})
    for name in ("w", "x:1", "z:x"):
        with pytest.raises(ValueError, match=f"Requested return_element '{name}' not found"):
            tf.import_graph_def(model_def, return_elements=[name])


def test_after_an_error_the_graph_is_as_it_was(graph, model_def):
    wrong = {"x": tf.constant([[1]], tf.float64, name="wrong")}
    with pytest.raises(ValueError, match=r"T tf.float64, incompatible with expected tf.float32"):
        tf.import_graph_def(model_def, wrong)
    with pytest.raises(ValueError, match="not found"):
        tf.import_graph_def(model_def, {"nothing": wrong["x"]})
    assert [op.name for op in graph.get_operations()] == ["wrong"]
    tf.import_graph_def(model_def, {"x": np.zeros((1, 2), np.float32)}, name="a")
    assert graph.get_operations()[1].name == "a/_inputs/Const"


def test_arguments_of_the_wrong_kind_are_refused(model_def):
    with pytest.raises(TypeError, match="must be a GraphDef"):
        tf.import_graph_def("graph.pb")
    with pytest.raises(TypeError, match="input_map"):
        tf.import_graph_def(model_def, [("x", 1)])
    with pytest.raises(TypeError, match="return_elements"):
        tf.import_graph_def(model_def, return_elements="x")


def broken(change):
    graph_def = graph_def_of(model)
    change({n.name: n for n in graph_def.node}, graph_def)
    return graph_def


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda n, g: setattr(n["z"], "op", "NoSuchOp"), "Op type not registered 'NoSuchOp'"),
        (lambda n, g: n["z"].input.append("^w"), "Input tensor 'w' not found"),
        (lambda n, g: n["z"].input.append("x"), "does not have the inputs of its type"),
        (lambda n, g: n["layer/y"].input.__setitem__(0, "x:1"), "'x:1' is not an output of 'x'"),
        (lambda n, g: n["x"].input.append("^z"), "form a circle"),
        (lambda n, g: g.node.append(n["x"]), "two nodes have the same name"),
        (lambda n, g: n["parts"].attr.pop("num_split"), "missing attr 'num_split'"),
        (lambda n, g: setattr(n["z"].attr["colour"], "i", 1), "attr 'colour' not in Op Sum"),
        (lambda n, g: n["x"].attr["_output_shapes"].list.shape[0].dim.add(size=9), "not comp"),
    ],
)
def test_a_broken_graph_def_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        tf.import_graph_def(broken(change))


def test_an_attribute_that_is_left_out_has_its_default():
    def strip(nodes, _):
        del nodes["z"].attr["keep_dims"]

    (z,) = tf.import_graph_def(broken(strip), return_elements=["z"])
    assert z.get_attr("keep_dims") is False


def test_an_attribute_without_use_here_must_have_its_default():
    def build():
        tf.equal([1.0], [2.0], name="m")

    graph_def = graph_def_of(build)
    node = next(n for n in graph_def.node if n.name == "m")
    node.attr["incompatible_shape_error"].b = True
    tf.import_graph_def(graph_def)
    node.attr["incompatible_shape_error"].b = False
    with pytest.raises(ValueError, match="incompatible_shape_error=False is not supported"):
        tf.import_graph_def(graph_def)


def test_attributes_of_a_newer_producer_are_left_out_where_they_have_their_default(model_def):
    from pyengine import protos

    model_def.node[0].attr["novel"].i = 5
    producer = protos.OpList(op=[{"name": "Placeholder"}])
    producer.op[0].attr.add(name="novel").default_value.i = 5
    (x,) = tf.import_graph_def(model_def, return_elements=["x"], producer_op_list=producer)
    assert "novel" not in x.node_def.attr


def test_devices_and_scopes_are_taken_over(model_def):
    model_def.node[0].device = "/job:a"
    with tf.device("/cpu:0"), tf.control_dependencies([tf.no_op(name="first")]):
        (x,) = tf.import_graph_def(model_def, return_elements=["x"])
    assert x.device == "/job:a/device:CPU:0"
    assert [c.name for c in x.control_inputs] == ["first"]


def test_nodes_may_stand_before_their_inputs(model_def):
    nodes = list(model_def.node)[::-1]
    backwards = tf.GraphDef(versions=model_def.versions, node=nodes)
    x, z = tf.import_graph_def(backwards, return_elements=["x:0", "z:0"])
    with tf.Session() as sess:
        assert sess.run(z, {x: [[0, 0]]}) == [2]


def test_what_tensorflow_wrote_runs():
    from pyengine import protos

    meta = protos.MetaGraphDef.FromString((RECORDED / "softmax.meta").read_bytes())
    with np.load(RECORDED / "softmax.npz") as expected:
        x, y, w, b = tf.import_graph_def(
            meta.graph_def, return_elements=["x:0", "y:0", "w/read:0", "b/read:0"], name=""
        )
        feeds = {x: np.arange(8).reshape(2, 4) / 8, w: expected["w"], b: expected["b"]}
        with tf.Session() as sess:
            np.testing.assert_allclose(sess.run(y, feeds), expected["y"], rtol=1e-6)


@pytest.mark.parametrize("op_type", ["TensorSliceDataset", "HashTableV2", "StackV2", "DecodeGif"])
def test_op_types_are_known_whose_family_nobody_has_imported(op_type):
    program = (
        "import pyengine\n"
        "from pyengine.registry import OPS\n"
        "from pyengine.importer import is_known\n"
        f"print({op_type!r} in OPS, is_known({op_type!r}))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.split() == [b"False", b"True"]
