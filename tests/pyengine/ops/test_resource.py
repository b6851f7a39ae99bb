"""Resource variables, by their ops; as `Variable`s they are in test_handle_variable.py."""

import numpy as np
import pytest

import pyengine as tf
import pyengine.ops.resource
from pyengine.ops import training
from pyengine.ops.resource import handle_shape
from pyengine.registry import OPS

raw = tf.raw_ops
TABLE = np.arange(6, dtype=np.float32).reshape(3, 2)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def variable(sess, value=TABLE, name="v", **options):
    value = np.asarray(value)
    handle = raw.VarHandleOp(
        dtype=tf.as_dtype(value.dtype), shape=value.shape, shared_name=name, name=name, **options
    )
    sess.run(raw.AssignVariableOp(resource=handle, value=value))
    return handle


def read(handle):
    return raw.ReadVariableOp(resource=handle, dtype=handle.op.get_attr("dtype"))


def test_a_handle_is_a_resource_and_its_reads_have_the_shape(sess):
    v = variable(sess)
    assert v.dtype is tf.resource
    assert v.shape.as_list() == []
    assert handle_shape(v).as_list() == [3, 2]
    assert read(v).shape.as_list() == [3, 2]
    assert raw.VariableShape(input=v).shape.as_list() == [2]
    np.testing.assert_array_equal(sess.run(read(v)), TABLE)
    assert sess.run(raw.VariableShape(input=v, out_type=tf.int64)).tolist() == [3, 2]


def test_handles_of_one_name_are_of_one_variable(sess):
    v, again = variable(sess), raw.VarHandleOp(dtype=tf.float32, shape=[3, 2], shared_name="v")
    other = raw.VarHandleOp(dtype=tf.float32, shape=[3, 2], container="c", shared_name="v")
    sess.run(raw.AssignAddVariableOp(resource=again, value=tf.ones([3, 2])))
    np.testing.assert_array_equal(sess.run(read(v)), TABLE + 1)
    flags = [raw.VarIsInitializedOp(resource=h) for h in (again, other)]
    assert sess.run(flags) == [True, False]


def test_without_a_value(sess):
    v = raw.VarHandleOp(dtype=tf.float32, shape=[2], shared_name="v", name="v")
    with pytest.raises(tf.errors.FailedPreconditionError, match="v"):
        sess.run(read(v))
    with pytest.raises(tf.errors.NotFoundError):
        sess.run(raw.DestroyResourceOp(resource=v, ignore_lookup_error=False))
    sess.run(raw.DestroyResourceOp(resource=v))


def test_a_read_sees_what_it_waits_for(sess):
    v = variable(sess)
    before = read(v)
    with tf.control_dependencies([before]):
        change = raw.AssignSubVariableOp(resource=v, value=tf.ones([3, 2]))
    with tf.control_dependencies([change]):
        after = read(v)
    was, now = sess.run([before, after])
    np.testing.assert_array_equal(was, TABLE)
    np.testing.assert_array_equal(now, TABLE - 1)
    sess.run(raw.DestroyResourceOp(resource=v))
    assert not sess.run(raw.VarIsInitializedOp(resource=v))


def test_what_does_not_fit_is_refused_when_the_graph_is_built(sess):
    v = variable(sess)
    for value in (np.ones(3, np.float32), np.ones((3, 2))):
        with pytest.raises(ValueError):
            raw.AssignVariableOp(resource=v, value=value)
    with pytest.raises(ValueError, match="wrong dtype"):
        raw.ReadVariableOp(resource=v, dtype=tf.int32)
    with pytest.raises(ValueError):
        raw.ResourceScatterAdd(resource=v, indices=[1], updates=[[1.0, 2.0, 3.0]])


@pytest.mark.parametrize("word", ["Update", "Add", "Sub", "Mul", "Div", "Min", "Max"])
def test_scattered_rows_are_those_of_references(sess, word):
    v, ref = variable(sess), tf.Variable(TABLE)
    sess.run(ref.initializer)
    at, rows = [2, 0, 2], np.array([[1, 2], [3, 4], [5, 7]], np.float32)
    sess.run(getattr(raw, f"ResourceScatter{word}")(resource=v, indices=at, updates=rows))
    want = getattr(tf, f"scatter_{word.lower()}")(ref, at, rows)
    np.testing.assert_array_equal(sess.run(read(v)), sess.run(want))


