"""The messages of examples and checkpoints."""

import pyengine as tf


def test_an_example_goes_there_and_back():
    feature = tf.train.Feature(int64_list=tf.train.Int64List(value=[1, -2]))
    text = tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"a"]))
    made = tf.train.Example(features=tf.train.Features(feature={"n": feature, "t": text}))
    again = tf.train.Example.FromString(made.SerializeToString())
    assert again.features.feature["n"].int64_list.value == [1, -2]
    assert again.features.feature["t"].WhichOneof("kind") == "bytes_list"


def test_a_packed_list_has_the_bytes_that_tensorflow_writes():
    assert tf.train.Int64List(value=[1, 300]).SerializeToString() == b"\n\x03\x01\xac\x02"
    assert tf.train.FloatList(value=[1.0]).SerializeToString() == b"\n\x04\x00\x00\x80?"


def test_messages_are_listed_with_the_rest_of_the_namespace():
    assert {"Example", "Saver", "Optimizer"} <= set(dir(tf.train))
