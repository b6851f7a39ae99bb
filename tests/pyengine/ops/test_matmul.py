"""Matrix products."""

import importlib

import numpy as np
import pytest

import pyengine as tf

matmul = importlib.import_module("pyengine.ops.matmul")  # not the function of that name

rng = np.random.default_rng(0)
A, B = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("order", "CF")
def test_transposes_in_any_memory_order(sess, order):
    a, b = np.asarray(A, order=order), np.asarray(B, order=order)
    for got in (
        tf.matmul(a, b),
        tf.matmul(a.T, b, transpose_a=True),
        tf.matmul(a, b.T, transpose_b=True),
        tf.matmul(a.T, b.T, transpose_a=True, transpose_b=True),
        tf.matmul(a.T, b, adjoint_a=True),
    ):
        np.testing.assert_allclose(sess.run(got), A @ B)
        assert got.shape == [3, 2]


def test_batches_broadcast(sess):
    x, y = rng.normal(size=(5, 1, 3, 4)), rng.normal(size=(2, 4, 2))
    got = tf.matmul(x, y)
    assert got.shape == [5, 2, 3, 2]
    np.testing.assert_allclose(sess.run(got), x @ y)
    gx, gy = sess.run(tf.gradients(got, [got.op.inputs[0], got.op.inputs[1]]))
    assert gx.shape == x.shape
    assert gy.shape == y.shape


def test_adjoints_conjugate(sess):
    z = np.array([[1 + 2j, 3j]])
    assert sess.run(tf.matmul(z, z, adjoint_b=True)).tolist() == [[14 + 0j]]
    assert sess.run(tf.matmul(z, z, transpose_b=True)).tolist() == [[-12 + 4j]]


def test_integers_and_plain_values(sess):
    assert sess.run(tf.matmul([[1, 2]], [[3], [4]])).tolist() == [[11]]
    x = tf.constant([[1.0]], tf.float64)
    assert tf.matmul([[2]], x).dtype is tf.float64


def test_what_does_not_fit_is_refused(sess):
    with pytest.raises(ValueError, match="must be equal, but are 4 and 3"):
        tf.matmul(A, A)
    with pytest.raises(ValueError, match="rank 2"):
        tf.matmul([1.0], [[1.0]])
    with pytest.raises(ValueError, match="Only one of transpose_a and adjoint_a"):
        tf.matmul(A, B, transpose_a=True, adjoint_a=True)
    x = tf.placeholder(tf.float64)
    with pytest.raises(tf.errors.InvalidArgumentError, match="incompatible"):
        sess.run(tf.matmul(x, B), {x: B})


@pytest.mark.parametrize("sizes", [[2, 2], [None, None], None])
def test_the_adjoint_conjugates_once_at_every_rank(sizes):
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.complex64, sizes)
        value = np.array([[1 + 2j, 3j], [4.0, 5 - 1j]], np.complex64)
        left = sess.run(tf.matmul(x, x, adjoint_a=True), {x: value})
        right = sess.run(tf.matmul(x, x, transpose_b=True), {x: value})
    np.testing.assert_allclose(left, value.conj().T @ value, rtol=1e-6)
    np.testing.assert_allclose(right, value @ value.T, rtol=1e-6)


def test_a_rank_that_is_not_known_may_be_that_of_a_batch():
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32)
        y = np.ones((3, 4), np.float32)
        product = tf.matmul(x, y)
        assert product.shape.ndims is None
        for shape in ([2, 3], [5, 2, 3]):
            value, slope = sess.run(
                [product, tf.gradients(product, x)[0]], {x: np.ones(shape, np.float32)}
            )
            assert value.shape == (*shape[:-1], 4)
            assert slope.shape == tuple(shape)
        assert tf.matmul(x, y, a_is_sparse=True).shape.as_list() == [None, 4]


@pytest.mark.parametrize("shape", [(40, 300, 520), (520, 300, 40)])
@pytest.mark.parametrize("orders", ["CC", "FF", "CF"])
def test_large_products_by_blocks(shape, orders, monkeypatch):
    monkeypatch.setattr(matmul, "_LEAST_FOR_BLOCKS", 0)
    m, k, n = shape
    rng = np.random.default_rng(0)
    a = np.asarray(rng.normal(size=(m, k)), order=orders[0])
    b = np.asarray(rng.normal(size=(k, n)), order=orders[1])
    found = matmul.product(a, b)
    assert found.flags.c_contiguous
    np.testing.assert_allclose(found, np.einsum("ik,kj->ij", a, b))
