"""Files by TensorFlow's later names."""

import pyengine as tf


def test_they_are_those_of_tf_gfile(tmp_path):
    with tf.io.gfile.GFile(tmp_path / "a", "w") as file:
        file.write("x")
    assert tf.io.gfile.exists(tmp_path / "a")
    assert [w[2] for w in tf.io.gfile.walk(tmp_path)] == [["a"]]
    tf.io.gfile.rmtree(tmp_path)
    assert not tf.io.gfile.isdir(tmp_path)


def test_the_namespace_has_the_ops():
    assert tf.io.decode_png is tf.image.decode_png
    assert tf.io.FixedLenFeature is tf.FixedLenFeature
