"""Batches of `SequenceExample`s parsed: `parse_sequence_example`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.executor.examples import (
    Examples,
    array_of,
    dense_list,
    dims_of,
    missing_list,
    parsed,
    refuse,
    values_of,
)
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import expand_dims, squeeze
from pyengine.ops.declare import REQUIRED, defop
from pyengine.ops.parsing import (
    STRINGS,
    defaults_of,
    sparse_outputs,
    sparse_shapes,
)
from pyengine.ops.parsing_features import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    Raw,
    VarLenFeature,
    raw_of,
)
from pyengine.ops.parsing_sequences import (
    COUNTS_TYPES_AND_SHAPES,
    counts_types_and_shapes,
    named_features,
)
from pyengine.ops.sparse import sparse_reshape
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape

__all__ = ["parse_sequence_example"]


def _shape(op: Operation) -> list[TensorShape]:
    batch = op.inputs[0].shape.with_rank(1)
    op.inputs[1].shape.with_rank(1)
    attrs = op.attrs
    steps = batch.concatenate([None])
    return [
        *sparse_shapes(attrs["Ncontext_sparse"], 2),
        *(batch.concatenate(TensorShape(s)) for s in attrs["context_dense_shapes"]),
        *sparse_shapes(attrs["Nfeature_list_sparse"], 3),
        *(steps.concatenate(TensorShape(s)) for s in attrs["feature_list_dense_shapes"]),
        *[batch] * attrs["Nfeature_list_dense"],
    ]


def _kernel(xp: Any, serialized: Any, debug_name: Any, *defaults: Any, **attrs: Any) -> Any:
    from pyengine.protos import SequenceExample

    names = [n.decode("utf-8", "surrogateescape") for n in debug_name.tolist()]
    if names and len(names) != len(serialized):
        raise refuse(
            f"example_names must be empty or have the correct number of elements: there are "
            f"{len(names)} names for {len(serialized)} examples"
        )
    messages = [parsed(SequenceExample, d, "sequence example input") for d in serialized.tolist()]
    context = Examples([m.context.feature for m in messages], names)
    sparse = [
        context.sparse(key, dtype)
        for key, dtype in zip(attrs["context_sparse_keys"], attrs["context_sparse_types"])
    ]
    dense = [
        context.dense(key, dtype, dims_of(shape), default)
        for key, dtype, shape, default in zip(
            attrs["context_dense_keys"],
            attrs["Tcontext_dense"],
            attrs["context_dense_shapes"],
            defaults,
        )
    ]
    lists = _Lists([m.feature_lists.feature_list for m in messages], names)
    sparse_lists = [
        lists.sparse(key, dtype)
        for key, dtype in zip(attrs["feature_list_sparse_keys"], attrs["feature_list_sparse_types"])
    ]
    optional = set(attrs["feature_list_dense_missing_assumed_empty"])
    dense_lists = [
        lists.dense(key, dtype, shape, key in optional)
        for key, dtype, shape in zip(
            attrs["feature_list_dense_keys"],
            attrs["feature_list_dense_types"],
            attrs["feature_list_dense_shapes"],
        )
    ]
    found = [*sparse_outputs(sparse), *dense, *sparse_outputs(sparse_lists)]
    found += [values for values, _ in dense_lists] + [lengths for _, lengths in dense_lists]
    return tuple(found) if len(found) != 1 else found[0]


class _Lists:
    """The feature lists of a batch of sequence examples.

    Args:
        lists: for each example its feature lists by name.
        names: what the examples are called in errors; as many, or none.
    """

    def __init__(self, lists: Sequence[Mapping[str, Any]], names: Sequence[str]) -> None:
        self._lists = lists
        self._names = names or ["<unknown>"] * len(lists)

    def sparse(self, key: str, dtype: dtypes.DType) -> tuple[Any, Any, Any]:
        """Indices (example, step, value), values and shape of a list of any lengths."""
        steps = [
            (row, step, array_of(values_of(feature, dtype, self._who(row, key, step)) or (), dtype))
            for row, lists in enumerate(self._lists)
            for step, feature in enumerate(lists[key].feature if key in lists else ())
        ]
        counts = np.array([len(values) for _, _, values in steps], np.int64)
        indices = np.empty((int(counts.sum()), 3), np.int64)
        for column in range(2):
            indices[:, column] = np.repeat(np.array([s[column] for s in steps], np.int64), counts)
        indices[:, 2] = np.concatenate([np.arange(n) for n in counts] or [counts])
        empty = np.empty(0, np.dtype(dtype.as_numpy_dtype))
        longest = max((step + 1 for _, step, _ in steps), default=0)
        shape = np.array([len(self._lists), longest, counts.max(initial=0)], np.int64)
        return indices, np.concatenate([empty, *(values for _, _, values in steps)]), shape

    def dense(
        self, key: str, dtype: dtypes.DType, shape: Any, is_optional: bool
    ) -> tuple[Any, Any]:
        """The steps of a list, padded to the longest of the batch, and how many there are."""
        sizes, rows = dims_of(shape), []
        for lists, name in zip(self._lists, self._names):
            if key not in lists and not is_optional:
                raise missing_list(key, name)
            features = lists[key].feature if key in lists else ()
            rows.append(dense_list(features, key, dtype, sizes, name))
        lengths = np.array([len(row) for row in rows], np.int64)
        fill: Any = b"" if dtype is dtypes.string else 0
        whole = (len(rows), int(lengths.max(initial=0)), *(s or 0 for s in sizes))
        result = np.full(whole, fill, np.dtype(dtype.as_numpy_dtype))
        for padded, row in zip(result, rows):
            padded[: len(row)] = row
        return result, lengths

    def _who(self, row: int, key: str, step: int) -> str:
        return f"Name: {self._names[row]}, Feature list: {key}, Index: {step}"


_parse = defop(
    "ParseSequenceExample",
    "serialized: string, debug_name: string, context_dense_defaults: any* -> "
    "int64*Ncontext_sparse, @context_sparse_types*, int64*Ncontext_sparse, @Tcontext_dense*, "
    "int64*Nfeature_list_sparse, @feature_list_sparse_types*, int64*Nfeature_list_sparse, "
    "@feature_list_dense_types*, int64*Nfeature_list_dense",
    doc="The features and feature lists of a batch of sequence examples.",
    attrs={
        "feature_list_dense_missing_assumed_empty": REQUIRED,
        "context_sparse_keys": REQUIRED,
        "context_dense_keys": REQUIRED,
        "feature_list_sparse_keys": REQUIRED,
        "feature_list_dense_keys": REQUIRED,
        **COUNTS_TYPES_AND_SHAPES,
    },
    shape=_shape,
    kernel=_kernel,
    grad=STRINGS,
)


def parse_sequence_example(
    serialized: Any,
    context_features: Mapping[str, Any] | None = None,
    sequence_features: Mapping[str, Any] | None = None,
    example_names: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Tensor]]:
    """The features of a batch of serialized `SequenceExample`s, and their feature lists.

    Args:
        serialized: a string vector; of one example, a string scalar.
        context_features: by their names, what is wanted of the context: a `FixedLenFeature` or
            `VarLenFeature` each.
        sequence_features: by their names, what is wanted of the feature lists: a
            `FixedLenSequenceFeature` or `VarLenFeature` each.
        example_names: a string vector: what the examples are called in errors.
        name: the name scope of the ops.

    Returns:
        Three dicts: of the context, tensors of shape [batch, ...] and `SparseTensor`s of rank 2;
        of the lists, tensors of shape [batch, steps, ...], padded with zeros to the most steps
        that an example has, and `SparseTensor`s of rank 3; and for each list of the former kind
        the steps of each example. For a scalar there is no batch dimension.

    Raises:
        ValueError: when a feature is not described in full, or none is.
        tf.errors.InvalidArgumentError: (when run) if an example cannot be parsed, or does not have
            what is wanted.

    Example:
        >>> import pyengine as tf
        >>> def example(*values):
        ...     steps = [tf.train.Feature(int64_list=tf.train.Int64List(value=[v])) for v in values]
        ...     lists = {"x": tf.train.FeatureList(feature=steps)}
        ...     lists = tf.train.FeatureLists(feature_list=lists)
        ...     return tf.train.SequenceExample(feature_lists=lists).SerializeToString()
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     wanted = {"x": tf.FixedLenSequenceFeature([], tf.int64)}
        ...     batch = [example(1, 2, 3), example(4)]
        ...     _, lists, lengths = tf.io.parse_sequence_example(batch, sequence_features=wanted)
        ...     [v.tolist() for v in sess.run([lists["x"], lengths["x"]])]
        [[[1, 2, 3], [4, 0, 0]], [3, 1]]
    """
    if not (context_features or sequence_features):
        raise ValueError(
            "Both `context_features` and `sequence_features` argument are None, but at least one "
            "should have values."
        )
    context = raw_of(context_features, (VarLenFeature, FixedLenFeature))
    lists = raw_of(sequence_features, (VarLenFeature, FixedLenSequenceFeature))
    for key in lists.dense_defaults:
        raise ValueError(f"Value feature_list.dense_defaults[{key}] must be None")
    optional = [k for k in lists.dense_keys if (sequence_features or {})[k].allow_missing]
    with name_scope(name, "ParseSequenceExample"):
        data = convert_to_tensor(serialized, dtypes.string, name="serialized")
        given = [] if example_names is None else example_names
        names = convert_to_tensor(given, dtypes.string, name="names")
        if data.shape.ndims == 0:
            names = names if example_names is None else expand_dims(names, 0)
            found = _parsed(expand_dims(data, 0), names, context, lists, optional)
            return _without_batch(found[0]), _without_batch(found[1]), _without_batch(found[2])
        return _parsed(data, names, context, lists, optional)


def _parsed(
    data: Tensor, names: Tensor, context: Raw, lists: Raw, optional: list[str]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Tensor]]:
    outputs = _parse(
        data,
        names,
        defaults_of(context),
        feature_list_dense_missing_assumed_empty=optional,
        context_sparse_keys=context.sparse_keys,
        context_dense_keys=context.dense_keys,
        feature_list_sparse_keys=lists.sparse_keys,
        feature_list_dense_keys=lists.dense_keys,
        **counts_types_and_shapes(context, lists),
        name="ParseSequenceExample",
    )
    first, outputs = named_features(outputs, context)
    second, outputs = named_features(outputs, lists)
    return first, second, dict(zip(lists.dense_keys, outputs))


def _without_batch(features: dict[str, Any]) -> dict[str, Any]:
    return {
        key: squeeze(value, [0])
        if isinstance(value, Tensor)
        else sparse_reshape(value, value.dense_shape[1:])
        for key, value in features.items()
    }
