"""Gamma and Poisson numbers by rejection, number for number those that TensorFlow draws.

Each number has 256 blocks of its op's Philox stream to itself and takes from them in order, so the
candidates of all numbers are tried at once, and those that were refused again.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.ops.philox import Philox, normals, uniform_floats

_RESERVED = 256


class _Streams:
    """A stream of blocks for each of `count` numbers, and pairs of doubles taken from them."""

    def __init__(self, generator: Philox, count: int) -> None:
        start = generator.reserve(count * _RESERVED)
        self._generator = generator
        self._next = np.uint64(start) + np.arange(count, dtype=np.uint64) * np.uint64(_RESERVED)

    def pairs(self, rows: Any, convert: Any) -> Any:
        words = self._generator.blocks(self._next[rows])
        self._next[rows] += np.uint64(1)
        return convert(words.reshape(-1), np.float64).reshape(-1, 2)


class _Draws:
    """Doubles of one kind from streams; a pair is used up from its end, as TensorFlow does."""

    def __init__(self, streams: _Streams, count: int, convert: Any) -> None:
        self._streams, self._convert = streams, convert
        self._pairs = np.empty((count, 2))
        self._left = np.zeros(count, np.int64)

    def take(self, rows: Any) -> Any:
        empty = rows[self._left[rows] == 0]
        if len(empty):
            self._pairs[empty] = self._streams.pairs(empty, self._convert)
            self._left[empty] = 2
        self._left[rows] -= 1
        return self._pairs[rows, self._left[rows]]


def gammas(generator: Philox, alpha: Any, samples: int) -> Any:
    """Numbers from gamma distributions of scale 1, `[samples, len(alpha)]` doubles.

    Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables" (2000).

    Args:
        generator: the op's stream.
        alpha: the shapes of the distributions, a vector of doubles.
        samples: how many to draw for each.
    """
    form = (len(alpha), samples)
    alpha = np.repeat(alpha, samples)
    count = len(alpha)
    streams = _Streams(generator, count)
    normal, uniform = (_Draws(streams, count, kind) for kind in (normals, uniform_floats))
    result = np.empty(count)
    exponential = alpha == 1.0
    rows = np.flatnonzero(exponential)
    result[rows] = -np.log1p(-uniform.take(rows))
    small = alpha < 1.0
    d = alpha + np.where(small, 2.0 / 3.0, -1.0 / 3.0)
    rows = np.flatnonzero(~exponential)
    with np.errstate(all="ignore"):
        c = (1.0 / 3.0) / np.sqrt(d)
        while len(rows):
            x = normal.take(rows)
            v = 1.0 + c[rows] * x
            refused = v <= 0.0
            again, rows, x, v = rows[refused], rows[~refused], x[~refused], v[~refused]
            v = v * v * v
            u = uniform.take(rows)
            accepted = (u < 1.0 - 0.0331 * (x * x) * (x * x)) | (
                np.log(u) < 0.5 * x * x + d[rows] * (1.0 - v + np.log(v))
            )
            done = rows[accepted]
            result[done] = d[done] * v[accepted]
            scaled = done[small[done]]
            if len(scaled):
                result[scaled] *= uniform.take(scaled) ** (1.0 / alpha[scaled])
            rows = np.concatenate([again, rows[~accepted]])
    return result.reshape(form).T


def poissons(generator: Philox, rate: Any, samples: int) -> Any:
    """Numbers from Poisson distributions, `[samples, len(rate)]` doubles.

    Knuth's products of uniform numbers below a rate of 10, else the transformed rejection of
    Hörmann, "The Transformed Rejection Method for Generating Poisson Random Variables" (1993).

    Args:
        generator: the op's stream.
        rate: the means of the distributions, a vector of doubles.
        samples: how many to draw for each.

    Returns:
        NaN where the rate is none.
    """
    form = (len(rate), samples)
    rate = np.repeat(rate, samples)
    count = len(rate)
    uniform = _Draws(_Streams(generator, count), count, uniform_floats)
    result = np.full(count, np.nan)
    fits = np.isfinite(rate) & (rate >= 0)
    _count_products(uniform, rate, np.flatnonzero(fits & (rate < 10)), result)
    _transform(uniform, rate, np.flatnonzero(fits & (rate >= 10)), result)
    return result.reshape(form).T


def _count_products(uniform: _Draws, rate: Any, rows: Any, result: Any) -> None:
    product, steps = np.ones(len(rate)), 0
    while len(rows):
        product[rows] *= uniform.take(rows)
        done = product[rows] <= np.exp(-rate[rows])
        result[rows[done]] = steps
        rows, steps = rows[~done], steps + 1


def _transform(uniform: _Draws, rate: Any, rows: Any, result: Any) -> None:
    if not len(rows):
        return
    from scipy.special import gammaln

    while len(rows):
        mean = rate[rows]
        b = 0.931 + 2.53 * np.sqrt(mean)
        a = -0.059 + 0.02483 * b
        inverse = 1.1239 + 1.1328 / (b - 3.4)
        u = uniform.take(rows) - 0.5
        v = uniform.take(rows)
        shifted = 0.5 - np.abs(u)
        with np.errstate(all="ignore"):
            k = np.floor((2 * a / shifted + b) * u + mean + 0.43)
            surely = (shifted >= 0.07) & (v <= 0.9277 - 3.6224 / (b - 2))
            never = (k < 0) | ((shifted < 0.013) & (v > shifted))
            s = np.log(v * inverse / (a / (shifted * shifted) + b))
            t = -mean + k * np.log(mean) - gammaln(k + 1)
        accepted = surely | (~never & (s <= t))
        result[rows[accepted]] = k[accepted]
        rows = rows[~accepted]
