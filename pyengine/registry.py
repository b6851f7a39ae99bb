"""What an op type is: `OpDef`, its signature, and the table of all declared op types.

An `OpDef` builds operations from tensors. Converting Python values into tensors first is the
business of `ops.declare`, whose `defop` is how ops are declared.

A signature reads `"params: T, indices: host int32|int64 -> T"`. Each input has a name and a type:

* `T`, a type variable: one dtype for all inputs and outputs that name it. `types={"T": "float"}`
  restricts it to a class of `dtypes.CLASSES` or to dtypes joined by `|`.
* dtypes or classes joined by `|`, such as `int32|int64` or `index`.
* `ref(T)`: a variable, whose kernel argument is its cell. Anywhere else a variable's value is read.
* `T*`: a list of tensors of one dtype; `any*`: a list of tensors of any dtypes.
* the word `host` before the type: the kernel wants the value as Python ints or tuples, not as an
  array (axes, shapes, permutations). A constant is converted once, when the plan is made.

An output is a type variable, a dtype, `ref(T)`, `@attr` for the dtype that an attribute holds,
`@attr*` for a list of them, or `T*n` and `@attr*n` for as many as the integer attribute `n` says.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pyengine import dtypes
from pyengine.dtypes import DType
from pyengine.errors import InternalError
from pyengine.shape import UNKNOWN, TensorShape, as_shape

if TYPE_CHECKING:
    from pyengine.graph import Graph, Operation, Tensor

REQUIRED: Any = object()
"""The default of an attribute that must be given."""

_TERM = re.compile(
    r"(?P<host>host )?(?P<ref>ref\()?(?P<type>@?[\w|]+)\)?(?P<list>\*(?P<count>\w+)?)?"
)


@dataclasses.dataclass(frozen=True)
class Arg:
    """One input or output of a signature."""

    name: str
    var: str | None  # the type variable, if it is one
    allowed: tuple[DType, ...]  # the dtypes it may have
    attr: str | None = None  # the attribute that holds the dtype, for `@attr`
    ref: bool = False
    host: bool = False
    is_list: bool = False
    count: str | None = None  # the attribute that says how many, for `T*n`


@dataclasses.dataclass(frozen=True)
class NoGradient:
    """The mark of an op type that has no gradient, and why."""

    reason: str


class MissingGradient(NoGradient):
    """The mark of an op type that has a derivative, which nobody has written down."""


def no_grad(reason: str) -> NoGradient:
    """For `grad=` of an op type through which no gradient flows, with the reason."""
    return NoGradient(reason)


def missing_grad(reason: str) -> MissingGradient:
    """For `grad=` of an op type through which it is an error to ask for a gradient."""
    return MissingGradient(reason)


@functools.cache  # all declarations together name few types and arguments
def parse_types(text: str) -> tuple[DType, ...]:
    """The dtypes that `float|int32|string` stands for, in order and each once."""
    found: dict[DType, None] = {}
    for word in text.split("|"):
        members = dtypes.CLASSES.get(word) or (dtypes.as_dtype(word),)
        found.update(dict.fromkeys(members))
    return tuple(found)


@functools.cache
def _parse_arg(text: str, types: tuple[tuple[str, str], ...], name: str = "") -> Arg:
    match = _TERM.fullmatch(text)
    if match is None:
        raise ValueError(f"cannot read {text!r} in an op signature")
    word = match["type"]
    common: dict[str, Any] = {
        "name": name, "ref": bool(match["ref"]), "host": bool(match["host"]),
        "is_list": bool(match["list"]), "count": match["count"],
    }  # fmt: skip
    if word.startswith("@"):
        return Arg(var=None, allowed=dtypes.ALL, attr=word[1:], **common)
    if word[0].isupper():
        return Arg(var=word, allowed=parse_types(dict(types).get(word, "any")), **common)
    return Arg(var=None, allowed=parse_types(word), **common)


def parse_signature(
    signature: str, types: dict[str, str]
) -> tuple[tuple[Arg, ...], tuple[Arg, ...]]:
    """The inputs and outputs of a signature such as `"x: T, axis: host index -> T"`."""
    left, _, right = signature.partition("->")
    restricted = tuple(types.items())
    inputs = []
    for part in filter(None, (p.strip() for p in left.split(","))):
        name, _, type_text = part.partition(":")
        inputs.append(_parse_arg(type_text.strip(), restricted, name.strip()))
    outputs = [_parse_arg(p, restricted) for p in map(str.strip, right.split(",")) if p]
    return tuple(inputs), tuple(outputs)


class OpDef:
    """The declaration of an op type: signature, shape rule, kernel and gradient together.

    Args: see `ops.declare.defop`.
    """

    def __init__(
        self,
        type: str,
        signature: str,
        *,
        doc: str,
        shape: Callable[[Operation], Any],
        kernel: Callable[..., Any] | None,
        grad: Callable[..., Any] | NoGradient,
        attrs: dict[str, Any] | None = None,
        types: dict[str, str] | None = None,
        bind: Callable[..., Callable[..., Any]] | None = None,
        stateful: bool = False,
        torch: Callable[..., Any] | None = None,
    ) -> None:
        if (kernel is None) == (bind is None):
            raise ValueError(f"op {type}: give either kernel= or bind=")
        self.type = type
        self.signature = signature
        self.doc = doc
        self.inputs, self.outputs = parse_signature(signature, types or {})
        self.attrs = attrs or {}
        self.shape = shape
        self.kernel = kernel
        self.bind = bind
        self.grad = grad
        self.stateful = stateful or bind is not None
        self.torch = torch
        self.is_single = len(self.outputs) == 1 and not self.outputs[0].is_list
        self.has_lists = any(a.is_list for a in self.inputs)
        self.host_inputs = tuple(i for i, a in enumerate(self.inputs) if a.host)
        if self.host_inputs and sum(a.is_list for a in self.inputs) > 1:
            raise ValueError(f"op {type}: host inputs beside several lists cannot be told apart")
        # The everyday op: every input and output is of the one type T.
        self._uniform = (
            not self.has_lists
            and len(self.inputs) > 0
            and all(a.var == "T" and not a.ref for a in self.inputs)
            and all(a.var == "T" and not a.is_list and not a.ref for a in self.outputs)
        )

    def build(
        self, graph: Graph, inputs: Sequence[Any], attrs: dict[str, Any], name: str
    ) -> Operation:
        """Adds an operation of this type.

        Args:
            inputs: a `Tensor` for each input, a list of them for a list input.
            attrs: a value for every attribute.
            name: made unique, or taken as it is if it ends in "/".

        Raises:
            TypeError: when a dtype is not one that the signature allows.
            ValueError: when the shapes can never fit.
        """
        if self._uniform:
            dtype = inputs[0].dtype.base_dtype
            for tensor in inputs:
                if tensor.dtype.base_dtype is not dtype:
                    self._refuse_mix(inputs)
            if dtype not in self.inputs[0].allowed:
                self._refuse(self.inputs[0], dtype)
            return graph.add_op(self, tuple(inputs), attrs, [dtype] * len(self.outputs), name)
        bound, flat = self._bind_types(inputs)
        return graph.add_op(self, tuple(flat), attrs, self._output_dtypes(bound, attrs), name)

    def _bind_types(self, inputs: Sequence[Any]) -> tuple[dict[str, Any], list[Tensor]]:
        """The dtype of each type variable, and the inputs with their lists laid out flat."""
        bound: dict[str, Any] = {}
        flat: list[Tensor] = []
        for arg, value in zip(self.inputs, inputs):
            members = value if arg.is_list else (value,)
            for tensor in members:
                dtype = tensor.dtype.base_dtype
                if arg.ref and not tensor.dtype.is_ref:
                    raise TypeError(
                        f"Input '{arg.name}' of '{self.type}' Op requires a variable, got the "
                        f"value {tensor.name!r}."
                    )
                if dtype not in arg.allowed:
                    self._refuse(arg, dtype)
                if arg.var is not None and bound.setdefault(arg.var, dtype) is not dtype:
                    self._refuse_mix(inputs)
                flat.append(tensor)
        return bound, flat

    def _output_dtypes(self, bound: dict[str, Any], attrs: dict[str, Any]) -> list[DType]:
        found: list[DType] = []
        for out in self.outputs:
            if out.attr is not None:
                given = attrs[out.attr] if out.is_list else [attrs[out.attr]]
                if out.count:  # one dtype, as often as the other attribute says
                    given = [attrs[out.attr]] * attrs[out.count]
                found.extend(d.as_ref if out.ref else d for d in given)
                continue
            dtype = out.allowed[0] if out.var is None else bound.get(out.var) or attrs[out.var]
            count = attrs[out.count] if out.count else 1
            found.extend([dtype.as_ref if out.ref else dtype] * count)
        return found

    def hosts_of(self, op: Operation) -> tuple[int, ...]:
        """Which of an operation's inputs are `host` ones, lists counted member by member."""
        if not self.has_lists or not self.host_inputs:
            return self.host_inputs
        extra = len(op.inputs) - len(self.inputs)
        at = next(i for i, a in enumerate(self.inputs) if a.is_list)
        return tuple(i + extra if i > at else i for i in self.host_inputs)

    def type_of(self, op: Operation, var: str) -> DType | None:
        """The dtype that a type variable has in an operation, None for any other name."""
        for arg, tensor in zip(self.inputs, op.inputs):
            if arg.var == var:
                return tensor.dtype.base_dtype
            if arg.is_list:  # a list's length is not in the signature; nothing is found past it
                break
        for out, tensor in zip(self.outputs, op.outputs):
            if out.var == var:
                return tensor.dtype.base_dtype
        return None

    def _refuse(self, arg: Arg, dtype: DType) -> None:
        allowed = ", ".join(d.name for d in arg.allowed)
        raise TypeError(
            f"Value passed to parameter '{arg.name}' of '{self.type}' has DataType {dtype.name} "
            f"not in list of allowed values: {allowed}"
        )

    def _refuse_mix(self, inputs: Sequence[Any]) -> None:
        first: dict[str, tuple[str, DType]] = {}
        for arg, value in zip(self.inputs, inputs):
            for tensor in value if arg.is_list else (value,):
                dtype = tensor.dtype.base_dtype
                if arg.var is None:
                    continue
                name, wanted = first.setdefault(arg.var, (arg.name, dtype))
                if wanted is not dtype:
                    raise TypeError(
                        f"Input '{arg.name}' of '{self.type}' Op has type {dtype.name} that does "
                        f"not match type {wanted.name} of argument '{name}'. Use tf.cast() to make "
                        f"them the same."
                    )

    def infer_shapes(self, op: Operation, count: int) -> list[TensorShape]:
        """The static shapes of an op's outputs; raises ValueError for inputs that can never fit."""
        try:
            found = self.shape(op)
        except ValueError as error:
            given = ", ".join(str(t.shape) for t in op.inputs)
            raise ValueError(
                f"{error} for '{op.name}' (op: '{self.type}') with input shapes: {given}."
            ) from None
        if self.is_single:
            return [found if found.__class__ is TensorShape else as_shape(found)]
        shapes = [UNKNOWN] * count if found is None else [as_shape(s) for s in found]
        if len(shapes) != count:
            raise InternalError(
                None, op, f"the shape rule of {self.type} gave {len(shapes)} shapes for {count}"
            )
        return shapes

    def __repr__(self) -> str:
        return f"<OpDef {self.type}({self.signature})>"


OPS: dict[str, OpDef] = {}
"""All op types, by name."""


def settings_of(op: Operation) -> dict[str, Any]:
    """An op's attributes for its kernel; those that begin with "_" are notes about the op."""
    return {name: value for name, value in op.attrs.items() if not name.startswith("_")}


def register(opdef: OpDef) -> OpDef:
    """Enters an op type in the table; a type declared twice is an error."""
    if opdef.type in OPS:
        raise ValueError(f"the op type {opdef.type} is declared twice")
    OPS[opdef.type] = opdef
    return opdef
