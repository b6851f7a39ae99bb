"""Samples of classes, to train with a few of very many: the samplers of `tf.nn`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad, whole
from pyengine.ops.philox import Philox, uniform_floats
from pyengine.ops.random import _new_generator, get_seed
from pyengine.shape import TensorShape

__all__ = [
    "all_candidate_sampler", "compute_accidental_hits", "fixed_unigram_candidate_sampler",
    "learned_unigram_candidate_sampler", "log_uniform_candidate_sampler",
    "uniform_candidate_sampler",
]  # fmt: skip

_ATTRS: dict[str, Any] = {
    "num_true": REQUIRED, "num_sampled": REQUIRED, "unique": REQUIRED, "seed": 0, "seed2": 0,
}  # fmt: skip


_RESERVED = 2048  # words that TensorFlow sets aside for each class drawn
_BLOCK = 4


class _Words:
    """The words of a generator that one run of a sampler takes, in order."""

    def __init__(self, generator: Philox, count: int) -> None:
        self._generator = generator
        self._next = generator.reserve((_RESERVED * count + 3) // _BLOCK)
        self._rest = np.empty(0, np.uint32)

    def take(self, count: int) -> Any:
        blocks = -(-max(count - len(self._rest), 0) // _BLOCK)
        numbers = np.arange(self._next, self._next + blocks, dtype=np.uint64)
        self._next += blocks
        words = np.concatenate([self._rest, self._generator.blocks(numbers).reshape(-1)])
        self._rest = words[count:]
        return words[:count]

    def doubles(self, count: int) -> Any:
        return uniform_floats(self.take(2 * count), np.float64)

    def below(self, n: int, count: int, wide: bool = False) -> Any:
        """Integers uniform in [0, n); words of which n does not have an equal share are refused."""
        found = np.empty(0, np.uint64)
        largest = 2**64 - 1 if wide else 2**32 - 1
        unfair = (largest % n + 1) % n
        while len(found) < count:
            missing = count - len(found)
            if wide:
                low, high = self.take(2 * missing).astype(np.uint64).reshape(-1, 2).T
                words = low | high << np.uint64(32)
            else:
                words = self.take(missing).astype(np.uint64)
            found = np.concatenate([found, words[words >= np.uint64(unfair)] % np.uint64(n)])
        return found.astype(np.int64)


class _Uniform:
    """All classes alike."""

    def __init__(self, attrs: dict[str, Any]) -> None:
        self.range = attrs["range_max"]

    def draw(self, words: _Words, count: int) -> Any:
        return words.below(self.range, count, wide=True)

    def probability(self, classes: Any) -> Any:
        return np.full(classes.shape, 1 / self.range)

    def update(self, true_classes: Any) -> None:
        """What a sampler learns from the classes it has seen: nothing."""


class _LogUniform(_Uniform):
    """P(k) = log((k + 2) / (k + 1)) / log(range + 1): for classes sorted by falling frequency."""

    def draw(self, words: _Words, count: int) -> Any:
        u = words.doubles(count)
        return (np.exp(u * np.log1p(self.range)).astype(np.int64) - 1) % self.range

    def probability(self, classes: Any) -> Any:
        k = classes.astype(np.float64)
        return np.log((k + 2) / (k + 1)) / np.log1p(self.range)


class _Learned(_Uniform):
    """Each class as often as it was a true one so far, and once more."""

    def __init__(self, attrs: dict[str, Any]) -> None:
        super().__init__(attrs)
        self.weights = np.ones(self.range, np.int64)

    def draw(self, words: _Words, count: int) -> Any:
        cumulative = np.cumsum(self.weights)
        return np.searchsorted(cumulative, words.below(int(cumulative[-1]), count), side="right")

    def probability(self, classes: Any) -> Any:
        return self.weights[classes] / self.weights.sum()

    def update(self, true_classes: Any) -> None:
        np.add.at(self.weights, true_classes.reshape(-1), 1)


class _Fixed(_Uniform):
    """Each class by its weight, by Walker's alias method: a column, and one of its two classes."""

    def __init__(self, attrs: dict[str, Any]) -> None:
        super().__init__(attrs)
        shards, shard = attrs["num_shards"], attrs["shard"]
        reserved = len(range(attrs["num_reserved_ids"])[shard::shards])
        given = _weights(attrs)
        # A shard goes by the place among the weights, the first of which follows those reserved.
        kept = [w for i, w in enumerate(given, reserved) if i % shards == shard]
        powers = np.array(kept, np.float32) ** np.float32(attrs["distortion"])
        self.weights = np.concatenate([np.zeros(reserved, np.float32), powers])
        if len(self.weights) != self.range:
            raise ValueError(
                f"range_max is {self.range} but {len(self.weights)} reserved ids and unigrams are "
                f"given"
            )
        self.limits, self.others = _aliases(self.weights)

    def draw(self, words: _Words, count: int) -> Any:
        n = len(self.weights)
        pairs = words.take(2 * count).reshape(-1, 2)
        unfair = 2**32 % n
        if np.any(pairs[:, 1] < unfair):  # a refusal moves all that comes after it
            drawn = [(words.take(1), words.below(n, 1)) for _ in range(count)]
            u, column = (np.concatenate(parts) for parts in zip(*drawn))
        else:
            u, column = pairs[:, 0], pairs[:, 1].astype(np.int64) % n
        here = uniform_floats(u, np.float32) < self.limits[column]
        return np.where(here, column, self.others[column])

    def probability(self, classes: Any) -> Any:
        return self.weights[classes] / self.weights.sum()


