"""How ops are declared: `defop`, and thin wrappers for the common families.

The function that a declaration returns is the op's public function, or what a public function with
more arguments is built on. It converts its arguments to tensors, a Python value taking the dtype
of the tensors beside it, and adds one operation to the graph.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine import shape as shapes
from pyengine.convert import convert_to_tensor, is_tensor_like
from pyengine.dtypes import DType, int32
from pyengine.graph import Operation, Tensor, get_default_graph, graph_of
from pyengine.ops.docstrings import docstring
from pyengine.registry import REQUIRED, Arg, OpDef, missing_grad, no_grad, register
from pyengine.shape import TensorShape

__all__ = [
    "REQUIRED",
    "apply",
    "binary",
    "broadcast_shape",
    "defop",
    "missing_grad",
    "no_grad",
    "old_names",
    "own_attrs",
    "same_shape",
    "unary",
    "whole",
]

ShapeRule = Callable[[Operation], Any]
Gradient = Any


def defop(
    type: str,
    signature: str,
    *,
    doc: str,
    shape: ShapeRule,
    grad: Gradient,
    kernel: Callable[..., Any] | None = None,
    attrs: dict[str, Any] | None = None,
    types: dict[str, str] | None = None,
    bind: Callable[..., Callable[..., Any]] | None = None,
    stateful: bool = False,
    torch: Callable[..., Any] | None = None,
    example: tuple[str, str] | None = None,
    shape_told: str | None = None,
) -> Callable[..., Any]:
    """Declares an op type and returns the function that adds one to the graph.

    Args:
        type: the op type, in TensorFlow's CamelCase.
        signature: inputs and outputs, as `registry` describes them.
        doc: what it computes; becomes the function's docstring, with the arguments below it.
        shape: takes the operation being made (inputs and attrs are there) and returns the shape of
            its one output, or for any other number of outputs a list of their shapes (None: all
            unknown); raises ValueError for what can never fit. It may ask `static.constant_value`
            and `static.shape_value` for an input's value.
        kernel: `kernel(xp, *inputs, **attrs)` computes the output array, or a tuple of them, of the
            declared dtype. `xp` is the array namespace.
        bind: in place of a kernel, for ops with state: `bind(op, runtime)` is called when a plan is
            made for a session and returns the function of the inputs to call at each run.
        grad: `grad(op, *output_gradients)` returns the gradient of each input (None where none
            flows), made of graph ops; or `no_grad("reason")`.
        attrs: the attributes and their defaults; `REQUIRED` for those that must be given.
        types: what the type variables may be, such as `{"T": "float|complex"}`.
        stateful: whether two runs may differ, so that it is neither folded nor shared.
        torch: a kernel for PyTorch's tensors, where it is another one.
        example: for the docstring, a call such as `"tf.floor([1.5])"` and its values, `"[1.0]"`.
        shape_told: for the docstring, the shape of the result in words.

    Returns:
        A function of the inputs (by position or name), the attributes (by name) and `name`. It
        returns the output tensor, a list of them where there are more, or the `Operation` where
        there is none.
    """
    opdef = register(
        OpDef(
            type,
            signature,
            doc=doc,
            shape=shape,
            kernel=kernel,
            grad=grad,
            attrs=attrs,
            types=types,
            bind=bind,
            stateful=stateful,
            torch=torch,
        )
    )
    names = [arg.name for arg in opdef.inputs]
    defaults = opdef.attrs
    single = opdef.is_single
    none = not opdef.outputs

    def function(*inputs: Any, name: str | None = None, **given: Any) -> Any:
        if len(inputs) != len(names):
            if len(inputs) == len(names) + 1 and not defaults:
                inputs, name = inputs[:-1], inputs[-1]  # where there are no attributes
            inputs = _inputs_by_name(type, names, inputs, given)
        op = apply(opdef, inputs, {**defaults, **given} if given else dict(defaults), name)
        if single:
            return op.outputs[0]
        return op if none else list(op.outputs)

    function.__name__ = function.__qualname__ = _snake_case(type)
    function.__doc__ = docstring(opdef, doc, shape_told, example)
    function.__signature__ = _signature(names, defaults)  # type: ignore[attr-defined]
    function.opdef = opdef  # type: ignore[attr-defined]
    return function


def _signature(inputs: list[str], attrs: dict[str, Any]) -> inspect.Signature:
    """That of the function of an op type, for `help` and for completion."""
    parameters = [_input_parameter(n) for n in inputs]
    parameters += [
        inspect.Parameter(
            a,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if d is REQUIRED else d,
        )
        for a, d in attrs.items()
    ]
    parameters.append(_NAME_AFTER_ATTRS if attrs else _NAME_AFTER_INPUTS)
    return inspect.Signature(parameters)


@functools.cache  # few names serve all op types, and their making would slow the import down
def _input_parameter(name: str) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD)


_NAME_AFTER_ATTRS = inspect.Parameter("name", inspect.Parameter.KEYWORD_ONLY, default=None)
_NAME_AFTER_INPUTS = _NAME_AFTER_ATTRS.replace(kind=inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _inputs_by_name(
    type: str, names: list[str], inputs: tuple[Any, ...], given: dict[str, Any]
) -> tuple[Any, ...]:
    """The inputs in order, those given by keyword taken out of `given`."""
    if len(inputs) > len(names):
        raise TypeError(f"{type} takes {len(names)} inputs ({', '.join(names)}), got {len(inputs)}")
    found = list(inputs)
    for n in names[len(inputs) :]:
        if n not in given:
            raise TypeError(f"{type} needs its input {n!r}")
        found.append(given.pop(n))
    return tuple(found)


def apply(
    opdef: OpDef, inputs: Sequence[Any], attrs: dict[str, Any], name: str | None
) -> Operation:
    """Adds an operation of a type, its inputs converted to tensors where they are not.

    Raises:
        TypeError: for an attribute that is unknown or missing, or a value that cannot be converted.
        ValueError: for tensors of different graphs, or shapes that can never fit.
    """
    declared = opdef.attrs
    if len(attrs) != len(declared):
        unknown = ", ".join(sorted(set(attrs) - set(declared)))
        known = f"it has {', '.join(declared)}" if declared else "it has none"
        raise TypeError(f"{opdef.type} has no attribute {unknown}: {known}")
    for key, value in attrs.items():
        if value is REQUIRED:
            raise TypeError(f"{opdef.type} needs the attribute {key!r}")
    graph = None
    for value in inputs:
        if value.__class__ is not Tensor:
            break
        if graph is None:
            graph = value.op.graph
        elif value.op.graph is not graph:
            graph_of(inputs)  # raises, with names
    else:
        return opdef.build(graph or get_default_graph(), inputs, attrs, name or opdef.type)
    return _apply_values(opdef, inputs, attrs, name or opdef.type)


def _apply_values(
    opdef: OpDef, inputs: Sequence[Any], attrs: dict[str, Any], name: str
) -> Operation:
    """`apply` where some inputs are no tensors yet: their ops go into a scope of this op's name."""
    for arg, value in zip(opdef.inputs, inputs):
        if arg.is_list and not isinstance(value, (list, tuple)):
            raise TypeError(
                f"Expected list for '{arg.name}' argument to '{opdef.type}' Op, not {value!r}."
            )
    flat = [v for arg, x in zip(opdef.inputs, inputs) for v in (x if arg.is_list else (x,))]
    graph = graph_of(flat)
    with graph.as_default(), graph.name_scope(name) as scope:
        dtypes = _dtypes_given(opdef, inputs)
        tensors: list[Any] = []
        for arg, value in zip(opdef.inputs, inputs):
            if arg.is_list:
                tensors.append([_to_input(opdef, arg, v, dtypes) for v in value])
            else:
                tensors.append(_to_input(opdef, arg, value, dtypes))
        return opdef.build(graph, tensors, attrs, scope)


