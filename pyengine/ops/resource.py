"""Resource variables as ops: what the GraphDefs of `use_resource=True` and of Keras hold.

A resource variable's handle is a tensor whose value is the variable's cell. The ops that change it
are those of reference variables but for their outputs: they have none, so they share kernels with
`ops.state`, `ops.scatter_state` and `ops.training`. Variables that are made here stay references
(see `resource_variables`); these op types are declared when a graph that has them is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import int32
from pyengine.errors import NotFoundError
from pyengine.executor.runtime import Cell
from pyengine.graph import Operation, Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.array import reshape
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.ops.gathering import _gather_kernel, _gather_nd_kernel, _gather_nd_shape
from pyengine.ops.joining import concat
from pyengine.ops.state import _assign_kernel
from pyengine.ops.training import RULES, _dense_kernel, _sparse_kernel
from pyengine.registry import OPS, OpDef
from pyengine.shape import SCALAR, UNKNOWN, TensorShape

__all__ = [
    "handle_key", "handle_shape", "read_variable_op", "reference_to", "var_handle_op",
    "variable_op_of", "variable_shape",
]  # fmt: skip

_WRITES = no_grad("it changes state: it is not a function of its inputs")
_THROUGH = {"Enter", "Identity", "Switch"}

# ---------------------------------------------------------------- handles


def handle_key(op: Operation) -> Hashable:
    """What the handles of one variable have in common: imported graphs may have several."""
    return ("variable", op.attrs["container"], op.attrs["shared_name"] or op.name)


def _bind_handle(op: Operation, runtime: Any) -> Callable[[], Cell]:
    key = handle_key(op)
    return lambda: runtime.shared(key, lambda: Cell(op))


var_handle_op = defop(
    "VarHandleOp",
    "-> resource",
    doc="The handle of a variable.",
    attrs={
        "container": "", "shared_name": "", "dtype": REQUIRED, "shape": UNKNOWN,
        "allowed_devices": (), "debug_name": "",
    },
    shape=lambda op: SCALAR,
    bind=_bind_handle,
    grad=no_grad("it has no inputs"),
)  # fmt: skip


def variable_op_of(handle: Tensor) -> Operation | None:
    """The VarHandleOp that a handle comes from, None where that is not known."""
    op = handle.op
    while op.type in _THROUGH:
        op = op.inputs[0].op
    return op if op.type == "VarHandleOp" else None


def handle_shape(handle: Tensor) -> TensorShape:
    """The static shape of the variable that a handle is of."""
    op = variable_op_of(handle)
    return UNKNOWN if op is None else op.attrs["shape"]


def _checked_shape(op: Operation, dtype: Any) -> TensorShape:
    """The variable's static shape; raises ValueError for another dtype than the variable's."""
    variable = variable_op_of(op.inputs[0])
    if variable is None:
        return UNKNOWN
    own = variable.attrs["dtype"]
    if own.base_dtype is not dtype.base_dtype:
        raise ValueError(
            f"Trying to use variable {variable.name} with wrong dtype. Expected {own.name}, got "
            f"{dtype.name}"
        )
    shape: TensorShape = variable.attrs["shape"]
    return shape


# A step that computes nothing, for what takes references; TensorFlow has no op type for it.
reference_to = defop(
    "ResourceReference",
    "resource: resource -> ref(@dtype)",
    doc="The reference to the variable that a handle is of.",
    attrs={"dtype": REQUIRED},
    shape=lambda op: handle_shape(op.inputs[0]),
    kernel=lambda xp, cell, *, dtype: cell,
    grad=no_grad("gradients are those of the handle"),
)

# ---------------------------------------------------------------- reading

read_variable_op = defop(
    "ReadVariableOp",
    "resource: resource -> @dtype",
    doc="The value of a variable.",
    attrs={"dtype": REQUIRED},
    shape=lambda op: _checked_shape(op, op.attrs["dtype"]),
    kernel=lambda xp, cell, *, dtype: cell.read(),
    stateful=True,
    grad=lambda op, dy: dy,
)

_is_initialized = defop(
    "VarIsInitializedOp",
    "resource: resource -> bool",
    doc="Whether the variable has a value.",
    shape=lambda op: SCALAR,
    kernel=lambda xp, cell: np.bool_(cell.is_initialized),
    stateful=True,
    grad=no_grad("its output is boolean"),
)

variable_shape = defop(
    "VariableShape",
    "input: resource -> @out_type",
    doc="The shape of a variable.",
    attrs={"out_type": int32},
    shape=lambda op: [handle_shape(op.inputs[0]).ndims],
    kernel=lambda xp, cell, *, out_type: np.array(cell.read().shape, out_type.as_numpy_dtype),
    stateful=True,
    grad=no_grad("its output is integer"),
)


def _gather_shape(op: Operation) -> TensorShape:
    var, indices = _checked_shape(op, op.attrs["dtype"]), op.inputs[1].shape
    batch = op.attrs["batch_dims"]
    if var.ndims is None or indices.ndims is None:
        return UNKNOWN
    return indices.concatenate(var[batch + 1 :])


def _batch_gather_grad(op: Operation, dy: Tensor) -> Tensor:
    """Each gradient is added at the index vector of its place: its batch, and the index there."""
    from pyengine.ops.filling import range as range_of
    from pyengine.ops.math import add, cast, multiply
    from pyengine.ops.reduce import reduce_prod
    from pyengine.ops.segment import unsorted_segment_sum

    handle, indices = op.inputs
    batch = op.attrs["batch_dims"]
    full = variable_shape(handle, out_type=int32)
    lead = reduce_prod(full[:batch])
    rows = reshape(cast(indices, int32), concat([[lead], [-1]], 0))
    rows = add(rows, multiply(reshape(range_of(0, lead), [-1, 1]), full[batch]))
    values = reshape(dy, concat([[-1], full[batch + 1 :]], 0))
    total = unsorted_segment_sum(values, reshape(rows, [-1]), multiply(lead, full[batch]))
    return reshape(total, full)


def _gather_grad(op: Operation, dy: Tensor) -> Any:
    handle, indices = op.inputs
    if op.attrs["batch_dims"]:
        return _batch_gather_grad(op, dy), None
    known = handle_shape(handle)
    full = known.as_list() if known.is_fully_defined() else variable_shape(handle, out_type=int32)
    full = convert_to_tensor(full, int32)
    values = reshape(dy, concat([[-1], full[1:]], 0))
    return IndexedSlices(values, reshape(indices, [-1]), full), None


_gather = defop(
    "ResourceGather",
    "resource: resource, indices: Tindices -> @dtype",
    doc="Rows of a variable by position.",
    types={"Tindices": "index"},
    attrs={"dtype": REQUIRED, "batch_dims": 0, "validate_indices": True},
    shape=_gather_shape,
    kernel=lambda xp, cell, indices, *, dtype, batch_dims, validate_indices: _gather_kernel(
        xp, cell.read(), indices, batch_dims, batch_dims=batch_dims
    ),
    stateful=True,
    grad=_gather_grad,
)


class _Seen:
    """An op as the shape rule of a reference variable's op sees it: the variable for the handle."""

    def __init__(self, op: Operation) -> None:
        self.opdef, self.attrs, self.type = op.opdef, op.attrs, op.type
        self.inputs = [_Shaped(handle_shape(op.inputs[0])), *op.inputs[1:]]


