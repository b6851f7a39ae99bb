"""The op types behind `tf.TensorArray`, and their gradients.

A write gives out a new *flow*, which later reads take, so that reads come after writes without
control inputs. A gradient goes along the flows backwards: the gradient of a read writes to the
array of gradients, that of a write reads from it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.executor.tensor_arrays import TensorArrayState
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.shape import SCALAR, UNKNOWN, TensorShape
from pyengine.static import constant_value

__all__ = [
    "tensor_array_close_v3",
    "tensor_array_concat_v3",
    "tensor_array_gather_v3",
    "tensor_array_grad_v3",
    "tensor_array_read_v3",
    "tensor_array_scatter_v3",
    "tensor_array_size_v3",
    "tensor_array_split_v3",
    "tensor_array_v3",
    "tensor_array_write_v3",
]

_FLOW = np.float32(0)


def _gradient_array(op: Operation, dtype: Any, flow: Any, name: str) -> Any:
    """The TensorArray of gradients, for the call of `gradients` that has the given name."""
    from pyengine.ops.tensor_array import TensorArray

    forward = TensorArray(
        dtype=dtype, handle=op.inputs[0], flow=flow, colocate_with_first_write_call=False
    )
    return forward.grad(source=_source_of(name), flow=flow)


def _source_of(name: str) -> str:
    """The call of `gradients` that a gradient belongs to: the scope that it made.

    Raises:
        ValueError: for a gradient made in a scope of another name.
    """
    parts = name.split("/")
    found = [i for i, part in enumerate(parts) if part.startswith("gradients")]
    if not found:
        raise ValueError(
            f"Expected op/tensor name to start with gradients (excluding scope), got: {name}. This "
            f"means that a tf.gradients op with this op in its dependency path has a custom name "
            f"that does not start with 'gradients'. Please make sure all calls to tf.gradients "
            f"that have non-empty `name` arguments use names that start with 'gradients'."
        )
    return "/".join(parts[: found[-1] + 1])


def _behind_forward(op: Operation, flow: Any) -> Any:
    """The gradient's flow, once the forward op has run: the shapes are known then."""
    from pyengine.ops.array import identity
    from pyengine.scopes import control_dependencies

    flow_out = identity(op.outputs[0], "flow_out")
    with control_dependencies([flow_out]):
        return identity(flow, "write_barrier")


def _read_grad(op: Operation, grad: Any) -> Any:
    array = _gradient_array(op, op.attrs["dtype"], op.inputs[2], grad.name)
    return [None, None, array.write(op.inputs[1], grad).flow]


def _write_grad(op: Operation, flow: Any) -> Any:
    dtype = op.inputs[2].dtype.base_dtype
    barrier = _behind_forward(op, flow)
    array = _gradient_array(op, dtype, barrier, flow.name)
    return [None, None, array.read(op.inputs[1]), barrier]


def _gather_grad(op: Operation, grad: Any) -> Any:
    array = _gradient_array(op, op.attrs["dtype"], op.inputs[2], grad.name)
    return [None, None, array.scatter(op.inputs[1], grad).flow]


def _scatter_grad(op: Operation, flow: Any) -> Any:
    dtype = op.inputs[2].dtype.base_dtype
    barrier = _behind_forward(op, flow)
    array = _gradient_array(op, dtype, barrier, flow.name)
    return [None, None, array.gather(op.inputs[1]), barrier]


def _concat_grad(op: Operation, grad: Any, _: Any) -> Any:
    array = _gradient_array(op, op.attrs["dtype"], op.inputs[1], grad.name)
    return [None, array.split(grad, lengths=op.outputs[1]).flow]


def _split_grad(op: Operation, flow: Any) -> Any:
    dtype = op.inputs[1].dtype.base_dtype
    barrier = _behind_forward(op, flow)
    array = _gradient_array(op, dtype, barrier, flow.name)
    return [None, array.concat(), None, barrier]


def _made(xp: Any, size: int, **attrs: Any) -> Any:
    state = TensorArrayState(
        attrs["dtype"].as_numpy_dtype,
        size,
        attrs["element_shape"],
        dynamic_size=attrs["dynamic_size"],
        clear_after_read=attrs["clear_after_read"],
        identical_shapes=attrs["identical_element_shapes"],
    )
    return state, _FLOW


def _written(xp: Any, array: TensorArrayState, index: Any, value: Any, flow: Any) -> Any:
    array.write(int(index), value)
    return _FLOW


def _scattered(xp: Any, array: TensorArrayState, indices: Any, value: Any, flow: Any) -> Any:
    array.write_many(indices, value)
    return _FLOW


def _split(xp: Any, array: TensorArrayState, value: Any, lengths: Any, flow: Any) -> Any:
    array.split(value, lengths)
    return _FLOW


def _gathered_shape(op: Operation) -> TensorShape:
    row = op.attrs["element_shape"]
    return UNKNOWN if row.sizes is None else TensorShape([None, *row.as_list()])


