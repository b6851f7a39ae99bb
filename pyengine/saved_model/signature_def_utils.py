"""Signatures: what a saved model can be asked, with which inputs and outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyengine import protos
from pyengine.dtypes import as_dtype, float32, string
from pyengine.saved_model.constants import signature_constants as names
from pyengine.saved_model.utils import build_tensor_info

__all__ = [
    "build_signature_def",
    "classification_signature_def",
    "is_valid_signature",
    "predict_signature_def",
    "regression_signature_def",
]


def build_signature_def(
    inputs: Mapping[str, Any] | None = None,
    outputs: Mapping[str, Any] | None = None,
    method_name: str | None = None,
) -> Any:
    """A `SignatureDef`.

    Args:
        inputs: a `TensorInfo` for each name.
        outputs: a `TensorInfo` for each name.
        method_name: the method, such as `signature_constants.PREDICT_METHOD_NAME`.
    """
    signature = protos.SignatureDef(method_name=method_name or "")
    for given, into in ((inputs, signature.inputs), (outputs, signature.outputs)):
        for name, info in (given or {}).items():
            into[name].CopyFrom(info)
    return signature


def _infos(tensors: Mapping[str, Any]) -> dict[str, Any]:
    return {name: build_tensor_info(tensor) for name, tensor in tensors.items()}


def predict_signature_def(inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> Any:
    """The signature of a model that gives tensors for tensors.

    Args:
        inputs: a tensor for each name.
        outputs: a tensor for each name.

    Raises:
        ValueError: when there are none.
    """
    if not inputs:
        raise ValueError("Prediction inputs cannot be None or empty.")
    if not outputs:
        raise ValueError("Prediction outputs cannot be None or empty.")
    return build_signature_def(_infos(inputs), _infos(outputs), names.PREDICT_METHOD_NAME)


def regression_signature_def(examples: Any, predictions: Any) -> Any:
    """The signature of a regression: serialized examples in, numbers out.

    Args:
        examples: the input, a string tensor of serialized examples.
        predictions: the output, a float32 tensor.

    Returns:
        A `SignatureDef`.

    Raises:
        ValueError: when `examples` are no strings, or `predictions` no float32.
    """
    _check("Regression input", examples, string)
    _check("Regression output", predictions, float32)
    return build_signature_def(
        _infos({names.REGRESS_INPUTS: examples}),
        _infos({names.REGRESS_OUTPUTS: predictions}),
        names.REGRESS_METHOD_NAME,
    )


def classification_signature_def(examples: Any, classes: Any, scores: Any) -> Any:
    """The signature of a classification: serialized examples in, classes or scores or both out.

    Args:
        examples: the input, a string tensor of serialized examples.
        classes: the classes, a string tensor; or None.
        scores: their scores, a float32 tensor; or None.

    Returns:
        A `SignatureDef`.

    Raises:
        ValueError: when `examples` or `classes` are no strings, `scores` no float32, or both
            outputs are None.
    """
    _check("Classification input", examples, string)
    outputs = {}
    if classes is not None:
        _check("Classification classes", classes, string)
        outputs[names.CLASSIFY_OUTPUT_CLASSES] = classes
    if scores is not None:
        _check("Classification scores", scores, float32)
        outputs[names.CLASSIFY_OUTPUT_SCORES] = scores
    if not outputs:
        raise ValueError("Classification classes and scores cannot both be None.")
    return build_signature_def(
        _infos({names.CLASSIFY_INPUTS: examples}), _infos(outputs), names.CLASSIFY_METHOD_NAME
    )


def _check(what: str, tensor: Any, dtype: Any) -> None:
    if tensor is None:
        raise ValueError(f"{what} cannot be None.")
    if tensor.dtype.base_dtype is not dtype:
        raise ValueError(f"{what} tensors must be of type {dtype.name}, found {tensor.dtype.name}.")


def is_valid_signature(signature_def: Any) -> bool:
    """Whether serving can use a signature: it has what its method needs.

    Args:
        signature_def: a `SignatureDef`.

    Returns:
        Whether it is one of prediction, classification or regression, with the tensors that these
        have.
    """
    if signature_def is None:
        return False
    inputs, outputs = dict(signature_def.inputs), dict(signature_def.outputs)
    method = signature_def.method_name
    if method == names.PREDICT_METHOD_NAME:
        return bool(inputs and outputs)
    if method == names.REGRESS_METHOD_NAME:
        wanted = {names.REGRESS_OUTPUTS: float32}
        return _has(inputs, {names.REGRESS_INPUTS: string}) and _has(outputs, wanted)
    if method == names.CLASSIFY_METHOD_NAME:
        wanted = {names.CLASSIFY_OUTPUT_CLASSES: string, names.CLASSIFY_OUTPUT_SCORES: float32}
        present = {name: dtype for name, dtype in wanted.items() if name in outputs}
        is_complete = bool(present) and set(outputs) <= set(wanted) and _has(outputs, present)
        return _has(inputs, {names.CLASSIFY_INPUTS: string}) and is_complete
    return False


def _has(infos: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return set(infos) == set(wanted) and all(
        as_dtype(infos[name].dtype) is dtype for name, dtype in wanted.items()
    )
