"""Functions whose calls share their variables."""

import pytest

import pyengine as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def scaled(x, by="w"):
    return x * tf.get_variable(by, [])


def names(variables):
    return [v.op.name for v in variables]


def test_calls_share_variables_and_templates_do_not():
    first, second = tf.make_template("net", scaled), tf.make_template("net", scaled)
    assert first.variable_scope is None
    assert first.variables == []
    a, b, c = first(1.0), first(2.0), second(1.0)
    assert (a.name, b.name, c.name) == ("net/mul:0", "net_1/mul:0", "net_2/mul:0")
    assert names(tf.global_variables()) == ["net/w", "net_1/w"]
    assert names(first.variables) == names(first.trainable_variables) == ["net/w"]
    assert first.variable_scope_name == "net/"
    assert (first.name, first.func) == ("net", scaled)


def test_the_scope_may_be_made_at_once():
    first = tf.make_template("net", scaled, create_scope_now_=True)
    tf.make_template("net", scaled)(1.0)
    first(1.0)
    first(1.0)
    assert names(tf.global_variables()) == ["net_1/w", "net/w"]


def test_arguments_and_a_fixed_name():
    for _ in range(2):
        template = tf.make_template("net", scaled, unique_name_="fixed", by="v")
        if _ == 0:
            template(1.0)
    assert names(tf.global_variables()) == ["fixed/v"]
    with pytest.raises(ValueError, match="already exists"):
        template(1.0)


def test_a_new_trainable_variable_later_is_an_error():
    template = tf.make_template("net", lambda: tf.Variable(1.0))
    template()
    with pytest.raises(ValueError, match=r"perhaps you used tf.Variable"):
        template()
    with pytest.raises(ValueError, match="cannot be None"):
        tf.make_template(None, scaled)


def test_a_custom_getter():
    def getter(getter, name, *args, **kwargs):
        return getter(name + "_x", *args, **kwargs)

    tf.make_template("net", scaled, custom_getter_=getter)(1.0)
    assert names(tf.global_variables()) == ["net/w_x"]


def test_templates_nest():
    inner = tf.make_template("inner", scaled)
    outer = tf.make_template("outer", lambda x: inner(inner(x)))
    outer(outer(1.0))
    assert names(tf.global_variables()) == ["outer/inner/w"]
