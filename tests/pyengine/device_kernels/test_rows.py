"""Changes to rows of variables on a GPU."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.pretended import two_gpus  # noqa: F401 (a fixture)

pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("two_gpus")

TABLE = np.arange(1.0, 9.0, dtype=np.float32).reshape(4, 2)
SCATTERS = ("add", "sub", "mul", "div", "min", "max", "update")
OPTIMIZERS = [
    lambda: tf.train.GradientDescentOptimizer(0.1),
    lambda: tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
    lambda: tf.train.AdamOptimizer(0.1),
    lambda: tf.train.AdagradOptimizer(0.1),
    lambda: tf.train.AdadeltaOptimizer(0.1),
    lambda: tf.train.RMSPropOptimizer(0.1),
    lambda: tf.train.FtrlOptimizer(0.1),
    lambda: tf.train.ProximalAdagradOptimizer(0.1, l1_regularization_strength=0.01),
]


def scattered(name, device, rows, updates, counts):
    with tf.Graph().as_default(), tf.Session() as sess, tf.device(device):
        v = tf.Variable(TABLE)
        sess.run(v.initializer)
        at, values = tf.placeholder(tf.int32), tf.placeholder(tf.float32)
        change = getattr(tf, f"scatter_{name}")(v, at, values)
        counts.by_cpu = counts.to_host = 0
        sess.run(change.op, {at: rows, values: updates})
        copied = counts.by_cpu, counts.to_host
        return sess.run(v), copied


@pytest.mark.parametrize("name", SCATTERS)
@pytest.mark.parametrize("updates", [3.5, [[0.5, 10.0], [2.0, 4.0]]])
def test_rows_change_as_on_the_cpu(name, updates, two_gpus):  # noqa: F811
    found, copied = scattered(name, "/gpu:0", [2, 0], updates, two_gpus)
    wanted, _ = scattered(name, "", [2, 0], updates, two_gpus)
    np.testing.assert_allclose(found, wanted)
    assert copied == (0, 0)


@pytest.mark.parametrize("name", SCATTERS)
def test_rows_that_are_named_twice_change_twice(name, two_gpus):  # noqa: F811
    updates = [[0.5, 10.0], [2.0, 4.0]]
    found, (by_cpu, _) = scattered(name, "/gpu:0", [1, 1], updates, two_gpus)
    wanted, _ = scattered(name, "", [1, 1], updates, two_gpus)
    np.testing.assert_allclose(found, wanted)
    assert by_cpu == (name not in ("add", "sub"))


@pytest.mark.parametrize("rows", [[4, 0], [-1, 0]])
def test_a_row_that_is_not_there_is_the_error_of_the_cpu(rows, two_gpus):  # noqa: F811
    with pytest.raises(tf.errors.InvalidArgumentError, match="is not in"):
        scattered("add", "/gpu:0", rows, 1.0, two_gpus)


def trained(optimizer, device, counts):
    with tf.Graph().as_default(), tf.Session() as sess, tf.device(device):
        v, at = tf.Variable(TABLE), tf.placeholder(tf.int32, [None])
        loss = tf.reduce_sum(tf.square(tf.nn.embedding_lookup(v, at)))
        step = optimizer().minimize(loss)
        sess.run(tf.global_variables_initializer())
        counts.by_cpu = 0
        for rows in ([0, 2], [1, 1], [3]):
            sess.run(step, {at: rows})
        return sess.run(v)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_rows_are_trained_as_on_the_cpu(optimizer, two_gpus):  # noqa: F811
    config = tf.ConfigProto(allow_soft_placement=True)
    with pytest.MonkeyPatch.context() as patch:
        session = tf.Session
        patch.setattr(tf, "Session", lambda: session(config=config))
        found = trained(optimizer, "/gpu:0", two_gpus)
        assert two_gpus.by_cpu == 0
    np.testing.assert_allclose(found, trained(optimizer, "", two_gpus), rtol=1e-5)


def test_rows_of_resource_variables(two_gpus):  # noqa: F811
    raw, found = tf.raw_ops, []
    for device in ("/gpu:0", "/cpu:0"):
        with tf.Graph().as_default(), tf.Session() as sess, tf.device(device):
            v, m = (
                raw.VarHandleOp(dtype=tf.float32, shape=[4, 2], shared_name=n, name=n) for n in "vm"
            )
            sess.run([raw.AssignVariableOp(resource=x, value=TABLE) for x in (v, m)])
            two_gpus.by_cpu = two_gpus.to_host = 0
            sess.run(raw.ResourceScatterAdd(resource=v, indices=[1], updates=[[1.0, 2.0]]))
            sess.run(
                raw.ResourceSparseApplyMomentum(
                    var=v, accum=m, lr=0.1, grad=[[1.0, 2.0]], indices=[3], momentum=0.9
                )
            )
            assert (two_gpus.by_cpu, two_gpus.to_host) == (0, 0)
            found.append(sess.run(raw.ReadVariableOp(resource=v, dtype=tf.float32)))
    np.testing.assert_allclose(*found, rtol=1e-6)
