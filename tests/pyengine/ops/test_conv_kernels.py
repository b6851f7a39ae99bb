"""Convolution against its definition."""

import numpy as np
import pytest

from pyengine.ops import conv_kernels, window

rng = np.random.default_rng(0)


def by_definition(x, w, strides, dilations, pads, out_sizes):
    wide = np.pad(x, [(0, 0), *pads, (0, 0)])
    groups = x.shape[-1] // w.shape[-2]
    width = w.shape[-1] // groups
    out = np.zeros((len(x), *out_sizes, w.shape[-1]))
    for place in np.ndindex(*out_sizes):
        for at in np.ndindex(*w.shape[:-2]):
            seen = tuple(p * s + k * d for p, s, k, d in zip(place, strides, at, dilations))
            for g in range(groups):
                mine = slice(g * width, (g + 1) * width)
                part = wide[(slice(None), *seen)][:, g * w.shape[-2] : (g + 1) * w.shape[-2]]
                out[(slice(None), *place, mine)] += part @ w[at][:, mine]
    return out


CASES = [
    ((5, 6), (3, 2), (1, 1), (1, 1), "SAME", 3, 1), ((5, 6), (3, 2), (2, 1), (1, 1), "VALID", 3, 1),
    ((7, 7), (3, 3), (1, 1), (2, 2), "SAME", 2, 1), ((7, 8), (2, 3), (2, 3), (2, 1), "SAME", 2, 1),
    ((4, 4), (1, 1), (1, 1), (1, 1), "VALID", 3, 1), ((4, 5), (1, 1), (2, 2), (1, 1), "SAME", 3, 1),
    ((6, 30), (2, 3), (1, 2), (1, 1), "SAME", 1, 1), ((5, 5), (3, 3), (1, 1), (1, 1), "SAME", 4, 2),
    ((3, 4, 5), (2, 2, 3), (1, 2, 1), (1, 1, 2), "SAME", 2, 1),
    ((9,), (4,), (2,), (1,), "SAME", 2, 1),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("block", [64, 1 << 21])
def test_against_the_definition(monkeypatch, case, block):
    monkeypatch.setattr(conv_kernels, "_BLOCK", block)
    sizes, kernel, strides, dilations, padding, channels, groups = case
    x = rng.normal(size=(3, *sizes, channels))
    w = rng.normal(size=(*kernel, channels // groups, 4))
    pads = window.pads_of(sizes, kernel, strides, dilations, padding)
    out_sizes = tuple(
        window.output_size(*one, padding) for one in zip(sizes, kernel, strides, dilations)
    )
    args = (strides, dilations, pads)
    wanted = by_definition(x, w, *args, out_sizes)
    got = conv_kernels.conv(x, w, *args, out_sizes)
    np.testing.assert_allclose(got, wanted, atol=1e-12)
    np.testing.assert_allclose(
        conv_kernels.conv(np.asfortranarray(x), np.asfortranarray(w), *args, out_sizes), wanted,
        atol=1e-12,
    )  # fmt: skip
    # Both gradients are the transposes of linear maps: <dy, conv(x, w)> is their definition.
    dy = rng.normal(size=got.shape)
    dx = conv_kernels.conv_input_grad(w, dy, sizes, channels, *args)
    dw = conv_kernels.conv_filter_grad(x, dy, kernel, channels // groups, *args)
    x2, w2 = rng.normal(size=x.shape), rng.normal(size=w.shape)
    assert np.sum(dx * x2) == pytest.approx(np.sum(dy * conv_kernels.conv(x2, w, *args, out_sizes)))
    assert np.sum(dw * w2) == pytest.approx(np.sum(dy * conv_kernels.conv(x, w2, *args, out_sizes)))


def test_dtypes_and_empty_batches():
    pads = ((1, 1), (1, 1))
    for dtype in (np.float16, np.float32, np.float64, np.int32):
        x, w = np.ones((2, 4, 4, 2), dtype), np.ones((3, 3, 2, 3), dtype)
        out = conv_kernels.conv(x, w, (1, 1), (1, 1), pads, (4, 4))
        assert out.dtype == dtype
        assert out[0, 1, 1, 0] == 18
        dx = conv_kernels.conv_input_grad(w, out, (4, 4), 2, (1, 1), (1, 1), pads)
        dw = conv_kernels.conv_filter_grad(x, out, (3, 3), 2, (1, 1), (1, 1), pads)
        assert dx.dtype == dw.dtype == dtype
    none = np.ones((0, 4, 4, 2), np.float32)
    w = np.ones((3, 3, 2, 3), np.float32)
    assert conv_kernels.conv(none, w, (1, 1), (1, 1), pads, (4, 4)).shape == (0, 4, 4, 3)
    dy = np.ones((0, 4, 4, 3), np.float32)
    assert not conv_kernels.conv_filter_grad(none, dy, (3, 3), 2, (1, 1), (1, 1), pads).any()
    assert conv_kernels.conv_input_grad(w, dy, (4, 4), 2, (1, 1), (1, 1), pads).shape[0] == 0


def test_nothing_is_written_to():
    x, w = np.ones((1, 4, 4, 1), np.float32), np.ones((2, 2, 1, 1), np.float32)
    x.flags.writeable = w.flags.writeable = False
    dy = conv_kernels.conv(x, w, (1, 1), (1, 1), ((0, 0), (0, 0)), (3, 3))
    dy.flags.writeable = False
    conv_kernels.conv_input_grad(w, dy, (4, 4), 1, (1, 1), (1, 1), ((0, 0), (0, 0)))
    conv_kernels.conv_filter_grad(x, dy, (2, 2), 1, (1, 1), (1, 1), ((0, 0), (0, 0)))
    assert (x == 1).all()
    assert (w == 1).all()
    assert (dy == 4).all()