def _weights(attrs: dict[str, Any]) -> list[float]:
    if not attrs["vocab_file"]:
        return list(attrs["unigrams"])
    with open(attrs["vocab_file"], encoding="utf-8") as file:
        return [float(line.rsplit(",", 1)[-1]) for line in file if line.strip()]


def _aliases(weights: Any) -> tuple[Any, Any]:
    """For each column the share of its own class, and the class of the rest."""
    n, total = len(weights), float(weights.sum(dtype=np.float64))
    shares = [float(w * np.float32(n)) / total for w in weights]
    others = list(range(n))
    high = [i for i in range(n) if shares[i] >= 1.0]
    low = [i for i in range(n) if shares[i] < 1.0]
    while high and low:
        less, more = low.pop(), high.pop()
        others[less] = more
        shares[more] -= 1.0 - shares[less]
        (low if shares[more] < 1.0 else high).append(more)
    for i in high + low:  # what rounding has left over
        shares[i], others[i] = 1.0, i
    return np.array(shares, np.float32), np.array(others, np.int64)


def _expected(probability: Any, count: int, tries: int) -> Any:
    """How often a class is expected in a sample: 1 - (1 - p) ** tries without repetition."""
    if tries == count:
        return probability * count
    return -np.expm1(tries * np.log1p(-probability))


def _sample(generator: Philox, sampler: _Uniform, count: int, unique: bool) -> tuple[Any, int]:
    """Classes, and how many draws it took to get them."""
    words = _Words(generator, count)
    if not unique:
        return sampler.draw(words, count), count
    found: dict[int, None] = {}
    tries = 0
    while len(found) < count:
        for value in sampler.draw(words, 2 * count).tolist():
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
    "FixedUnigramCandidateSampler", "Classes, by given weights.", _Fixed, range_max=REQUIRED,
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
    """Classes drawn at random, all alike; see `log_uniform_candidate_sampler`.

    Args:
        true_classes: an int64 tensor of shape [batch, num_true].
        num_true: how many true classes each row has.
        num_sampled: how many classes are drawn for the batch.
        unique: whether no class is drawn twice.
        range_max: how many classes there are.
        seed: the op's seed.
        name: the op's name.

    Returns:
        A list: the classes drawn, int64 of shape [num_sampled]; how often each true class was to
        be expected, float32 of the shape of `true_classes`; and each drawn one, of shape
        [num_sampled].

    Example:
        >>> import pyengine as tf
        >>> drawn = tf.random.uniform_candidate_sampler([[1], [2]], 1, 3, True, 9)
        >>> [t.shape.as_list() for t in drawn]
        [[3], [2, 1], [3]]
    """
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
    """Classes drawn as often as they were true in this session.

    Args:
        true_classes: an int64 tensor of shape [batch, num_true].
        num_true: how many true classes each row has.
        num_sampled: how many classes are drawn for the batch.
        unique: whether no class is drawn twice.
        range_max: how many classes there are.
        seed: the op's seed.
        name: the op's name.

    Returns:
        A list: the classes drawn, int64 of shape [num_sampled]; how often each true class was to
        be expected, float32 of the shape of `true_classes`; and each drawn one, of shape
        [num_sampled].

    Example:
        >>> import pyengine as tf
        >>> drawn = tf.random.learned_unigram_candidate_sampler([[1], [2]], 1, 3, True, 9)
        >>> [t.shape.as_list() for t in drawn]
        [[3], [2, 1], [3]]
    """
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
    """All classes, for tests.

    Args:
        true_classes: an int64 tensor of shape [batch, num_true].
        num_true: how many true classes each row has.
        num_sampled: how many classes there are.
        unique: accepted; each class comes once.
        seed: accepted; nothing is drawn.
        name: the op's name.

    Returns:
        A list: the classes, int64 of shape [num_sampled]; ones, float32 of the shape of
        `true_classes`; and ones of shape [num_sampled].

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.random.all_candidate_sampler([[1]], 1, 3, True)[0]).tolist()
        [0, 1, 2]
    """
    return _all(true_classes, name=name, **_common(num_true, num_sampled, unique, seed))


def _hits_kernel(xp: Any, true_classes: Any, sampled: Any, **_: Any) -> Any:
    # Of a class that was drawn more than once, TensorFlow finds the last place.
    last = {value: place for place, value in enumerate(sampled.tolist())}
    kept = np.zeros(len(sampled), bool)
    kept[list(last.values())] = True
    rows, _columns, ids = np.nonzero((true_classes[:, :, None] == sampled) & kept)
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
