"""The generator, against the known answers of its authors."""

import numpy as np
import pytest

from pyengine.compiled import LANES
from pyengine.ops import philox
from pyengine.ops.philox import Philox, normals, uniform_floats


@pytest.fixture(params=[0, *(n for n in (4, 8, 16) if n == 4 or n <= LANES)], autouse=True)
def _lanes(request, monkeypatch):
    """By NumPy, and on each kind of vector registers."""
    monkeypatch.setattr(philox, "LANES", request.param)


@pytest.mark.parametrize(
    ("seed", "seed2", "block", "wanted"),
    [
        # Known answers of Random123's kat_vectors for philox4x32-10.
        (0, 0, 0, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        (2**64 - 1, 2**64 - 1, 2**64 - 1, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            0x299F31D0A4093822,
            0x0370734413198A2E,
            0x85A308D3243F6A88,
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_known_answers(seed, seed2, block, wanted):
    words = Philox(seed, seed2).blocks(np.array([block], np.uint64))[0]
    assert " ".join(f"{w:08x}" for w in words) == wanted


@pytest.mark.parametrize("count", [0, 1, 3, 16, 17, 100])
def test_numbers_that_fill_registers_and_that_do_not(monkeypatch, count):
    numbers = np.arange(2 * count, dtype=np.uint64)[::2] * np.uint64(1 << 40)
    found = Philox(3 << 40, 5 << 40).blocks(numbers)
    assert found.shape == (count, 4)
    monkeypatch.setattr(philox, "LANES", 0)
    np.testing.assert_array_equal(found, Philox(3 << 40, 5 << 40).blocks(numbers))


def test_blocks_are_reserved_once():
    generator = Philox(1, 2)
    assert [generator.reserve(n) for n in (3, 5, 1)] == [0, 3, 8]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_uniform_numbers_are_in_the_unit_interval(dtype):
    words = Philox(7, 0).blocks(np.arange(5000, dtype=np.uint64))
    u = uniform_floats(words, dtype)
    assert u.dtype == dtype
    assert u.min() >= 0
    assert u.max() < 1
    assert u.mean(dtype=float) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_normal_numbers_have_mean_and_deviation(dtype):
    z = normals(Philox(7, 0).blocks(np.arange(20000, dtype=np.uint64)), dtype)
    assert z.dtype == dtype
    assert z.mean() == pytest.approx(0, abs=0.02)
    assert z.std() == pytest.approx(1, abs=0.02)


def test_extreme_words_give_finite_numbers():
    assert np.isfinite(normals(np.zeros((1, 4), np.uint32), np.float32)).all()
