"""Examples parsed. The values and shapes expected are those that TensorFlow gave."""

import pathlib

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.ops.parsing_cases import EXAMPLES, example, ints, run

RECORDED = pathlib.Path(__file__).parents[1] / "recorded"
Fixed, Var = tf.FixedLenFeature, tf.VarLenFeature
Sequence, Sparse = tf.FixedLenSequenceFeature, tf.SparseFeature


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_features_of_fixed_length():
    found = tf.parse_example(
        EXAMPLES, {"a": Fixed([2], tf.int64), "b": Fixed([], tf.float32, -1.0)}
    )
    assert [found["a"].shape.as_list(), found["b"].shape.as_list()] == [[3, 2], [3]]
    assert found["a"].name == "ParseExample/ParseExample:0"
    assert run(found) == {"a": [[1, 2], [3, 4], [5, 6]], "b": [0.5, -1.0, -1.0]}


def test_features_of_any_length_are_sparse():
    found = tf.parse_example(
        tf.placeholder_with_default(EXAMPLES, [None]),
        {"c": Var(tf.string), "none": Var(tf.int64), "v": Var(tf.float32)},
    )
    assert run(found) == {
        "c": ([[0, 0], [0, 1]], [b"x", b"yy"], [3, 2]),
        "none": ([], [], [3, 0]),
        "v": (
            [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2], [1, 3], [1, 4], [1, 5]],
            [1, 2, 3, 1, 2, 3, 4, 5, 6],
            [3, 6],
        ),
    }


def test_sequences_are_padded():
    found = tf.parse_example(
        EXAMPLES,
        {
            "a": Sequence([], tf.int64, True, 9),
            "c": Sequence([], tf.string, True, "pad"),
            "v": Sequence([3], tf.float32, True),
        },
    )
    assert found["v"].shape.as_list() == [3, None, 3]
    assert run(found) == {
        "a": [[1, 2], [3, 4], [5, 6]],
        "c": [[b"x", b"yy"], [b"pad", b"pad"], [b"pad", b"pad"]],
        "v": [[[1, 2, 3], [0, 0, 0]], [[1, 2, 3], [4, 5, 6]], [[0, 0, 0], [0, 0, 0]]],
    }


def test_sparse_features_are_put_together():
    found = tf.parse_example(
        EXAMPLES,
        {"s": Sparse("k", "w", tf.float32, 5), "t": Sparse(["k", "k2"], "w", tf.float32, [5, 4])},
    )
    assert run(found) == {
        "s": ([[0, 0], [0, 3], [1, 2]], [7, 8, 9], [3, 5]),
        "t": ([[0, 0, 1], [0, 3, 2], [1, 2, 0]], [7, 8, 9], [3, 5, 4]),
    }


@pytest.mark.parametrize("name", [None, "first"])
def test_one_example(name):
    wanted = {
        "a": Fixed([2], tf.int64),
        "c": Var(tf.string),
        "none": Sequence([2], tf.int64, True),
        "v": Sequence([3], tf.float32, True),
    }
    found = tf.parse_single_example(EXAMPLES[0], wanted, example_names=name)
    assert found["v"].shape.as_list() == [None, 3]
    assert found["c"].values.shape.as_list() == [None]
    assert run(found) == {
        "a": [1, 2],
        "c": ([[0], [1]], [b"x", b"yy"], [2]),
        "none": [],
        "v": [[1, 2, 3]],
    }


def test_a_sparse_feature_of_one_example():
    found = tf.parse_single_example(EXAMPLES[0], {"s": Sparse("k", "w", tf.float32, 5)})
    assert run(found) == {"s": ([[0], [3]], [7, 8], [5])}


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"b": Fixed([], tf.float32)}, r"Name: q, Feature: b \(data type: float\) is required"),
        ({"a": Fixed([2], tf.float32)}, "Feature: a.*Data types don't match. Expected type: float"),
        ({"a": Var(tf.string)}, "Name: p, Feature: a.*Data types don't match"),
        ({"a": Fixed([3], tf.int64)}, r"Values size: 2 but output shape: \[3\]"),
        ({"v": Sequence([2], tf.float32, True)}, "not a multiple of stride length"),
    ],
)
def test_examples_without_what_is_wanted(wanted, message):
    found = tf.parse_example(EXAMPLES, wanted, example_names=["p", "q", "r"])
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run(found)


def test_what_is_no_example():
    for found in (
        tf.parse_example(["no example"], {"a": Var(tf.int64)}),
        tf.parse_single_example("no example", {"a": Var(tf.int64)}),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match="Could not parse example input"):
            run(found)


def test_names_for_some_examples_only():
    found = tf.parse_example(EXAMPLES, {"a": Var(tf.int64)}, example_names=["p"])
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"len\(names\)"):
        run(found)


def test_what_is_refused_when_the_graph_is_built():
    with pytest.raises(ValueError, match="Missing: features"):
        tf.parse_example(EXAMPLES, {})
    with pytest.raises(ValueError, match="Missing features"):
        tf.parse_single_example(EXAMPLES[0], {})
    with pytest.raises(ValueError, match="requires allow_missing"):
        tf.parse_example(EXAMPLES, {"a": Sequence([], tf.int64)})
    with pytest.raises(ValueError, match="rank 1"):
        tf.parse_example(EXAMPLES[0], {"a": Var(tf.int64)})
    with pytest.raises(ValueError, match="rank 0"):
        tf.parse_single_example(EXAMPLES, {"a": Var(tf.int64)})


def test_in_a_data_set():
    dataset = tf.data.Dataset.from_tensor_slices([example(x=ints(i)) for i in range(4)])
    wanted = {"x": Fixed([], tf.int64)}
    parsed = dataset.map(lambda s: tf.parse_single_example(s, wanted)).batch(4)
    assert run(parsed.make_one_shot_iterator().get_next()) == {"x": [0, 1, 2, 3]}


def test_a_graph_def_has_it(graph):
    tf.parse_example(EXAMPLES, {"a": Fixed([2], tf.int64)}, name="p")
    with tf.Graph().as_default() as other:
        tf.import_graph_def(graph.as_graph_def(), name="")
        assert run(other.get_tensor_by_name("p/ParseExample:0")) == [[1, 2], [3, 4], [5, 6]]


def test_what_tensorflow_wrote_is_parsed():
    records = list(tf.python_io.tf_record_iterator(RECORDED / "examples.tfrecords.gz", "GZIP"))
    wanted = {
        "image_raw": Fixed([], tf.string),
        "label": Fixed([], tf.int64),
        "weights": Var(tf.float32),
    }
    found = run(tf.parse_example(records, wanted))
    assert found["label"] == [0, 1, 2]
    assert found["image_raw"] == [bytes([i]) * 4 for i in range(3)]
    assert found["weights"] == ([[1, 0], [2, 0], [2, 1]], [0.5, 0.5, 1.5], [3, 2])
    assert np.shape(records[0]) == ()
