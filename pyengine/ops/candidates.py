"""Samplers of candidate classes, for losses that would be too slow over all classes.

See "What is Candidate Sampling" of TensorFlow's documentation for the formulas. Draws come from
NumPy's generators, keyed by the op's Philox stream: they repeat with a seed.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad, whole
from pyengine.ops.philox import Philox
from pyengine.ops.random import _SEEDS, _new_generator, _seeds
from pyengine.ops.random_draws import numpy_generator
from pyengine.shape import TensorShape

__all__: list[str] = []

_SAMPLE = no_grad("a random draw does not depend on its inputs")
_RESERVED = 2048  # numbers that TensorFlow's samplers set aside for a run


class Candidates(NamedTuple):
    """What a sampler returns: the sampled classes, and how often classes are to be expected."""

    sampled_candidates: Tensor
    true_expected_count: Tensor
    sampled_expected_count: Tensor


def _distinct(draw: Callable[[int], Any], count: int) -> tuple[Any, int]:
    """The first `count` distinct draws, and after how many draws there were that many."""
    found: dict[int, None] = {}
    tries = 0
    while True:
        for value in draw(builtins.max(count, 16)).tolist():
            if len(found) == count:
                return np.array(list(found), np.int64), tries
            tries += 1
            found[value] = None


def _expected(probability: Any, count: int, tries: int) -> Any:
    """How often a class is expected among the samples, or with `tries` its chance to be one."""
    if tries == count:
        return (probability * count).astype(np.float32)
    return -np.expm1(tries * np.log1p(-probability)).astype(np.float32)


def sampled(
    true: Any, draw: Callable[[int], Any], probability: Callable[[Any], Any], attrs: dict[str, Any]
) -> tuple[Any, Any, Any]:
    """The outputs of a sampler, from a function that draws and the probability of a class."""
    count = attrs["num_sampled"]
    if true.ndim != 2 or true.shape[1] != attrs["num_true"]:
        raise ValueError(
            f"true_classes must have {attrs['num_true']} columns, got shape {true.shape}"
        )
    found, tries = _distinct(draw, count) if attrs["unique"] else (draw(count), count)
    return (
        found.astype(np.int64),
        _expected(probability(true), count, tries),
        _expected(probability(found), count, tries),
    )


def _shapes(op: Operation) -> list[TensorShape]:
    true = op.inputs[0].shape.with_rank(2)
    true[1].assert_is_compatible_with(op.attrs["num_true"])
    many = TensorShape((op.attrs["num_sampled"],))
    return [many, TensorShape((true[0].value, op.attrs["num_true"])), many]


_COMMON = {"num_true": REQUIRED, "num_sampled": REQUIRED, "unique": REQUIRED}


def _sampler(type: str, doc: str, bind: Callable[..., Any], **attrs: Any) -> Callable[..., Any]:
    return defop(
        type, "true_classes: int64 -> int64, float32, float32", doc=doc,
        attrs={**_COMMON, **attrs, **_SEEDS}, shape=_shapes, bind=bind, grad=_SAMPLE,
    )  # fmt: skip


def _numbers(generator: Philox) -> np.random.Generator:
    return numpy_generator(generator, _RESERVED)


def _bind_uniform(op: Operation, runtime: Any) -> Any:
    generator, attrs = runtime.state_of(op, _new_generator), op.attrs
    size = attrs["range_max"]

    def run(true: Any) -> Any:
        rng = _numbers(generator)
        chance = 1.0 / size
        return sampled(
            true, lambda n: rng.integers(0, size, n), lambda c: np.full(c.shape, chance), attrs
        )

    return run


def _bind_log_uniform(op: Operation, runtime: Any) -> Any:
    generator, attrs = runtime.state_of(op, _new_generator), op.attrs
    size = attrs["range_max"]
    span = np.log1p(size)

    def run(true: Any) -> Any:
        rng = _numbers(generator)
        return sampled(
            true,
            lambda n: (np.exp(rng.random(n) * span) - 1).astype(np.int64) % size,
            lambda c: (np.log(c + 2.0) - np.log(c + 1.0)) / span,
            attrs,
        )

    return run


def _by_weight(rng: np.random.Generator, weights: Any) -> tuple[Any, Any]:
    """A function that draws classes by their weights, and the probability of a class."""
    total = np.cumsum(weights)

    def draw(count: int) -> Any:
        return np.searchsorted(total, rng.random(count) * total[-1], side="right")

    return draw, lambda classes: weights[classes] / total[-1]


def _bind_learned(op: Operation, runtime: Any) -> Any:
    attrs = op.attrs
    generator, weights = runtime.state_of(
        op, lambda op: (_new_generator(op), np.ones(attrs["range_max"]))
    )

    def run(true: Any) -> Any:
        result = sampled(true, *_by_weight(_numbers(generator), weights.copy()), attrs)
        np.add.at(weights, true.reshape(-1), 1)  # what it learns: how often classes are true
        return result

    return run


def _bind_fixed(op: Operation, runtime: Any) -> Any:
    generator, attrs = runtime.state_of(op, _new_generator), op.attrs
    weights = _fixed_weights(attrs)
    if attrs["unique"] and np.count_nonzero(weights) < attrs["num_sampled"]:
        raise ValueError(
            f"cannot draw {attrs['num_sampled']} distinct classes: only "
            f"{np.count_nonzero(weights)} have a weight"
        )

    def run(true: Any) -> Any:
        return sampled(true, *_by_weight(_numbers(generator), weights), attrs)

    return run


def _fixed_weights(attrs: dict[str, Any]) -> Any:
    if attrs["vocab_file"]:
        with open(attrs["vocab_file"], encoding="utf-8") as file:
            counts = [float(line.rsplit(",", 1)[-1]) for line in file if line.strip()]
    else:
        counts = list(attrs["unigrams"])
    weights = np.concatenate(
        [np.zeros(attrs["num_reserved_ids"]), np.asarray(counts, float) ** attrs["distortion"]]
    )
    if len(weights) != attrs["range_max"]:
        raise ValueError(f"range_max is {attrs['range_max']}, but there are {len(weights)} classes")
    mine = np.arange(len(weights)) % attrs["num_shards"] == attrs["shard"]
    return np.where(mine, weights, 0.0)


def _bind_all(op: Operation, runtime: Any) -> Any:
    attrs = op.attrs
    everything = np.arange(attrs["num_sampled"])

    def run(true: Any) -> Any:
        return (
            sampled(
                true,
                lambda n: everything[:n],
                lambda c: np.ones(c.shape),
                {**attrs, "unique": False},
            )[0],
            np.ones(true.shape, np.float32),
            np.ones(len(everything), np.float32),
        )

    return run


_uniform = _sampler(
    "UniformCandidateSampler", "Classes drawn uniformly.", _bind_uniform, range_max=REQUIRED
)
_log_uniform = _sampler(
    "LogUniformCandidateSampler",
    "Classes drawn with a log-uniform (Zipfian) distribution.",
    _bind_log_uniform,
    range_max=REQUIRED,
)
_learned = _sampler(
    "LearnedUnigramCandidateSampler",
    "Classes drawn as often as they have been true.",
    _bind_learned,
    range_max=REQUIRED,
)
_fixed = _sampler(
    "FixedUnigramCandidateSampler",
    "Classes drawn with given weights.",
    _bind_fixed,
    range_max=REQUIRED, vocab_file="", distortion=1.0, num_reserved_ids=0, num_shards=1, shard=0,
    unigrams=(),
)  # fmt: skip
_all = _sampler("AllCandidateSampler", "All classes.", _bind_all)


def _run(op: Any, true: Any, name: str | None, seed: int | None, **attrs: Any) -> Candidates:
    settings: dict[str, Any] = {
        k: v if isinstance(v, (str, tuple)) else whole(v) for k, v in attrs.items()
    }
    settings["unique"] = bool(attrs["unique"])
    size = settings.get("range_max")
    if size is not None and settings["unique"] and settings["num_sampled"] > size:
        raise ValueError(f"cannot draw {settings['num_sampled']} distinct classes of {size}")
    return Candidates(*op(whole(true), **settings, **_seeds(seed), name=name))


def uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> Candidates:
    """Classes drawn uniformly from `range(range_max)`.

    Args:
        true_classes: the true classes of each example, int64 of shape `[batch, num_true]`.
        num_true: how many true classes an example has.
        num_sampled: how many classes to draw.
        unique: whether each class is drawn at most once.
        range_max: how many classes there are.
        seed: the op's seed.
        name: the op's name.

    Returns:
        The sampled classes, int64 of shape `[num_sampled]`, and how often each true and each
        sampled class is expected among them, float32 of shapes `[batch, num_true]` and
        `[num_sampled]`.
    """
    return _run(
        _uniform, true_classes, name, seed, num_true=num_true, num_sampled=num_sampled,
        unique=unique, range_max=range_max,
    )  # fmt: skip


def log_uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> Candidates:
    """Classes drawn with probability `log((k + 2) / (k + 1)) / log(range_max + 1)`.

    It suits classes in decreasing order of frequency, such as words; arguments and results as in
    `uniform_candidate_sampler`.
    """
    return _run(
        _log_uniform, true_classes, name, seed, num_true=num_true, num_sampled=num_sampled,
        unique=unique, range_max=range_max,
    )  # fmt: skip


def learned_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> Candidates:
    """Classes drawn as often as they have been true so far, in this session.

    Arguments and results are those of `uniform_candidate_sampler`.
    """
    return _run(
        _learned, true_classes, name, seed, num_true=num_true, num_sampled=num_sampled,
        unique=unique, range_max=range_max,
    )  # fmt: skip


def fixed_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str = "",
    distortion: float = 1.0,
    num_reserved_ids: int = 0,
    num_shards: int = 1,
    shard: int = 0,
    unigrams: Sequence[float] = (),
    seed: int | None = None,
    name: str | None = None,
) -> Candidates:
    """Classes drawn with given weights.

    Args:
        true_classes, num_true, num_sampled, unique, range_max, seed, name: as in
            `uniform_candidate_sampler`.
        vocab_file: a file with a weight at the end of each line, after a comma.
        distortion: the power that weights are raised to.
        num_reserved_ids: how many classes of weight zero come first.
        num_shards, shard: to draw from every `num_shards`-th class alone.
        unigrams: the weights, in place of a file.

    Raises:
        ValueError: unless exactly one of `vocab_file` and `unigrams` is given.
    """
    if bool(vocab_file) == bool(len(unigrams)):
        raise ValueError("give either vocab_file or unigrams")
    return _run(
        _fixed, true_classes, name, seed, num_true=num_true, num_sampled=num_sampled,
        unique=unique, range_max=range_max, vocab_file=vocab_file, distortion=distortion,
        num_reserved_ids=num_reserved_ids, num_shards=num_shards, shard=shard,
        unigrams=tuple(unigrams),
    )  # fmt: skip


def all_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    seed: int | None = None,
    name: str | None = None,
) -> Candidates:
    """All classes from 0 to `num_sampled - 1`, for tests of losses; see the other samplers."""
    return _run(
        _all, true_classes, name, seed, num_true=num_true, num_sampled=num_sampled, unique=unique
    )
