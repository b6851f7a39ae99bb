"""A convolution with its pooling, against the three ops in doubles, on each kind of registers."""

import numpy as np
import pytest

from pyengine.compiled import LANES, kernels
from pyengine.ops import conv, pooled, winograd

KINDS = [n for n in (4, 8, 16) if n == 4 or n <= LANES]


@pytest.fixture(params=KINDS)
def _lanes(request, monkeypatch):
    monkeypatch.setattr(pooled, "LANES", request.param)
    monkeypatch.setattr(winograd, "LANES", request.param)


def attrs(padding="SAME", **others):
    ones = (1, 1, 1, 1)
    plain = {"data_format": "NHWC", "padding": padding, "strides": ones, "dilations": ones}
    return {**plain, "explicit_paddings": (), **others}


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("f")


def one_by_one(x, w, bias, ksize, given):
    """The pooled images in doubles, and the values of each window."""
    y = conv._conv_kernel(np, x.astype(float), w.astype(float), **given) + bias
    n, height, width, outputs = y.shape
    rows, columns = height // ksize[0], width // ksize[1]
    windows = y.reshape(n, rows, ksize[0], columns, ksize[1], outputs)
    return windows.transpose(0, 1, 3, 2, 4, 5).reshape(n, rows, columns, -1, outputs)


@pytest.mark.usefixtures("_lanes")
@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("kernel", [(5, 5), (3, 3), (1, 2), (7, 4)])
@pytest.mark.parametrize("channels", [1, 3, 16, 32])
@pytest.mark.parametrize("ksize", [(2, 2), (1, 3), (2, 1)])
def test_against_the_ops_one_by_one(padding, kernel, channels, ksize):
    high, wide = (k - 1 if padding == "VALID" else 0 for k in kernel)
    x, w = numbers(2, 8 + high, 12 + wide, channels), numbers(*kernel, channels, 64, seed=1)
    bias, given = numbers(64, seed=2), attrs(padding)
    found = pooled.convolve(x, w, bias, ksize, given, True)
    if found is None:
        assert channels >= 16  # neither few channels nor a gain by rows
        assert not winograd.is_quicker(
            x.shape, w.shape, (1, 1), (1, 1), conv.Geometry(given).pads(x.shape[1:3], kernel), "f"
        )
        return
    windows = one_by_one(x, w, bias, ksize, given)
    largest, places = found
    close = {"rtol": 0, "atol": 4e-5 * windows.std()}
    np.testing.assert_allclose(largest, windows.max(3), **close)
    chosen = np.take_along_axis(windows, places[:, :, :, None].astype(int), 3)[:, :, :, 0]
    np.testing.assert_allclose(chosen, windows.max(3), **close)
    again = pooled.convolve(np.asfortranarray(x), np.asfortranarray(w), bias, ksize, given, False)
    np.testing.assert_array_equal(again, largest)


@pytest.mark.usefixtures("_lanes")
def test_explicit_padding_on_one_side():
    x, w, bias = numbers(2, 7, 9, 3), numbers(3, 3, 3, 32), numbers(32)
    given = attrs("EXPLICIT", explicit_paddings=(0, 0, 3, 0, 0, 1, 0, 0))
    found = pooled.convolve(x, w, bias, (2, 2), given, False)
    wanted = one_by_one(x, w, bias, (2, 2), given).max(3)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-4)


@pytest.mark.skipif(not LANES, reason="this processor's registers are too narrow")
@pytest.mark.parametrize("channels", [3, 32])
def test_a_nan_is_left_to_others(channels):
    x, w, bias = numbers(1, 8, 16, channels), numbers(5, 5, channels, 32), numbers(32)
    assert pooled.convolve(x, w, bias, (2, 2), attrs(), True) is not None
    x[0, 5, 5, 1] = np.nan
    assert pooled.convolve(x, w, bias, (2, 2), attrs(), True) is None


@pytest.mark.skipif(not LANES, reason="this processor's registers are too narrow")
def test_what_it_is_not_for():
    x, w, bias, ksize = numbers(1, 8, 8, 3), numbers(3, 3, 3, 32), numbers(32), (2, 2)
    assert pooled.convolve(x, w, bias, ksize, attrs(), False) is not None
    for args in [
        (x.astype(float), w, bias, ksize, attrs()), (x[0], w, bias, ksize, attrs()),
        (x[:0], w, bias, ksize, attrs()), (x, w[..., :31], bias[:31], ksize, attrs()),
        (x, w[:, :, :1], bias, ksize, attrs()), (x, w, bias[:1], ksize, attrs()),
        (x, w, bias, (3, 2), attrs()), (x, w, bias, (1, 1), attrs()),
        (x, w, bias, ksize, attrs(data_format="NCHW")),
        (x, w, bias, ksize, attrs(strides=(1, 2, 2, 1))),
        (x, w, bias, ksize, attrs(dilations=(1, 2, 1, 1))),
        (numbers(1, 8, 8, 24), numbers(3, 3, 24, 32), bias, ksize, attrs()),
    ]:  # fmt: skip
        assert pooled.convolve(*args, False) is None


def test_sizes_that_do_not_fit_are_refused():
    x, w, b, out = numbers(1, 8, 8, 3), numbers(3, 3, 3, 32), numbers(32), numbers(1, 4, 4, 32)
    places = np.zeros(out.shape, np.uint8)
    for args in [
        (numbers(2, 8, 8, 3), w, b, out, places, False), (x, w[:, :, :2], b, out, places, False),
        (x, w, b[:8], out, places, False), (x, w, b, out, places[:, :2].copy(), False),
        (x, w, b, out, places, True), (x, w[..., :8], b[:8], out[..., :4].copy(), None, False),
    ]:  # fmt: skip
        *given, target, at, by_rows = args
        with pytest.raises(ValueError, match="do not fit"):
            kernels.pooled_into(*given, 1, 1, (2, 2), target, at, by_rows, 4)
