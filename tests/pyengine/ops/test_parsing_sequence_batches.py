"""Batches of sequence examples. The values expected are those that TensorFlow gave."""

import pytest

import pyengine as tf
from tests.pyengine.ops.parsing_cases import T, floats, ints, run, texts

Fixed, Var, Sequence = tf.FixedLenFeature, tf.VarLenFeature, tf.FixedLenSequenceFeature


def sequences(context, lists):
    lists = {key: T.FeatureList(feature=steps) for key, steps in lists.items()}
    return T.SequenceExample(
        context=T.Features(feature=context), feature_lists=T.FeatureLists(feature_list=lists)
    ).SerializeToString()


DATA = [
    sequences({"a": ints(1), "c": texts(b"x", b"y")},
              {"d": [floats(1, 2), floats(3, 4)], "s": [ints(1, 2), ints(), ints(3)]}),
    sequences({"a": ints(2)}, {"d": [floats(5, 6)], "s": []}),
    sequences({"a": ints(3), "c": texts(b"z")},
              {"d": [floats(7, 8), floats(9, 10), floats(11, 12)], "m": [ints(1)]}),
]  # fmt: skip
CONTEXT = {"a": Fixed([], tf.int64), "c": Var(tf.string)}
LISTS = {"d": Sequence([2], tf.float32), "s": Var(tf.int64)}


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_context_lists_and_lengths():
    context, lists, lengths = tf.io.parse_sequence_example(DATA, CONTEXT, LISTS)
    assert context["a"].shape.as_list() == lengths["d"].shape.as_list() == [3]
    assert lists["d"].shape.as_list() == [3, None, 2]
    assert context["a"].op.name == "ParseSequenceExample/ParseSequenceExample"
    assert run((context, lists, lengths)) == (
        {"a": [1, 2, 3], "c": ([[0, 0], [0, 1], [2, 0]], [b"x", b"y", b"z"], [3, 2])},
        {
            "d": [[[1, 2], [3, 4], [0, 0]], [[5, 6], [0, 0], [0, 0]], [[7, 8], [9, 10], [11, 12]]],
            "s": ([[0, 0, 0], [0, 0, 1], [0, 2, 0]], [1, 2, 3], [3, 3, 2]),
        },
        {"d": [2, 1, 3]},
    )


def test_one_example():
    context, lists, lengths = tf.io.parse_sequence_example(DATA[0], CONTEXT, LISTS)
    assert lists["d"].shape.as_list() == [None, 2]
    assert run((context, lists, lengths)) == (
        {"a": 1, "c": ([[0], [1]], [b"x", b"y"], [2])},
        {"d": [[1, 2], [3, 4]], "s": ([[0, 0], [0, 1], [2, 0]], [1, 2, 3], [3, 2])},
        {"d": 2},
    )


def test_no_example():
    found = tf.io.parse_sequence_example(tf.constant([], tf.string), CONTEXT, LISTS)
    assert run(found) == (
        {"a": [], "c": ([], [], [0, 0])},
        {"d": [], "s": ([], [], [0, 0, 0])},
        {"d": []},
    )


def test_lists_that_may_be_missing():
    wanted = {"m": Sequence([], tf.int64, allow_missing=True), "t": Sequence([], tf.string, True)}
    _, lists, lengths = tf.io.parse_sequence_example(DATA, None, wanted)
    assert run((lists, lengths)) == (
        {"m": [[0], [0], [1]], "t": [[], [], []]},
        {"m": [0, 0, 1], "t": [0, 0, 0]},
    )
    assert run(tf.io.parse_sequence_example(DATA, None, {"m": wanted["m"]})[2]) == {"m": [0, 0, 1]}


@pytest.mark.parametrize(
    ("context", "lists", "message"),
    [
        (None, {"m": Sequence([], tf.int64)}, "Name: n1, Feature list: m is required"),
        (None, {"d": Sequence([2], tf.int64)}, "Name: n1, Feature list: d, Index: 0.*Data types"),
        (None, {"d": Sequence([3], tf.float32)}, r"Values size: 2 but feature shape: \[3\]"),
        (None, {"s": Var(tf.string)}, "Name: n1, Feature list: s, Index: 0.*Data types"),
        ({"q": Fixed([], tf.int64)}, None, "Name: n1, Feature: q .* is required"),
        ({"c": Fixed([1], tf.string, "z")}, None, "Name: n1, Feature: c.*Values size: 2"),
    ],
)
def test_examples_without_what_is_wanted(context, lists, message):
    found = tf.io.parse_sequence_example(DATA, context, lists, example_names=["n1", "n2", "n3"])
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run(found)


def test_what_is_refused():
    with pytest.raises(ValueError, match="at least one should have values"):
        tf.io.parse_sequence_example(DATA)
    with pytest.raises(ValueError, match="must be None"):
        tf.io.parse_sequence_example(DATA, None, {"d": Sequence([2], tf.float32, False, 1.0)})
    for data, names, message in (
        ([b"\xff\xff"], None, "Could not parse sequence example input"),
        (DATA, ["one"], "names for 3 examples|correct number"),
    ):
        found = tf.io.parse_sequence_example(data, CONTEXT, LISTS, example_names=names)
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            run(found)
