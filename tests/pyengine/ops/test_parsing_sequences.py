"""Sequence examples parsed. The values expected are those that TensorFlow gave."""

import pytest

import pyengine as tf
from tests.pyengine.ops.parsing_cases import T, floats, ints, run, texts

Fixed, Var, Sequence = tf.FixedLenFeature, tf.VarLenFeature, tf.FixedLenSequenceFeature
DATA = T.SequenceExample(
    context=T.Features(feature={"n": ints(3), "s": texts(b"p", b"q")}),
    feature_lists=T.FeatureLists(
        feature_list={
            "d": T.FeatureList(feature=[ints(1, 2), ints(3, 4)]),
            "r": T.FeatureList(feature=[floats(1), floats(), floats(2, 3)]),
        }
    ),
).SerializeToString()


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_context_and_lists():
    context, lists = tf.parse_single_sequence_example(
        DATA,
        {"n": Fixed([], tf.int64), "s": Var(tf.string), "m": Fixed([2], tf.float32, [1, 2])},
        {
            "d": Sequence([2], tf.int64),
            "empty": Sequence([], tf.string, allow_missing=True),
            "none": Var(tf.int64),
            "r": Var(tf.float32),
        },
    )
    assert lists["d"].shape.as_list() == [None, 2]
    assert run(context) == {"m": [1, 2], "n": 3, "s": ([[0], [1]], [b"p", b"q"], [2])}
    assert run(lists) == {
        "d": [[1, 2], [3, 4]],
        "empty": [],
        "none": ([], [], [0, 0]),
        "r": ([[0, 0], [2, 0], [2, 1]], [1, 2, 3], [3, 2]),
    }


@pytest.mark.parametrize(
    ("context", "lists", "message"),
    [
        (None, {"x": Sequence([2], tf.int64)}, "Name: nm, Feature list: x is required"),
        (None, {"d": Sequence([2], tf.float32)}, "Feature list: d, Index: 0.*Data types"),
        (None, {"d": Sequence([3], tf.int64)}, r"Values size: 2 but feature shape: \[3\]"),
        (None, {"r": Var(tf.int64)}, "Feature list: r, Index: 0.*Data types"),
        ({"x": Fixed([], tf.int64)}, None, "Name: nm, Feature: x .* is required"),
    ],
)
def test_examples_without_what_is_wanted(context, lists, message):
    found = tf.parse_single_sequence_example(DATA, context, lists, example_name="nm")
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run(found[0] or found[1])


def test_what_is_refused_when_the_graph_is_built():
    with pytest.raises(ValueError, match="Missing features"):
        tf.parse_single_sequence_example(DATA)
    with pytest.raises(ValueError, match="must be None"):
        tf.parse_single_sequence_example(
            DATA, None, {"d": Sequence([2], tf.int64, default_value=1)}
        )
    with pytest.raises(ValueError, match="Unsupported"):
        tf.parse_single_sequence_example(DATA, {"n": Sequence([], tf.int64)})


def test_what_is_no_example():
    _, lists = tf.parse_single_sequence_example("no example", None, {"r": Var(tf.int64)})
    with pytest.raises(tf.errors.InvalidArgumentError, match="Could not parse sequence example"):
        run(lists)
