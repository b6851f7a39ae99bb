"""Connectionist temporal classification: the loss, and decoders of its outputs.

The formulas are those of A. Graves and others, "Connectionist Temporal Classification", ICML 2006.
The last class is the blank.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import transpose
from pyengine.ops.custom_gradient import prevent_gradient
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.ops.math import multiply
from pyengine.shape import Dimension, TensorShape
from pyengine.sparse_tensor import SparseTensor, SparseTensorValue

__all__ = ["ctc_beam_search_decoder", "ctc_greedy_decoder", "ctc_loss"]


def _log_softmax(x: Any) -> Any:
    shifted = x - x.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _labels_of(indices: Any, values: Any, batch: int, collapse: bool, classes: int) -> list[Any]:
    """The labels of each example; a label of the blank's number or above ends them."""
    found = []
    for b in range(batch):
        labels = values[indices[:, 0] == b]
        if not len(labels):
            raise InvalidArgumentError(None, None, f"Labels length is zero in batch {b}")
        if (labels < 0).any():
            raise InvalidArgumentError(None, None, "All labels must be nonnegative integers")
        ends = np.flatnonzero(labels >= classes - 1)
        if len(ends):
            if (labels[ends[0] :] < classes - 1).any():
                raise InvalidArgumentError(
                    None, None, f"Saw a non-null label after the null label of batch {b}"
                )
            labels = labels[: ends[0]]
        if collapse and len(labels):
            labels = labels[np.append(True, labels[1:] != labels[:-1])]
        found.append(labels)
    return found


def _one_loss(log_y: Any, labels: Any, merge: bool) -> tuple[float, Any]:
    """The negative log-likelihood of labels, and its slope by the logits."""
    steps, classes = log_y.shape
    blank = classes - 1
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    seen = log_y[:, path]
    n = len(path)
    # From two places before: past a blank, between labels that do not merge.
    skips = np.zeros(n, bool)
    skips[2:] = (path[2:] != blank) & ~(merge & (path[2:] == path[:-2]))
    stays = merge | (path == blank)
    forward, backward = np.full((2, steps, n), -np.inf)
    forward[0, :2] = seen[0, :2]
    backward[-1, -2:] = 0
    with np.errstate(divide="ignore", invalid="ignore"):
        for t in range(1, steps):
            total = np.where(stays, forward[t - 1], -np.inf)
            total[1:] = np.logaddexp(total[1:], forward[t - 1, :-1])
            total[2:] = np.where(skips[2:], np.logaddexp(total[2:], forward[t - 1, :-2]), total[2:])
            forward[t] = total + seen[t]
        for t in range(steps - 2, -1, -1):
            after = backward[t + 1] + seen[t + 1]
            total = np.where(stays, after, -np.inf)
            total[:-1] = np.logaddexp(total[:-1], after[1:])
            total[:-2] = np.where(skips[2:], np.logaddexp(total[:-2], after[2:]), total[:-2])
            backward[t] = total
        likelihood = np.logaddexp.reduce(forward[-1, -2:]) if steps else -np.inf
        if likelihood == -np.inf:
            return np.inf, np.zeros_like(log_y)  # no path leads there
        shares = np.exp(forward + backward - likelihood)
    slope = np.exp(log_y)
    for u, label in enumerate(path):
        slope[:, label] -= shares[:, u]
    return -likelihood, slope


def _loss_kernel(
    xp: Any, inputs: Any, indices: Any, values: Any, lengths: Any, *,
    preprocess_collapse_repeated: bool, ctc_merge_repeated: bool,
    ignore_longer_outputs_than_inputs: bool,
) -> Any:  # fmt: skip
    steps, batch, classes = inputs.shape
    _check_lengths(lengths, steps, batch)
    losses, slopes = np.zeros(batch, inputs.dtype), np.zeros(inputs.shape, inputs.dtype)
    log_y = _log_softmax(inputs.astype(np.float64))
    labels = _labels_of(indices, values, batch, preprocess_collapse_repeated, classes)
    for b in range(batch):
        length, wanted = int(lengths[b]), labels[b]
        needed = len(wanted)
        if ctc_merge_repeated:  # a blank has to part equal neighbours
            needed += int((wanted[1:] == wanted[:-1]).sum())
        if length < needed:
            if ignore_longer_outputs_than_inputs:
                continue
            raise InvalidArgumentError(
                None, None, f"Not enough time for target transition sequence (required: {needed}, "
                f"available: {length}) {b} You can turn this error into a warning by using the "
                f"flag ignore_longer_outputs_than_inputs",
            )  # fmt: skip
        if length:
            losses[b], slopes[:length, b] = _one_loss(log_y[:length, b], wanted, ctc_merge_repeated)
    return losses, slopes


