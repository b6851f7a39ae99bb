"""Linear-chain conditional random fields: the `tf.contrib.crf` namespace.

A sequence of tags y has the score `sum_t inputs[t, y_t] + sum_t transitions[y_{t-1}, y_t]`; its
likelihood is the softmax of that over all sequences of tags. Source: Lafferty, McCallum and
Pereira, "Conditional Random Fields" (2001); tensorflow/contrib/crf/python/ops/crf.py of TensorFlow
1.15 for what is beyond the end of a sequence.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import int32
from pyengine.graph import Tensor
from pyengine.ops.array import expand_dims, shape, transpose
from pyengine.ops.compare import less, less_equal
from pyengine.ops.filling import one_hot, zeros_like
from pyengine.ops.filling import range as range_of
from pyengine.ops.functional import scan
from pyengine.ops.gathering import gather_nd
from pyengine.ops.joining import concat, stack
from pyengine.ops.math import cast, maximum
from pyengine.ops.reduce import argmax, reduce_logsumexp, reduce_max, reduce_sum
from pyengine.ops.repetition import where
from pyengine.ops.reversing import reverse
from pyengine.ops.sequences import sequence_mask

__all__ = [
    "crf_binary_score", "crf_decode", "crf_forward", "crf_log_likelihood", "crf_log_norm",
    "crf_multitag_sequence_score", "crf_sequence_score", "crf_unary_score", "viterbi_decode",
]  # fmt: skip


def _lengths(sequence_lengths: Any) -> Tensor:
    return cast(convert_to_tensor(sequence_lengths), int32)


def _mask(sequence_lengths: Tensor, steps: Any, dtype: Any) -> Tensor:
    return sequence_mask(sequence_lengths, maxlen=steps, dtype=dtype)


def crf_unary_score(tag_indices: Any, sequence_lengths: Any, inputs: Any) -> Tensor:
    """The sums of the scores of the tags themselves, without those of the transitions.

    Args:
        tag_indices: the tags, integers of shape [batch, time].
        sequence_lengths: how many of each count, integers of shape [batch].
        inputs: the scores of each tag at each step, of shape [batch, time, tags].

    Returns:
        A tensor of shape [batch].
    """
    x, tags = convert_to_tensor(inputs), convert_to_tensor(tag_indices)
    mask = _mask(_lengths(sequence_lengths), shape(tags)[1], x.dtype.base_dtype)
    chosen = reduce_sum(x * one_hot(tags, shape(x)[2], dtype=x.dtype.base_dtype), -1)
    return reduce_sum(chosen * mask, 1)


def crf_binary_score(tag_indices: Any, sequence_lengths: Any, transition_params: Any) -> Tensor:
    """The sums of the scores of the transitions between the tags.

    Args:
        tag_indices, sequence_lengths: as for `crf_unary_score`.
        transition_params: the score of each tag (rows) before each other (columns), of shape
            [tags, tags].

    Returns:
        A tensor of shape [batch].
    """
    tags, moves = convert_to_tensor(tag_indices), convert_to_tensor(transition_params)
    pairs = stack([tags[:, :-1], tags[:, 1:]], -1)
    mask = _mask(_lengths(sequence_lengths), shape(tags)[1], moves.dtype.base_dtype)
    return reduce_sum(gather_nd(moves, pairs) * mask[:, 1:], 1)


def crf_sequence_score(
    inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any
) -> Tensor:
    """The scores of sequences of tags; 0 for a sequence without steps.

    Args:
        inputs, tag_indices, sequence_lengths, transition_params: as for `crf_unary_score` and
            `crf_binary_score`.

    Returns:
        A tensor of shape [batch].
    """
    unary = crf_unary_score(tag_indices, sequence_lengths, inputs)
    return unary + crf_binary_score(tag_indices, sequence_lengths, transition_params)


def crf_multitag_sequence_score(
    inputs: Any, tag_bitmap: Any, sequence_lengths: Any, transition_params: Any
) -> Tensor:
    """The log of the sum of exp of the scores of all sequences of tags that are allowed.

    Args:
        inputs, sequence_lengths, transition_params: as for `crf_log_norm`.
        tag_bitmap: whether a tag is allowed at a step, bool of shape [batch, time, tags].
    """
    x = convert_to_tensor(inputs)
    never = zeros_like(x) - float("inf")
    return crf_log_norm(where(tag_bitmap, x, never), sequence_lengths, transition_params)


def crf_forward(inputs: Any, state: Any, transition_params: Any, sequence_lengths: Any) -> Tensor:
    """The last forward variables of sequences: logs of sums over all ways to each tag.

    Args:
        inputs: the scores of each tag from the second step on, [batch, time - 1, tags].
        state: those of the first step, [batch, tags].
        transition_params: as for `crf_binary_score`.
        sequence_lengths: integers of shape [batch], of the whole sequences.

    Returns:
        A tensor of shape [batch, tags].
    """
    x, first = convert_to_tensor(inputs), convert_to_tensor(state)
    moves = expand_dims(convert_to_tensor(transition_params), 0)
    last = maximum(_lengths(sequence_lengths) - 1, 0)

    def step(alphas: Tensor, now: Any) -> Tensor:
        scores, t = now
        ways = expand_dims(alphas, 2) + moves
        new: Tensor = scores + reduce_logsumexp(ways, [1])
        return where(less(t, last), new, alphas)

    steps = shape(x)[1]
    alphas = scan(step, (transpose(x, [1, 0, 2]), range_of(steps)), initializer=first)
    every = concat([expand_dims(first, 0), alphas], 0)
    return every[-1]


def crf_log_norm(inputs: Any, sequence_lengths: Any, transition_params: Any) -> Tensor:
    """The log of the sum of exp of the scores of all sequences of tags.

    Args:
        inputs: the scores of each tag at each step, of shape [batch, time, tags].
        sequence_lengths: how many steps of each count, integers of shape [batch].
        transition_params: the score of each tag before each other, of shape [tags, tags].

    Returns:
        A tensor of shape [batch]; 0 for a sequence without steps.
    """
    x, lengths = convert_to_tensor(inputs), _lengths(sequence_lengths)
    alphas = crf_forward(x[:, 1:], x[:, 0], transition_params, lengths)
    norm = reduce_logsumexp(alphas, [1])
    return where(less_equal(lengths, 0), zeros_like(norm), norm)


def crf_log_likelihood(
    inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any = None
) -> tuple[Tensor, Any]:
    """The log-likelihoods of sequences of tags.

    Args:
        inputs: the scores of each tag at each step, of shape [batch, time, tags].
        tag_indices: the tags, integers of shape [batch, time].
        sequence_lengths: how many steps of each count, integers of shape [batch].
        transition_params: the score of each tag before each other, of shape [tags, tags]; a new
            variable "transitions" by default.

    Returns:
        The log-likelihoods, of shape [batch], to be made large; and the transitions.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     likelihood, _ = tf.contrib.crf.crf_log_likelihood(
        ...         tf.zeros([1, 3, 2]), [[0, 1, 1]], [3], tf.zeros([2, 2]))
        ...     round(float(sess.run(tf.exp(likelihood))[0]), 6)  # one of eight
        0.125
    """
    x = convert_to_tensor(inputs)
    if transition_params is None:
        from pyengine.variable_scope import get_variable

        tags = x.shape[2].value
        transition_params = get_variable("transitions", [tags, tags])
    score = crf_sequence_score(x, tag_indices, sequence_lengths, transition_params)
    return score - crf_log_norm(x, sequence_lengths, transition_params), transition_params


def crf_decode(
    potentials: Any, transition_params: Any, sequence_length: Any
) -> tuple[Tensor, Tensor]:
    """The sequences of tags with the highest scores, by the algorithm of Viterbi.

    Args:
        potentials: the scores of each tag at each step, of shape [batch, time, tags].
        transition_params: the score of each tag before each other, of shape [tags, tags].
        sequence_length: how many steps of each count, integers of shape [batch].

    Returns:
        The tags, int32 of shape [batch, time], 0 beyond the end; and their scores, of shape
        [batch].

    Example:
        >>> import pyengine as tf
        >>> scores = [[[1.0, 0.0], [0.0, 0.5], [1.0, 0.0]]]
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     tags, best = tf.contrib.crf.crf_decode(scores, [[0.0, -1.0], [-1.0, 0.0]], [3])
        ...     [found.tolist() for found in sess.run([tags, best])]
        [[[0, 0, 0]], [2.0]]
    """
    x = convert_to_tensor(potentials)
    moves = expand_dims(convert_to_tensor(transition_params), 0)
    last = maximum(_lengths(sequence_length) - 1, 0)

    def forward(before: Any, now: Any) -> Any:
        scores, t = now
        ways = expand_dims(before[0], 2) + moves
        is_on = less(t, last)
        new = where(is_on, scores + reduce_max(ways, [1]), before[0])
        came = cast(argmax(ways, 1), int32)
        return new, where(is_on, came, zeros_like(came))

    times, first = range_of(shape(x)[1] - 1), x[:, 0]
    rest = transpose(x[:, 1:], [1, 0, 2])
    start = (first, zeros_like(cast(first, int32)))
    states, came = scan(forward, (rest, times), initializer=start)
    final = concat([expand_dims(first, 0), states], 0)[-1]

    def backward(tag: Tensor, now: Any) -> Tensor:
        pointers, t = now
        rows = stack([range_of(shape(tag)[0]), tag], 1)
        return where(less(t, last), gather_nd(pointers, rows), tag)

    at_end = cast(argmax(final, 1), int32)
    backwards = scan(backward, (reverse(came, [0]), reverse(times, [0])), initializer=at_end)
    tags = concat([reverse(backwards, [0]), expand_dims(at_end, 0)], 0)  # by time
    tags = transpose(tags, [1, 0])
    kept = less_equal(expand_dims(range_of(shape(x)[1]), 0), expand_dims(last, 1))
    return where(kept, tags, zeros_like(tags)), reduce_max(final, [1])


def viterbi_decode(score: Any, transition_params: Any) -> tuple[list[int], Any]:
    """The sequence of tags with the highest score, of arrays and without a session.

    Args:
        score: the scores of each tag at each step, an array of shape [time, tags].
        transition_params: the score of each tag before each other, an array of [tags, tags].

    Returns:
        The tags, a list of integers; and their score.

    Example:
        >>> viterbi_decode(np.array([[1.0, 0.0], [0.0, 3.0]]), np.zeros((2, 2)))
        ([0, 1], 4.0)
    """
    score = np.asarray(score)
    best, came = score[0], []
    for scores in score[1:]:
        ways = best[:, None] + np.asarray(transition_params)
        came.append(ways.argmax(0))
        best = scores + ways.max(0)
    tags = [int(best.argmax())]
    for pointers in reversed(came):
        tags.append(int(pointers[tags[-1]]))
    return tags[::-1], float(best.max())
