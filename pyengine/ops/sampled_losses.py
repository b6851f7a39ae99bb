"""Losses from a sample of the classes: noise-contrastive estimation and sampled softmax."""

from __future__ import annotations

from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import int64
from pyengine.graph import Tensor
from pyengine.ops.array import expand_dims, reshape, shape, stop_gradient
from pyengine.ops.candidate_sampling import log_uniform_candidate_sampler
from pyengine.ops.compare import equal
from pyengine.ops.declare import whole
from pyengine.ops.elementwise import log
from pyengine.ops.embedding import embedding_lookup
from pyengine.ops.filling import ones_like, zeros_like
from pyengine.ops.joining import concat
from pyengine.ops.math import cast, multiply
from pyengine.ops.matmul import matmul
from pyengine.ops.reduce import reduce_any, reduce_sum
from pyengine.ops.softmax import (
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits_v2,
)
from pyengine.scopes import name_scope

__all__ = ["nce_loss", "sampled_softmax_loss"]

_LOWEST = -3.4028234663852886e38


def _sampled_logits(
    weights: Any, biases: Any, labels: Any, inputs: Any, num_sampled: Any, num_classes: Any,
    num_true: int, sampled_values: Any, remove_accidental_hits: bool, partition_strategy: str,
    name: str | None, seed: int | None = None,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """The logits and labels of the true classes, and then of those drawn."""
    tables = list(weights) if isinstance(weights, (list, tuple)) else [weights]
    num_true = int(whole(num_true))
    with name_scope(name, "compute_sampled_logits", [*tables, biases, inputs, labels]):
        y = cast(labels, int64)
        x = convert_to_tensor(inputs)
        if sampled_values is None:
            sampled_values = log_uniform_candidate_sampler(
                y, num_true, num_sampled, True, num_classes, seed
            )
        drawn, true_count, drawn_count = (stop_gradient(v) for v in sampled_values)
        drawn = cast(drawn, int64)
        flat = reshape(y, [-1])
        ids, many = concat([flat, drawn], 0), shape(flat)[0]
        rows = cast(embedding_lookup(tables, ids, partition_strategy), x.dtype.base_dtype)
        starts = cast(embedding_lookup(biases, ids, partition_strategy), x.dtype.base_dtype)
        sampled = matmul(x, rows[many:], transpose_b=True) + starts[many:]
        size = shape(rows)[1]
        true_rows = reshape(rows[:many], [-1, num_true, size])
        true = reduce_sum(multiply(expand_dims(x, 1), true_rows), -1)
        true = true + reshape(starts[:many], [-1, num_true])
        if remove_accidental_hits:
            hit = reduce_any(equal(expand_dims(y, -1), drawn), 1)
            sampled = sampled + multiply(cast(hit, sampled.dtype.base_dtype), _LOWEST)
        true = true - log(cast(true_count, true.dtype.base_dtype))
        sampled = sampled - log(cast(drawn_count, sampled.dtype.base_dtype))
        logits = concat([true, sampled], 1)
        share = ones_like(true) / convert_to_tensor(float(num_true), true.dtype.base_dtype)
        return logits, concat([share, zeros_like(sampled)], 1)


def nce_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: Any,
    num_classes: Any,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = False,
    partition_strategy: str = "mod",
    name: str = "nce_loss",
) -> Tensor:
    """The loss of noise-contrastive estimation: telling true classes from some drawn at random.

    See Gutmann and Hyvarinen, https://proceedings.mlr.press/v9/gutmann10a.html

    Args:
        weights: a tensor [classes, size], or a list of its parts.
        biases: a vector [classes].
        labels: the true classes, int64 [batch, num_true].
        inputs: a tensor [batch, size].
        num_sampled: how many classes to draw.
        num_classes: how many there are.
        num_true: how many true classes an example has.
        sampled_values: what a sampler has returned; by default of
            `log_uniform_candidate_sampler`.
        remove_accidental_hits: whether classes drawn that are true ones are left out.
        partition_strategy: as for `embedding_lookup`.
        name: the name scope.

    Returns:
        A loss for each example.
    """
    logits, targets = _sampled_logits(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values,
        remove_accidental_hits, partition_strategy, name,
    )  # fmt: skip
    losses = sigmoid_cross_entropy_with_logits(labels=targets, logits=logits, name="sampled_losses")
    return reduce_sum(losses, 1)


def sampled_softmax_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: Any,
    num_classes: Any,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = True,
    partition_strategy: str = "mod",
    name: str = "sampled_softmax_loss",
    seed: int | None = None,
) -> Tensor:
    """The cross-entropy of a softmax over the true classes and some drawn at random.

    See Jean et al., https://arxiv.org/abs/1412.2007

    Args:
        seed: the seed of the sampler.
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values,
            remove_accidental_hits, partition_strategy, name: as for `nce_loss`.

    Returns:
        A loss for each example.
    """
    logits, targets = _sampled_logits(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values,
        remove_accidental_hits, partition_strategy, name, seed,
    )  # fmt: skip
    targets = stop_gradient(targets, name="labels_stop_gradient")
    return softmax_cross_entropy_with_logits_v2(labels=targets, logits=logits)
