"""Meta graphs."""

import pathlib

import numpy as np
import pytest

import pyengine as tf
from pyengine.train.meta_graph import import_meta_graph_with_elements

SOFTMAX = str(pathlib.Path(__file__).parents[1] / "recorded" / "softmax")


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_what_tensorflow_wrote_is_trained_on():
    saver = tf.train.import_meta_graph(SOFTMAX + ".meta")
    (y,) = tf.get_collection("outputs")
    assert tf.get_collection("note") == [b"made by record.py"]
    assert [v.name for v in tf.trainable_variables()] == ["w:0", "b:0"]
    w = tf.trainable_variables()[0]
    assert w is tf.global_variables()[0]
    feeds = {"x:0": np.arange(8).reshape(2, 4) / 8}
    with tf.Session() as sess, np.load(SOFTMAX + ".npz") as expected:
        saver.restore(sess, SOFTMAX)
        np.testing.assert_allclose(sess.run(y, feeds), expected["y"], rtol=1e-5)
        sess.run("train", feeds)
        assert sess.run("loss:0", feeds) < expected["loss"]
        assert sess.run(tf.get_collection("global_step")[0]) == 4


@pytest.mark.parametrize("as_text", [True, False])
def test_graphs_and_collections_go_there_and_back(tmp_path, as_text):
    v = tf.Variable([1.0], name="v", trainable=False)
    tf.add_to_collection("tensors", v * 2.0)
    tf.add_to_collection("ints", 3)
    tf.add_to_collection("floats", 0.5)
    tf.add_to_collection("texts", "a")
    path = str(tmp_path / "graph.meta")
    meta = tf.train.export_meta_graph(path, as_text=as_text)
    assert meta.meta_info_def.stripped_op_list.op[0].name == "Assign"
    with tf.Graph().as_default() as other:
        saver = tf.train.import_meta_graph(path)
        assert isinstance(saver, tf.train.Saver)
        assert other.get_operation_by_name("v")
        assert tf.get_collection("tensors")[0].name == "mul:0"
        assert tf.get_collection("ints") == [3]
        assert tf.get_collection("floats") == [0.5]
        assert tf.get_collection("texts") == [b"a"]
        assert tf.trainable_variables() == []
        (found,) = tf.global_variables()
        assert found.initial_value.name == "v/initial_value:0"
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            assert sess.run([found, found + 1.0]) == [[1], [2]]


def test_a_scope_for_all_that_is_imported(tmp_path):
    v = tf.Variable(4.0, name="v")
    with tf.Session() as sess:
        sess.run(v.initializer)
        path = tf.train.Saver().save(sess, str(tmp_path / "model"))
    with tf.Graph().as_default(), tf.Session() as sess:
        saver = tf.train.import_meta_graph(path + ".meta", import_scope="a")
        saver.restore(sess, path)
        (found,) = tf.global_variables()
        assert found.name == "a/v:0"
        assert sess.run(found) == 4


def test_a_scope_alone_is_exported():
    with tf.name_scope("a"):
        v = tf.Variable(1.0, name="v")
        tf.identity(v * 2.0, name="y")
    tf.Variable(1.0, name="w")
    meta = tf.train.export_meta_graph(export_scope="a")
    with tf.Graph().as_default():
        tf.train.import_meta_graph(meta)
        assert [x.name for x in tf.global_variables()] == ["v:0"]
    with tf.name_scope("b"):
        tf.exp(v, name="outside")
    with pytest.raises(ValueError, match="which is outside of it"):
        tf.train.export_meta_graph(export_scope="b")


def test_what_is_left_out_when_asked():
    with tf.device("/cpu:0"):
        tf.Variable(1.0, name="v")
    first, second = tf.train.Saver(), tf.train.Saver()
    meta = tf.train.export_meta_graph(
        clear_devices=True,
        strip_default_attrs=True,
        clear_extraneous_savers=True,
        saver_def=second.saver_def,
        collection_list=[],
    )
    assert not any(n.device for n in meta.graph_def.node)
    nodes = {n.name: n for n in meta.graph_def.node}
    assert "container" not in nodes["v"].attr
    assert first.saver_def.restore_op_name not in nodes
    assert second.saver_def.restore_op_name in nodes
    assert not meta.collection_def
    with tf.Graph().as_default():
        assert tf.train.import_meta_graph(meta).saver_def == second.saver_def


def test_a_graph_without_variables_has_no_saver():
    tf.constant(1.0)
    meta = tf.train.export_meta_graph()
    with tf.Graph().as_default():
        assert tf.train.import_meta_graph(meta) is None


def test_inputs_and_elements():
    tf.exp(tf.placeholder(tf.float32, [], name="x"), name="y")
    meta = tf.train.export_meta_graph()
    with tf.Graph().as_default(), tf.Session() as sess:
        _, (y,) = import_meta_graph_with_elements(
            meta, input_map={"x": tf.constant(0.0)}, return_elements=["y:0"]
        )
        assert sess.run(y) == 1


def test_a_collection_that_no_message_holds_is_left_out_with_a_warning(caplog):
    tf.add_to_collection("mine", object())
    tf.add_to_collection(("a", "tuple"), 1)
    assert not tf.train.export_meta_graph().collection_def
    assert "The collection 'mine' is not exported" in caplog.text
    assert "key is no string" in caplog.text


def test_what_layers_and_scopes_note_is_left_out_in_silence(caplog):
    with tf.Graph().as_default() as graph:
        tf.layers.dense(tf.zeros([1, 2]), 3)
        meta = tf.train.export_meta_graph(graph=graph)
    assert not caplog.records
    assert not [key for key in meta.collection_def if key.startswith("_")]


def test_wrong_arguments_are_refused(tmp_path):
    with pytest.raises(OSError, match="does not exist"):
        tf.train.import_meta_graph(str(tmp_path / "no.meta"))
    with pytest.raises(TypeError, match="must be a MetaGraphDef"):
        tf.train.import_meta_graph(3)
    with pytest.raises(TypeError, match="unexpected"):
        tf.train.export_meta_graph(color=1)
