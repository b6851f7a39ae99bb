"""`tf.strings.ngrams`: runs of neighbouring strings, joined."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import int64
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import reshape, shape
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.ops.filling import range as range_of
from pyengine.ops.joining import concat
from pyengine.ops.math import cast, maximum
from pyengine.ops.reduce import reduce_prod
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape

__all__ = ["ngrams"]


def _pads(width: int, pad_width: int) -> int:
    return width - 1 if pad_width < 0 else min(pad_width, width - 1)


def _row(row: list[bytes], width: int, pads: int, left: bytes, right: bytes) -> list[list[bytes]]:
    padded = [left] * pads + row + [right] * pads
    return [padded[i : i + width] for i in range(len(padded) - width + 1)]


def _kernel(
    xp: Any,
    data: Any,
    splits: Any,
    *,
    separator: str,
    ngram_widths: Any,
    left_pad: str,
    right_pad: str,
    pad_width: int,
    preserve_short_sequences: bool,
) -> Any:
    bounds = splits.tolist()
    if bounds and (bounds[0] != 0 or bounds[-1] != len(data) or (np.diff(splits) < 0).any()):
        raise ValueError(f"Invalid split values {bounds[:10]} for {len(data)} strings")
    pads = left_pad.encode(), right_pad.encode()
    between, ends = separator.encode(), [0]
    found: list[bytes] = []
    for start, end in itertools.pairwise(bounds):
        row = data[start:end].tolist()
        runs = [run for w in ngram_widths for run in _row(row, w, _pads(w, pad_width), *pads)]
        if not runs and row and preserve_short_sequences:
            extra = max(pad_width, 0)
            runs = [[pads[0]] * extra + row + [pads[1]] * extra]
        found.extend(between.join(run) for run in runs)
        ends.append(len(found))
    texts: Any = np.empty(len(found), object)
    texts[:] = found
    return texts, np.array(ends if bounds else [], splits.dtype)


def _shapes(op: Operation) -> list[TensorShape]:
    op.inputs[0].shape.with_rank(1)
    return [TensorShape([None]), op.inputs[1].shape.with_rank(1)]


string_ngrams = defop(
    "StringNGrams",
    "data: string, data_splits: S -> string, S",
    doc="Runs of neighbouring strings in each row, joined.",
    attrs={
        "separator": REQUIRED, "ngram_widths": REQUIRED, "left_pad": REQUIRED,
        "right_pad": REQUIRED, "pad_width": REQUIRED, "preserve_short_sequences": REQUIRED,
    },
    types={"S": "int32|int64"},
    shape=_shapes,
    kernel=_kernel,
    grad=no_grad("strings have no gradient"),
)  # fmt: skip


def _padding(pad_values: Any, padding_width: Any) -> tuple[str, str, int]:
    """The pads to the left and right, and how many: -1 for as many as make sense."""
    if pad_values is None:
        if padding_width is not None:
            raise ValueError("pad_values must be provided if padding_width is set.")
        return "", "", 0
    if isinstance(pad_values, (list, tuple)):
        left, right = pad_values
    else:
        left = right = pad_values
    if not isinstance(left, str) or not isinstance(right, str):
        raise TypeError("pad_values must be a string, tuple of strings, or None.")
    if padding_width is not None and padding_width < 1:
        raise ValueError("padding_width must be greater than 0.")
    return left, right, -1 if padding_width is None else padding_width


def ngrams(
    data: Any,
    ngram_width: Any,
    separator: str = " ",
    pad_values: Any = None,
    padding_width: int | None = None,
    preserve_short_sequences: bool = False,
    name: str | None = None,
) -> Any:
    """Runs of neighbouring strings along the last axis, joined.

    Args:
        data: a string tensor of rank 1 or more, or a ragged one.
        ngram_width: the length of a run, or a list of lengths.
        separator: what is between the strings of a run.
        pad_values: a string to put around each row, or a pair for its left and its right; None for
            no padding.
        padding_width: how many of them, at most one less than the length of a run; by default that.
        preserve_short_sequences: whether a row that is too short for a run is one by itself.
        name: a name for the ops' scope.

    Returns:
        A string tensor; a ragged one for a ragged one.

    Raises:
        ValueError: for a scalar, an unknown rank, a length below 1, or a padding width alone.
        TypeError: for lengths or pads of another type.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.strings.ngrams(["a", "b", "c"], 2)).tolist()
        [b'a b', b'b c']
    """
    widths = [ngram_width] if isinstance(ngram_width, int) else ngram_width
    if not isinstance(widths, (list, tuple)) or not all(isinstance(w, int) for w in widths):
        raise TypeError("ngram_width must be an integer or a list of integers.")
    if any(w < 1 for w in widths):
        raise ValueError("All ngram_widths must be greater than 0.")
    left, right, width = _padding(pad_values, padding_width)
    options = {
        "separator": separator, "ngram_widths": list(widths), "left_pad": left,
        "right_pad": right, "pad_width": width,
        "preserve_short_sequences": preserve_short_sequences,
    }  # fmt: skip
    with name_scope(name, "StringNGrams"):
        if hasattr(data, "with_flat_values"):  # a ragged tensor: its innermost rows
            return _of_ragged(data, options)
        return _of_dense(convert_to_tensor(data, dtypes.string, name="data"), options)


def _of_ragged(data: Any, options: dict[str, Any]) -> Any:
    if data.ragged_rank > 1:
        return data.with_values(_of_ragged(data.values, options))
    found, splits = string_ngrams(data.values, data.row_splits, **options)
    return type(data).from_row_splits(found, splits, validate=False)


def _of_dense(data: Tensor, options: dict[str, Any]) -> Tensor:
    rank = data.shape.ndims
    if rank is None:
        raise ValueError("Rank of data must be known.")
    if rank == 0:
        raise ValueError("Data must have rank>0")
    # Rows of one length have as many runs each, so that what comes is dense too.
    sizes = cast(shape(data), int64)
    rows = reduce_prod(sizes[:-1])
    splits = range_of(rows + 1) * sizes[-1]
    found, _ = string_ngrams(reshape(data, [-1]), splits, **options)
    count = cast(shape(found)[0], int64) // maximum(rows, 1)
    result = reshape(found, concat([sizes[:-1], [count]], 0))
    result.set_shape(data.shape[:-1].concatenate(TensorShape([None])))
    return result