@pytest.mark.parametrize("word", ["Update", "Add", "Sub"])
def test_scattered_elements_are_those_of_references(sess, word):
    v, ref = variable(sess), tf.Variable(TABLE)
    sess.run(ref.initializer)
    at = [[2, 1], [0, 0]]
    sess.run(getattr(raw, f"ResourceScatterNd{word}")(ref=v, indices=at, updates=[8.0, 9.0]))
    want = getattr(tf, f"scatter_nd_{word.lower()}")(ref, at, [8.0, 9.0])
    np.testing.assert_array_equal(sess.run(read(v)), sess.run(want))


def test_a_slice_is_put_in(sess):
    v = variable(sess)
    op = raw.ResourceStridedSliceAssign(
        ref=v, begin=[0, 1], end=[2, 2], strides=[1, 1], value=[[7.0], [8.0]]
    )
    sess.run(op)
    assert sess.run(read(v)).tolist() == [[0, 7], [2, 8], [4, 5]]


def test_counting(sess):
    v = variable(sess, np.int64(1))
    count = raw.ResourceCountUpTo(resource=v, limit=2, T=tf.int64)
    assert sess.run(count) == 1
    with pytest.raises(tf.errors.OutOfRangeError):
        sess.run(count)


def test_gathered_rows_and_their_gradient(sess):
    v = variable(sess)
    rows = raw.ResourceGather(resource=v, indices=[[2], [0]], dtype=tf.float32)
    one = raw.ResourceGatherNd(resource=v, indices=[[1, 0]], dtype=tf.float32)
    assert rows.shape.as_list() == [2, 1, 2]
    assert one.shape.as_list() == [1]
    np.testing.assert_array_equal(sess.run(rows), TABLE[[[2], [0]]])
    assert sess.run(one).tolist() == [2]
    (slope,) = tf.gradients([rows * 2.0, one], v)
    want = [[2, 2], [1, 0], [2, 2]]
    assert sess.run(tf.convert_to_tensor(slope)).tolist() == want
    (slope,) = tf.gradients(read(v) ** 2, v)
    np.testing.assert_array_equal(sess.run(slope), 2 * TABLE)


def test_in_branches_and_loops(sess):
    v = variable(sess)
    flag = tf.placeholder(tf.bool, [])
    branch = tf.cond(flag, lambda: read(v) + 1.0, lambda: read(v) * 2.0)
    _, total = tf.while_loop(
        lambda i, _: i < 3, lambda i, s: (i + 1, s + tf.reduce_sum(read(v))), [0, 0.0]
    )
    np.testing.assert_array_equal(sess.run(branch, {flag: True}), TABLE + 1)
    np.testing.assert_array_equal(sess.run(branch, {flag: False}), TABLE * 2)
    assert sess.run(total) == 3 * TABLE.sum()


UPDATES = sorted(t for t in OPS if t.startswith(("ResourceApply", "ResourceSparseApply")))


def both(sess, type_):
    """The variable and its slots after an update of resources, and of references."""
    opdef = OPS[type_]
    found = {}
    for kind in (opdef, OPS.get(type_.removeprefix("Resource"))):
        if kind is None:
            continue
        rng = np.random.default_rng(3)
        inputs, held = [], []
        for arg in kind.inputs:
            if arg.ref or arg.allowed == (tf.resource,):
                value = rng.uniform(0.5, 1.0, (3, 2))
                if arg.ref:
                    held.append(tf.Variable(value))
                    sess.run(held[-1].initializer)
                    inputs.append(held[-1]._ref())
                else:
                    held.append(variable(sess, value, f"{type_}/{arg.name}"))
                    inputs.append(held[-1])
            elif arg.name == "indices":
                inputs.append(tf.constant([2, 0]))
            elif arg.name in ("grad", "delta"):
                rows = (2, 2) if "Sparse" in type_ else (3, 2)
                inputs.append(tf.constant(rng.normal(size=rows)))
            elif arg.name == "global_step":
                inputs.append(tf.constant(2, tf.int64))
            else:
                number = -0.5 if arg.name == "lr_power" else rng.uniform(0.1, 0.9)
                inputs.append(tf.constant(number, tf.float64))
        op = kind.build(tf.get_default_graph(), inputs, dict(kind.attrs), kind.type)
        assert bool(op.outputs) is (kind is not opdef)
        sess.run(op)
        values = [h if isinstance(h, tf.Variable) else read(h) for h in held]
        found[kind.type] = [np.asarray(v) for v in sess.run(values)]
    return found


