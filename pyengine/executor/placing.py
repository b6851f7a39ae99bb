"""Placement: which ops of a plan run on a GPU, and where each value is.

A graph none of whose ops names a GPU knows nothing of this: its plans are made as if there were
none. In one that does, ops are placed as TensorFlow's placer does it:

* an op with a device goes there. One that a GPU has no kernel for goes to the CPU if placement is
  soft, and is refused if it is not. One whose values TensorFlow keeps in the host's memory even on
  a GPU (shapes, constants), or for which it alone has a kernel, counts as placed and is computed by
  the CPU.
* an op that writes to a variable goes where the variable is.
* an op without a device goes to the GPU its inputs are on, else to the first GPU, if there is a
  kernel. What only counts (integers and booleans from the host) stays on the host.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any

from pyengine.device import DeviceSpec
from pyengine.device_kernels import device_kernel
from pyengine.device_kernels.arrays import HOST_RESULTS
from pyengine.device_kernels.kinds import ALL
from pyengine.dtypes import resource
from pyengine.errors import InvalidArgumentError
from pyengine.executor.device_cell import DeviceCell
from pyengine.executor.gpu import Gpu
from pyengine.executor.runtime import Runtime
from pyengine.executor.structure import CONTROL_FLOW, MERGES
from pyengine.graph import Operation, Tensor
from pyengine.ops.resource import handle_key

VARIABLES = frozenset({"VarHandleOp", "VariableV2"})

IN_HOST_MEMORY = CONTROL_FLOW | frozenset(
    {
        "Assert", "BroadcastArgs", "BroadcastGradientArgs", "Const", "ControlTrigger",
        "DestroyResourceOp", "IdentityN", "InvertPermutation", "LinSpace", "Multinomial", "NoOp",
        "Placeholder", "PlaceholderWithDefault", "RandomStandardNormal", "RandomUniform",
        "RandomUniformInt", "Range", "ReducedShape", "ResourceReference", "StackCloseV2",
        "StackPopV2", "StackPushV2", "StackV2", "StatelessRandomNormal", "StatelessRandomUniform",
        "StatelessRandomUniformInt", "StatelessTruncatedNormal", "TensorArrayCloseV3",
        "TensorArrayConcatV3", "TensorArrayGatherV3", "TensorArrayGradV3", "TensorArrayReadV3",
        "TensorArrayScatterV3", "TensorArraySizeV3", "TensorArraySplitV3", "TensorArrayV3",
        "TensorArrayWriteV3", "TruncatedNormal",
    }
)  # fmt: skip
"""Op types that may be placed on a GPU and are computed by the CPU: constants, and what the host
has to know; random numbers too, which are those of the CPU, bit for bit."""

WITHOUT_KERNEL = frozenset(
    {
        "AdjustContrastv2", "AdjustHue", "AdjustSaturation", "Angle", "BatchToSpaceND", "Bincount",
        "Bitcast", "CropAndResize", "CropAndResizeGradBoxes", "CropAndResizeGradImage", "Cross",
        "DepthToSpace", "Dilation2D", "Dilation2DBackpropFilter", "Dilation2DBackpropInput",
        "DynamicPartition", "DynamicStitch", "EnsureShape", "ExtractImagePatches", "FFT", "FFT2D",
        "FFT3D", "FakeQuantWithMinMaxArgs", "FakeQuantWithMinMaxArgsGradient",
        "FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsGradient",
        "FakeQuantWithMinMaxVarsPerChannel", "FakeQuantWithMinMaxVarsPerChannelGradient",
        "HSVToRGB", "HistogramFixedWidth", "IFFT", "IFFT2D", "IFFT3D", "IRFFT", "IRFFT2D",
        "IRFFT3D", "LeftShift", "Lu", "MatrixDiagPartV3", "MatrixDiagV3", "MatrixSetDiagV3",
        "MaxPoolGradGrad", "MaxPoolGradGradWithArgmax", "MaxPoolGradWithArgmax",
        "MaxPoolWithArgmax", "MirrorPad", "MirrorPadGrad", "ParallelDynamicStitch",
        "PopulationCount", "Qr", "QuantizeAndDequantizeV2", "RFFT", "RFFT2D", "RFFT3D", "RGBToHSV",
        "ResizeBilinear", "ResizeBilinearGrad", "ResizeNearestNeighbor",
        "ResizeNearestNeighborGrad", "ResourceGatherNd", "ResourceScatterNdAdd",
        "ResourceScatterNdSub", "ResourceScatterNdUpdate", "ResourceStridedSliceAssign",
        "ReverseSequence", "RightShift", "ScatterNdAdd", "ScatterNdSub", "ScatterNdUpdate",
        "SegmentSum", "SelfAdjointEigV2", "SpaceToBatchND", "SpaceToDepth",
        "SparseTensorDenseMatMul", "StridedSliceAssign", "Svd", "TensorScatterAdd",
        "TensorScatterSub", "TensorScatterUpdate", "UnsortedSegmentMax", "UnsortedSegmentMin",
        "UnsortedSegmentProd",
    }
)  # fmt: skip
"""Op types that TensorFlow has GPU kernels for, and this does not: the CPU computes them, wherever
they are placed, as refusing them would refuse programs that TensorFlow runs."""

_COMPUTED_BY_CPU = IN_HOST_MEMORY | WITHOUT_KERNEL

_STAYS = frozenset({"ExpandDims", "Identity", "Reshape", "Squeeze", "StopGradient"})
"""Op types that compute nothing: without a device of their own they run where their input is."""

_COUNTS = frozenset({"int8", "int16", "int32", "int64", "uint8", "bool"})


@functools.lru_cache(maxsize=1024)
def _spec(device: str) -> DeviceSpec:
    return DeviceSpec.from_string(device)


def variable_of(tensor: Tensor) -> Operation | None:
    """The op of the variable that a reference or a handle is of; None where only the run knows."""
    op = tensor.op
    while op.type not in VARIABLES:
        if not op.inputs or not _is_variable(op.inputs[0]) or op.type in MERGES:
            return None
        op = op.inputs[0].op
    return op


def _is_variable(tensor: Tensor) -> bool:
    """Whether a tensor is a reference, or a handle: what stands for a variable."""
    return tensor.dtype.is_ref or tensor.dtype is resource


def made(op: Operation, runtime: Runtime) -> Any:
    """The cell of a variable in a session, None if there is none yet."""
    if op.type == "VarHandleOp":
        return runtime.made_shared(handle_key(op))
    return runtime.made(op)


def make_there(op: Operation, runtime: Runtime, gpu: Gpu) -> Any:
    """The cell of a variable in a session, made for a GPU if there is none yet."""
    if op.type == "VarHandleOp":
        return runtime.shared(handle_key(op), lambda: DeviceCell(op, gpu))
    return runtime.state_of(op, lambda op: DeviceCell(op, gpu))


def place(ops: Iterable[Operation], fed: set[Tensor], runtime: Runtime) -> dict[Operation, Gpu]:
    """The GPU of each op that runs on one.

    Args:
        ops: the ops of a plan, each after those of its inputs.
        fed: the tensors whose values are given: on the host.
        runtime: the session's state.

    Raises:
        InvalidArgumentError: for an op on a GPU that has no kernel for it, unless placement is
            soft.
    """
    placer = _Placer(fed, runtime)
    for op in ops:
        placer.add(op)
    return placer.found


class _Placer:
    def __init__(self, fed: set[Tensor], runtime: Runtime) -> None:
        self.found: dict[Operation, Gpu] = {}
        self._handles: dict[Any, Gpu] = {}  # by `handle_key`
        self._fed = fed
        self._runtime = runtime

    def add(self, op: Operation) -> None:
        if op.device:
            self._runtime.check_placement(op)
        gpu = self._place_of(op)
        if gpu is not None:
            self.found[op] = gpu

    def _place_of(self, op: Operation) -> Gpu | None:
        if op.type in HOST_RESULTS:
            return self._of_inputs(op)
        spec = _spec(op.device)
        wanted = None
        if spec.device_type == "GPU":
            wanted = self._wanted(spec)
        elif spec.device_type is not None:
            return None
        if op.type in VARIABLES:
            return self._of_variable(op, wanted)
        if device_kernel(op) is None:
            if wanted is not None:
                self._check_refusal(op)
            return None
        variables = [t for t in op.inputs if _is_variable(t)]
        if op.opdef.stateful and variables:
            return self._of_written(variables)
        there = self._of_inputs(op)
        if there is None and (self._only_counts(op) or (wanted is None and op.type in _STAYS)):
            return None
        return wanted or there or self._runtime.gpus[0]

    def _wanted(self, spec: DeviceSpec) -> Gpu:
        """The GPU that a device string names; where it is not there, placement is soft."""
        gpus, index = self._runtime.gpus, spec.device_index or 0
        return gpus[index] if index < len(gpus) else gpus[0]

    def _check_refusal(self, op: Operation) -> None:
        if self._runtime.soft_placement or op.type in _COMPUTED_BY_CPU:
            return
        raise InvalidArgumentError(
            None,
            op,
            f"Cannot assign a device for operation {op.name}: Could not satisfy explicit device "
            f"specification '{op.device}' because no supported kernel for GPU devices is "
            f"available: {op.type} of {', '.join(_types(op)) or 'no inputs'} runs on the CPU. "
            f"tf.ConfigProto(allow_soft_placement=True) runs it there.",
        )

    def _of_inputs(self, op: Operation) -> Gpu | None:
        """The GPU that the first of the op's inputs on a GPU is on."""
        hosts = op.opdef.hosts_of(op)
        for i, tensor in enumerate(op.inputs):
            if i in hosts or tensor in self._fed or tensor.op.type in HOST_RESULTS:
                continue
            gpu = self.found.get(tensor.op)
            if gpu is not None:
                return gpu
        return None

    def _of_variable(self, op: Operation, wanted: Gpu | None) -> Gpu | None:
        """A variable stays where this session has made it; one of integers goes nowhere alone."""
        cell = made(op, self._runtime)
        if cell is not None:
            return cell.gpu if isinstance(cell, DeviceCell) else None
        name = op.attrs["dtype"].base_dtype.name
        if name not in ALL:
            if wanted is not None:
                self._check_refusal(op)
            return None
        gpu = wanted or (None if name in _COUNTS else self._runtime.gpus[0])
        if op.type == "VarHandleOp" and gpu is not None:  # the first handle decides for all
            gpu = self._handles.setdefault(handle_key(op), gpu)
        return gpu

    def _of_written(self, refs: Sequence[Tensor]) -> Gpu | None:
        """Where an update runs: with its variables, or on the CPU if they are not in one place."""
        places = {self._of_reference(t) for t in refs}
        return places.pop() if len(places) == 1 else None

    def _of_reference(self, tensor: Tensor) -> Gpu | None:
        variable = variable_of(tensor)
        return None if variable is None else self.found.get(variable)

    def _only_counts(self, op: Operation) -> bool:
        """Whether an op, none of whose inputs is on a GPU, has to do with integers only."""
        return _types(op) <= _COUNTS


def _types(op: Operation) -> set[str]:
    hosts = op.opdef.hosts_of(op)
    tensors = [t for i, t in enumerate(op.inputs) if i not in hosts]
    return {t.dtype.base_dtype.name for t in (*tensors, *op.outputs)}


def device_names(
    ops: Sequence[Operation], fed: set[Tensor], runtime: Runtime
) -> dict[Operation, str]:
    """The full name of the device that each op runs on, for the log of placements."""
    from pyengine.executor.plan import is_placed

    placed = place(ops, fed, runtime) if is_placed(ops, runtime) else {}
    return {op: placed[op].name if op in placed else runtime.cpu_of(op) for op in ops}
