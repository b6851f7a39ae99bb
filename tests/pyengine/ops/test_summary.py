"""Ops whose values are summaries."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops import summary


@pytest.fixture
def run():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield lambda op: tf.Summary.FromString(sess.run(op)).value


def test_numbers(run):
    found = run(summary.scalar_summary(["a", "b"], np.array([1, 2], np.int64)))
    assert [(v.tag, v.simple_value) for v in found] == [("a", 1), ("b", 2)]
    with pytest.raises(tf.errors.InvalidArgumentError, match="not the same shape"):
        run(summary.scalar_summary(["a", "b"], [1.0]))


def test_histograms(run):
    (value,) = run(summary.histogram_summary("h", [1.0, 2.0]))
    assert (value.histo.num, value.histo.sum) == (2, 3)
    for bad, message in ((np.nan, "Nan in summary histogram for: h"), (np.inf, "Infinity")):
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            run(summary.histogram_summary("h", [bad]))


def test_images(run):
    found = run(summary.image_summary("i", np.zeros((2, 3, 4, 1), np.float32)))
    assert [(v.tag, v.image.height, v.image.width) for v in found] == [
        ("i/image/0", 3, 4),
        ("i/image/1", 3, 4),
    ]
    with pytest.raises(tf.errors.InvalidArgumentError, match="last dim 1, 3, or 4"):
        run(summary.image_summary("i", np.zeros((1, 1, 1, 2), np.float32)))


def test_sounds(run):
    sound = np.zeros((2, 5), np.float32)
    found = run(summary.audio_summary_v2("s", sound, 8000.0, max_outputs=1))
    assert [(v.tag, v.audio.length_frames) for v in found] == [("s/audio", 5)]
    with pytest.raises(tf.errors.InvalidArgumentError, match="sample_rate must be > 0"):
        run(summary.audio_summary_v2("s", sound, 0.0))
    with pytest.raises(tf.errors.InvalidArgumentError, match="must be 3-D or 2-D"):
        run(summary.audio_summary_v2("s", np.zeros(5, np.float32), 1.0))


def test_tensors(run):
    (value,) = run(summary.tensor_summary_v2("t", ["a"], b""))
    assert tf.make_ndarray(value.tensor).tolist() == [b"a"]


def test_a_tag_comes_once_in_a_merge(run):
    a = summary.scalar_summary("a", 1.0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Duplicate tag a"):
        run(summary.merge_summary([a, a], N=2))