class _Shaped:
    def __init__(self, shape: TensorShape) -> None:
        self.shape = shape


def _gather_nd_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.scattering import scatter_nd

    full = variable_shape(op.inputs[0], out_type=op.inputs[1].dtype.base_dtype)
    return scatter_nd(op.inputs[1], dy, full), None


_gather_nd = defop(
    "ResourceGatherNd",
    "resource: resource, indices: Tindices -> @dtype",
    doc="Slices of a variable by index vectors.",
    types={"Tindices": "index"},
    attrs={"dtype": REQUIRED},
    shape=lambda op: _gather_nd_shape(_Seen(op)),  # type: ignore[arg-type]
    kernel=lambda xp, cell, indices, *, dtype: _gather_nd_kernel(xp, cell.read(), indices),
    stateful=True,
    grad=_gather_nd_grad,
)

# ---------------------------------------------------------------- writing


def _writing(kernel: Callable[..., Any], **fixed: Any) -> Callable[..., None]:
    """The kernel of a reference variable's op, without its output."""

    def write(xp: Any, cell: Cell, *args: Any, **attrs: Any) -> None:
        with cell.lock:  # no other run changes it between its read and its write
            kernel(xp, cell, *args, **attrs, **fixed)

    return write


def _assigned_shape(op: Operation) -> list[TensorShape]:
    value = op.inputs[1]
    _checked_shape(op, value.dtype).merge_with(value.shape)
    return []


