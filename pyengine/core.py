"""`tf.core`: TensorFlow's messages by the modules that they are generated into.

`tf.core.protobuf.config_pb2.ConfigProto` is `tf.ConfigProto`,
`tf.core.framework.graph_pb2.GraphDef` is `tf.GraphDef`, and so on. Each module here has
all messages, whatever file they are from.
"""

from __future__ import annotations

import types
from typing import Any

_MODULES = {
    "example": "example feature",
    "framework": (
        "attr_value cost_graph device_attributes function graph log_memory node_def op_def "
        "resource_handle step_stats summary tensor tensor_description tensor_shape tensor_slice "
        "types variable versions"
    ),
    "protobuf": (
        "checkpointable_object_graph cluster config control_flow debug meta_graph named_tensor "
        "queue_runner rewriter_config saved_model saved_object_graph saver struct tensor_bundle "
        "tensorflow_server"
    ),
    "util": "event saved_tensor_slice test_log",
}


class _Messages(types.ModuleType):
    """A module such as `graph_pb2`."""

    def __getattr__(self, name: str) -> Any:
        from pyengine import config, protos

        for place in (config, protos):
            if not name.startswith("_") and hasattr(place, name):
                return getattr(place, name)
        raise AttributeError(f"module 'tf.{self.__name__}' has no attribute {name!r}")


class _Folder(types.ModuleType):
    """A package such as `tf.core.protobuf`."""

    def __getattr__(self, name: str) -> Any:
        if not name.endswith("_pb2") or name[:-4] not in self._files():
            raise AttributeError(f"module 'tf.{self.__name__}' has no attribute {name!r}")
        made = _Messages(f"{self.__name__}.{name}", "Messages of TensorFlow's.")
        setattr(self, name, made)
        return made

    def _files(self) -> list[str]:
        return _MODULES[self.__name__.rpartition(".")[2]].split()

    def __dir__(self) -> list[str]:
        return [f"{name}_pb2" for name in self._files()]


example, framework, protobuf, util = (
    _Folder(f"core.{name}", f"`tf.core.{name}`: messages by module.") for name in _MODULES
)
