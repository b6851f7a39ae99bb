"""`SequenceExample`s parsed: `parse_single_sequence_example`."""

from __future__ import annotations

import itertools
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
    values_of,
)
from pyengine.executor.texts import bytes_of, text_of
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop
from pyengine.ops.parsing import (
    STRINGS,
    defaults_of,
    sparse_outputs,
    sparse_shapes,
    sparse_tensors,
)
from pyengine.ops.parsing_features import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    Raw,
    VarLenFeature,
    raw_of,
)
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape

__all__ = ["parse_single_sequence_example"]


def _shape(op: Operation) -> list[TensorShape]:
    op.inputs[0].shape.with_rank(0)
    attrs = op.attrs
    steps = TensorShape([None])
    return [
        *sparse_shapes(attrs["Ncontext_sparse"], 1),
        *(TensorShape(s) for s in attrs["context_dense_shapes"]),
        *sparse_shapes(attrs["Nfeature_list_sparse"], 2),
        *(steps.concatenate(TensorShape(s)) for s in attrs["feature_list_dense_shapes"]),
    ]


def _kernel(xp: Any, serialized: Any, assumed_empty: Any, *rest: Any, **attrs: Any) -> Any:
    from pyengine.protos import SequenceExample

    counts = [
        attrs[n]
        for n in (
            "Ncontext_sparse", "Ncontext_dense", "Nfeature_list_sparse", "Nfeature_list_dense"
        )
    ]  # fmt: skip
    ends = np.cumsum([0, *counts]).tolist()
    keys = [[text_of(k) for k in rest[a:b]] for a, b in itertools.pairwise(ends)]
    defaults, name = rest[ends[-1] : -1], text_of(rest[-1])
    message = parsed(SequenceExample, bytes_of(serialized), "sequence example input")
    context = Examples([message.context.feature], [name] if name else [])
    sparse = []
    for key, dtype in zip(keys[0], attrs["context_sparse_types"]):
        indices, values, shape = context.sparse(key, dtype)
        sparse.append((indices[:, 1:], values, shape[1:]))
    dense = [
        context.dense(key, dtype, dims_of(shape), default)[0, ...]
        for key, dtype, shape, default in zip(
            keys[1], attrs["Tcontext_dense"], attrs["context_dense_shapes"], defaults
        )
    ]
    lists = message.feature_lists.feature_list
    sparse_lists = [
        _sparse_list(lists, key, dtype, name)
        for key, dtype in zip(keys[2], attrs["feature_list_sparse_types"])
    ]
    optional = {text_of(k) for k in np.asarray(assumed_empty, object).reshape(-1)}
    dense_lists = []
    for key, dtype, shape in zip(
        keys[3], attrs["feature_list_dense_types"], attrs["feature_list_dense_shapes"]
    ):
        if key not in lists and key not in optional:
            raise missing_list(key, name)
        features = lists[key].feature if key in lists else ()
        dense_lists.append(dense_list(features, key, dtype, dims_of(shape), name))
    found = [*sparse_outputs(sparse), *dense, *sparse_outputs(sparse_lists), *dense_lists]
    return tuple(found) if len(found) != 1 else found[0]


def _sparse_list(lists: Any, key: str, dtype: dtypes.DType, name: str) -> tuple[Any, Any, Any]:
    """Indices, values and shape of a feature list, a row a step."""
    features = lists[key].feature if key in lists else ()
    found = [
        array_of(values_of(f, dtype, f"Name: {name}, Feature list: {key}, Index: {i}") or (), dtype)
        for i, f in enumerate(features)
    ]
    indices = [(row, i) for row, values in enumerate(found) for i in range(len(values))]
    empty = np.empty(0, np.dtype(dtype.as_numpy_dtype))
    return (
        np.array(indices, np.int64).reshape(-1, 2),
        np.concatenate([empty, *found]),
        np.array([len(found), max(map(len, found), default=0)], np.int64),
    )


# What the op types of one sequence example and of many have in common.
COUNTS_TYPES_AND_SHAPES = {
    "Ncontext_sparse": 0,
    "Ncontext_dense": 0,
    "Nfeature_list_sparse": 0,
    "Nfeature_list_dense": 0,
    "context_sparse_types": (),
    "Tcontext_dense": (),
    "feature_list_dense_types": (),
    "context_dense_shapes": (),
    "feature_list_sparse_types": (),
    "feature_list_dense_shapes": (),
}


