"""Samples of classes, to train with a few of very many: the samplers of `tf.nn`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad, whole
from pyengine.ops.philox import Philox, uniform_floats
from pyengine.ops.random import _new_generator, _words, get_seed
from pyengine.shape import TensorShape

__all__ = [
    "all_candidate_sampler", "compute_accidental_hits", "fixed_unigram_candidate_sampler",
    "learned_unigram_candidate_sampler", "log_uniform_candidate_sampler",
    "uniform_candidate_sampler",
]  # fmt: skip

_ATTRS: dict[str, Any] = {
    "num_true": REQUIRED, "num_sampled": REQUIRED, "unique": REQUIRED, "seed": 0, "seed2": 0,
}  # fmt: skip


class _Uniform:
    """All classes alike."""

    def __init__(self, attrs: dict[str, Any]) -> None:
        self.range = attrs["range_max"]

    def draw(self, u: Any) -> Any:
        return (u * self.range).astype(np.int64)

    def probability(self, classes: Any) -> Any:
        return np.full(classes.shape, 1 / self.range)

    def update(self, true_classes: Any) -> None:
        """What a sampler learns from the classes it has seen: nothing."""


class _LogUniform(_Uniform):
    """P(k) = log((k + 2) / (k + 1)) / log(range + 1): for classes sorted by falling frequency."""

    def draw(self, u: Any) -> Any:
        return (np.exp(u * np.log1p(self.range)).astype(np.int64) - 1) % self.range

    def probability(self, classes: Any) -> Any:
        k = classes.astype(np.float64)
        return np.log((k + 2) / (k + 1)) / np.log1p(self.range)


class _Unigram(_Uniform):
    """Each class by its weight."""

    def __init__(self, weights: Any) -> None:
        self.range = len(weights)
        self.weights = weights

    def draw(self, u: Any) -> Any:
        cumulative = np.cumsum(self.weights)
        return np.searchsorted(cumulative, u * cumulative[-1], side="right").astype(np.int64)

    def probability(self, classes: Any) -> Any:
        return self.weights[classes] / self.weights.sum()


class _Learned(_Unigram):
    """Each class as often as it was a true one so far, and once more."""

    def __init__(self, attrs: dict[str, Any]) -> None:
        super().__init__(np.ones(attrs["range_max"]))

    def update(self, true_classes: Any) -> None:
        np.add.at(self.weights, true_classes.reshape(-1), 1)


def _fixed(attrs: dict[str, Any]) -> _Unigram:
    if attrs["vocab_file"]:
        with open(attrs["vocab_file"], encoding="utf-8") as file:
            given = [float(line.rsplit(",", 1)[-1]) for line in file if line.strip()]
    else:
        given = list(attrs["unigrams"])
    weights = [0.0] * attrs["num_reserved_ids"] + [w ** attrs["distortion"] for w in given]
    if len(weights) != attrs["range_max"]:
        raise ValueError(
            f"range_max is {attrs['range_max']} but {len(weights)} reserved ids and unigrams are "
            f"given"
        )
    shards = np.arange(len(weights)) % attrs["num_shards"] == attrs["shard"]
    return _Unigram(np.where(shards, weights, 0.0))


def _expected(probability: Any, count: int, tries: int) -> Any:
    """How often a class is expected in a sample: 1 - (1 - p) ** tries without repetition."""
    if tries == count:
        return probability * count
    return -np.expm1(tries * np.log1p(-probability))


def _sample(generator: Philox, sampler: _Uniform, count: int, unique: bool) -> tuple[Any, int]:
    """Classes, and how many draws it took to get them."""
    if not unique:
        u = uniform_floats(_words(generator, count, 2), np.float64)[:count]
        return sampler.draw(u), count
    found: dict[int, None] = {}
    tries = 0
    while len(found) < count:
        batch = 2 * count
        u = uniform_floats(_words(generator, batch, 2), np.float64)[:batch]
        for value in sampler.draw(u).tolist():
            tries += 1
            found.setdefault(value)
            if len(found) == count:
                break
    return np.array(list(found), np.int64), tries


def _binding(make: Callable[[dict[str, Any]], _Uniform]) -> Callable[..., Any]:
    def bind(op: Operation, runtime: Any) -> Callable[..., Any]:
        attrs = op.attrs

        def new(op: Operation) -> tuple[Philox, _Uniform]:
            return _new_generator(op), make(attrs)

        def run(true_classes: Any) -> Any:
            generator, sampler = runtime.state_of(op, new)
            bad = (true_classes < 0) | (true_classes >= sampler.range)
            if np.any(bad):
                raise ValueError(
                    f"true_classes has {true_classes[bad][0]}, outside of [0, {sampler.range})"
                )
            count = attrs["num_sampled"]
            found, tries = _sample(generator, sampler, count, attrs["unique"])
            result = (
                found,
                _expected(sampler.probability(true_classes), count, tries).astype(np.float32),
                _expected(sampler.probability(found), count, tries).astype(np.float32),
            )
            sampler.update(true_classes)
            return result

        return run

    return bind


def _sampled_shape(op: Operation) -> list[TensorShape]:
    attrs = op.attrs
    count = attrs["num_sampled"]
    if count < 1:
        raise ValueError(f"num_sampled must be positive, got {count}")
    if attrs["unique"] and attrs.get("range_max") is not None and count > attrs["range_max"]:
        raise ValueError(
            f"without repetition, num_sampled ({count}) must be <= range_max ({attrs['range_max']})"
        )
    classes = op.inputs[0].shape.with_rank(2).merge_with([None, attrs["num_true"]])
    return [TensorShape.of((count,)), classes, TensorShape.of((count,))]


def _declare(type: str, doc: str, make: Any, **more: Any) -> Callable[..., Any]:
    return defop(
        type,
        "true_classes: int64 -> int64, float32, float32",
        doc=doc,
        attrs={**_ATTRS, **more},
        shape=_sampled_shape,
        bind=_binding(make),
        grad=no_grad("a sample does not depend on the true classes"),
    )


_uniform = _declare("UniformCandidateSampler", "Classes, all alike.", _Uniform, range_max=REQUIRED)
_log_uniform = _declare(
    "LogUniformCandidateSampler", "Classes, the first the likeliest.", _LogUniform,
    range_max=REQUIRED,
)  # fmt: skip
_learned = _declare(
    "LearnedUnigramCandidateSampler", "Classes, as often as they were true.", _Learned,
    range_max=REQUIRED,
)  # fmt: skip
_fixed_unigram = _declare(
    "FixedUnigramCandidateSampler", "Classes, by given weights.", _fixed, range_max=REQUIRED,
    vocab_file="", distortion=1.0, num_reserved_ids=0, num_shards=1, shard=0, unigrams=(),
)  # fmt: skip


def _all_kernel(xp: Any, true_classes: Any, *, num_sampled: int, **_: Any) -> Any:
    return (
        np.arange(num_sampled, dtype=np.int64),
        np.ones(true_classes.shape, np.float32),
        np.ones(num_sampled, np.float32),
    )


_all = defop(
    "AllCandidateSampler",
    "true_classes: int64 -> int64, float32, float32",
    doc="All classes.",
    attrs=_ATTRS,
    shape=_sampled_shape,
    kernel=_all_kernel,
    grad=no_grad("a sample does not depend on the true classes"),
)


def _common(num_true: Any, num_sampled: Any, unique: bool, seed: Any) -> dict[str, Any]:
    first, second = get_seed(seed)
    return {
        "num_true": whole(num_true), "num_sampled": whole(num_sampled), "unique": bool(unique),
        "seed": first or 0, "seed2": second or 0,
    }  # fmt: skip


def uniform_candidate_sampler(
    true_classes: Any, num_true: int, num_sampled: int, unique: bool, range_max: int,
    seed: int | None = None, name: str | None = None,
) -> list[Tensor]:  # fmt: skip
    """Classes drawn at random, all alike; see `log_uniform_candidate_sampler`."""
    attrs = _common(num_true, num_sampled, unique, seed)
    return _uniform(true_classes, range_max=whole(range_max), name=name, **attrs)


def log_uniform_candidate_sampler(
    true_classes: Any, num_true: int, num_sampled: int, unique: bool, range_max: int,
    seed: int | None = None, name: str | None = None,
) -> list[Tensor]:  # fmt: skip
    """Classes drawn at random, class k with probability log((k + 2) / (k + 1)) / log(range + 1).

    Args:
        true_classes: the true classes, int64 [batch, num_true].
        num_true: how many there are for each example.
        num_sampled: how many classes to draw.
        unique: whether no class is drawn twice.
        range_max: how many classes there are.
        seed: the op's seed.
        name: the op's name.

    Returns:
        The classes, and how often each true class and each class drawn is expected in such a
        sample.

    Raises:
        ValueError: for more classes than there are, without repetition.
    """
    attrs = _common(num_true, num_sampled, unique, seed)
    return _log_uniform(true_classes, range_max=whole(range_max), name=name, **attrs)


def learned_unigram_candidate_sampler(
    true_classes: Any, num_true: int, num_sampled: int, unique: bool, range_max: int,
    seed: int | None = None, name: str | None = None,
) -> list[Tensor]:  # fmt: skip
    """Classes drawn as often as they were true in this session."""
    attrs = _common(num_true, num_sampled, unique, seed)
    return _learned(true_classes, range_max=whole(range_max), name=name, **attrs)


def fixed_unigram_candidate_sampler(
    true_classes: Any, num_true: int, num_sampled: int, unique: bool, range_max: int,
    vocab_file: str = "", distortion: float = 1.0, num_reserved_ids: int = 0, num_shards: int = 1,
    shard: int = 0, unigrams: Sequence[float] = (), seed: int | None = None,
    name: str | None = None,
) -> list[Tensor]:  # fmt: skip
    """Classes drawn by given weights.

    Args:
        vocab_file: a file whose lines end in a weight, after a comma.
        distortion: the power that the weights are raised to.
        num_reserved_ids: how many classes at the start are never drawn.
        num_shards, shard: which part of the classes to draw from: those equal to `shard` modulo
            `num_shards`.
        unigrams: the weights, in place of a file.
        true_classes, num_true, num_sampled, unique, range_max, seed, name: as for
            `log_uniform_candidate_sampler`.
    """
    attrs = _common(num_true, num_sampled, unique, seed)
    return _fixed_unigram(
        true_classes, range_max=whole(range_max), vocab_file=vocab_file,
        distortion=float(distortion), num_reserved_ids=whole(num_reserved_ids),
        num_shards=whole(num_shards), shard=whole(shard),
        unigrams=tuple(float(u) for u in unigrams), name=name, **attrs,
    )  # fmt: skip


def all_candidate_sampler(
    true_classes: Any, num_true: int, num_sampled: int, unique: bool, seed: int | None = None,
    name: str | None = None,
) -> list[Tensor]:  # fmt: skip
    """All classes, for tests."""
    return _all(true_classes, name=name, **_common(num_true, num_sampled, unique, seed))


def _hits_kernel(xp: Any, true_classes: Any, sampled: Any, **_: Any) -> Any:
    rows, _columns, ids = np.nonzero(true_classes[:, :, None] == sampled)
    return (
        rows.astype(np.int32),
        ids.astype(np.int64),
        np.full(len(rows), -np.finfo(np.float32).max, np.float32),
    )


_hits = defop(
    "ComputeAccidentalHits",
    "true_classes: int64, sampled_candidates: int64 -> int32, int64, float32",
    doc="Where a class drawn is a true one.",
    attrs={"num_true": REQUIRED, "seed": 0, "seed2": 0},
    shape=lambda op: [[None]] * 3,
    kernel=_hits_kernel,
    grad=no_grad("its outputs are places"),
)


def compute_accidental_hits(
    true_classes: Any, sampled_candidates: Any, num_true: int, seed: int | None = None,
    name: str | None = None,
) -> list[Tensor]:  # fmt: skip
    """Where a class drawn is a true class of an example.

    Args:
        true_classes: int64 [batch, num_true].
        sampled_candidates: int64 [num_sampled].
        num_true: how many true classes an example has.
        seed, name: as for the samplers.

    Returns:
        The rows, the places in the sample, and for each the lowest float32, to add to the logits.
    """
    first, second = get_seed(seed)
    return _hits(
        true_classes, sampled_candidates, num_true=whole(num_true), seed=first or 0,
        seed2=second or 0, name=name,
    )  # fmt: skip
