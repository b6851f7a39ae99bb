"""Indexing against NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pyengine as tf
from pyengine.ops.indexing import block

X = np.arange(24).reshape(2, 3, 4)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


ends = st.one_of(st.none(), st.integers(-5, 5))
part = st.one_of(
    st.builds(slice, ends, ends, st.sampled_from([None, 1, 2, -1, -2])), st.integers(0, 1)
)


@given(st.lists(part, max_size=3).map(tuple), st.booleans())
def test_slices_are_numpys(index, known):
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.int64, X.shape if known else [None] * 3)
        got = x[index]
        value = sess.run(got, {x: X})
    np.testing.assert_array_equal(value, X[index])
    assert got.shape.is_compatible_with(X[index].shape)
    assert got.shape.is_fully_defined() or not known


@pytest.mark.parametrize("index", [(Ellipsis, 1), (0, Ellipsis), (None, 1), (slice(1), None, -1)])
def test_ellipsis_and_new_axes(sess, index):
    got = tf.constant(X)[index]
    assert sess.run(got).tolist() == X[index].tolist()
    assert got.shape == X[index].shape


def test_positions_may_be_tensors(sess):
    i = tf.placeholder(tf.int32, [])
    x = tf.constant(X)
    assert sess.run(x[i], {i: -1}).tolist() == X[-1].tolist()
    assert sess.run(x[0, :i], {i: 2}).tolist() == X[0, :2].tolist()
    with pytest.raises(tf.errors.InvalidArgumentError, match="out of bounds"):
        sess.run(x[i], {i: 5})


@pytest.mark.parametrize("bad", [1.5, "a", [0, True], [0, 1.5]])
def test_other_indices_are_refused(bad):
    with tf.Graph().as_default(), pytest.raises(TypeError, match="Only integers, slices"):
        tf.constant(X)[bad]


def test_what_is_not_there_is_refused_when_it_is_built():
    with tf.Graph().as_default():
        x = tf.constant(X)
        with pytest.raises(ValueError, match="out of bounds"):
            x[5]
        with pytest.raises(ValueError, match="only 3 dims"):
            x[0, 0, 0, 0]
        with pytest.raises(ValueError, match=r"strides\[0\] must be non-zero"):
            x[::0]


def test_blocks(sess):
    assert sess.run(tf.slice(X, [0, 1, 0], [1, -1, 2])).tolist() == X[:1, 1:, :2].tolist()
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"inside \[0, 2\]"):
        sess.run(tf.slice(X, [1, 0, 0], [2, 1, 1]))


def test_the_slope_of_a_slice_of_a_rank_that_a_run_knows():
    with tf.Graph().as_default(), tf.Session() as session:
        x, begin, size = tf.placeholder(tf.float32), *(tf.placeholder(tf.int32) for _ in "bs")
        slope = tf.gradients(tf.slice(x, begin, size), x)[0]
        feeds = {x: np.ones((2, 3)), begin: [0, 1], size: [1, 2]}
        assert session.run(slope, feeds).tolist() == [[0, 1, 1], [0, 0, 0]]


@pytest.mark.parametrize("of_tensor", [False, True])
@pytest.mark.parametrize("mask", [X[:, 0, 0] > 5, X > 7, X[:, :, 0] > 5])
def test_masks(sess, mask, of_tensor):
    picked = tf.constant(X)[tf.constant(mask) if of_tensor else mask]
    assert picked.shape[0].value is None
    assert sess.run(picked).tolist() == X[mask].tolist()


def test_a_mask_has_dimensions():
    with pytest.raises(ValueError, match="scalar"):
        tf.constant(X)[True]


@pytest.mark.parametrize("place", [np.array(1), np.int64(1), tf.Dimension(1)])
def test_a_place_of_other_kinds(sess, place):
    assert sess.run(tf.constant(X)[place]).tolist() == X[1].tolist()


def test_a_slice_by_numbers_adds_what_the_general_way_adds():
    def graph_of(*vectors):
        with tf.Graph().as_default() as g:
            x = tf.zeros([4, 5])
            with tf.name_scope("part"):
                tf.strided_slice(x, *vectors, end_mask=2)
                tf.strided_slice(x, *vectors, end_mask=2, name="mine")
        return [(n.name, n.op, n.input[:]) for n in g.as_graph_def().node], g

    quick, g = graph_of([0, 0], [2, 0], [1, 1])
    general, h = graph_of((0, 0), (2, 0), (1, 1))
    assert quick == general
    assert g.as_graph_def() == h.as_graph_def()
    last = g.get_operations()[-1]
    assert last.name == "part/mine"
    assert last.outputs[0].shape.as_list() == [2, 5]
    assert not last.inputs[1].op.attrs["value"].flags.writeable


def test_block_leaves_other_cases_to_its_caller():
    with tf.Graph().as_default():
        x = tf.constant([[1, 2], [3, 4]])
        v = tf.Variable([1.0, 2.0])
        assert block(x, [0, 0], [1, 0], 2, 2, 1).shape.as_list() == [2]
        assert block(v, 0, 1, 0, 0, 1).shape.as_list() == []
        assert block(x, [0, 0, 0], [1, 1, 1], 0, 0, 7) is None  # more positions than dimensions
        with pytest.raises(ValueError, match="slice index 2 of dimension 0 out of bounds"):
            block(x, 2, 3, 0, 0, 1)
    assert block(x, 0, 1, 0, 0, 1) is None  # of another graph than the default one
