"""Pooling by tiles against its definition, on each kind of vector registers."""

import numpy as np
import pytest

from pyengine.compiled import LANES, kernels
from pyengine.ops import tiles

KINDS = [n for n in (4, 8, 16) if n == 4 or n <= LANES]


def images(*shape):
    """Numbers of which many are equal."""
    return np.random.default_rng(0).integers(-4, 4, shape).astype("f")


def by_definition(x, ksize):
    """The largest of each window, and its place."""
    n, height, width, channels = x.shape
    rows, columns = height // ksize[0], width // ksize[1]
    windows = x.reshape(n, rows, ksize[0], columns, ksize[1], channels)
    flat = windows.transpose(0, 1, 3, 2, 4, 5).reshape(n, rows, columns, -1, channels)
    return flat.max(3), flat.argmax(3)  # the first of equals


@pytest.fixture(params=KINDS)
def _lanes(request, monkeypatch):
    monkeypatch.setattr(tiles, "LANES", request.param)


@pytest.mark.usefixtures("_lanes")
@pytest.mark.parametrize("block", [1, 1 << 18])
@pytest.mark.parametrize("ksize", [(2, 2), (1, 1), (3, 2), (1, 5), (15, 17)])
def test_the_largest_of_windows_and_back(monkeypatch, ksize, block):
    monkeypatch.setattr(tiles, "_BLOCK", block)
    x = images(3, 4 * ksize[0], 3 * ksize[1], 48)
    wanted, at = by_definition(x, ksize)
    found, places = tiles.largest_with_places(x, ksize)
    np.testing.assert_array_equal(found, wanted)
    np.testing.assert_array_equal(places, at)
    np.testing.assert_array_equal(tiles.largest(np.asfortranarray(x), ksize), wanted)
    slopes = np.arange(1, found.size + 1, dtype="f").reshape(found.shape)
    spread = tiles.share_out(places, np.asfortranarray(slopes), ksize)
    assert spread.shape == x.shape
    assert np.count_nonzero(spread) == slopes.size
    # What comes back to a window is its slope, at its first largest element.
    again, where = by_definition(spread, ksize)
    np.testing.assert_array_equal(again, slopes)
    np.testing.assert_array_equal(where, at)


@pytest.mark.usefixtures("_lanes")
@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_nan_anywhere_is_left_to_others(place):
    x = images(2, 4, 4, 16)
    x[1, 2 + place // 2, 2 + place % 2, 5] = np.nan
    assert tiles.largest(x, (2, 2)) is None
    assert tiles.largest_with_places(x, (2, 2)) is None
    x[np.isnan(x)] = -np.inf
    np.testing.assert_array_equal(tiles.largest(x, (2, 2)), by_definition(x, (2, 2))[0])


@pytest.mark.skipif(not LANES, reason="this processor's registers are too narrow")
def test_what_fits():
    x = images(2, 4, 4, 16)
    assert tiles.fit(x, (2, 2))
    for other in (x[..., :8], x.astype(float), x[:0], x[0]):
        assert not tiles.fit(other, (2, 2))
    assert not tiles.fit(images(1, 16, 16, 16), (16, 16))  # a byte tells 255 places apart


def test_shapes_that_do_not_fit_are_refused():
    x, out = images(2, 4, 4, 16), np.empty((2, 2, 2, 16), "f")
    places = np.zeros(out.shape, np.uint8)
    with pytest.raises(ValueError, match=r"\(2, 2, 1, 16\), the pooled image \(2, 2, 2, 16\)"):
        tiles.share_out(places, out[:, :, :1], (2, 2))
    for args in [
        (x[:1], out, places, 4), (np.ones((2, 4, 4, 8), "f"), out, places, 4),
        (np.ones((2, 5, 4, 16), "f"), out, places, 4),
        (np.ones((2, 4, 5, 16), "f"), out, places, 4),
        (x, out, places[:1], 4),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match="do not fit"):
            kernels.largest_into(*args)
    with pytest.raises(ValueError, match="the numbers of places do not fit"):
        kernels.share_out_into(np.zeros((2, 2, 1, 16), np.uint8), out, x, 4)