def _dtypes_given(opdef: OpDef, inputs: Sequence[Any]) -> dict[str, DType]:
    """The dtype of each type variable that some input fixes by being a tensor already."""
    found: dict[str, DType] = {}
    for arg, value in zip(opdef.inputs, inputs):
        if arg.var is None or arg.var in found:
            continue
        for member in value if arg.is_list and isinstance(value, (list, tuple)) else (value,):
            if is_tensor_like(member):
                found[arg.var] = member.dtype.base_dtype
                break
    return found


def _to_input(opdef: OpDef, arg: Arg, value: Any, dtypes: dict[str, DType]) -> Tensor:
    if arg.ref:
        return _to_ref(opdef, arg, value)
    if arg.host and not is_tensor_like(value):
        value = whole(value)
    wanted = dtypes.get(arg.var) if arg.var is not None else None
    if wanted is None and len(arg.allowed) == 1:
        wanted = arg.allowed[0]
    try:
        if wanted is not None and is_tensor_like(value):
            tensor = convert_to_tensor(
                value, name=arg.name
            )  # `build` names both dtypes if they differ
        elif wanted is None and arg.var is None and all(d.is_integer for d in arg.allowed):
            tensor = convert_to_tensor(value, preferred_dtype=int32, name=arg.name)
        else:
            tensor = convert_to_tensor(value, wanted, name=arg.name)
    except TypeError as error:
        raise TypeError(f"Input '{arg.name}' of '{opdef.type}' Op: {error}") from None
    except ValueError as error:
        raise ValueError(f"Input '{arg.name}' of '{opdef.type}' Op: {error}") from None
    if arg.var is not None:
        dtypes.setdefault(arg.var, tensor.dtype.base_dtype)
    return tensor


def _to_ref(opdef: OpDef, arg: Arg, value: Any) -> Tensor:
    ref = getattr(value, "_ref", None)
    tensor = ref() if callable(ref) else value
    if not isinstance(tensor, Tensor) or not tensor.dtype.is_ref:
        raise TypeError(
            f"Input '{arg.name}' of '{opdef.type}' Op requires a variable, got {value!r}."
        )
    return tensor


def own_attrs(op: Operation, **changed: Any) -> dict[str, Any]:
    """An op's settings, some of them changed, to make another op of the family with."""
    return {name: op.attrs[name] for name in op.opdef.attrs} | changed