def counts_types_and_shapes(context: Raw, lists: Raw) -> dict[str, Any]:
    """The attributes of that name for what is wanted of the context and of the lists."""
    return {
        "Ncontext_sparse": len(context.sparse_keys),
        "Ncontext_dense": len(context.dense_keys),
        "Nfeature_list_sparse": len(lists.sparse_keys),
        "Nfeature_list_dense": len(lists.dense_keys),
        "context_sparse_types": context.sparse_types,
        "Tcontext_dense": context.dense_types,
        "feature_list_dense_types": lists.dense_types,
        "context_dense_shapes": context.dense_shapes,
        "feature_list_sparse_types": lists.sparse_types,
        "feature_list_dense_shapes": lists.dense_shapes,
    }


def named_features(outputs: Sequence[Tensor], raw: Raw) -> tuple[dict[str, Any], Sequence[Tensor]]:
    """The features that come first, by name, and the rest of the outputs."""
    sparse = sparse_tensors(outputs, len(raw.sparse_keys))
    rest = outputs[3 * len(sparse) :]
    named = {**dict(zip(raw.sparse_keys, sparse)), **dict(zip(raw.dense_keys, rest))}
    return named, rest[len(raw.dense_keys) :]


_parse = defop(
    "ParseSingleSequenceExample",
    "serialized: string, feature_list_dense_missing_assumed_empty: string, "
    "context_sparse_keys: string*, context_dense_keys: string*, "
    "feature_list_sparse_keys: string*, feature_list_dense_keys: string*, "
    "context_dense_defaults: any*, debug_name: string -> "
    "int64*Ncontext_sparse, @context_sparse_types*, int64*Ncontext_sparse, @Tcontext_dense*, "
    "int64*Nfeature_list_sparse, @feature_list_sparse_types*, int64*Nfeature_list_sparse, "
    "@feature_list_dense_types*",
    doc="The features and feature lists of a sequence example.",
    attrs=COUNTS_TYPES_AND_SHAPES,
    shape=_shape,
    kernel=_kernel,
    grad=STRINGS,
)


def parse_single_sequence_example(
    serialized: Any,
    context_features: Mapping[str, Any] | None = None,
    sequence_features: Mapping[str, Any] | None = None,
    example_name: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The features of one serialized `SequenceExample`, and its feature lists.

    Args:
        serialized: a string scalar.
        context_features: by their names, what is wanted of the context: a `FixedLenFeature` or
            `VarLenFeature` each.
        sequence_features: by their names, what is wanted of the feature lists: a
            `FixedLenSequenceFeature` or `VarLenFeature` each.
        example_name: a string scalar: what the example is called in errors.
        name: the name scope of the ops.

    Returns:
        Two dicts, for the context and for the lists. A list of fixed length gives a tensor of shape
        [steps, ...], one of any length a `SparseTensor` of rank 2.

    Raises:
        ValueError: when a feature is not described in full.
        tf.errors.InvalidArgumentError: (when run) if the example cannot be parsed, or does not have
            what is wanted.

    Example:
        >>> import pyengine as tf
        >>> def ints(*values):
        ...     return tf.train.Feature(int64_list=tf.train.Int64List(value=values))
        >>> steps = tf.train.FeatureList(feature=[ints(1, 2), ints(3, 4)])
        >>> lists = tf.train.FeatureLists(feature_list={"x": steps})
        >>> data = tf.train.SequenceExample(feature_lists=lists).SerializeToString()
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     wanted = {"x": tf.FixedLenSequenceFeature([2], tf.int64)}
        ...     _, found = tf.parse_single_sequence_example(data, sequence_features=wanted)
        ...     sess.run(found["x"]).tolist()
        [[1, 2], [3, 4]]
    """
    if not (context_features or sequence_features):
        raise ValueError("Missing features.")
    context = raw_of(context_features, (VarLenFeature, FixedLenFeature))
    lists = raw_of(sequence_features, (VarLenFeature, FixedLenSequenceFeature))
    for key, default in lists.dense_defaults.items():
        raise ValueError(
            f"Value feature_list_dense_defaults[{key}] must be None, but got: {default!r}"
        )
    assumed_empty = [k for k in lists.dense_keys if (sequence_features or {})[k].allow_missing]
    with name_scope(name, "ParseSingleSequenceExample"):
        outputs = _parse(
            serialized,
            convert_to_tensor(assumed_empty, dtypes.string),
            context.sparse_keys,
            context.dense_keys,
            lists.sparse_keys,
            lists.dense_keys,
            defaults_of(context),
            "" if example_name is None else example_name,
            **counts_types_and_shapes(context, lists),
            name="ParseSingleSequenceExample",
        )
    found, outputs = named_features(outputs, context)
    return found, named_features(outputs, lists)[0]