def _twin(type: str, of: str, handle: str, shape: Callable[..., Any], **fixed: Any) -> None:
    """Declares what an op does to a reference variable for a resource variable.

    Args:
        type: the new op type.
        of: the reference variable's op type.
        handle: the name of the first input.
        shape: the shape rule.
        fixed: attributes that only the old one has, with their values.
    """
    old: OpDef = OPS[of]
    assert old.kernel is not None
    _, _, others = old.signature.partition("->")[0].replace("ref(T)", "resource").partition(":")
    defop(
        type,
        f"{handle}:{others}->",
        doc=old.doc,
        types={a.var: "|".join(d.name for d in a.allowed) for a in old.inputs if a.var},
        attrs={k: v for k, v in old.attrs.items() if k not in fixed},
        shape=shape,
        kernel=_writing(old.kernel, **fixed),
        stateful=True,
        grad=_WRITES,
    )


_assign = defop(
    "AssignVariableOp",
    "resource: resource, value: T ->",
    doc="Puts a value into a variable.",
    attrs={"validate_shape": False},
    shape=_assigned_shape,
    kernel=_writing(_assign_kernel, use_locking=True),
    stateful=True,
    grad=_WRITES,
)
for _word in ("Add", "Sub"):
    _twin(
        f"Assign{_word}VariableOp", f"Assign{_word}", "resource", _assigned_shape,
        use_locking=True,
    )  # fmt: skip


def _as_old(of: str) -> Callable[[Operation], list[TensorShape]]:
    """The checks of a reference variable's op, which has an output of the variable's shape."""

    def shape(op: Operation) -> list[TensorShape]:
        OPS[of].shape(_Seen(op))  # type: ignore[arg-type]
        return []

    return shape


def _declare_twins() -> None:
    for word in ("Update", "Add", "Sub", "Mul", "Div", "Min", "Max"):
        old = f"Scatter{word}"
        _twin(f"Resource{old}", old, "resource", _as_old(old), use_locking=True)
    for word in ("Update", "Add", "Sub"):
        old = f"ScatterNd{word}"
        _twin(f"Resource{old}", old, "ref", _as_old(old))
    _twin(
        "ResourceStridedSliceAssign", "StridedSliceAssign", "ref",
        _as_old("StridedSliceAssign"),
    )  # fmt: skip
    for old in [name for name in OPS if name.startswith(("Apply", "SparseApply"))]:
        _twin(f"Resource{old}", old, "var", lambda op: [])
    RULES.update({f"Resource{old}": rule for old, rule in RULES.items()})


_declare_twins()

_count_up_to = defop(
    "ResourceCountUpTo",
    "resource: resource -> @T",
    doc="Adds one to a variable, up to a limit; gives the value before.",
    attrs={"limit": REQUIRED, "T": REQUIRED},
    shape=lambda op: SCALAR,
    kernel=lambda xp, cell, *, limit, T: OPS["CountUpTo"].kernel(xp, cell, limit=limit),  # type: ignore[misc]
    stateful=True,
    grad=_WRITES,
)


def _destroy_kernel(xp: Any, cell: Cell, *, ignore_lookup_error: bool) -> None:
    if not cell.is_initialized and not ignore_lookup_error:
        raise NotFoundError(None, None, f"Resource {cell.op.name} does not exist.")
    cell.value = None


_destroy = defop(
    "DestroyResourceOp",
    "resource: resource ->",
    doc="Takes a variable's value away.",
    attrs={"ignore_lookup_error": True},
    shape=lambda op: [],
    kernel=_destroy_kernel,
    stateful=True,
    grad=_WRITES,
)

# ---------------------------------------------------------------- updates of resources only


