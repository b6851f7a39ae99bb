"""The messages of events and step statistics."""

import pyengine as tf


def test_an_event_holds_one_thing():
    value = tf.Summary.Value(tag="loss", simple_value=0.5)
    event = tf.Event(wall_time=1.5, step=7, summary=tf.Summary(value=[value]))
    assert event.WhichOneof("what") == "summary"
    assert tf.Event.FromString(event.SerializeToString()).summary.value[0].simple_value == 0.5


def test_run_metadata_has_step_stats():
    metadata = tf.RunMetadata()
    metadata.step_stats.dev_stats.add(device="/device:CPU:0").node_stats.add(node_name="a")
    again = tf.RunMetadata.FromString(metadata.SerializeToString())
    assert again.step_stats.dev_stats[0].node_stats[0].node_name == "a"
