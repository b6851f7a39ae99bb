"""Models into directories."""

import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_the_parts_of_a_model(tmp_path):
    x = tf.placeholder(tf.float32, name="x")
    y = x * tf.Variable(2.0, name="v")
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.saved_model.simple_save(sess, str(tmp_path / "m"), {"x": x}, {"y": y})
    files = {str(p.relative_to(tmp_path / "m")) for p in tmp_path.rglob("*") if p.is_file()}
    assert files == {
        "saved_model.pb",
        "variables/variables.index",
        "variables/variables.data-00000-of-00001",
    }
    with pytest.raises(AssertionError, match="isn't empty"):
        tf.saved_model.Builder(str(tmp_path / "m"))


def test_graphs_come_after_variables_and_variables_once(tmp_path):
    builder = tf.saved_model.Builder(str(tmp_path / "m"))
    with pytest.raises(AssertionError, match="not been saved yet"):
        builder.add_meta_graph(["serve"])
    with tf.Session() as sess:
        builder.add_meta_graph_and_variables(sess, ["train"])
        with pytest.raises(AssertionError, match="already been saved"):
            builder.add_meta_graph_and_variables(sess, ["train"])
        with pytest.raises(TypeError, match="list of strings"):
            builder.add_meta_graph("serve")
        with pytest.raises(TypeError, match="needs to be an Operation"):
            builder.add_meta_graph(["serve"], main_op="init")
        wrong = tf.saved_model.build_signature_def()
        wrong.inputs["x"].dtype = 1
        with pytest.raises(AssertionError, match="encoding"):
            builder.add_meta_graph(["serve"], {"s": wrong})
        wrong.inputs["x"].name = "x:0"
        wrong.inputs["x"].dtype = 0
        with pytest.raises(AssertionError, match="dtype field"):
            builder.add_meta_graph(["serve"], {"s": wrong})


def test_assets_are_constants(tmp_path):
    with tf.Session() as sess:
        builder = tf.saved_model.Builder(str(tmp_path / "m"))
        with pytest.raises(TypeError, match="constant string scalar"):
            builder.add_meta_graph_and_variables(sess, ["serve"], assets_list=[tf.constant(1)])
        for folder in "ab":
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "words").write_text(folder)
        paths = [tf.constant(str(tmp_path / folder / "words")) for folder in "ab"]
        with pytest.raises(ValueError, match="two assets have the name 'words'"):
            builder.add_meta_graph(["serve"], assets_list=paths)