def _check_lengths(lengths: Any, steps: int, batch: int) -> None:
    if len(lengths) != batch:
        raise InvalidArgumentError(None, None, f"len(sequence_length) != batch_size ({batch})")
    if (lengths > steps).any() or (lengths < 0).any():
        raise InvalidArgumentError(None, None, f"sequence_length(b) <= {steps} is needed")


def _batch_of(op: Operation, lengths_at: int) -> Dimension:
    x = op.inputs[0].shape.with_rank(3)
    return x[1].merge_with(op.inputs[lengths_at].shape.with_rank(1)[0])


def _loss_shape(op: Operation) -> list[Any]:
    batch, x = _batch_of(op, 3), op.inputs[0].shape.with_rank(3)
    op.inputs[1].shape.with_rank(2)
    op.inputs[2].shape.with_rank(1)
    return [TensorShape([batch]), x]


def _loss_grad(op: Operation, dy: Tensor, _: Any) -> Any:
    from pyengine.ops.array import reshape

    slope = prevent_gradient(
        op.outputs[1],
        message="Currently there is no way to take the second derivative of ctc_loss due to the "
        "fused implementation's interaction with tf.gradients()",
    )
    return multiply(reshape(dy, [1, -1, 1]), slope), None, None, None


_ctc_loss = defop(
    "CTCLoss",
    "inputs: T, labels_indices: int64, labels_values: int32, sequence_length: int32 -> T, T",
    doc="The loss of connectionist temporal classification, and its slope by the logits.",
    types={"T": "float32|float64"},
    attrs={
        "preprocess_collapse_repeated": False, "ctc_merge_repeated": True,
        "ignore_longer_outputs_than_inputs": False,
    },
    shape=_loss_shape,
    kernel=_loss_kernel,
    grad=_loss_grad,
)  # fmt: skip


def ctc_loss(
    labels: Any,
    inputs: Any = None,
    sequence_length: Any = None,
    preprocess_collapse_repeated: bool = False,
    ctc_merge_repeated: bool = True,
    ignore_longer_outputs_than_inputs: bool = False,
    time_major: bool = True,
    logits: Any = None,
) -> Tensor:
    """The loss of connectionist temporal classification: -log p(labels | inputs).

    Args:
        labels: an int32 `SparseTensor` of shape [batch, longest], without the blank.
        inputs: logits of shape [time, batch, classes]; the last class is the blank.
        sequence_length: an int32 vector, the steps of each example.
        preprocess_collapse_repeated: whether to merge repeated labels beforehand.
        ctc_merge_repeated: whether repeated classes stand for one label.
        ignore_longer_outputs_than_inputs: whether labels that do not fit in the steps give a loss
            of 0 rather than an error.
        time_major: False for inputs of shape [batch, time, classes].
        logits: another name of `inputs`.

    Returns:
        A vector, the loss of each example.

    Raises:
        TypeError: when `labels` is no `SparseTensor`.
        tf.errors.InvalidArgumentError: at run time, for labels that do not fit.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     labels = tf.SparseTensor([[0, 0]], [0], [1, 1])
        ...     loss = tf.nn.ctc_loss(labels, tf.zeros([1, 1, 2]), [1])
        ...     print(f"{sess.run(loss)[0]:.4f}")
        0.6931
    """
    if not isinstance(labels, (SparseTensor, SparseTensorValue)):
        raise TypeError("Expected labels (first argument) to be a SparseTensor")
    if inputs is not None and logits is not None:
        raise ValueError("Cannot specify both 'inputs' and 'logits'")
    labels = SparseTensor.from_value(labels)
    x = logits if inputs is None else inputs
    if not time_major:
        x = transpose(x, [1, 0, 2])
    loss: Tensor = _ctc_loss(
        x, labels.indices, labels.values, sequence_length,
        preprocess_collapse_repeated=bool(preprocess_collapse_repeated),
        ctc_merge_repeated=bool(ctc_merge_repeated),
        ignore_longer_outputs_than_inputs=bool(ignore_longer_outputs_than_inputs),
    )[0]  # fmt: skip
    return loss


