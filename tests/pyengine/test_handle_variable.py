"""Resource variables of a graph that TensorFlow made; the ops alone are in ops/test_resource.py."""

import pathlib

import numpy as np
import pytest

import pyengine as tf
from pyengine.handle_variable import HandleVariable
from tests.pyengine.pretended import two_gpus  # noqa: F401 (a fixture)

FEED = {"ids:0": [0, 1, 1, 4], "y:0": [[1], [2], [0], [1]]}


@pytest.fixture(scope="module")
def recorded():
    with np.load(pathlib.Path(__file__).parent / "recorded" / "resources.npz") as found:
        return dict(found)


@pytest.fixture
def prefix(recorded, tmp_path):
    for name in ("m.meta", "m.index", "m.data-00000-of-00001"):
        (tmp_path / name).write_bytes(recorded[name].tobytes())
    return str(tmp_path / "m")


@pytest.fixture
def sess(prefix):
    with tf.Graph().as_default(), tf.Session() as session:
        saver = tf.train.import_meta_graph(f"{prefix}.meta")
        saver.restore(session, prefix)
        yield session


def named(name):
    return next(v for v in tf.global_variables() if v.op.name == name)


def test_training_goes_on_where_tensorflow_left_it(sess, recorded):
    np.testing.assert_allclose(sess.run("loss:0", FEED), recorded["before"], rtol=1e-6)
    sess.run("train", FEED)
    np.testing.assert_allclose(sess.run("loss:0", FEED), recorded["after"], rtol=1e-6)
    for flag, want in zip((True, False), recorded["branches"]):
        np.testing.assert_allclose(sess.run("branch:0", {"flag:0": flag}), want, rtol=1e-6)


def test_the_initializers_run(prefix):
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.train.import_meta_graph(f"{prefix}.meta")
        assert sess.run(tf.report_uninitialized_variables()).tolist() == [
            b"rows", b"w", b"b", b"rows/Momentum", b"w/Momentum", b"b/Momentum",
        ]  # fmt: skip
        with pytest.raises(tf.errors.FailedPreconditionError, match="rows"):
            sess.run("loss:0", FEED)
        sess.run(tf.global_variables_initializer())
        assert sess.run(tf.report_uninitialized_variables()).size == 0
        np.testing.assert_array_equal(sess.run(named("b")), [0.5])


def test_what_it_is(sess):
    v = named("w")
    assert isinstance(v, HandleVariable)
    assert (v.name, v.op.type, v.handle.dtype) == ("w:0", "VarHandleOp", tf.resource)
    assert (v.dtype, v.shape.as_list(), v.get_shape().as_list()) == (tf.float32, [3, 1], [3, 1])
    assert v.graph is tf.get_default_graph()
    assert v.device == ""
    assert v.to_proto().is_resource
    assert v in tf.trainable_variables()
    again = tf.Variable.from_proto(v.to_proto())
    np.testing.assert_array_equal(again.eval(sess), v.eval(sess))


def test_it_can_be_written(sess):
    v = named("b")
    assert sess.run(v.assign([3.0])).tolist() == [3]
    assert sess.run(v.assign_add([1.0])).tolist() == [4]
    v.load([7.0], sess)
    assert sess.run(v).tolist() == [7]
    assert sess.run(v + 1.0).tolist() == [8]
    with tf.control_dependencies([v.assign_sub([2.0])]):
        now = v.read_value()
    assert sess.run(now).tolist() == [5]
    rows = named("rows")
    sess.run(rows.scatter_update(tf.IndexedSlices(tf.ones([1, 3]), tf.constant([2]))))
    assert sess.run(rows.sparse_read([2])).tolist() == [[1, 1, 1]]
    assert sess.run(rows[2:3]).tolist() == [[1, 1, 1]]


def test_gradients_are_those_of_all_reads(sess):
    loss = tf.get_default_graph().get_tensor_by_name("loss:0")
    variables = tf.trainable_variables()
    total = loss + tf.reduce_sum(named("w").read_value() ** 2)
    slopes = [tf.convert_to_tensor(g) for g in tf.gradients(total, variables)]
    assert [s.shape.as_list() for s in slopes] == [v.shape.as_list() for v in variables]
    values, found = sess.run([variables, slopes], FEED)
    for v, value, slope in zip(variables, values, found):
        for at in np.ndindex(value.shape):
            ends = []
            for step in (1e-2, -1e-2):
                moved = value.copy()
                moved[at] += step
                v.load(moved, sess)
                ends.append(float(sess.run(total, FEED)))
            v.load(value, sess)
            np.testing.assert_allclose(slope[at], (ends[0] - ends[1]) / 2e-2, rtol=2e-2, atol=2e-3)


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: tf.train.AdamOptimizer(0.05),
        lambda: tf.train.GradientDescentOptimizer(0.05),
        lambda: tf.train.RMSPropOptimizer(0.05),
    ],
)
def test_other_optimizers_train_them(sess, optimizer):
    loss = tf.get_default_graph().get_tensor_by_name("loss:0")
    before = tf.global_variables()
    train = optimizer().minimize(loss)
    sess.run(tf.variables_initializer([v for v in tf.global_variables() if v not in before]))
    first = sess.run(loss, FEED)
    for _ in range(5):
        sess.run(train, FEED)
    assert sess.run(loss, FEED) < first


def test_a_saver_of_our_own_has_their_values(sess, tmp_path):
    path = tf.train.Saver(tf.trainable_variables()).save(sess, str(tmp_path / "ours"))
    want = sess.run("b/Read/ReadVariableOp:0")
    with tf.Graph().as_default(), tf.Session() as other:
        b = tf.Variable([0.0], name="b")
        tf.train.Saver([b]).restore(other, path)
        np.testing.assert_array_equal(other.run(b), want)


def test_under_a_scope(prefix):
    with tf.Graph().as_default(), tf.Session() as sess:
        saver = tf.train.import_meta_graph(f"{prefix}.meta", import_scope="model")
        saver.restore(sess, prefix)
        v = named("model/b")
        assert v.name == "model/b:0"
        assert sess.run(v).shape == (1,)


def test_a_handle_is_wanted():
    with tf.Graph().as_default():
        tf.constant(1.0, name="x")
        wrong = tf.Variable(2.0, name="v").to_proto()
        wrong.is_resource = True
        with pytest.raises(ValueError, match="not the handle"):
            tf.Variable.from_proto(wrong)


def test_they_live_on_a_gpu(prefix, recorded, two_gpus):  # noqa: F811
    config = tf.ConfigProto(allow_soft_placement=True)
    with tf.Graph().as_default(), tf.Session(config=config) as sess, tf.device("/gpu:0"):
        saver = tf.train.import_meta_graph(f"{prefix}.meta")
        saver.restore(sess, prefix)
        test_training_goes_on_where_tensorflow_left_it(sess, recorded)
        copied = two_gpus.to_host
        w, known = named("w"), len(tf.global_variables())
        step = tf.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(tf.square(w)), var_list=[w])
        sess.run(tf.variables_initializer(tf.global_variables()[known:]))
        sess.run(step)
        sess.run(step)
        assert two_gpus.to_host == copied
        assert np.isfinite(sess.run(w)).all()
