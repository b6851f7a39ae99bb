"""Partial runs."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor.partial import PartialRun
from pyengine.executor.runtime import Runtime


def test_values_stay_between_the_calls():
    with tf.Graph().as_default():
        a, b = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
        random = tf.random_uniform([])
        first, second = random + a, random + b
        run = PartialRun([first, second, second.op], [a, b], Runtime())
        (x,) = run.run([first], {a: np.float32(0)})
        assert not run.is_done
        assert run.run([second, second.op], {b: np.float32(0)}) == [x]
        assert run.is_done


def test_a_fetched_variable_is_read_at_its_fetch():
    with tf.Graph().as_default():
        runtime = Runtime()
        v = tf.Variable(0.0)
        assign = v.assign(5.0)
        run = PartialRun([v._variable, assign.op], [], runtime)
        run.run([assign.op], {})
        assert run.run([v._variable], {}) == [5]


def test_what_is_missing_is_named():
    with tf.Graph().as_default():
        a = tf.placeholder(tf.float32, name="a")
        run = PartialRun([tf.exp(a)], [a], Runtime())
        with pytest.raises(tf.errors.InvalidArgumentError, match="have not been fed: a:0"):
            run.run(list(run._unfetched), {})
