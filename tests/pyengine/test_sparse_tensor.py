"""Sparse tensors: what they are, how they are fed and fetched."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.sparse_case import AT, DENSE, VALUES, dense, sparse, value


def test_the_parts_and_what_is_known_of_the_shape():
    x = sparse()
    assert x.indices.dtype is tf.int64
    assert x.dense_shape.dtype is tf.int64
    assert x.dtype is tf.float64
    assert x.shape.as_list() == [4, 3]
    assert x.get_shape() == x.shape
    assert x.graph is tf.get_default_graph()
    assert x.op is x.values.op
    assert "shape=(4, 3)" in repr(x)
    assert tf.SparseTensor.from_value(tf.SparseTensorValue(AT, VALUES, [4, 3])).dtype is tf.float64
    with pytest.raises(TypeError, match="Neither a SparseTensor"):
        tf.SparseTensor.from_value(3)


@pytest.mark.parametrize(
    "parts", [([1, 2], [1, 2], [3]), ([[1], [2]], [1], [3]), ([[1]], [1], [3, 3]), ([], [], [3])]
)
def test_parts_must_fit_together(parts):
    with pytest.raises(ValueError):
        tf.SparseTensor(*parts)


def test_a_fetched_one_is_a_value_that_can_be_fed():
    x = tf.sparse_placeholder(tf.float64)
    with tf.Session() as sess:
        got = sess.run(sparse())
        assert isinstance(got, tf.SparseTensorValue)
        assert got.values.tolist() == VALUES.tolist()
        again, total = sess.run([x, tf.sparse_reduce_sum(x)], {x: got})
        assert again.indices.tolist() == AT
        assert total == 6.0
        assert sess.run({"x": x}, {x: (AT, VALUES, [4, 3])})["x"].dense_shape.tolist() == [4, 3]
        assert sparse().eval(session=sess).values.tolist() == VALUES.tolist()


def test_no_elements_are_fed_as_an_empty_list():
    x = tf.sparse_placeholder(tf.float32, [2, 2])
    assert value(tf.sparse_tensor_to_dense(x), {x: ([], [], [2, 2])}).tolist() == [[0, 0], [0, 0]]


def test_a_matrix_of_scipy_is_fed():
    import scipy.sparse

    x = tf.sparse_placeholder(tf.float64, [None, 3])
    assert x.shape.as_list() == [None, 3]
    matrix = scipy.sparse.csc_matrix(DENSE)
    assert value(tf.sparse_tensor_to_dense(x), {x: matrix}).tolist() == DENSE.tolist()


def test_what_is_no_triple_cannot_be_fed():
    x = tf.sparse_placeholder(tf.float64)
    with pytest.raises(TypeError, match="SparseTensorValue"):
        value(x, {x: 3.0})


def test_placeholders_are_named_for_their_parts():
    with tf.Graph().as_default():
        x = tf.sparse_placeholder(tf.float32, [None, 3], name="x")
        names = [t.name for t in (x.indices, x.values, x.dense_shape)]
        assert names == ["x/indices:0", "x/values:0", "x/shape:0"]
        assert x.indices.shape.as_list() == [None, 2]


def test_functions_of_values_and_shape():
    x = sparse()
    assert value(tf.shape(x)).tolist() == [4, 3]
    assert value([tf.size(x), tf.rank(x)]) == [12, 2]
    assert tf.cast(x, tf.float32).dtype is tf.float32
    for function in (tf.abs, tf.square, tf.negative, tf.sign):
        assert dense(function(x)) == value(function(DENSE)).tolist()
    with pytest.raises(TypeError, match="SparseTensor"):
        tf.exp(x)


def test_products_and_quotients_with_dense_tensors():
    x = sparse()
    other = np.arange(1.0, 13.0).reshape(4, 3)
    assert dense(x * other) == (DENSE * other).tolist()
    assert dense(2.0 * x) == (DENSE * 2).tolist()
    assert dense(x / other[0]) == (DENSE / other[0]).tolist()


def test_conversion():
    assert isinstance(tf.convert_to_tensor_or_sparse_tensor(value(sparse())), tf.SparseTensor)
    assert isinstance(tf.convert_to_tensor_or_sparse_tensor(3), tf.Tensor)
    with pytest.raises(RuntimeError, match="Sparse dtype mismatch"):
        tf.convert_to_tensor_or_sparse_tensor(sparse(), tf.int32)
    with pytest.raises(TypeError):
        tf.convert_to_tensor(sparse())
