"""Denormals are zero inside the context, and only there."""

import platform
import sys

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor.denormals import flushed_denormals

TINY = np.float32(1e-38)

on_x86_linux = pytest.mark.skipif(
    platform.machine() != "x86_64" or not sys.platform.startswith("linux"),
    reason="the layout of the floating-point environment is known for x86-64 Linux only",
)


def product():
    return float((np.full(8, TINY) * np.full(8, np.float32(0.1)))[0])


@on_x86_linux
def test_inside_they_are_zero_and_outside_they_are_not():
    assert product() > 0
    with flushed_denormals():
        assert product() == 0
        with flushed_denormals():
            assert product() == 0
        assert product() == 0
    assert product() > 0


@on_x86_linux
def test_the_callers_setting_is_back_after_an_error():
    with pytest.raises(RuntimeError), flushed_denormals():
        raise RuntimeError
    assert product() > 0


@on_x86_linux
def test_a_run_flushes_them():
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [8])
        assert sess.run(x * 0.1, {x: np.full(8, TINY)}).tolist() == [0.0] * 8
    assert product() > 0
