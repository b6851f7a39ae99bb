"""The functions that add summary ops."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def session():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


def values(session, summary):
    return tf.Summary.FromString(session.run(summary)).value


def test_names_and_tags(session):
    with tf.name_scope("m"):
        found = tf.summary.scalar("loss", 0.5, family="fam")
    assert found.name == "m/fam/loss:0"
    (value,) = values(session, found)
    assert value.tag == "fam/m/fam/loss"
    assert tf.summary.scalar("/a b:c", 1.0).name == "a_b_c:0"
    assert values(session, tf.summary.scalar("a_b_c", 1.0))[0].tag == "a_b_c_1"


def test_they_are_collected(session):
    a = tf.summary.scalar("a", 1.0)
    b = tf.summary.histogram("b", [1.0], collections=["mine"])
    assert tf.get_collection(tf.GraphKeys.SUMMARIES) == [a]
    assert tf.get_collection("mine") == [b]


def test_all_are_merged(session):
    assert tf.summary.merge_all() is None
    with tf.name_scope("x"):
        tf.summary.scalar("a", 1)
    tf.summary.image("i", np.zeros((4, 1, 1, 3), np.uint8), max_outputs=2)
    tf.summary.audio("s", np.zeros((1, 3), np.float32), 8000.0, max_outputs=1)
    merged = tf.summary.merge_all()
    assert merged.name == "Merge/MergeSummary:0"
    tags = [v.tag for v in values(session, merged)]
    assert tags == ["x/a", "i/image/0", "i/image/1", "s/audio"]
    assert [v.tag for v in values(session, tf.summary.merge_all(scope="x/"))] == ["x/a"]
    with pytest.raises(TypeError, match="must be a list"):
        tf.summary.merge(merged)


def test_text_goes_to_its_plugin(session):
    (value,) = values(session, tf.summary.text("t", ["a", "b"]))
    assert value.metadata.plugin_data.plugin_name == "text"
    assert tf.make_ndarray(value.tensor).tolist() == [b"a", b"b"]
    with pytest.raises(ValueError, match="dtype string"):
        tf.summary.text("t", [1.0])


def test_tensors_of_any_dtype(session):
    summary = tf.summary.tensor_summary("t", [[1, 2]], "what it is", display_name="T")
    (value,) = values(session, summary)
    assert tf.make_ndarray(value.tensor).tolist() == [[1, 2]]
    assert value.metadata.display_name == "T"
    assert value.metadata.summary_description == "what it is"


def test_an_image_must_have_rank_four(session):
    with pytest.raises(tf.errors.InvalidArgumentError, match="must be 4-D"):
        session.run(tf.summary.image("i", tf.zeros([2, 2])))


def test_what_is_missing_is_named():
    with pytest.raises(ValueError, match="name"):
        tf.summary.scalar(None, 1.0)
    with pytest.raises(ValueError, match="at least one"):
        tf.summary.merge([])
