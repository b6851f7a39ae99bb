"""What elements are, and functions traced over them."""

import pytest

import pyengine as tf
from pyengine.data.structure import Spec, Traced, boolean_function, structure_of_types


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_dtypes_and_shapes_are_given_in_one_nesting():
    structure = structure_of_types((tf.int32, {"a": "float"}), ([], {"a": [None, 2]}))
    assert structure[0].dtype is tf.int32 and structure[0].shape == ()
    assert structure[1]["a"].shape.as_list() == [None, 2]
    assert structure_of_types(tf.int32, (2, 3)).shape.as_list() == [2, 3]
    assert structure_of_types(tf.int32, None).shape.ndims is None
    with pytest.raises(TypeError):
        structure_of_types((tf.int32, tf.int32), ([],))


def test_a_tuple_gives_several_arguments_and_a_list_several_results():
    one = Spec(tf.float32, tf.TensorShape([]))
    traced = Traced(lambda a, b: [a, (b, [a, b])], (one, one), "map")
    assert [s.shape.as_list() for s in (traced.structure[0], traced.structure[1][1])] == [[], [2]]
    assert Traced(lambda d: d["x"], {"x": one}, "map").structure.dtype is tf.float32
    assert (traced.captured, traced.captured_types) == ([], [])
    with pytest.raises(TypeError, match="Unsupported return value"):
        Traced(lambda a: None, one, "Dataset.map()")
    with pytest.raises(TypeError, match="needs a function"):
        Traced(3, one, "map")


def test_a_predicate_returns_one_boolean():
    one = Spec(tf.float32, tf.TensorShape([]))
    assert boolean_function(lambda a: a > 1.0, one, "filter").structure.dtype is tf.bool
    for wrong in (lambda a: a, lambda a: (a > 1.0, a), lambda a: [a > 1.0] * 2):
        with pytest.raises(ValueError, match="must return a `tf"):
            boolean_function(wrong, one, "filter")


def test_a_list_of_several_components_is_refused_with_what_to_give():
    with pytest.raises(ValueError, match=r"non-rectangular.*several components give a tuple"):
        tf.data.Dataset.from_tensor_slices([[[1, 2], [3, 4]], [1, 2]])