def _update(
    name: str, inputs: str, rule: Callable[..., Any], doc: str, sparse: bool = False, **attrs: Any
) -> None:
    """Declares `ResourceApply<name>`; `inputs` as in `training._update`, a `&` marks a variable."""
    words = inputs.split()
    slots = sum(word.startswith("&") for word in words)
    rows = [w for word in words for w in ((word, "indices") if word == "grad" else (word,))]
    kinds = {"indices": "Tindices"}
    RULES[f"ResourceApply{name}"] = rule, slots, words.index("grad")
    declared: list[tuple[str, list[str], Any]] = [("Apply", words, _dense_kernel)]
    if sparse:
        declared.append(("SparseApply", rows, _sparse_kernel))
    for prefix, names, make in declared:
        terms = [
            f"{w[1:]}: resource" if w.startswith("&") else f"{w}: {kinds.get(w, 'T')}"
            for w in names
        ]
        defop(
            f"Resource{prefix}{name}",
            f"{', '.join(terms)} ->",
            doc=doc,
            types={"T": "float|complex", "Tindices": "index"},
            attrs={"use_locking": False, **attrs},
            shape=lambda op: [],
            kernel=_writing(make(rule, slots, names.index("grad"))),
            stateful=True,
            grad=_WRITES,
        )


def _adagrad_v2(
    xp: Any, var: Any, accum: Any, lr: Any, epsilon: Any, grad: Any, *, update_slots: bool
) -> tuple[Any, ...]:
    accum = accum + grad * grad if update_slots else accum
    return var - grad * lr / (xp.sqrt(accum) + epsilon), accum


def _keras_momentum(
    xp: Any, var: Any, accum: Any, lr: Any, grad: Any, momentum: Any, *, use_nesterov: bool
) -> tuple[Any, ...]:
    """The rate is a part of what is accumulated: the accumulator is the step itself."""
    accum = accum * momentum - grad * lr
    return var + (accum * momentum - grad * lr if use_nesterov else accum), accum


def _amsgrad(
    xp: Any, var: Any, m: Any, v: Any, vhat: Any, beta1_power: Any, beta2_power: Any, lr: Any,
    beta1: Any, beta2: Any, epsilon: Any, grad: Any,
) -> tuple[Any, ...]:  # fmt: skip
    """Reddi et al. (2018): the second moment never falls."""
    alpha = lr * xp.sqrt(1 - beta2_power) / (1 - beta1_power)
    m = m + (grad - m) * (1 - beta1)
    v = v + (grad * grad - v) * (1 - beta2)
    vhat = xp.maximum(vhat, v)
    return var - m * alpha / (xp.sqrt(vhat) + epsilon), m, v, vhat


def _add_sign(
    xp: Any, var: Any, m: Any, lr: Any, alpha: Any, sign_decay: Any, beta: Any, grad: Any
) -> tuple[Any, ...]:
    """Bello et al. (2017)."""
    m = m * beta + grad * (1 - beta)
    return var - lr * (alpha + sign_decay * xp.sign(grad) * xp.sign(m)) * grad, m


def _power_sign(
    xp: Any, var: Any, m: Any, lr: Any, logbase: Any, sign_decay: Any, beta: Any, grad: Any
) -> tuple[Any, ...]:
    """Bello et al. (2017)."""
    m = m * beta + grad * (1 - beta)
    return var - lr * xp.exp(logbase * sign_decay * xp.sign(grad) * xp.sign(m)) * grad, m


_update(
    "AdagradV2", "&var &accum lr epsilon grad", _adagrad_v2,
    "One step of Adagrad, as Keras has it.", True, update_slots=True,
)  # fmt: skip
_update(
    "KerasMomentum", "&var &accum lr grad momentum", _keras_momentum,
    "One step of momentum, as Keras has it.", True, use_nesterov=False,
)  # fmt: skip
_update(
    "AdamWithAmsgrad",
    "&var &m &v &vhat beta1_power beta2_power lr beta1 beta2 epsilon grad",
    _amsgrad,
    "One step of AMSGrad.",
)
_update("AddSign", "&var &m lr alpha sign_decay beta grad", _add_sign, "One step of AddSign.")
_update(
    "PowerSign", "&var &m lr logbase sign_decay beta grad", _power_sign, "One step of PowerSign."
)