# ---------------------------------------------------------------- decoders


def _sparse_of(rows: list[Any]) -> tuple[Any, Any, Any]:
    """Sequences as the indices, values and shape of a sparse tensor."""
    indices = np.array([[b, i] for b, row in enumerate(rows) for i in range(len(row))], np.int64)
    values = np.array([v for row in rows for v in row], np.int64)
    return (
        indices.reshape(-1, 2), values,
        np.array([len(rows), max(map(len, rows), default=0)], np.int64),
    )  # fmt: skip


def _merged(path: Any) -> list[int]:
    return [int(v) for i, v in enumerate(path) if not i or v != path[i - 1]]


def _greedy_kernel(xp: Any, inputs: Any, lengths: Any, *, merge_repeated: bool) -> Any:
    steps, batch, classes = inputs.shape
    _check_lengths(lengths, steps, batch)
    best, largest = inputs.argmax(axis=2), inputs.max(axis=2, initial=-np.inf)
    scores = np.zeros((batch, 1), inputs.dtype)
    rows = []
    for b in range(batch):
        path = best[: lengths[b], b]
        scores[b, 0] = -largest[: lengths[b], b].sum()
        rows.append([v for v in (_merged(path) if merge_repeated else path) if v != classes - 1])
    return (*_sparse_of(rows), scores)


_greedy = defop(
    "CTCGreedyDecoder",
    "inputs: T, sequence_length: int32 -> int64, int64, int64, T",
    doc="The best class of each step, without blanks and repetitions.",
    types={"T": "float32|float64"},
    attrs={"merge_repeated": False},
    shape=lambda op: [[None, 2], [None], [2], TensorShape([_batch_of(op, 1), 1])],
    kernel=_greedy_kernel,
    grad=no_grad("a decoded sequence has no derivative"),
)


def ctc_greedy_decoder(
    inputs: Any, sequence_length: Any, merge_repeated: bool = True
) -> tuple[list[SparseTensor], Tensor]:
    """Decodes logits by the best class of each step.

    Args:
        inputs: logits of shape [time, batch, classes]; the last class is the blank.
        sequence_length: an int32 vector, the steps of each example.
        merge_repeated: whether repeated classes stand for one label.

    Returns:
        A list of one int64 `SparseTensor` [batch, longest], and a matrix [batch, 1]: the negative
        sums of the logits taken.
    """
    indices, values, sizes, scores = _greedy(
        inputs, sequence_length, merge_repeated=bool(merge_repeated)
    )
    return [SparseTensor(indices, values, sizes)], scores


def _either(a: float, b: float) -> float:
    """The logarithm of the sum of two probabilities given by theirs."""
    return float(np.logaddexp(a, b))


