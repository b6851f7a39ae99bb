"""The options of sessions and runs: `ConfigProto`, `GPUOptions`, `RunOptions`, `RunMetadata`.

An option that the engine does not have is refused by name; one that only tunes TensorFlow's own
runtime is accepted, since leaving it out changes no result.
"""

from __future__ import annotations

from typing import Any


class _Options:
    """Settings given by keyword; an unknown one is an error."""

    _fields: dict[str, Any] = {}

    def __init__(self, **given: Any) -> None:
        for field, default in self._fields.items():
            setattr(self, field, default() if callable(default) else default)
        for field, value in given.items():
            if field not in self._fields:
                raise ValueError(
                    f"Protocol message {type(self).__name__} has no {field!r} field; it has "
                    f"{', '.join(sorted(self._fields))}"
                )
            setattr(self, field, value)

    def __getattr__(self, name: str) -> Any:  # the fields are set by name, for mypy to know
        raise AttributeError(f"{type(self).__name__} has no field {name!r}")

    def __repr__(self) -> str:
        changed = ", ".join(f"{f}={getattr(self, f)!r}" for f in self._fields)
        return f"{type(self).__name__}({changed})"


class GPUOptions(_Options):
    """How a GPU's memory is used; of no effect without one."""

    _fields = {
        "per_process_gpu_memory_fraction": 0.0,
        "allow_growth": False,
        "visible_device_list": "",
        "allocator_type": "",
    }


class OptimizerOptions(_Options):
    """How TensorFlow's own runtime optimizes graphs."""

    L0 = -1
    L1 = 0
    OFF = 0
    ON_1 = 1
    ON_2 = 2
    _fields = {
        "do_common_subexpression_elimination": False,
        "do_constant_folding": False,
        "do_function_inlining": False,
        "opt_level": 0,
        "global_jit_level": 0,
    }


class GraphOptions(_Options):
    """Options about graphs."""

    _fields = {
        "optimizer_options": OptimizerOptions,
        "infer_shapes": True,
        "enable_recv_scheduling": False,
        "rewrite_options": None,
    }


class ConfigProto(_Options):
    """The configuration of a session.

    Example:
        >>> ConfigProto(allow_soft_placement=True).allow_soft_placement
        True
    """

    _fields = {
        "allow_soft_placement": False,
        "log_device_placement": False,
        "device_count": dict,
        "gpu_options": GPUOptions,
        "graph_options": GraphOptions,
        "intra_op_parallelism_threads": 0,
        "inter_op_parallelism_threads": 0,
        "use_per_session_threads": False,
        "operation_timeout_in_ms": 0,
        "session_inter_op_thread_pool": list,
    }


class RunOptions(_Options):
    """The options of one run."""

    NO_TRACE = 0
    SOFTWARE_TRACE = 1
    HARDWARE_TRACE = 2
    FULL_TRACE = 3
    _fields = {
        "trace_level": 0,
        "timeout_in_ms": 0,
        "inter_op_thread_pool": 0,
        "output_partition_graphs": False,
        "report_tensor_allocations_upon_oom": False,
    }


class RunMetadata(_Options):
    """What a run tells of itself."""

    _fields = {"step_stats": None, "cost_graph": None, "partition_graphs": list}


# Options that would change what a run does and are not there yet.
_UNAVAILABLE = ("log_device_placement", "session_inter_op_thread_pool")


def check_config(config: ConfigProto | None) -> ConfigProto:
    """The configuration to use; raises for one that asks for what the engine cannot do."""
    if config is None:
        return ConfigProto()
    if not isinstance(config, ConfigProto):
        raise TypeError(f"config must be a tf.ConfigProto, but got {type(config).__name__}")
    for option in _UNAVAILABLE:
        if getattr(config, option):
            raise NotImplementedError(f"ConfigProto({option}=...) is not available yet")
    return config
