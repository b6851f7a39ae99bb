"""Saved models into sessions."""

import pathlib

import pytest

import pyengine as tf
from pyengine.saved_model import loader


@pytest.fixture
def folder(tmp_path):
    """A model with a variable, an asset and a main op that counts."""
    (tmp_path / "words").write_text("some words")
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [None], name="x")
        v = tf.Variable(2.0, name="v")
        asset = tf.constant(str(tmp_path / "words"), name="asset")
        path = tf.Variable("", name="path", collections=[tf.GraphKeys.LOCAL_VARIABLES])
        main_op = tf.group(tf.assign(path, asset), name="main")
        y = tf.multiply(x, v, name="y")
        sess.run(tf.global_variables_initializer())
        signature = tf.saved_model.predict_signature_def({"in": x}, {"out": y})
        builder = tf.saved_model.Builder(str(tmp_path / "model"))
        builder.add_meta_graph_and_variables(
            sess, ["serve"], {"serving_default": signature}, assets_list=[asset], main_op=main_op
        )
        builder.add_meta_graph(["train", "gpu"])
        assert builder.save().endswith(b"saved_model.pb")
        builder.save(as_text=True)
    (tmp_path / "words").unlink()
    return tmp_path / "model"


@pytest.mark.parametrize("left_out", ["saved_model.pb", "saved_model.pbtxt"])
def test_a_model_is_loaded_and_runs(folder, left_out):
    (folder / left_out).unlink()
    assert tf.saved_model.maybe_saved_model_directory(str(folder))
    with tf.Graph().as_default(), tf.Session() as sess:
        meta = tf.saved_model.loader.load(sess, [tf.saved_model.SERVING], str(folder))
        signature = meta.signature_def["serving_default"]
        fetch, feed = signature.outputs["out"].name, signature.inputs["in"].name
        assert sess.run(fetch, {feed: [1, 2]}).tolist() == [2, 4]
        path = sess.run("path:0").decode()
        with open(path) as file:
            assert file.read() == "some words"


def test_a_scope_for_all_that_is_loaded(folder):
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.saved_model.load(sess, ["serve"], str(folder), import_scope="a")
        assert sess.run("a/y:0", {"a/x:0": [1]}).tolist() == [2]
        assert sess.run("a/path:0").endswith(b"words")


def test_all_tags_must_match(folder):
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.saved_model.load(sess, {"gpu", "train"}, str(folder))
        with pytest.raises(RuntimeError, match=r"'train' could not .* 'serve; gpu, train'"):
            tf.saved_model.load(sess, ["train"], str(folder))


def test_what_tensorflow_saved_is_loaded():
    recorded = pathlib.Path(__file__).parents[1] / "recorded" / "doubling"
    with tf.Graph().as_default(), tf.Session() as sess:
        meta = tf.saved_model.load(sess, ["serve"], str(recorded))
        signature = meta.signature_def["serving_default"]
        found = sess.run(signature.outputs["y"].name, {signature.inputs["x"].name: [1, 2]})
        assert found.tolist() == [2, 4]


@pytest.mark.parametrize("name", ["mine", "save/mine"])
def test_an_op_type_that_is_not_there_is_named(folder, name):
    model = loader._read(str(folder))
    node = model.meta_graphs[0].graph_def.node.add(name=name, op="NoSuchOp")
    other = model.meta_graphs[0].graph_def.node.add(name="other", op="Identity", input=[node.name])
    other.attr["T"].type = 1
    (folder / "saved_model.pb").write_bytes(model.SerializeToString())
    with (
        tf.Graph().as_default(),
        tf.Session() as sess,
        pytest.raises(ValueError, match="Op type not registered 'NoSuchOp'"),
    ):
        tf.saved_model.load(sess, ["serve"], str(folder))


def test_what_is_no_model_is_refused(tmp_path):
    assert not tf.saved_model.contains_saved_model(str(tmp_path))
    with tf.Graph().as_default(), tf.Session() as sess, pytest.raises(OSError, match="not exist"):
        tf.saved_model.load(sess, ["serve"], str(tmp_path))
