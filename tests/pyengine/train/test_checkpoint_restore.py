"""What `Checkpoint.restore` returns."""

import gc

import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture
def saved(tmp_path):
    """A checkpoint of `w`, `b` and an optimizer after one step; and its values."""
    with tf.Graph().as_default(), tf.Session() as sess:
        root = model(4.0)
        sess.run(tf.global_variables_initializer())
        sess.run(root.step)
        path = root.save(str(tmp_path / "model"))
        return path, sess.run([root.w, root.b, root.optimizer.get_slot(root.w, "momentum")])


def model(start):
    root = tf.train.Checkpoint(
        w=tf.Variable(start, name="w"),
        b=tf.Variable(start, name="b"),
        optimizer=tf.train.MomentumOptimizer(0.125, 0.9),
    )
    root.step = root.optimizer.minimize(root.w * root.b)
    return root


def test_what_is_made_later_is_restored_too(saved):
    path, values = saved
    root = tf.train.Checkpoint()
    status = root.restore(path)
    with pytest.raises(AssertionError, match=r"\(root\)\.b, \(root\)\.w"):
        status.assert_consumed()
    root.w = tf.Variable(0.0)
    root.optimizer = tf.train.MomentumOptimizer(0.125, 0.9)
    status.assert_existing_objects_matched().assert_nontrivial_match()
    root.b = tf.Variable(0.0)
    root.optimizer.minimize(root.w * root.b)
    tf.get_default_graph().finalize()  # all the ops are there
    with tf.Session() as sess:
        status.assert_consumed().run_restore_ops()
        slot = root.optimizer.get_slot(root.w, "momentum")
        assert sess.run([root.w, root.b, slot]) == values


def test_layers_cells_and_templates_tell_when_they_make_variables(tmp_path):
    def build(root, start):
        x = tf.ones([1, 2, 2])
        with tf.variable_scope("", initializer=tf.constant_initializer(start)):
            tf.nn.dynamic_rnn(root.cell, root.layer(root.template(x)), dtype=tf.float32)

    def make():
        return tf.train.Checkpoint(
            layer=tf.layers.Dense(2, name="d"),
            cell=tf.nn.rnn_cell.BasicLSTMCell(2),
            template=tf.make_template("t", lambda x: x * tf.get_variable("s", [])),
        )

    with tf.Graph().as_default(), tf.Session() as sess:
        root = make()
        build(root, 1.0)
        sess.run(tf.global_variables_initializer())
        path = root.save(str(tmp_path / "model"))
    root = make()
    status = root.restore(path)
    before = len(status._matching.ops)
    build(root, 2.0)
    assert len(status._matching.ops) == before + 5
    with tf.Session() as sess:
        status.assert_consumed().run_restore_ops()
        assert sess.run(root.layer.kernel).tolist() == [[1.0, 1.0], [1.0, 1.0]]
        assert sess.run(root.cell._kernel).min() == 1.0


def test_assertions_tell_what_does_not_match(saved):
    path, values = saved
    root = tf.train.Checkpoint(w=tf.Variable(0.0), c=tf.Variable(1.5, name="c"))
    status = root.restore(path)
    for check in (status.assert_consumed, status.assert_existing_objects_matched):
        with pytest.raises(AssertionError, match=r"Found 1 Python objects.*'c:0'"):
            check()
    assert status.assert_nontrivial_match() is status
    assert status.expect_partial() is status
    with tf.Session() as sess:
        status.initialize_or_restore(sess)
        assert sess.run([root.w, root.c, root.save_counter]) == [values[0], 1.5, 1]


def test_nothing_matches(saved, tmp_path):
    root = tf.train.Checkpoint(v=tf.Variable(0.0, name="v"))
    with pytest.raises(AssertionError, match=r"Nothing except the root.*'v:0'"):
        root.read(saved[0]).expect_partial().assert_nontrivial_match()
    with pytest.raises(AssertionError, match="Nothing to load"):
        tf.train.Checkpoint().read(saved[0]).expect_partial().assert_nontrivial_match()


def test_a_value_that_its_object_does_not_have(saved):
    root = tf.train.Checkpoint(
        w=tf.train.Checkpoint(), b=tf.Variable(0.0), optimizer=tf.train.Checkpoint()
    )
    status = root.restore(saved[0])
    with pytest.raises(AssertionError, match=r"Unresolved objects.*state 'momentum'"):
        status.assert_consumed()
    assert status._matching.unused_attributes()[0].endswith("VARIABLE_VALUE")
    status.expect_partial()


