"""The inner modules `tf.python.framework.*`, `tf.python.ops.*`, `tf.python.util.*` by their names.

Programs name such modules for what is public elsewhere: `tf.python.ops.math_ops.add` is `tf.add`.
Each is a module here that looks its names up in the public namespaces.
"""

from __future__ import annotations

import importlib
import types
from typing import Any

_TOP = "pyengine"
_OPS = (_TOP, "pyengine.nn", "pyengine.math", "pyengine.linalg")

# For each inner module where its public names are, in order.
MODULES: dict[str, dict[str, tuple[str, ...]]] = {
    "framework": {
        "constant_op": (_TOP,),
        "device": (_TOP,),
        "dtypes": ("pyengine.dtypes", _TOP),
        "errors": ("pyengine.errors",),
        "errors_impl": ("pyengine.errors",),
        "function": (),
        "graph_util": ("pyengine.graph_util",),
        "importer": ("pyengine.importer",),
        "meta_graph": ("pyengine.train.meta_graph",),
        "ops": (_TOP, "pyengine.graph", "pyengine.switches"),
        "random_seed": ("pyengine.ops.random", _TOP),
        "sparse_tensor": ("pyengine.sparse_tensor",),
        "tensor_shape": ("pyengine.shape", _TOP),
        "tensor_util": ("pyengine.static", _TOP),
        "test_util": ("pyengine.test",),
    },
    "ops": {
        "array_ops": _OPS,
        "bitwise_ops": ("pyengine.bitwise",),
        "candidate_sampling_ops": ("pyengine.nn",),
        "check_ops": (_TOP, "pyengine.debugging"),
        "clip_ops": (_TOP,),
        "control_flow_ops": ("pyengine.ops.control_flow", _TOP),
        "ctc_ops": ("pyengine.nn",),
        "custom_gradient": (_TOP,),
        "data_flow_ops": ("pyengine.queue", _TOP),
        "embedding_ops": ("pyengine.nn",),
        "functional_ops": (_TOP,),
        "gradients": (_TOP,),
        "gradients_impl": (_TOP,),
        "image_ops": ("pyengine.image",),
        "init_ops": ("pyengine.initializers", _TOP),
        "io_ops": ("pyengine.io", _TOP),
        "linalg_ops": ("pyengine.linalg", _TOP),
        "logging_ops": (_TOP,),
        "lookup_ops": ("pyengine.contrib.lookup", "pyengine.lookup"),
        "losses": ("pyengine.losses",),
        "math_ops": _OPS,
        "metrics": ("pyengine.metrics",),
        "nn": ("pyengine.nn",),
        "nn_impl": ("pyengine.nn",),
        "nn_ops": ("pyengine.nn",),
        "numerics": (_TOP,),
        "parsing_ops": (_TOP,),
        "partitioned_variables": ("pyengine.partitioned",),
        "random_ops": (_TOP, "pyengine.random"),
        "resource_variable_ops": (_TOP,),
        "rnn": ("pyengine.nn",),
        "rnn_cell": ("pyengine.nn.rnn_cell",),
        "rnn_cell_impl": ("pyengine.nn.rnn_cell",),
        "script_ops": (_TOP,),
        "sets": ("pyengine.sets",),
        "sparse_ops": (_TOP, "pyengine.sparse"),
        "special_math_ops": (_TOP, "pyengine.math"),
        "spectral_ops": ("pyengine.spectral", "pyengine.signal"),
        "state_ops": (_TOP,),
        "string_ops": (_TOP, "pyengine.strings"),
        "summary_ops": ("pyengine.summary",),
        "template": (_TOP,),
        "tensor_array_ops": (_TOP,),
        "variable_scope": ("pyengine.variable_scope", _TOP),
        "variables": ("pyengine.variables", _TOP),
    },
    "util": {
        "compat": ("pyengine.compat",),
        "nest": ("pyengine.nest",),
        "tf_inspect": ("inspect",),
    },
}


class _Inner(types.ModuleType):
    """A module whose names are those of others."""

    def __init__(self, name: str, places: tuple[str, ...]) -> None:
        super().__init__(name, f"`tf.{name}`: the public names under their inner address.")
        self.__dict__["_places"] = places

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            for place in self.__dict__["_places"]:
                found = getattr(importlib.import_module(place), name, None)
                if found is not None:
                    return found
        raise AttributeError(f"module 'tf.{self.__name__}' has no attribute {name!r}")


class _Package(types.ModuleType):
    """`tf.python.framework` and its like: inner modules, made when they are asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(f"python.{name}", f"`tf.python.{name}`: inner modules by name.")

    def __getattr__(self, name: str) -> Any:
        places = MODULES[self.__name__.removeprefix("python.")].get(name)
        if places is None:
            raise AttributeError(f"module 'tf.{self.__name__}' has no attribute {name!r}")
        made = _Inner(f"{self.__name__}.{name}", places)
        setattr(self, name, made)
        return made

    def __dir__(self) -> list[str]:
        return sorted(MODULES[self.__name__.removeprefix("python.")])


framework = _Package("framework")
ops = _Package("ops")
util = _Package("util")