@pytest.mark.parametrize("type_", [t for t in UPDATES if t.removeprefix("Resource") in OPS])
def test_updates_are_those_of_references(sess, type_):
    ours, want = both(sess, type_).values()
    for a, b in zip(ours, want, strict=True):
        np.testing.assert_array_equal(a, b)


def test_every_update_of_references_has_its_twin():
    for name in [t for t in OPS if t.startswith(("Apply", "SparseApply"))]:
        assert f"Resource{name}" in OPS
    assert callable(training.apply_adam)


def test_updates_that_references_do_not_have(sess):
    v, m = variable(sess, [1.0, 2.0]), variable(sess, [0.5, 0.5], "m")
    grad = np.array([0.1, -0.2])
    number = lambda x: tf.constant(x, tf.float64)  # noqa: E731
    sess.run(
        raw.ResourceApplyKerasMomentum(
            var=v, accum=m, lr=number(0.1), grad=grad, momentum=number(0.9)
        )
    )
    step = 0.45 - 0.1 * grad
    np.testing.assert_allclose(sess.run(read(m)), step)
    np.testing.assert_allclose(sess.run(read(v)), [1, 2] + step)

    v, a = variable(sess, [1.0, 2.0]), variable(sess, [0.5, 0.5], "a")
    sess.run(
        raw.ResourceApplyAdagradV2(var=v, accum=a, lr=number(0.1), epsilon=number(0.01), grad=grad)
    )
    want = [1, 2] - 0.1 * grad / (np.sqrt(0.5 + grad**2) + 0.01)
    np.testing.assert_allclose(sess.run(read(v)), want)

    v, m = variable(sess, [1.0, 2.0]), variable(sess, [0.5, 0.5], "m")
    common = {"var": v, "m": m, "lr": number(0.1), "beta": number(0.9), "grad": grad}
    sess.run(raw.ResourceApplyAddSign(alpha=number(1.0), sign_decay=number(0.5), **common))
    np.testing.assert_allclose(sess.run(read(v)), [1, 2] - 0.1 * np.array([1.5, 0.5]) * grad)
    v, m = variable(sess, [1.0, 2.0]), variable(sess, [0.5, 0.5], "m")
    sess.run(raw.ResourceApplyPowerSign(logbase=number(2.0), sign_decay=number(0.5), **common))
    np.testing.assert_allclose(sess.run(read(v)), [1, 2] - 0.1 * np.exp([1.0, -1.0]) * grad)


def test_amsgrad(sess):
    names = ("var", "m", "v", "vhat")
    held = {n: variable(sess, [1.0, 2.0], n) for n in names}
    numbers = {
        "beta1_power": 0.9, "beta2_power": 0.99, "lr": 0.1, "beta1": 0.9, "beta2": 0.99,
        "epsilon": 1e-8,
    }  # fmt: skip
    grad = np.array([0.1, 3.0])
    sess.run(
        raw.ResourceApplyAdamWithAmsgrad(
            **held, **{k: tf.constant(x, tf.float64) for k, x in numbers.items()}, grad=grad
        )
    )
    start = np.array([1.0, 2.0])
    m, v = 0.9 * start + 0.1 * grad, 0.99 * start + 0.01 * grad**2
    vhat = np.maximum(start, v)
    want = start - 0.1 * np.sqrt(0.01) / 0.1 * m / (np.sqrt(vhat) + 1e-8)
    for name, value in zip(names, (want, m, v, vhat)):
        np.testing.assert_allclose(sess.run(read(held[name])), value)


@pytest.mark.parametrize("batch", [1, 2])
def test_the_gradient_of_rows_of_batches(sess, batch):
    value = np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2)
    v, x = variable(sess, value), tf.constant(value)
    at = tf.constant(np.arange(12).reshape(2, 3, 2) % 2)
    rows = raw.ResourceGather(resource=v, indices=at, dtype=tf.float32, batch_dims=batch)
    same = tf.gather(x, at, batch_dims=batch)
    found, want = tf.gradients(rows * rows, v)[0], tf.gradients(same * same, x)[0]
    np.testing.assert_array_equal(*sess.run([found, want]))
