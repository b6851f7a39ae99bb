import numpy as np

import pyengine as tf  # noqa: F401  (declares the ops)
from pyengine.executor.thresholds import THRESHOLDS
from pyengine.registry import OPS


def test_the_table_has_just_the_ops_that_have_a_kernel_of_pytorch():
    assert set(THRESHOLDS) == {type for type, opdef in OPS.items() if opdef.torch is not None}


def test_work_is_measured_by_arguments():
    x, w = np.zeros((2, 8, 8, 3)), np.zeros((5, 5, 3, 4))
    assert THRESHOLDS["Conv2D"][0](x, w) == 2 * 8 * 8 * 3 * 25 * 4
    dy = np.zeros((2, 8, 8, 4))
    assert THRESHOLDS["Conv2DBackpropInput"][0]((2, 8, 8, 3), w, dy) == 2 * 8 * 8 * 3 * 25 * 4
    assert THRESHOLDS["Softmax"][0](x) == x.size