def whole(value: Any) -> Any:
    """Whole floats as ints, at any depth: R users write `2` where an axis or a size is meant."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, (list, tuple)) and any(isinstance(v, (float, list, tuple)) for v in value):
        return [whole(v) for v in value]
    if isinstance(value, np.ndarray) and value.dtype.kind == "f" and _is_whole(value):
        fits = not value.size or np.abs(value).max() < 2**31
        return value.astype(np.int32 if fits else np.int64)
    return value


def _is_whole(value: Any) -> bool:
    """Whether an array of floats holds integers of 64 bits only."""
    return bool((np.isfinite(value) & (value == np.floor(value)) & (np.abs(value) < 2**63)).all())


# ---------------------------------------------------------------- families


def same_shape(op: Operation) -> TensorShape:
    """The shape rule of an elementwise op of one input."""
    return op.inputs[0].shape


def broadcast_shape(op: Operation) -> TensorShape:
    """The shape rule of an elementwise op of two inputs."""
    return shapes.broadcast(op.inputs[0].shape, op.inputs[1].shape)


# What keeps zero at zero, so that it applies to the values of a sparse tensor; TensorFlow's list.
_OF_SPARSE = frozenset({"Abs", "Erf", "Neg", "Sign", "Sqrt", "Square", "Tanh"})


def unary(
    type: str,
    *,
    doc: str,
    kernel: Callable[..., Any],
    grad: Gradient,
    types: str = "float|complex",
    signature: str = "x: T -> T",
    **more: Any,
) -> Callable[..., Any]:
    """Declares an elementwise op of one input, and returns its function `f(x, name=None)`.

    Args:
        types: the dtypes that the input may have.
    """
    declared = defop(
        type,
        signature,
        doc=doc,
        shape=same_shape,
        kernel=kernel,
        grad=grad,
        types={"T": types},
        shape_told="of the same shape",
        **more,
    )
    opdef: OpDef = declared.opdef  # type: ignore[attr-defined]

    if opdef.inputs[0].name != "x":
        return declared

    def function(x: Any, name: str | None = None) -> Any:
        if x.__class__ is not Tensor and type in _OF_SPARSE and hasattr(x, "with_values"):
            return x.with_values(function(x.values, name))
        return apply(opdef, (x,), {}, name).outputs[0]

    return _named_like(function, declared)


def binary(
    type: str,
    *,
    doc: str,
    kernel: Callable[..., Any],
    grad: Gradient,
    types: str = "number",
    signature: str = "x: T, y: T -> T",
    **more: Any,
) -> Callable[..., Any]:
    """Declares an elementwise op of two inputs that broadcast, and returns its function.

    Args:
        types: the dtypes that the inputs may have.
    """
    declared = defop(
        type, signature, doc=doc, shape=broadcast_shape, kernel=kernel, grad=grad,
        types={"T": types}, shape_told="of the shape that both broadcast to", **more,
    )  # fmt: skip
    opdef: OpDef = declared.opdef  # type: ignore[attr-defined]

    if [arg.name for arg in opdef.inputs] != ["x", "y"]:
        return declared

    def function(x: Any, y: Any, name: str | None = None) -> Tensor:
        return apply(opdef, (x, y), {}, name).outputs[0]

    return _named_like(function, declared)


def _named_like(function: Callable[..., Any], declared: Callable[..., Any]) -> Callable[..., Any]:
    function.__name__ = function.__qualname__ = declared.__name__
    function.__doc__ = declared.__doc__
    function.opdef = declared.opdef  # type: ignore[attr-defined]
    return function


def _snake_case(type: str) -> str:
    return re.sub("(?<!^)(?=[A-Z])", "_", type).lower()


# ---------------------------------------------------------------- renamed arguments


def old_names(**renamed: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Lets a function take arguments by names that TensorFlow has renamed: `old="new"`.

    By position the old ones come after all others, in their order here, as in TensorFlow.

    Raises (the decorated function):
        ValueError: when an argument is given under both names.

    Example:
        >>> @old_names(reduction_indices="axis")
        ... def f(x, axis=None):
        ...     return axis
        >>> f(0, reduction_indices=1)
        1
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        code = function.__code__
        places = {n: i for i, n in enumerate(code.co_varnames[: code.co_argcount])}
        most = code.co_argcount if not code.co_flags & inspect.CO_VARARGS else 1 << 30

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if len(args) > most and len(args) <= most + len(renamed):
                kwargs.update(zip(renamed, args[most:]))
                args = args[:most]
            if kwargs:
                for old, new in renamed.items():
                    if old in kwargs:
                        value = kwargs.pop(old)
                        if value is None:
                            continue
                        at = places.get(new, most)
                        is_there = args[at] if at < len(args) else kwargs.get(new)
                        if is_there is not None:
                            raise ValueError(f"Cannot specify both '{old}' and '{new}'")
                        if at < len(args):
                            args = (*args[:at], value, *args[at + 1 :])
                        else:
                            kwargs[new] = value
            return function(*args, **kwargs)

        wrapper.old_names = renamed  # type: ignore[attr-defined]  # for the tests
        return wrapper

    return decorate
