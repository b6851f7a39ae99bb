"""Event files."""

import pytest

import pyengine as tf
from pyengine.tfrecords import framed


def test_events_in_order(tmp_path):
    events = [tf.Event(step=i) for i in range(3)]
    (tmp_path / "e").write_bytes(b"".join(framed(e.SerializeToString()) for e in events))
    assert list(tf.train.summary_iterator(str(tmp_path / "e"))) == events


def test_a_missing_file(tmp_path):
    with pytest.raises(tf.errors.NotFoundError):
        list(tf.train.summary_iterator(str(tmp_path / "e")))
