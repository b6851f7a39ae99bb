"""The geometry of sliding windows."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops import window


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "dilation", "padding", "wanted"),
    [
        (5, 3, 1, 1, "VALID", 3), (5, 3, 2, 1, "VALID", 2), (5, 3, 1, 2, "VALID", 1),
        (5, 3, 2, 1, "SAME", 3), (None, 3, 1, 1, "SAME", None), (5, None, 1, 1, "VALID", None),
        (5, None, 2, 1, "SAME", 3),
    ],
)  # fmt: skip
def test_output_sizes(size, kernel, stride, dilation, padding, wanted):
    assert window.output_size(size, kernel, stride, dilation, padding) == wanted


def test_padding():
    assert window.output_size(5, 3, 1, 1, "EXPLICIT", (1, 2)) == 6
    with pytest.raises(ValueError, match="subtracting 3 from 2"):
        window.output_size(2, 3, 1)
    # The odd element goes after.
    assert window.pads_of((4,), (2,), (1,), (1,), "SAME") == ((0, 1),)
    assert window.pads_of((5, 5), (3, 3), (2, 1), (1, 2), "SAME") == ((1, 1), (2, 2))
    assert window.split_padding([[0, 0], [1, 2], [3, 4], [0, 0]], "NHWC", 2) == (
        "EXPLICIT",
        (0, 0, 1, 2, 3, 4, 0, 0),
    )
    assert window.explicit_pads((0, 0, 0, 0, 1, 2, 3, 4), "NCHW") == ((1, 2), (3, 4))


@pytest.mark.parametrize(
    "padding",
    ["FULL", "EXPLICIT", [[0, 0]], [[0, 0], [-1, 0], [0, 0], [0, 0]], [[1, 0]] * 4],
)
def test_other_padding_is_refused(padding):
    with pytest.raises(ValueError):
        window.split_padding(padding, "NHWC", 2)


def test_lists_and_layouts():
    assert window.full_list(2, 2, "NHWC", "strides") == (1, 2, 2, 1)
    assert window.full_list([2.0, 3.0], 2, "NCHW", "strides") == (1, 1, 2, 3)
    assert window.full_list(None, 1, "NWC", "strides") == (1, 1, 1)
    for bad in ([1, 2, 3], [0]):
        with pytest.raises(ValueError, match="strides"):
            window.full_list(bad, 2, "NHWC", "strides")
    with pytest.raises(ValueError, match="data_format"):
        window.check_format("CHWN", 2)
    x = np.zeros((1, 2, 3, 4))
    assert window.channels_last(np, x, "NCHW").shape == (1, 3, 4, 2)
    assert window.as_format(np, x, "NCHW").shape == (1, 4, 2, 3)


def test_a_padding_that_is_no_name():
    for padding in (None, 1):
        with pytest.raises(TypeError):
            tf.nn.conv2d(np.ones((1, 4, 4, 1), np.float32), np.ones((2, 2, 1, 1)), 1, padding)
    with pytest.raises(TypeError, match="Expected string"):
        tf.nn.avg_pool(np.ones((1, 4, 4, 1), np.float32), 2, 1, [[0, 0]] * 4)
