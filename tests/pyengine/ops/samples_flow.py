"""Samples of control-flow ops and checks, for `test_registry_walk`."""

import numpy as np

import pyengine as tf

SAMPLES = {
    "CheckNumerics": ([np.array([1.0, -2.0])], {"message": "bad"}),
    "EnsureShape": ([np.array([1.0, -2.0])], {"shape": tf.TensorShape([None])}),
    "IdentityN": (
        [[np.array([1.0, 2.0]), np.array([[3.0]])]],
        {"T": [tf.float64, tf.float64]},
    ),
}

_CONTROL_FLOW = "ops/test_switch.py"
_TENSOR_ARRAY = "ops/test_tensor_array.py"

WITH_STATE = {
    "Assert": "ops/test_asserting.py",
    "ControlTrigger": _CONTROL_FLOW,
    "Enter": _CONTROL_FLOW,
    "Exit": _CONTROL_FLOW,
    "LoopCond": _CONTROL_FLOW,
    "Merge": _CONTROL_FLOW,
    "NextIteration": _CONTROL_FLOW,
    "PreventGradient": "ops/test_custom_gradient.py",
    "Print": "ops/test_asserting.py",
    "PyFunc": "ops/test_script.py",
    "PyFuncStateless": "ops/test_script.py",
    "RefEnter": _CONTROL_FLOW,
    "RefExit": _CONTROL_FLOW,
    "RefMerge": _CONTROL_FLOW,
    "RefNextIteration": _CONTROL_FLOW,
    "RefSwitch": _CONTROL_FLOW,
    "StackCloseV2": "ops/test_stack.py",
    "StackPopV2": "ops/test_stack.py",
    "StackPushV2": "ops/test_stack.py",
    "StackV2": "ops/test_stack.py",
    "Switch": _CONTROL_FLOW,
    "TensorArrayCloseV3": _TENSOR_ARRAY,
    "TensorArrayConcatV3": _TENSOR_ARRAY,
    "TensorArrayGatherV3": _TENSOR_ARRAY,
    "TensorArrayGradV3": _TENSOR_ARRAY,
    "TensorArrayReadV3": _TENSOR_ARRAY,
    "TensorArrayScatterV3": _TENSOR_ARRAY,
    "TensorArraySizeV3": _TENSOR_ARRAY,
    "TensorArraySplitV3": _TENSOR_ARRAY,
    "TensorArrayV3": _TENSOR_ARRAY,
    "TensorArrayWriteV3": _TENSOR_ARRAY,
}