def test_the_latest_restore_has_what_is_made_after_it(saved, tmp_path):
    path, _ = saved
    with tf.Graph().as_default(), tf.Session() as sess:
        other = model(9.0)
        sess.run(tf.global_variables_initializer())
        later = other.save(str(tmp_path / "later"))
    root = tf.train.Checkpoint()
    first, second = root.restore(path), root.restore(later)
    root.w = tf.Variable(0.0)
    with tf.Session() as sess:
        second.initialize_or_restore()
        first.initialize_or_restore()
        assert sess.run(root.w) == 9.0
    first.expect_partial()
    second.expect_partial()


def test_ops_are_shared_by_restores(saved):
    root = model(0.0)
    root.restore(saved[0]).run_restore_ops(tf.Session())
    count = len(tf.get_default_graph().get_operations())
    root.restore(saved[0]).assert_consumed()
    assert len(tf.get_default_graph().get_operations()) == count


def test_restored_only_in_part_is_told(saved, monkeypatch):
    lines = []
    logger = tf.train.checkpoint_restore.logger
    monkeypatch.setattr(logger, "warning", lambda text, *values: lines.append(text % values))
    root = tf.train.Checkpoint(w=tf.Variable(0.0))
    root.restore(saved[0]).expect_partial()
    gc.collect()
    assert lines == []
    root.restore(saved[0])
    gc.collect()
    assert "restored only in part" in lines[0]
    assert "Value in checkpoint could not be found: (root).b" in lines


def test_another_shape_or_dtype(saved):
    with tf.Session():
        for value in ([1.0, 2.0], 1):
            root = tf.train.Checkpoint(w=tf.Variable(value))
            status = root.restore(saved[0]).expect_partial()
            with pytest.raises(tf.errors.InvalidArgumentError):
                status.run_restore_ops()


class TestWithoutCheckpoint:
    def test_variables_are_initialized(self):
        root = model(4.0)
        status = root.restore(None)
        with tf.Session() as sess:
            status.initialize_or_restore()
            slot = root.optimizer.get_slot(root.w, "momentum")
            assert sess.run([root.w, slot, root.save_counter]) == [4.0, 0.0, 0]

    def test_assertions_fail(self):
        status = model(4.0).restore(None)
        assert status.expect_partial() is status
        for check in (
            status.assert_consumed,
            status.assert_existing_objects_matched,
            status.assert_nontrivial_match,
            status.run_restore_ops,
        ):
            with pytest.raises(AssertionError, match="No checkpoint specified"):
                check()
        with pytest.raises(RuntimeError, match="without a session"):
            status.initialize_or_restore()


class TestByName:
    @pytest.fixture
    def path(self, tmp_path):
        with tf.Graph().as_default(), tf.Session() as sess:
            v = tf.Variable(5.0, name="v")
            table = tf.contrib.lookup.MutableHashTable(tf.int64, tf.int64, -1, name="table")
            sess.run(v.initializer)
            sess.run(table.insert(tf.constant([1], tf.int64), tf.constant([2], tf.int64)))
            return tf.train.Saver().save(sess, str(tmp_path / "named"))

    def test_variables_and_tables_are_restored(self, path):
        v = tf.Variable(0.0, name="v")
        table = tf.contrib.lookup.MutableHashTable(tf.int64, tf.int64, -1, name="table")
        root = tf.train.Checkpoint(something=[v, table])
        status = root.restore(path)
        assert status.assert_consumed() is status
        assert status.assert_existing_objects_matched() is status
        assert status.assert_nontrivial_match() is status
        with tf.Session() as sess:
            status.expect_partial().initialize_or_restore()
            assert sess.run([v, root.save_counter]) == [5.0, 0]
            assert sess.run(table.lookup(tf.constant([1], tf.int64))).tolist() == [2]

    def test_what_is_missing_is_told(self, path):
        root = tf.train.Checkpoint(v=tf.Variable(0.0, name="v"), u=tf.Variable(0.0, name="u"))
        status = root.restore(path)
        with pytest.raises(AssertionError, match=r"'u:0'.*The checkpoint has no 'u'"):
            status.assert_consumed()
        with tf.Session(), pytest.raises(tf.errors.NotFoundError, match="Key u not found"):
            status.run_restore_ops()
