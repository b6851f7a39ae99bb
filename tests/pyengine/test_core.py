"""Messages by the modules that TensorFlow has them in."""

import pytest

import pyengine as tf


def test_messages_are_those_at_the_top():
    assert tf.core.protobuf.config_pb2.ConfigProto is tf.ConfigProto
    assert tf.core.framework.graph_pb2.GraphDef is tf.GraphDef
    assert tf.core.framework.summary_pb2.Summary is tf.Summary
    assert tf.core.util.event_pb2.Event is tf.Event
    assert tf.core.example.example_pb2.Example is tf.train.Example
    model = tf.core.protobuf.saved_model_pb2.SavedModel()
    assert (
        tf.core.protobuf.saved_model_pb2.SavedModel.FromString(model.SerializeToString()) == model
    )


def test_what_is_not_there():
    for name in ("nothing_pb2", "config"):
        with pytest.raises(AttributeError, match=f"tf.core.protobuf.* {name!r}"):
            getattr(tf.core.protobuf, name)
    with pytest.raises(AttributeError, match=r"graph_pb2' has no attribute 'Nothing'"):
        tf.core.framework.graph_pb2.Nothing
    assert "config_pb2" in dir(tf.core.protobuf)
