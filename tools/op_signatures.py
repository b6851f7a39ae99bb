"""Writes pyengine/protos/op_signatures_generated.txt from the op registry of TensorFlow.

python tools/op_signatures.py, with a Python that has TensorFlow. `pyengine.protos.op_table` says
how the lines read. Op types that no program of TensorFlow 1.x makes are left out.
"""

from __future__ import annotations

import json
import pathlib
import re

from tensorflow import raw_ops
from tensorflow.core.framework import op_def_pb2
from tensorflow.python.client import pywrap_tf_session
from tensorflow.python.framework import dtypes

OUTPUT = pathlib.Path(__file__).parent.parent / "pyengine/protos/op_signatures_generated.txt"
# Other hardware and other processes, TensorFlow 2, experiments.
LEFT_OUT = """
_ A[lL]lToAll Async BigQuery Bigtable CSR CollateTPU Collective CompositeTensorV
ComputeBatchSize$ ComputeDedup ConcatND Configure Conv$ ConvertTo Copy CrossReplicaSum Cudnn
DTensor DataService Dataset(From|To)Graph Debug DeleteRpc Disable DistributedSave Dtensor
EmptyTensorMap Encapsul Experimental FileSystem Finalize GetMinibatch Global(Iter|Shuf) Host
IO IndexFlat Infeed InitializeTRT IsResource IsTensorFloat32 Isotonic KMC2 Kmeans LMDB Legacy
Load(All|TPU|Adag|Dataset) MergeDedup Mlir Nccl NearestNeighbors Neg?Train Outfeed Prelinear
PyFuncS Quantized[A-Z] Recv Register Relayout Remote Risc Rpc Save.*Dataset Send SetStats
ShutdownDist Skipgram Sleep Snapshot Split(Dedup|ND) Stats Stochastic StoreMinib SyncDevice
TRT TPU TensorMap TensorRT Uniform(Quant|Deq|Req) UncompressEl UpdateTaskId Weighted Worker
Xla .*BoostedTrees .*Summary(Db|File)?Writer Write.*Summary ImportEvent .*Compress
.*Dataset.*V[3-9]$ .*Embedding .*Ifrt .*Minibatch .*MultiDevice .*RaggedTensorToVariant
.*SparseMatrix .*TPU .*Tpu .*XLA .*Xla(Split|Concat) .*StatsDataset GetStats
"""


def argument(arg: op_def_pb2.OpDef.ArgDef) -> str:
    """An input or output as `name:type`."""
    if arg.type_list_attr:
        kind = "*" + arg.type_list_attr
    else:
        kind = arg.type_attr or dtypes.as_dtype(arg.type).base_dtype.name
        kind = f"{arg.number_attr}*{kind}" if arg.number_attr else kind
    return f"{arg.name}:ref({kind})" if arg.is_ref else f"{arg.name}:{kind}"


def shape(proto: object) -> list[int] | None:
    return None if proto.unknown_rank else [d.size for d in proto.dim]


READERS = {
    "s": lambda value: value.decode(),
    "type": lambda value: dtypes.as_dtype(value).name,
    "shape": shape,
}


def default(attr: op_def_pb2.OpDef.AttrDef) -> str | None:
    """The default of an attribute as JSON; None for tensors and functions."""
    value = attr.default_value
    field = value.WhichOneof("value") or "list"
    if attr.type in ("tensor", "func", "list(tensor)", "list(func)") or field in ("tensor", "func"):
        return None
    if field != "list":
        return json.dumps(READERS.get(field, lambda v: v)(getattr(value, field)))
    for kind, items in value.list.ListFields():
        read = READERS.get(kind.name, lambda v: v)
        return json.dumps([read(item) for item in items], separators=(",", ":"))
    return "[]"


def attribute(attr: op_def_pb2.OpDef.AttrDef) -> str:
    """An attribute as `name:type=default`."""
    text = f"{attr.name}:{attr.type}"
    found = default(attr) if attr.HasField("default_value") else None
    return text if found is None else f"{text}={found}"


def line(op: op_def_pb2.OpDef) -> str:
    """An op type's line."""
    inputs, outputs = (", ".join(map(argument, a)) for a in (op.input_arg, op.output_arg))
    text = f"{op.name}{'!' if op.is_stateful else ''}({inputs}) -> ({outputs})"
    return text + (f" | {'; '.join(map(attribute, op.attr))}" if op.attr else "")


def main() -> None:
    left_out = re.compile("|".join(LEFT_OUT.split()))
    data = pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList())
    ops = op_def_pb2.OpList.FromString(data).op
    # The registry has the ops of TensorFlow's own tests, too; `raw_ops` does not.
    kept = [op for op in ops if hasattr(raw_ops, op.name) and not left_out.match(op.name)]
    lines = [line(op) for op in sorted(kept, key=lambda op: op.name)]
    OUTPUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
