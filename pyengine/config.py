"""The options of sessions and runs: `ConfigProto`, `GPUOptions`, `RunOptions`.

An option that the engine does not have is refused by name; one that only tunes TensorFlow's own
runtime is accepted, since leaving it out changes no result.
"""

from __future__ import annotations

import copy
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

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._fields:
            raise AttributeError(
                f"Assignment not allowed (no field {name!r} in protocol message object): "
                f"{type(self).__name__} has {', '.join(sorted(self._fields))}"
            )
        super().__setattr__(name, value)

    def CopyFrom(self, other: _Options) -> None:
        """Takes over all settings of another object of this class."""
        if type(other) is not type(self):
            raise TypeError(f"CopyFrom needs a {type(self).__name__}, got {type(other).__name__}")
        for field in self._fields:
            setattr(self, field, copy.deepcopy(getattr(other, field)))

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]  # its settings can change

    def __getattr__(self, name: str) -> Any:  # the fields are set by name, for mypy to know
        raise AttributeError(f"{type(self).__name__} has no field {name!r}")

    def __repr__(self) -> str:
        changed = ", ".join(f"{f}={getattr(self, f)!r}" for f in self._fields)
        return f"{type(self).__name__}({changed})"


class GPUOptions(_Options):
    """Which GPUs a session may use, and how much of their memory; of no effect without one.

    `visible_device_list` ("1,0") picks GPUs and their order, `per_process_gpu_memory_fraction` sets
    a limit. Memory is always taken as it is needed, as with `allow_growth`.
    """

    _fields = {
        "per_process_gpu_memory_fraction": 0.0,
        "allow_growth": False,
        "visible_device_list": "",
        "allocator_type": "",
        "deferred_deletion_bytes": 0,
        "force_gpu_compatible": False,
        "polling_active_delay_usecs": 0,
        "polling_inactive_delay_msecs": 0,
        "per_process_gpu_memory_growth": False,
        "experimental": None,
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
        "max_folded_constant_in_bytes": 0,
        "opt_level": 0,
        "global_jit_level": 0,
    }


class GraphOptions(_Options):
    """Options about graphs."""

    _fields = {
        "optimizer_options": OptimizerOptions,
        "infer_shapes": True,
        "enable_recv_scheduling": False,
        "build_cost_model": 0,
        "build_cost_model_after": 0,
        "place_pruned_graph": False,
        "enable_bfloat16_sendrecv": False,
        "timeline_step": 0,
        "rewrite_options": None,
    }


class ExperimentalOptions(_Options):
    """Options that TensorFlow may still change; `executor_type` chooses the backend here.

    It is "numpy", "torch" or "auto"; "" leaves it to the environment variable TENSORFLOW_BACKEND.
    """

    _fields = {"collective_group_leader": "", "executor_type": "", "recv_buf_max_chunk": 0}


class ConfigProto(_Options):
    """The configuration of a session.

    Example:
        >>> ConfigProto(allow_soft_placement=True).allow_soft_placement
        True
    """

    Experimental = ExperimentalOptions

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
        "placement_period": 0,
        "device_filters": list,
        "isolate_session_state": False,
        "share_cluster_devices_in_session": False,
        "cluster_def": None,
        "rpc_options": None,
        "experimental": ExperimentalOptions,
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
        "debug_options": None,
        "experimental": None,
    }


# Options that ask for several processes, or for TensorFlow's debugger.
_UNAVAILABLE = {
    "cluster_def": "sessions run in this process only. Leave it out, and give Session no target",
    "debug_options": "there is no debugger of runs. Leave it out, and look at values with tf.Print "
    "or fetch them",
}


def check_config(config: ConfigProto | None) -> ConfigProto:
    """The configuration to use; raises for one that asks for what the engine cannot do."""
    if config is None:
        return ConfigProto()
    if not isinstance(config, ConfigProto):
        raise TypeError(f"config must be a tf.ConfigProto, but got {type(config).__name__}")
    _refuse(config)
    return config


def executor_type(config: ConfigProto) -> str:
    """The backend that a configuration asks for, "" for none."""
    return str(getattr(config.experimental, "executor_type", ""))


def is_optimized(config: ConfigProto) -> bool:
    """Whether plans go through the passes that make them faster: not at the level L0."""
    options = config.graph_options.optimizer_options
    return bool(options.opt_level != OptimizerOptions.L0)


def check_run_options(options: RunOptions | None, run_metadata: Any) -> RunOptions:
    """The options of a run; raises for what is none, or what the engine cannot do."""
    if options is not None and not isinstance(options, RunOptions):
        raise TypeError(f"options must be a tf.RunOptions, got {type(options).__name__}")
    if run_metadata is not None and not hasattr(run_metadata, "step_stats"):
        raise TypeError(f"run_metadata must be a tf.RunMetadata, got {type(run_metadata).__name__}")
    options = options or RunOptions()
    _refuse(options)
    return options


def _refuse(options: _Options) -> None:
    for option, why in _UNAVAILABLE.items():
        if getattr(options, option, None):
            raise NotImplementedError(
                f"{type(options).__name__}({option}=...) is not available: {why}"
            )
