"""`replica_device_setter`: variables to parameter servers, the rest to the worker."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyengine.device import DeviceSpec

__all__ = ["replica_device_setter"]

_PS_OPS = (
    "Variable", "VariableV2", "AutoReloadVariable", "MutableHashTable", "MutableHashTableV2",
    "MutableHashTableOfTensors", "MutableHashTableOfTensorsV2", "MutableDenseHashTable",
    "MutableDenseHashTableV2", "VarHandleOp", "BoostedTreesEnsembleResourceHandleOp",
)  # fmt: skip


def replica_device_setter(
    ps_tasks: int = 0,
    ps_device: str = "/job:ps",
    worker_device: str = "/job:worker",
    merge_devices: bool = True,
    cluster: Any = None,
    ps_ops: Sequence[str] | None = None,
    ps_strategy: Callable[[Any], int] | None = None,
) -> Callable[[Any], str] | None:
    """A function for `tf.device` that spreads a model over processes.

    Graphs made so can be written for TensorFlow; sessions here have one process only.

    Args:
        ps_tasks: how many parameter servers there are.
        ps_device: the device of variables.
        worker_device: the device of all other ops.
        merge_devices: whether a device that an op has is completed, or left as it is.
        cluster: the tasks of each job: a dict, a `ClusterDef`, or an object with `as_dict`.
        ps_ops: the op types that go to parameter servers; variables and tables by default.
        ps_strategy: a function of the op that says which server is its; one after the other by
            default.

    Returns:
        The function; None where there are no parameter servers.

    Raises:
        TypeError: when `ps_strategy` is no function.
        ValueError: when `cluster` is none.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.device(replica_device_setter(ps_tasks=2)):
        ...     v, w = tf.Variable(1.0), tf.Variable(2.0)
        ...     x = v + w
        >>> v.device, w.device, x.device
        ('/job:ps/task:0', '/job:ps/task:1', '/job:worker')
    """
    if cluster is not None:
        tasks = _tasks(cluster).get(DeviceSpec.from_string(ps_device).job or "")
        if not tasks:
            return None
        ps_tasks = len(tasks)
    if not ps_tasks:
        return None
    types = _PS_OPS if ps_ops is None else tuple(ps_ops)
    rounds = itertools.cycle(range(ps_tasks))
    choose = ps_strategy or (lambda op: next(rounds))
    if not callable(choose):
        raise TypeError("ps_strategy must be callable")
    servers = DeviceSpec.from_string(ps_device)
    workers = DeviceSpec.from_string(worker_device or "")

    def device_of(op: Any) -> str:
        if op.device and not merge_devices:
            return op.device
        given = DeviceSpec.from_string(op.device or "")
        if op.type not in types:
            return workers.make_merged_spec(given).to_string()
        spec = servers
        if spec.job and given.job in (None, spec.job):
            spec = spec.replace(task=choose(op))
        return spec.make_merged_spec(given).to_string()

    return device_of


def _tasks(cluster: Any) -> dict[str, list[Any]]:
    """The tasks of each job of a cluster."""
    if isinstance(cluster, Mapping):
        return {job: list(tasks) for job, tasks in cluster.items()}
    as_dict = getattr(cluster, "as_dict", None)
    if as_dict is not None:
        return _tasks(as_dict())
    jobs = getattr(cluster, "job", None)
    if jobs is None:
        raise ValueError(f"cluster must be a dict, a ClusterDef or a ClusterSpec, got {cluster!r}")
    return {job.name: list(job.tasks.values()) for job in jobs}
