"""Variables: what they are made of, reading, writing, listing."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_are_made_of_the_ops_that_tensorflow_makes(sess):
    v = tf.Variable(tf.zeros([2, 3]), name="W")
    names = [op.name for op in sess.graph.get_operations()]
    assert names == ["zeros", "W", "W/Assign", "W/read"]
    assert v.name == "W:0"
    assert v.op.type == "VariableV2"
    assert v.initializer.name == "W/Assign"
    assert v.value().name == "W/read:0"
    assert v.dtype is tf.float32.as_ref
    assert v.get_shape() == [2, 3]
    assert repr(v) == "<tf.Variable 'W:0' shape=(2, 3) dtype=float32>"


def test_initial_values(sess):
    made = [
        tf.Variable(1.0),
        tf.Variable([1, 2], dtype=tf.float64),
        tf.Variable(lambda: tf.ones([2]), name="f"),
        tf.Variable(np.arange(3)),
    ]
    sess.run(tf.global_variables_initializer())
    assert [v.dtype.base_dtype for v in made] == [tf.float32, tf.float64, tf.float32, tf.int64]
    assert [sess.run(v).tolist() for v in made] == [1.0, [1.0, 2.0], [1.0, 1.0], [0, 1, 2]]
    assert made[2].initial_value.op.name.startswith("f/Initializer/")


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({}, "initial_value must be specified"),
        ({"initial_value": 1.0, "collections": "mine"}, "must be a list, tuple, or set"),
        ({"initial_value": 1.0, "constraint": 3}, "must be a callable"),
        ({"initial_value": 1.0, "expected_shape": [2]}, "incompatible"),
    ],
)
def test_bad_arguments(sess, arguments, match):
    with pytest.raises(ValueError, match=match):
        tf.Variable(**arguments)


def test_an_unknown_shape_must_be_allowed(sess):
    x = tf.placeholder(tf.float32)
    with pytest.raises(ValueError, match="validate_shape=False"):
        tf.Variable(x)
    v = tf.Variable(x, validate_shape=False)
    sess.run(v.initializer, {x: [1.0, 2.0]})
    assert sess.run(v).tolist() == [1.0, 2.0]
    assert sess.run(tf.assign(v, [[3.0]], validate_shape=False)).tolist() == [[3.0]]


def test_uninitialized_is_an_error_that_says_what_to_do(sess):
    v = tf.Variable(1.0, name="lonely")
    with pytest.raises(tf.errors.FailedPreconditionError, match=r"(?s)lonely.*initializer"):
        sess.run(v + 1.0)
    assert not sess.run(tf.is_variable_initialized(v))
    sess.run(v.initializer)
    assert sess.run(tf.is_variable_initialized(v))
    assert sess.run(v + 1.0) == 2.0


def test_assignments(sess):
    v = tf.Variable([1.0, 2.0])
    sess.run(v.initializer)
    assert sess.run(v.assign([5.0, 6.0])).tolist() == [5.0, 6.0]
    assert sess.run(v.assign_add([1.0, 1.0])).tolist() == [6.0, 7.0]
    assert sess.run(tf.assign_sub(v, [2.0, 2.0])).tolist() == [4.0, 5.0]
    assert sess.run(v.assign([0.0, 0.0], read_value=False)) is None
    v.load([8.0, 9.0], sess)
    assert v.eval(sess).tolist() == [8.0, 9.0]


def test_assignments_must_fit(sess):
    v = tf.Variable([1.0, 2.0])
    sess.run(v.initializer)
    with pytest.raises(ValueError, match="not compatible"):
        v.assign([1.0])
    with pytest.raises(TypeError, match="float64 that does not match"):
        v.assign(tf.constant([1.0, 2.0], tf.float64))
    with pytest.raises(TypeError, match="requires a variable"):
        tf.assign(tf.constant(1.0), 2.0)
    x = tf.placeholder(tf.float32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="shapes of both tensors to match"):
        sess.run(v.assign(x), {x: [1.0, 2.0, 3.0]})
    with pytest.raises(tf.errors.InvalidArgumentError, match="must be the same"):
        sess.run(v.assign_add(x), {x: [1.0]})
    assert sess.run(v).tolist() == [1.0, 2.0]


def test_what_was_assigned_stays_what_it_was(sess):
    x = tf.placeholder(tf.float32, [2])
    v = tf.Variable([0.0, 0.0])
    fed = np.array([1.0, 2.0], np.float32)
    sess.run(v.assign(x), {x: fed})
    fed[:] = 9.0
    assert sess.run(v).tolist() == [1.0, 2.0]


def test_reads_see_what_they_wait_for(sess):
    v = tf.Variable(1.0)
    with tf.control_dependencies([v.assign(5.0)]):
        after = v * 2.0
    sess.run(v.initializer)
    assert sess.run(after) == 10.0


def test_values_read_before_an_update_are_kept(sess):
    v = tf.Variable([1.0])
    before = v * 1.0
    update = v.assign_add([1.0])
    sess.run(v.initializer)
    assert [a.tolist() for a in sess.run([before, update])] == [[1.0], [2.0]]


def test_operators_and_indexing(sess):
    v = tf.Variable([1.0, 2.0, 3.0])
    sess.run(v.initializer)
    assert sess.run(v + 1.0).tolist() == [2.0, 3.0, 4.0]
    assert sess.run(2.0 * v).tolist() == [2.0, 4.0, 6.0]
    assert sess.run(-v[1:]).tolist() == [-2.0, -3.0]
    assert v == v


def test_scatter_of_slices(sess):
    v = tf.Variable([[1.0], [2.0], [3.0]])
    rows = tf.IndexedSlices(tf.constant([[1.0], [1.0]]), tf.constant([2, 2]))
    sess.run(v.initializer)
    assert sess.run(v.scatter_add(rows)).tolist() == [[1.0], [2.0], [5.0]]
    assert sess.run(v.scatter_sub(rows)).tolist() == [[1.0], [2.0], [3.0]]
    outside = tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([3]))
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"indices\[0\] = 3 is not in \[0, 3\)"
    ):
        sess.run(v.scatter_add(outside))


def test_initialized_value_is_the_initial_one_until_there_is_another():
    with tf.Graph().as_default(), tf.Session() as sess:
        v = tf.Variable(2.0)
        w = tf.Variable(v.initialized_value() * 2.0)
        sess.run(w.initializer)
        assert sess.run(w) == 4.0
        sess.run(v.initializer)
        sess.run(v.assign(5.0))
        sess.run(w.initializer)
        assert sess.run(w) == 10.0


def test_rows_are_changed_by_methods():
    with tf.Graph().as_default(), tf.Session() as sess:
        v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
        sess.run(v.initializer)
        rows = tf.IndexedSlices(tf.constant([[2.0, 2.0]]), tf.constant([1]))
        wanted = {
            "scatter_add": [5, 6], "scatter_mul": [10, 12], "scatter_div": [5, 6],
            "scatter_sub": [3, 4], "scatter_min": [2, 2], "scatter_max": [2, 2],
            "scatter_update": [2, 2],
        }  # fmt: skip
        for method, row in wanted.items():
            assert sess.run(getattr(v, method)(rows)).tolist() == [[1, 2], row]
        sess.run(v.scatter_nd_add([[0, 0]], [1.0]))
        sess.run(v.scatter_nd_sub([[0, 1]], [1.0]))
        assert sess.run(v.scatter_nd_update([[1, 1]], [9.0])).tolist() == [[2, 1], [2, 9]]
        with pytest.raises(TypeError, match="not IndexedSlices"):
            v.scatter_add([1.0])


def test_a_shape_that_may_change():
    with tf.Graph().as_default(), tf.Session() as sess:
        v = tf.Variable([1.0], shape=tf.TensorShape(None))
        assert v.shape.ndims is None
        sess.run(v.initializer)
        sess.run(v.assign([[1.0, 2.0]]))
        assert sess.run(v).tolist() == [[1, 2]]
        with pytest.raises(ValueError):
            tf.Variable([1.0], shape=[2])
