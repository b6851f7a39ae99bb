"""Assignments and the optimizers' updates of variables on a GPU."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops.training import RULES
from pyengine.registry import OPS
from tests.pyengine.pretended import assert_same, two_gpus  # noqa: F401 (a fixture)

pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("two_gpus")

OPTIMIZERS = [
    lambda: tf.train.GradientDescentOptimizer(0.1),
    lambda: tf.train.MomentumOptimizer(0.1, 0.9),
    lambda: tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
    lambda: tf.train.AdamOptimizer(0.1),
    lambda: tf.train.AdagradOptimizer(0.1),
    lambda: tf.train.AdadeltaOptimizer(0.1),
    lambda: tf.train.RMSPropOptimizer(0.1),
    lambda: tf.train.RMSPropOptimizer(0.1, centered=True),
    lambda: tf.train.FtrlOptimizer(0.1, l1_regularization_strength=0.01),
    lambda: tf.train.ProximalAdagradOptimizer(0.1, l1_regularization_strength=0.01),
    lambda: tf.train.ProximalGradientDescentOptimizer(0.1, l2_regularization_strength=0.01),
]


def trained(optimizer, device):
    """A variable after some steps."""
    with tf.Graph().as_default(), tf.Session() as sess, tf.device(device):
        v = tf.Variable([[1.0, -2.0], [0.5, 3.0]])
        scale = tf.placeholder(tf.float32)
        step = optimizer().minimize(tf.reduce_sum(tf.square(v) * scale))
        sess.run(tf.global_variables_initializer())
        for n in range(4):
            sess.run(step, {scale: n + 1.0})
        return sess.run(v)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_optimizer_trains_as_on_the_cpu(optimizer, two_gpus):  # noqa: F811
    there = trained(optimizer, "/gpu:0")
    assert two_gpus.by_cpu == 0
    np.testing.assert_allclose(there, trained(optimizer, ""), rtol=1e-5)


def test_every_rule_is_there():
    for name in ("GradientDescent", "Momentum", "Adam", "RMSProp", "Adagrad", "AdaMax"):
        assert {f"Apply{name}", f"ResourceApply{name}"} <= set(RULES)
    assert {t for t in OPS if "SparseApply" not in t and "Apply" in t} == set(RULES)


def test_a_rule_that_wants_arrays_is_left_to_the_cpu():
    def optimizer():
        return tf.train.AdagradDAOptimizer(0.1, tf.Variable(3, dtype=tf.int64))

    config = tf.ConfigProto(allow_soft_placement=True)
    with tf.Graph().as_default(), tf.Session(config=config) as sess, tf.device("/gpu:0"):
        v = tf.Variable([1.0, 2.0])
        step = optimizer().minimize(tf.reduce_sum(v * v))
        sess.run(tf.global_variables_initializer())
        sess.run(step)
        assert np.isfinite(sess.run(v)).all()


def test_assignments():
    with tf.Graph().as_default(), tf.Session() as sess, tf.device("/gpu:0"):
        v = tf.Variable([1.0, 2.0], validate_shape=False)
        sess.run(v.initializer)
        assert sess.run(tf.assign_add(v, [1.0, 1.0])).tolist() == [2, 3]
        assert sess.run(tf.assign_sub(v, [2.0, 2.0])).tolist() == [0, 1]
        with pytest.raises(tf.errors.InvalidArgumentError, match="must be the same"):
            x = tf.placeholder(tf.float32)
            sess.run(tf.assign_add(v, x), {x: 1.0})
        assert sess.run(tf.assign(v, [[5.0]], validate_shape=False)).tolist() == [[5]]


def test_an_assigned_feed_is_a_copy():
    with tf.Graph().as_default(), tf.Session() as sess, tf.device("/gpu:0"):
        v, x = tf.Variable([1.0, 2.0]), tf.placeholder(tf.float32, [2])
        fed = np.array([3.0, 4.0], np.float32)
        sess.run(tf.assign(v, x), {x: fed})
        fed[:] = 0
        assert sess.run(v).tolist() == [3, 4]
        sess.run(v)[:] = 0
        assert sess.run(v * 1.0).tolist() == [3, 4]


def test_a_shape_that_does_not_fit_is_the_error_of_the_cpu():
    with tf.Graph().as_default(), tf.Session() as sess, tf.device("/gpu:0"):
        v, x = tf.Variable([1.0, 2.0]), tf.placeholder(tf.float32)
        with pytest.raises(tf.errors.InvalidArgumentError, match="Assign requires shapes"):
            sess.run(tf.assign(v, x), {x: [1.0]})


def resource_variable(value, name):
    raw, value = tf.raw_ops, np.asarray(value, np.float32)
    handle = raw.VarHandleOp(dtype=tf.float32, shape=value.shape, shared_name=name, name=name)
    return handle, raw.AssignVariableOp(resource=handle, value=value)


def read(handle):
    return tf.raw_ops.ReadVariableOp(resource=handle, dtype=tf.float32)


def test_resource_variables_live_there_too(two_gpus):  # noqa: F811
    raw = tf.raw_ops
    with tf.Graph().as_default(), tf.Session() as sess:
        with tf.device("/gpu:1"):
            (v, first), (m, second) = resource_variable([1, 2], "v"), resource_variable([0, 0], "m")
            step = raw.ResourceApplyMomentum(
                var=v, accum=m, lr=0.5, grad=tf.exp(read(v)), momentum=0.9
            )
            more = raw.AssignAddVariableOp(resource=v, value=[1.0, 1.0])
            row = raw.ResourceGather(resource=v, indices=[1], dtype=tf.float32)
        again, _ = resource_variable([5, 5], "v")  # another handle of the same variable
        flag = raw.VarIsInitializedOp(resource=v)
        assert not sess.run(flag)
        with pytest.raises(tf.errors.FailedPreconditionError, match="v"):
            sess.run(read(v))
        sess.run([first, second])
        before = vars(two_gpus).copy()
        sess.run(more)
        sess.run(step)
        sess.run(step)
        copied = {k: n - before[k] for k, n in vars(two_gpus).items()}
        assert copied == {"to_device": 1 + 2, "to_host": 0, "by_cpu": 0}  # constants of two plans
        assert sess.run(raw.VariableShape(input=v)).tolist() == [2]
        assert two_gpus.to_host == 0
        value, slope = np.array([2.0, 3.0]), np.zeros(2)
        for _ in range(2):
            slope = slope * 0.9 + np.exp(value)
            value = value - 0.5 * slope
        for tensor in (read(v), read(again)):
            np.testing.assert_allclose(sess.run(tensor), value, rtol=1e-5)
        np.testing.assert_allclose(sess.run(row), value[1:], rtol=1e-5)
        with pytest.raises(tf.errors.InvalidArgumentError, match="is not in"):
            sess.run(raw.ResourceGather(resource=v, indices=[2], dtype=tf.float32))
        sess.run(raw.ResourceScatterUpdate(resource=v, indices=[0], updates=[7.0]))
        assert sess.run(read(v))[0] == 7
        sess.run(raw.DestroyResourceOp(resource=v))
        assert not sess.run(flag)
