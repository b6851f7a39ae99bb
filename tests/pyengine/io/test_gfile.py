"""Files by TensorFlow's later names."""

import pytest

import pyengine as tf


def test_they_are_those_of_tf_gfile(tmp_path):
    with tf.io.gfile.GFile(tmp_path / "a", "w") as file:
        file.write("x")
    assert tf.io.gfile.exists(tmp_path / "a")
    assert [w[2] for w in tf.io.gfile.walk(tmp_path)] == [["a"]]
    tf.io.gfile.rmtree(tmp_path)
    assert not tf.io.gfile.isdir(tmp_path)


def test_arguments_have_the_later_names_too(tmp_path):
    io = tf.io.gfile
    io.makedirs(path=tmp_path / "b" / "c")
    io.mkdir(path=tmp_path / "d")
    with io.GFile(tmp_path / "d" / "a", "w") as file:
        file.write("xyz")
    io.copy(src=tmp_path / "d" / "a", dst=tmp_path / "d" / "e")
    with pytest.raises(tf.errors.AlreadyExistsError):
        io.rename(src=tmp_path / "d" / "a", dst=tmp_path / "d" / "e")
    io.rename(src=tmp_path / "d" / "a", dst=tmp_path / "d" / "e", overwrite=True)
    assert io.listdir(path=tmp_path / "d") == ["e"]
    assert io.glob(pattern=str(tmp_path / "d" / "*")) == [str(tmp_path / "d" / "e")]
    assert io.stat(path=tmp_path / "d" / "e").length == 3
    io.remove(path=tmp_path / "d" / "e")
    assert not io.exists(path=tmp_path / "d" / "e")


def test_the_namespace_has_the_ops():
    assert tf.io.decode_png is tf.image.decode_png
    assert tf.io.FixedLenFeature is tf.FixedLenFeature