def _beams(log_y: Any, width: int) -> list[tuple[tuple[int, ...], float]]:
    """The likeliest label sequences, best first, each with its log-probability."""
    blank = log_y.shape[1] - 1
    # Of each prefix: the log-probabilities of ending in a blank and in its last label.
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, -np.inf)}
    for y in log_y:
        found: dict[tuple[int, ...], list[float]] = {}
        for prefix, (in_blank, in_label) in beams.items():
            total = _either(in_blank, in_label)
            entry = found.setdefault(prefix, [-np.inf, -np.inf])
            entry[0] = float(total + y[blank])
            if prefix:
                entry[1] = _either(entry[1], in_label + y[prefix[-1]])
            scores = total + y[:blank]
            if prefix:
                scores[prefix[-1]] = in_blank + y[prefix[-1]]
            for label in np.argsort(-scores, kind="stable")[:width].tolist():
                longer = found.setdefault((*prefix, label), [-np.inf, -np.inf])
                longer[1] = _either(longer[1], scores[label])
            # A prefix that is a beam already counts its shorter one in any case.
            for longer_prefix in beams:
                if longer_prefix[:-1] == prefix and longer_prefix and len(scores) > width:
                    label = longer_prefix[-1]
                    if label not in np.argsort(-scores, kind="stable")[:width]:
                        longer = found.setdefault(longer_prefix, [-np.inf, -np.inf])
                        longer[1] = _either(longer[1], scores[label])
        ranked = sorted(found, key=lambda p: -_either(*found[p]))[:width]
        beams = {p: (found[p][0], found[p][1]) for p in ranked if max(found[p]) > -np.inf}
    ranked = sorted(beams, key=lambda p: -_either(*beams[p]))
    return [(p, _either(*beams[p])) for p in ranked]


def _beam_kernel(
    xp: Any, inputs: Any, lengths: Any, *, beam_width: int, top_paths: int, merge_repeated: bool
) -> Any:
    steps, batch, _ = inputs.shape
    _check_lengths(lengths, steps, batch)
    log_y = _log_softmax(inputs.astype(np.float64))
    paths: list[list[Any]] = [[] for _ in range(top_paths)]
    scores = np.zeros((batch, top_paths), inputs.dtype)
    for b in range(batch):
        found = _beams(log_y[: lengths[b], b], beam_width)
        if len(found) < top_paths:
            raise InvalidArgumentError(
                None, None, f"Less leaves in the beam search than requested: {len(found)}"
            )
        for i, (path, score) in enumerate(found[:top_paths]):
            paths[i].append(_merged(path) if merge_repeated else path)
            scores[b, i] = score
    parts = [_sparse_of(rows) for rows in paths]
    return (*(p[0] for p in parts), *(p[1] for p in parts), *(p[2] for p in parts), scores)


def _beam_shape(op: Operation) -> list[Any]:
    top = op.attrs["top_paths"]
    if top > op.attrs["beam_width"]:
        raise ValueError(f"top_paths {top} must not be above beam_width {op.attrs['beam_width']}")
    return [
        *[[None, 2]] * top, *[[None]] * top, *[[2]] * top, TensorShape([_batch_of(op, 1), top]),
    ]  # fmt: skip


_beam_search = defop(
    "CTCBeamSearchDecoder",
    "inputs: T, sequence_length: int32 -> int64*top_paths, int64*top_paths, int64*top_paths, T",
    doc="The likeliest label sequences, by a beam search over their prefixes.",
    types={"T": "float32|float64"},
    attrs={"beam_width": REQUIRED, "top_paths": REQUIRED, "merge_repeated": True},
    shape=_beam_shape,
    kernel=_beam_kernel,
    grad=no_grad("a decoded sequence has no derivative"),
)


def ctc_beam_search_decoder(
    inputs: Any,
    sequence_length: Any,
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
) -> tuple[list[SparseTensor], Tensor]:
    """Decodes logits by a beam search over label sequences.

    Args:
        inputs: logits of shape [time, batch, classes]; the last class is the blank.
        sequence_length: an int32 vector, the steps of each example.
        beam_width: how many prefixes to keep at each step.
        top_paths: how many sequences to return.
        merge_repeated: whether to merge equal neighbours in what is returned.

    Returns:
        A list of `top_paths` int64 `SparseTensor`s [batch, longest], and their log-probabilities
        [batch, top_paths].
    """
    outputs = _beam_search(
        inputs, sequence_length, beam_width=int(beam_width), top_paths=int(top_paths),
        merge_repeated=bool(merge_repeated),
    )  # fmt: skip
    n = int(top_paths)
    found = [SparseTensor(*outputs[i : 3 * n : n]) for i in range(n)]
    return found, outputs[-1]
