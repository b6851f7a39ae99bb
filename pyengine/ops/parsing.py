"""`Example`s parsed: `parse_example` for a batch of them, `parse_single_example` for one.

What is wanted of the features is told by the classes of `ops.parsing_features`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pyengine import dtypes
from pyengine.convert import constant, convert_to_tensor
from pyengine.executor.examples import Examples, dims_of, is_variable, parsed
from pyengine.executor.texts import bytes_of, text_of
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import expand_dims, reshape, squeeze
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.ops.parsing_features import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    Raw,
    SparseFeature,
    VarLenFeature,
    raw_of,
    with_sparse_features,
)
from pyengine.ops.sparse import sparse_reshape
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape
from pyengine.sparse_tensor import SparseTensor

__all__ = ["parse_example", "parse_single_example"]

STRINGS = no_grad("strings have no gradient")


def sparse_shapes(count: int, rank: int) -> list[TensorShape]:
    """The shapes of the indices, of the values and of the shapes of so many sparse tensors."""
    return (
        [TensorShape([None, rank])] * count
        + [TensorShape([None])] * count
        + [TensorShape([rank])] * count
    )


def sparse_outputs(parts: Sequence[Sequence[Any]]) -> list[Any]:
    """All indices, then all values, then all shapes."""
    return [part[i] for i in range(3) for part in parts]


def sparse_tensors(outputs: Sequence[Tensor], count: int) -> list[SparseTensor]:
    """The sparse tensors of as many indices, values and shapes."""
    return [SparseTensor(*(outputs[i * count + j] for i in range(3))) for j in range(count)]


# ---------------------------------------------------------------- a batch


def _batch_shape(op: Operation) -> list[TensorShape]:
    batch = op.inputs[0].shape.with_rank(1)
    op.inputs[1].shape.with_rank(1)
    dense = [batch.concatenate(TensorShape(s)) for s in op.attrs["dense_shapes"]]
    return sparse_shapes(op.attrs["Nsparse"], 2) + dense


def _batch_kernel(
    xp: Any,
    serialized: Any,
    names: Any,
    *rest: Any,
    Nsparse: int,
    Ndense: int,
    sparse_types: Sequence[dtypes.DType],
    Tdense: Sequence[dtypes.DType],
    dense_shapes: Sequence[Any],
) -> Any:
    from pyengine.protos import Example

    sparse_keys, dense_keys = rest[:Nsparse], rest[Nsparse : Nsparse + Ndense]
    called = [n.decode("utf-8", "surrogateescape") for n in names.tolist()]
    if called and len(called) != len(serialized):
        raise ValueError(
            f"Expected len(names) == len(serialized), but got: {len(called)} vs. {len(serialized)}"
        )
    # The messages are kept: their maps do not keep them.
    messages = [parsed(Example, data, "example input") for data in serialized.tolist()]
    examples = Examples([m.features.feature for m in messages], called)
    sparse = [examples.sparse(text_of(k), t) for k, t in zip(sparse_keys, sparse_types)]
    dense = [
        examples.dense(text_of(key), dtype, dims_of(shape), default)
        for key, dtype, shape, default in zip(
            dense_keys, Tdense, dense_shapes, rest[Nsparse + Ndense :]
        )
    ]
    return _as_outputs([*sparse_outputs(sparse), *dense])


def _as_outputs(values: list[Any]) -> Any:
    return tuple(values) if len(values) != 1 else values[0]


_parse_batch = defop(
    "ParseExample",
    "serialized: string, names: string, sparse_keys: string*, dense_keys: string*, "
    "dense_defaults: any* -> int64*Nsparse, @sparse_types*, int64*Nsparse, @Tdense*",
    doc="The features of a batch of examples.",
    attrs={
        "Nsparse": REQUIRED,
        "Ndense": REQUIRED,
        "sparse_types": REQUIRED,
        "Tdense": REQUIRED,
        "dense_shapes": REQUIRED,
    },
    shape=_batch_shape,
    kernel=_batch_kernel,
    grad=STRINGS,
)


def parse_example(
    serialized: Any, features: Mapping[str, Any], name: str | None = None, example_names: Any = None
) -> dict[str, Any]:
    """The features of a batch of serialized `Example`s.

    Args:
        serialized: a string vector.
        features: by their names, what is wanted of the features: a `FixedLenFeature`,
            `VarLenFeature`, `SparseFeature` or `FixedLenSequenceFeature` each.
        name: the name scope of the ops.
        example_names: a string vector: what the examples are called in errors.

    Returns:
        A dict by the features' names: a tensor of shape [batch, ...] for a feature of fixed
        length, a `SparseTensor` for one of any length.

    Raises:
        ValueError: when a feature is not described in full.
        tf.errors.InvalidArgumentError: (when run) if an example cannot be parsed, or does not have
            what is wanted.

    Example:
        >>> import pyengine as tf
        >>> values = tf.train.Feature(int64_list=tf.train.Int64List(value=[3, 4]))
        >>> example = tf.train.Example(features=tf.train.Features(feature={"x": values}))
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     wanted = {"x": tf.FixedLenFeature([2], tf.int64)}
        ...     sess.run(tf.parse_example([example.SerializeToString()], wanted))["x"].tolist()
        [[3, 4]]
    """
    if not features:
        raise ValueError(f"Missing: features was {features}.")
    padded = {
        key: _with_unknown_length(f) if isinstance(f, FixedLenSequenceFeature) else f
        for key, f in features.items()
    }
    kinds = (VarLenFeature, SparseFeature, FixedLenFeature, FixedLenSequenceFeature)
    raw = raw_of(padded, kinds)
    with name_scope(name, "ParseExample"):
        names = convert_to_tensor(
            [] if example_names is None else example_names, dtypes.string, name="names"
        )
        outputs = _parse_batch(
            serialized,
            names,
            list(raw.sparse_keys),
            list(raw.dense_keys),
            defaults_of(raw),
            Nsparse=len(raw.sparse_keys),
            Ndense=len(raw.dense_keys),
            sparse_types=raw.sparse_types,
            Tdense=raw.dense_types,
            dense_shapes=raw.dense_shapes,
            name="ParseExample",
        )
        found = _by_key(raw, outputs)
    return with_sparse_features(padded, found)


def _with_unknown_length(feature: FixedLenSequenceFeature) -> FixedLenSequenceFeature:
    if not feature.allow_missing:
        raise ValueError("Unsupported: FixedLenSequenceFeature requires allow_missing to be True.")
    return feature._replace(shape=TensorShape([None]).concatenate(TensorShape(feature.shape)))


def _by_key(raw: Raw, outputs: Sequence[Tensor]) -> dict[str, Any]:
    sparse = sparse_tensors(outputs, len(raw.sparse_keys))
    dense = outputs[3 * len(sparse) :]
    return {**dict(zip(raw.sparse_keys, sparse)), **dict(zip(raw.dense_keys, dense))}


def defaults_of(raw: Raw) -> list[Tensor]:
    """The tensors that stand for features that are missing: empty where they must not be."""
    found = []
    for key, dtype, shape in zip(raw.dense_keys, raw.dense_types, raw.dense_shapes):
        default = raw.dense_defaults.get(key)
        spelled = re.sub(r"[^A-Za-z0-9_.\-/]", "_", key)
        if is_variable(dims_of(shape)):
            if default is None:
                default = b"" if dtype is dtypes.string else 0
            padding = convert_to_tensor(default, dtype, name=f"padding_{spelled}")
            found.append(reshape(padding, []))
        elif default is None:
            found.append(constant([], dtype))
        elif isinstance(default, Tensor):
            found.append(default)
        else:
            found.append(reshape(convert_to_tensor(default, dtype, name=f"key_{spelled}"), shape))
    return found


# ---------------------------------------------------------------- one


def _single_shape(op: Operation) -> list[TensorShape]:
    op.inputs[0].shape.with_rank(0)
    dense = [TensorShape(s) for s in op.attrs["dense_shapes"]]
    return sparse_shapes(op.attrs["num_sparse"], 1) + dense


def _single_kernel(
    xp: Any,
    serialized: Any,
    *defaults: Any,
    num_sparse: int,
    sparse_keys: Sequence[str],
    dense_keys: Sequence[str],
    sparse_types: Sequence[dtypes.DType],
    Tdense: Sequence[dtypes.DType],
    dense_shapes: Sequence[Any],
) -> Any:
    from pyengine.protos import Example

    message = parsed(Example, bytes_of(serialized), "example input")
    examples = Examples([message.features.feature])
    sparse = []
    for key, dtype in zip(sparse_keys, sparse_types):
        indices, values, shape = examples.sparse(key, dtype)
        sparse.append((indices[:, 1:], values, shape[1:]))
    dense = [
        examples.dense(key, dtype, dims_of(shape), default)[0, ...]
        for key, dtype, shape, default in zip(dense_keys, Tdense, dense_shapes, defaults)
    ]
    return _as_outputs([*sparse_outputs(sparse), *dense])


_parse_single = defop(
    "ParseSingleExample",
    "serialized: string, dense_defaults: any* -> "
    "int64*num_sparse, @sparse_types*, int64*num_sparse, @Tdense*",
    doc="The features of an example.",
    attrs={
        "num_sparse": REQUIRED,
        "sparse_keys": REQUIRED,
        "dense_keys": REQUIRED,
        "sparse_types": REQUIRED,
        "Tdense": REQUIRED,
        "dense_shapes": REQUIRED,
    },
    shape=_single_shape,
    kernel=_single_kernel,
    grad=STRINGS,
)


def parse_single_example(
    serialized: Any, features: Mapping[str, Any], name: str | None = None, example_names: Any = None
) -> dict[str, Any]:
    """The features of one serialized `Example`; see `parse_example`.

    Args:
        serialized: a string scalar.
        features: by their names, what is wanted of the features.
        name: the name scope of the ops.
        example_names: a string scalar: what the example is called in errors.

    Returns:
        A dict by the features' names: a tensor of the feature's shape for one of fixed length, a
        `SparseTensor` of rank 1 for one of any length.

    Raises:
        ValueError: when a feature is not described in full.
        tf.errors.InvalidArgumentError: (when run) if the example cannot be parsed, or does not have
            what is wanted.

    Example:
        >>> import pyengine as tf
        >>> values = tf.train.Feature(float_list=tf.train.FloatList(value=[0.5]))
        >>> example = tf.train.Example(features=tf.train.Features(feature={"x": values}))
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     wanted = {"x": tf.FixedLenFeature([], tf.float32)}
        ...     parsed = tf.parse_single_example(example.SerializeToString(), wanted)
        ...     float(sess.run(parsed["x"]))
        0.5
    """
    if not features:
        raise ValueError("Missing features.")
    if example_names is not None:
        return _named_single(serialized, features, name, example_names)
    padded = {
        key: _with_unknown_length(f) if isinstance(f, FixedLenSequenceFeature) else f
        for key, f in features.items()
    }
    kinds = (VarLenFeature, FixedLenFeature, FixedLenSequenceFeature, SparseFeature)
    raw = raw_of(padded, kinds)
    with name_scope(name, "ParseSingleExample"):
        outputs = _parse_single(
            serialized,
            defaults_of(raw),
            num_sparse=len(raw.sparse_keys),
            sparse_keys=raw.sparse_keys,
            dense_keys=raw.dense_keys,
            sparse_types=raw.sparse_types,
            Tdense=raw.dense_types,
            dense_shapes=raw.dense_shapes,
            name="ParseSingleExample",
        )
        return with_sparse_features(padded, _by_key(raw, outputs))


def _named_single(
    serialized: Any, features: Mapping[str, Any], name: str | None, example_names: Any
) -> dict[str, Any]:
    """The one example of a batch: the op for one knows no names."""
    with name_scope(name, "ParseSingleExample"):
        data = convert_to_tensor(serialized, dtypes.string, name="serialized")
        names = convert_to_tensor(example_names, dtypes.string, name="name")
        for tensor in (data, names):
            tensor.shape.assert_has_rank(0)
        found = parse_example(expand_dims(data, 0), features, None, expand_dims(names, 0))
        result: dict[str, Any] = {}
        for key, value in found.items():
            if isinstance(value, SparseTensor):
                result[key] = sparse_reshape(value, value.dense_shape[1:])
            else:
                result[key] = squeeze(value, [0])
        return result