def _concat_shape(op: Operation) -> Any:
    row = op.attrs["element_shape_except0"]
    lengths = TensorShape([None])
    return [UNKNOWN if row.sizes is None else TensorShape([None, *row.as_list()]), lengths]


tensor_array_v3 = defop(
    "TensorArrayV3",
    "size: host int32 -> resource, float32",
    doc="A TensorArray, that lives as long as the run, and its first flow.",
    attrs={
        "dtype": REQUIRED,
        "element_shape": UNKNOWN,
        "dynamic_size": False,
        "clear_after_read": True,
        "identical_element_shapes": False,
        "tensor_array_name": "",
    },
    shape=lambda op: [TensorShape([2]), SCALAR],
    kernel=_made,
    stateful=True,
    grad=no_grad("it has no inputs that gradients flow to"),
)

tensor_array_grad_v3 = defop(
    "TensorArrayGradV3",
    "handle: resource, flow_in: float32 -> resource, float32",
    doc="The TensorArray of another one's gradients; the same one for the same `source`.",
    attrs={"source": REQUIRED},
    shape=lambda op: [TensorShape([2]), SCALAR],
    kernel=lambda xp, array, flow, *, source: (array.gradient(source), _FLOW),
    stateful=True,
    grad=no_grad("a TensorArray of gradients is state"),
)

tensor_array_write_v3 = defop(
    "TensorArrayWriteV3",
    "handle: resource, index: int32, value: T, flow_in: float32 -> float32",
    doc="Puts an element into a TensorArray.",
    shape=lambda op: SCALAR,
    kernel=_written,
    stateful=True,
    grad=_write_grad,
)

tensor_array_read_v3 = defop(
    "TensorArrayReadV3",
    "handle: resource, index: int32, flow_in: float32 -> @dtype",
    doc="An element of a TensorArray.",
    attrs={"dtype": REQUIRED},
    shape=lambda op: UNKNOWN,
    kernel=lambda xp, array, index, flow, *, dtype: array.read(int(index)),
    stateful=True,
    grad=_read_grad,
)

tensor_array_gather_v3 = defop(
    "TensorArrayGatherV3",
    "handle: resource, indices: host int32, flow_in: float32 -> @dtype",
    doc="Elements of a TensorArray, stacked.",
    attrs={"dtype": REQUIRED, "element_shape": UNKNOWN},
    shape=_gathered_shape,
    kernel=lambda xp, array, indices, flow, *, dtype, element_shape: array.read_many(
        indices, element_shape
    ),
    stateful=True,
    grad=_gather_grad,
)


def _scatter_shape(op: Operation) -> TensorShape:
    indices, value = op.inputs[1].shape.with_rank(1), op.inputs[2].shape
    if value.ndims:
        indices.merge_with(value[:1])
    return SCALAR


tensor_array_scatter_v3 = defop(
    "TensorArrayScatterV3",
    "handle: resource, indices: host int32, value: T, flow_in: float32 -> float32",
    doc="Puts the rows of a tensor into a TensorArray.",
    shape=_scatter_shape,
    kernel=_scattered,
    stateful=True,
    grad=_scatter_grad,
)

tensor_array_concat_v3 = defop(
    "TensorArrayConcatV3",
    "handle: resource, flow_in: float32 -> @dtype, int64",
    doc="All elements of a TensorArray along their first axis, and the length of each.",
    attrs={"dtype": REQUIRED, "element_shape_except0": UNKNOWN},
    shape=_concat_shape,
    kernel=lambda xp, array, flow, *, dtype, element_shape_except0: array.concat(
        element_shape_except0
    ),
    stateful=True,
    grad=_concat_grad,
)

tensor_array_split_v3 = defop(
    "TensorArraySplitV3",
    "handle: resource, value: T, lengths: host int64, flow_in: float32 -> float32",
    doc="Puts slices of a tensor into a TensorArray.",
    shape=lambda op: SCALAR,
    kernel=_split,
    stateful=True,
    grad=_split_grad,
)

tensor_array_size_v3 = defop(
    "TensorArraySizeV3",
    "handle: resource, flow_in: float32 -> int32",
    doc="The number of elements of a TensorArray.",
    shape=lambda op: SCALAR,
    kernel=lambda xp, array, flow: np.int32(len(array)),
    stateful=True,
    grad=no_grad("its output is an integer"),
)

tensor_array_close_v3 = defop(
    "TensorArrayCloseV3",
    "handle: resource ->",
    doc="Drops the elements of a TensorArray.",
    shape=lambda op: [],
    kernel=lambda xp, array: array.close(),
    stateful=True,
    grad=no_grad("it has no outputs"),
)


def known_size(size: Any) -> int | None:
    """A TensorArray's size, if it is known before the run."""
    if isinstance(size, Tensor):
        value = constant_value(size)
        return None if value is None else int(value)
    return int(size)
