"""`tf.test.TestCase`."""

import os

import numpy as np
import pytest

import pyengine as tf


class CaseTest(tf.test.TestCase):
    def test_sessions(self):
        v = tf.Variable(2.0)
        with self.session() as sess:
            sess.run(v.initializer)
            assert v.eval() == 2.0
        with self.cached_session() as one, self.test_session() as other:
            assert one is other
            one.run(v.initializer)
        assert self.evaluate(v) == 2.0

    def test_seeds_are_fixed(self):
        with self.session():
            first = tf.random_uniform([]).eval()
        tf.reset_default_graph()
        self.setUp()
        with self.session():
            assert tf.random_uniform([]).eval() == first

    def test_comparisons_that_hold(self):
        self.assertAllEqual([[1, 2]], np.array([[1, 2]]))
        self.assertAllEqual([np.nan], [np.nan])
        self.assertNotAllEqual([1, 2], [1, 3])
        self.assertAllClose({"a": [1.0, 2.0]}, {"a": np.array([1.0, 2.0 + 1e-7])})
        self.assertAllClose([np.ones(2), np.ones(3)], [np.ones(2), np.ones(3)])
        self.assertNotAllClose([1.0], [1.1])
        self.assertAllCloseAccordingToType(np.float16([1.0]), np.float16([1.0005]))
        self.assertAllGreater([2, 3], 1)
        self.assertAllGreaterEqual([2, 3], 2)
        self.assertAllLess([2, 3], 4)
        self.assertAllLessEqual([2, 3], 3)
        self.assertAllInRange([0, 1], 0, 1)
        self.assertAllInSet([0, 1], {0, 1, 2})
        self.assertNear(1.0, 1.1, 0.2)
        self.assertArrayNear([1.0], [1.1], 0.2)
        self.assertNDArrayNear(np.zeros(2), np.ones(2), 1.5)
        self.assertShapeEqual(np.zeros((2, 3)), tf.zeros([2, 3]))
        self.assertDTypeEqual(np.zeros(2), tf.float64)
        self.assertDeviceEqual("/cpu:0", "/device:CPU:0")
        self.assertSameStructure([1, (2,)], [3, (4,)])
        self.assertStartsWith("abc", "ab")
        self.assertItemsEqual([1, 2], [2, 1])
        self.assertEmpty([])
        self.assertNotEmpty([1])
        self.assertLen([1, 2], 2)
        self.assertBetween(2, 1, 3)
        self.assertProtoEquals("versions { producer: 1 }", _graph_def(1))
        assert os.path.isdir(self.get_temp_dir())
        assert self.get_temp_dir() == self.get_temp_dir()

    def test_errors_that_are_expected(self):
        with self.session() as sess, self.assertRaisesOpError("uninitialized"):
            sess.run(tf.Variable(1.0)._ref())
        with self.assertRaisesWithPredicateMatch(ValueError, lambda e: "b" in str(e)):
            raise ValueError("abc")
        matching = self.assertRaisesWithPredicateMatch
        with pytest.raises(AssertionError, match="not raised"), matching(ValueError, "x"):
            pass
        with pytest.raises(AssertionError, match="does not match"), matching(ValueError, "x"):
            raise ValueError("y")


def _graph_def(producer):
    found = tf.GraphDef()
    found.versions.producer = producer
    return found


@pytest.mark.parametrize(
    "check",
    [
        lambda t: t.assertAllEqual([1, 2], [1, 3]),
        lambda t: t.assertAllEqual([1], [1, 1]),
        lambda t: t.assertNotAllEqual([1], [1]),
        lambda t: t.assertAllClose([1.0], [1.1]),
        lambda t: t.assertNotAllClose([1.0], [1.0]),
        lambda t: t.assertAllGreater([1, 2], 1),
        lambda t: t.assertAllInRange([0, 1], 0, 1, open_upper_bound=True),
        lambda t: t.assertAllInSet([3], {0, 1}),
        lambda t: t.assertNear(1.0, 2.0, 0.5),
        lambda t: t.assertNDArrayNear(np.zeros(2), np.ones(2), 1),
        lambda t: t.assertShapeEqual(np.zeros(2), tf.zeros([3])),
        lambda t: t.assertDTypeEqual(np.zeros(2), tf.float32),
        lambda t: t.assertDeviceEqual("/cpu:0", "/cpu:1"),
        lambda t: t.assertSameStructure([1], [1, 2]),
        lambda t: t.assertStartsWith("abc", "b"),
        lambda t: t.assertEmpty([1]),
    ],
)
def test_comparisons_that_fail(check):
    with pytest.raises(AssertionError):
        check(CaseTest())


def test_shapes_that_do_not_fit_are_expected():
    case = tf.test.TestCase()
    with tf.Graph().as_default():
        with case.assertRaisesIncompatibleShapesError(ValueError):
            tf.add(tf.zeros([2]), tf.zeros([3]))
        with (
            pytest.raises(AssertionError),
            case.assertRaisesIncompatibleShapesError(ValueError),
        ):
            tf.add(tf.zeros([2]), tf.zeros([1]))
