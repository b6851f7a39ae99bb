"""Op types of resource variables for `test_registry_walk`: each takes a variable."""

import pyengine.ops.resource  # noqa: F401 (not imported by pyengine itself)
from pyengine.registry import OPS

WITH_STATE = {
    type_: "ops/test_resource.py"
    for type_, opdef in OPS.items()
    if opdef.kernel is not None and opdef.kernel.__module__ == "pyengine.ops.resource"
}
WITH_STATE["VarHandleOp"] = "ops/test_resource.py"
