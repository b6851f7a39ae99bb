"""Event files."""

import pytest

import pyengine as tf
from pyengine import errors
from pyengine.summary.reader import read_scalars
from pyengine.tfrecords import framed


def test_events_in_order(tmp_path):
    events = [tf.Event(step=i) for i in range(3)]
    (tmp_path / "e").write_bytes(b"".join(framed(e.SerializeToString()) for e in events))
    assert list(tf.train.summary_iterator(str(tmp_path / "e"))) == events


def test_a_missing_file(tmp_path):
    with pytest.raises(tf.errors.NotFoundError):
        list(tf.train.summary_iterator(str(tmp_path / "e")))


def test_scalars_are_a_table(tmp_path):
    for run in ("a", "b"):
        with tf.summary.FileWriter(str(tmp_path / run)) as writer:
            for step in range(2):
                value = tf.Summary.Value(tag="loss", simple_value=step / 2)
                writer.add_summary(tf.Summary(value=[value]), step)
    table = read_scalars(str(tmp_path))
    assert table["run"] == ["a", "a", "b", "b"]
    assert table["tag"] == ["loss"] * 4
    assert table["step"] == [0, 1, 0, 1]
    assert table["value"] == [0, 0.5, 0, 0.5]
    with pytest.raises(errors.NotFoundError):
        read_scalars(str(tmp_path / "no"))
