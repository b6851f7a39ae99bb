"""What is wanted of features."""

import pytest

import pyengine as tf
from pyengine.ops.parsing_features import raw_of

KINDS = (
    tf.VarLenFeature,
    tf.SparseFeature,
    tf.FixedLenFeature,
    tf.FixedLenSequenceFeature,
)


def test_features_are_in_the_order_of_their_names():
    raw = raw_of(
        {
            "z": tf.FixedLenFeature((2.0,), tf.float32, [0, 0]),
            "b": tf.VarLenFeature(tf.string),
            "a": tf.FixedLenFeature([], "int64"),
            "s": tf.SparseFeature("i", "b", tf.string, 3),
        },
        KINDS,
    )
    assert raw.sparse_keys == ["b", "i"]
    assert raw.sparse_types == [tf.string, tf.int64]
    assert raw.dense_keys == ["a", "z"]
    assert [s.as_list() for s in raw.dense_shapes] == [[], [2]]
    assert raw.dense_defaults == {"z": [0, 0]}


@pytest.mark.parametrize(
    ("feature", "message"),
    [
        (tf.FixedLenFeature([None], tf.int64), "Consider using FixedLenSequenceFeature"),
        (tf.FixedLenFeature([1, None], tf.int64), "need to be known"),
        (tf.FixedLenFeature(None, tf.int64), "Missing shape"),
        (tf.FixedLenFeature([], None), "Missing type"),
        (tf.VarLenFeature(None), "Missing type"),
        (tf.SparseFeature("", "v", tf.int64, 1), "Missing index_key"),
        (tf.SparseFeature("i", "", tf.int64, 1), "Missing value_key"),
        (tf.SparseFeature("i", "i", tf.float32, 1), "Conflicting type"),
        ([], "Unsupported list"),
    ],
)
def test_what_is_not_told_in_full(feature, message):
    with pytest.raises(ValueError, match=message):
        raw_of({"f": feature}, KINDS)


def test_dtypes_that_features_do_not_have():
    with pytest.raises(TypeError, match="int32"):
        raw_of({"f": tf.VarLenFeature(tf.int32)}, KINDS)


def test_only_some_classes_may_be_allowed():
    with pytest.raises(ValueError, match="Unsupported SparseFeature"):
        raw_of({"f": tf.SparseFeature("i", "v", tf.int64, 1)}, KINDS[:1])
