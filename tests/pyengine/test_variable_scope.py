"""Variables by name, and their scopes."""

import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_scopes_prefix_variables_and_ops(sess):
    with tf.variable_scope("a") as scope:
        v = tf.get_variable("v", [1])
        with tf.variable_scope("b"):
            w = tf.get_variable("w", [1])
            x = tf.identity(w, name="x")
    assert (v.name, w.name, x.op.name) == ("a/v:0", "a/b/w:0", "a/b/x")
    assert scope.name == "a"
    assert scope.original_name_scope == "a/"
    assert tf.get_variable_scope().name == ""
    assert scope.global_variables() == [v, w]
    assert scope.trainable_variables() == [v, w]


def test_name_scopes_do_not_prefix_them(sess):
    with tf.name_scope("n"):
        assert tf.get_variable("v", [1]).name == "v:0"


def test_default_names_are_made_unique(sess):
    names = []
    for _ in range(3):
        with tf.variable_scope(None, "layer"):
            names.append(tf.get_variable("w", [1]).op.name)
    assert names == ["layer/w", "layer_1/w", "layer_2/w"]


def test_a_scope_can_be_entered_again(sess):
    with tf.variable_scope("a") as scope:
        v = tf.get_variable("v", [1])
    with tf.variable_scope("elsewhere"), tf.variable_scope(scope, reuse=True) as again:
        assert tf.get_variable("v") is v
        assert again.original_name_scope == "a/"


def test_settings_are_inherited(sess):
    with tf.variable_scope(
        "s", initializer=tf.constant_initializer(3.0), regularizer=tf.nn.l2_loss, dtype=tf.float64
    ):
        v = tf.get_variable("v", [2])
        w = tf.get_variable("w", [2], tf.float32, tf.ones_initializer, regularizer=lambda v: None)
    sess.run(tf.global_variables_initializer())
    assert sess.run(v).tolist() == [3.0, 3.0]
    assert sess.run(w).tolist() == [1.0, 1.0]
    assert v.dtype.base_dtype is tf.float64
    losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    assert sess.run(losses) == [9.0]


def test_custom_getters_wrap_each_other(sess):
    def suffix(text):
        return lambda getter, name, *args, **kwargs: getter(name + text, *args, **kwargs)

    with tf.variable_scope("s", custom_getter=suffix("_outer")):
        assert tf.get_variable("v", [1]).op.name == "s/v_outer"
        with tf.variable_scope("t", custom_getter=suffix("_inner")):
            assert tf.get_variable("v", [1]).op.name == "s/t/v_inner_outer"
    got = tf.get_variable("u", [1], custom_getter=suffix("_own"))
    assert got.op.name == "u_own"


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: tf.get_variable("v"), ValueError, "must be fully defined"),
        (lambda: tf.get_variable("v", [None]), ValueError, "must be fully defined"),
        (lambda: tf.get_variable("v", [2], initializer=[1.0]), ValueError, "do not specify shape"),
        (lambda: tf.get_variable("v", [2], tf.complex64), ValueError, "initializer .* required"),
        (lambda: tf.variable_scope(None).__enter__(), TypeError, "name_or_scope is required"),
        (lambda: tf.variable_scope(3).__enter__(), TypeError, "string or VariableScope"),
    ],
)
def test_bad_arguments(sess, call, error, match):
    with pytest.raises(error, match=match):
        call()


def names_in(scope, **options):
    found = []
    with tf.variable_scope(scope, **options):
        for _ in range(2):
            with tf.variable_scope(None, default_name="layer"):
                found.append(tf.get_variable("w", [1]).op.name)
    return found


def test_a_second_visit_finds_the_names_of_the_first():
    with tf.Graph().as_default():
        first = names_in("a")
        assert first == ["a/layer/w", "a/layer_1/w"]
        assert names_in("a", reuse=True) == first
        with tf.variable_scope("a") as scope:
            pass
        assert names_in(scope, reuse=True) == first
        with tf.variable_scope(None, default_name="a"):
            assert tf.get_variable("w", [1]).op.name == "a_1/w"


def test_sharing_needs_a_name():
    with (
        tf.Graph().as_default(),
        pytest.raises(ValueError, match="reuse=True cannot be used"),
        tf.variable_scope(None, default_name="a", reuse=True),
    ):
        pass


def test_a_scopes_own_variables():
    with tf.Graph().as_default():
        with tf.variable_scope("a", constraint=abs) as scope:
            v = tf.get_variable("v", [1])
            local = tf.get_local_variable("l", [1])
        with tf.variable_scope("ab"):
            tf.get_variable("v", [1])
        assert v.constraint is abs
        assert scope.global_variables() == scope.trainable_variables() == [v]
        assert scope.local_variables() == [local]
        scope.set_caching_device("/cpu:0")
        scope.set_use_resource(True)
        scope.set_custom_getter(None)
        assert (scope.caching_device, scope.use_resource) == ("/cpu:0", True)


def test_the_scope_of_old_programs():
    with tf.Graph().as_default():
        with tf.variable_op_scope([tf.constant(1.0)], None, "a"):
            assert tf.get_variable("v", [1]).name == "a/v:0"
        with tf.op_scope([tf.constant(1.0)], None, "b") as scope:
            assert scope == "b/"
        with tf.control_dependencies([tf.no_op()]), tf.init_scope():
            assert tf.constant(1.0).op.control_inputs == []


def test_what_a_scope_gives_its_variables_can_be_set():
    with tf.Graph().as_default():
        with tf.variable_scope("s") as scope:
            scope.set_initializer(tf.ones_initializer())
            scope.set_regularizer(lambda v: tf.reduce_sum(v))
            scope.set_partitioner(tf.fixed_size_partitioner(2))
            scope.set_dtype(tf.float64)
            v = tf.get_variable("v", [4, 3])
        assert [part.shape.as_list() for part in v] == [[2, 3], [2, 3]]
        assert v.dtype == tf.float64
        penalties = tf.losses.get_regularization_losses()
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            assert sum(sess.run(penalties)) == 12.0
