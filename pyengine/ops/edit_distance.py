"""The Levenshtein distance between sequences in sparse tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import static
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, no_grad
from pyengine.shape import UNKNOWN, TensorShape
from pyengine.sparse_tensor import SparseTensor, SparseTensorValue

__all__ = ["edit_distance"]


def _distance(a: Any, b: Any) -> int:
    """How many insertions, deletions and replacements turn one sequence into another."""
    row = np.arange(len(b) + 1)
    places = np.arange(len(b) + 1)
    for i, item in enumerate(a):
        best = np.minimum(row[1:] + 1, row[:-1] + (b != item))
        # An insertion costs one for each place: the running minimum of what is left without.
        full = np.concatenate([[i + 1], best]) - places
        row = np.minimum.accumulate(full) + places
    return int(row[-1])


def _groups(indices: Any, values: Any) -> dict[tuple[int, ...], Any]:
    """The sequence of each group: the values whose indices agree but for the last."""
    found: dict[tuple[int, ...], list[int]] = {}
    for i, at in enumerate(indices[:, :-1].tolist()):
        found.setdefault(tuple(at), []).append(i)
    return {at: values[places] for at, places in found.items()}


def _kernel(
    xp: Any, h_at: Any, h: Any, h_sizes: Any, t_at: Any, t: Any, t_sizes: Any, *, normalize: bool
) -> Any:
    if len(h_sizes) != len(t_sizes):
        raise InvalidArgumentError(
            None, None, f"truth has rank {len(t_sizes)}, hypothesis has rank {len(h_sizes)}"
        )
    result = np.zeros(tuple(max(a, b) for a, b in zip(h_sizes[:-1], t_sizes[:-1])), np.float32)
    guesses, truths = _groups(h_at, h), _groups(t_at, t)
    for at in {**guesses, **truths}:
        guess, truth = guesses.get(at, h[:0]), truths.get(at, t[:0])
        if any(i >= n for i, n in zip(at, result.shape)):
            raise InvalidArgumentError(None, None, f"index {list(at)} is outside {result.shape}")
        count = float(_distance(guess, truth))
        result[at] = count if not normalize else count / len(truth) if len(truth) else np.inf
    return result


def _shape(op: Operation) -> TensorShape:
    first, second = (static.constant_value(op.inputs[i]) for i in (2, 5))
    if first is None or second is None:
        return UNKNOWN
    return TensorShape.of(tuple(max(int(a), int(b)) for a, b in zip(first[:-1], second[:-1])))


_edit_distance = defop(
    "EditDistance",
    "hypothesis_indices: int64, hypothesis_values: T, hypothesis_shape: host int64, "
    "truth_indices: int64, truth_values: T, truth_shape: host int64 -> float32",
    doc="The Levenshtein distances between sequences.",
    attrs={"normalize": True},
    shape=_shape,
    kernel=_kernel,
    grad=no_grad("it is flat"),
)


def edit_distance(
    hypothesis: Any, truth: Any, normalize: bool = True, name: str = "edit_distance"
) -> Tensor:
    """The Levenshtein distances between the sequences of two sparse tensors.

    Args:
        hypothesis: a `SparseTensor` with sequences along its last dimension.
        truth: a `SparseTensor` of the same dtype and rank.
        normalize: whether to divide by the length of the true sequence; a guess for an empty
            one is then infinitely far away.
        name: the op's name.

    Returns:
        A float32 tensor of the rank of `hypothesis` less one.

    Raises:
        TypeError: for what is no `SparseTensor`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     guess = tf.SparseTensor([[0, 0]], ["a"], [1, 1])
        ...     truth = tf.SparseTensor([[0, 0], [0, 1]], ["a", "b"], [1, 2])
        ...     sess.run(tf.edit_distance(guess, truth)).tolist()
        [0.5]
    """
    for what, value in (("Hypothesis", hypothesis), ("Truth", truth)):
        if not isinstance(value, (SparseTensor, SparseTensorValue)):
            raise TypeError(f"{what} must be a SparseTensor.")
    parts = []
    for sparse in (hypothesis, truth):
        sparse = SparseTensor.from_value(sparse)
        parts += [sparse.indices, sparse.values, sparse.dense_shape]
    return _edit_distance(*parts, normalize=bool(normalize), name=name)
