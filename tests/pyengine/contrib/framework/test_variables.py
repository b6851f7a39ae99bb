"""Variables made and found by name."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.contrib import framework


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_kinds_of_variables(sess):
    local = framework.local_variable(1.0, name="l")
    shared = framework.global_variable(2.0, name="g")
    model = framework.model_variable("m", [2], initializer=tf.ones_initializer())
    plain = framework.variable("v", [2], collections=["mine"], device="/cpu:0")
    assert tf.local_variables() == framework.get_local_variables() == [local]
    assert framework.get_variables() == [shared, model]
    assert framework.get_model_variables() == [model]
    assert framework.get_trainable_variables() == [model, plain]
    assert tf.get_collection("mine") == [plain]
    assert "CPU:0" in plain.device.upper()
    framework.add_model_variable(shared)
    framework.add_model_variable(shared)
    assert framework.get_model_variables() == [model, shared]


def test_finding_them(sess):
    with tf.variable_scope("a") as scope:
        w, b = tf.get_variable("w", [1]), tf.get_variable("b", [1])
    with tf.variable_scope("ab"):
        other = tf.get_variable("w", [1])
    assert framework.get_variables(scope) == [w, b, other]
    assert framework.get_variables("a/") == [w, b]
    assert framework.get_variables_by_name("w") == [w, other]
    assert framework.get_variables_by_suffix("w", "a/") == [w]
    assert framework.get_variables_to_restore(include=["a/"]) == [w, b]
    assert framework.get_variables_to_restore(exclude=["ab"]) == [w, b]
    with pytest.raises(TypeError):
        framework.get_variables_to_restore("a")
    assert framework.get_unique_variable("a/w") is w
    for name in ("nothing", "a"):
        with pytest.raises(ValueError, match=name):
            framework.get_unique_variable(name)
    assert framework.filter_variables([w, b, other], ["w$"], ["ab"]) == [w]
    assert framework.filter_variables([w, b], ["w"], reg_search=False) == []


def test_full_names(sess):
    whole = tf.get_variable("p", [4], partitioner=tf.fixed_size_partitioner(2))
    assert [framework.get_variable_full_name(v) for v in whole] == ["p", "p"]


def test_zeros(sess):
    v = tf.Variable(np.ones(2), name="v")
    sess.run(framework.zero_initializer(v))
    assert sess.run(v).tolist() == [0, 0]
