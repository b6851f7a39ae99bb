import sys

import numpy as np

import pyengine as tf  # noqa: F401  (declares the ops)
from pyengine.executor.thresholds import THRESHOLDS
from pyengine.registry import OPS


def test_the_table_has_just_the_ops_that_have_a_kernel_of_pytorch():
    assert set(THRESHOLDS) == {type for type, opdef in OPS.items() if opdef.torch is not None}


def test_work_is_measured_by_arguments():
    x, w = np.zeros((2, 8, 8, 3)), np.zeros((5, 5, 3, 4))
    assert THRESHOLDS["Conv2D"].measure(x, w) == 2 * 8 * 8 * 3 * 25 * 4
    dy = np.zeros((2, 8, 8, 4))
    assert THRESHOLDS["Conv2DBackpropInput"].measure((2, 8, 8, 3), w, dy) == 2 * 8 * 8 * 3 * 25 * 4
    assert THRESHOLDS["Softmax"].measure(x) == x.size
    for a, b in ((3, 8), (8, 5)), ((8, 3), (8, 5)), ((3, 8), (5, 8)):
        assert THRESHOLDS["MatMul"].measure(np.zeros(a), np.zeros(b)) == 3 * 8 * 5


def test_an_op_that_gains_little_waits_for_others_to_have_pytorch_imported(monkeypatch):
    pool = THRESHOLDS["AvgPool"]
    monkeypatch.setitem(sys.modules, "torch", object())
    assert pool.is_met([np.zeros(1 << 16)])
    assert not pool.is_met([np.zeros(8)])
    monkeypatch.delitem(sys.modules, "torch")
    assert not pool.is_met([np.zeros(1 << 16)])
    assert pool.measure(np.zeros(1 << 16)) >= pool.least  # what a plan goes by, made before then
