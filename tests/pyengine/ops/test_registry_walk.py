"""Every declared op: kernels agree with their declarations, gradients with differences."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops import declare_all
from pyengine.registry import OPS, NoGradient
from tests.pyengine.ops import (
    samples_array,
    samples_data,
    samples_engine,
    samples_flow,
    samples_gaps,
    samples_nn,
    samples_pipeline,
    samples_resource,
    samples_session,
    samples_train,
)

declare_all()
rng = np.random.default_rng(0)


def normal(*shape):
    return rng.normal(size=shape)


def positive(*shape):
    return rng.uniform(0.5, 2.0, size=shape)


def inside(*shape):
    return rng.uniform(-0.9, 0.9, size=shape)


MASKS = {
    "begin_mask": 0,
    "end_mask": 0,
    "ellipsis_mask": 0,
    "new_axis_mask": 0,
    "shrink_axis_mask": 2,
}
INTS = np.array([1, 2], np.int32)
LABELS = rng.dirichlet(np.ones(4), 3)

# For each op type: its inputs (a list for a list input) and attributes. Floats are float64.
SAMPLES = {
    "Abs": ([normal(2, 3)], {}),
    "Acos": ([inside(4)], {}),
    "Acosh": ([1 + positive(4)], {}),
    "Add": ([normal(2, 3), normal(3)], {}),
    "AddN": ([[normal(2), normal(2), normal(2)]], {"N": 3}),
    "All": ([np.array([[True, False]]), 1], {"keep_dims": False}),
    "Any": ([np.array([[True, False]]), [0]], {"keep_dims": True}),
    "ArgMax": ([normal(2, 3), 1], {}),
    "ArgMin": ([normal(2, 3), -2], {}),
    "Asin": ([inside(4)], {}),
    "Asinh": ([normal(4)], {}),
    "Atan": ([normal(4)], {}),
    "Atan2": ([normal(2, 3), positive(3)], {}),
    "Atanh": ([inside(4)], {}),
    "BatchMatMulV2": ([normal(2, 3, 4), normal(2, 5, 4)], {"adj_y": True}),
    "BiasAdd": ([normal(2, 3), normal(3)], {}),
    "BroadcastArgs": ([[3, 1], [4]], {}),
    "BroadcastGradientArgs": ([[2, 1, 3], [4, 1]], {}),
    "BroadcastTo": ([normal(3, 1), [2, 3, 4]], {}),
    "Cast": ([normal(3)], {"DstT": tf.float32}),
    "Ceil": ([normal(3)], {}),
    "ComplexAbs": ([np.array([3 + 4j, 1j])], {"Tout": tf.float64}),
    "ConcatV2": ([[normal(2, 3), normal(2, 1)], 1], {"N": 2}),
    "Conj": ([np.array([3 + 4j])], {}),
    "Const": ([], {"value": np.float32(1), "dtype": tf.float32}),
    "Cos": ([normal(4)], {}),
    "Cosh": ([normal(4)], {}),
    "Cumprod": ([positive(3, 2), 0], {"exclusive": True}),
    "Cumsum": ([normal(3, 2), 1], {"reverse": True}),
    "Digamma": ([positive(4)], {}),
    "Elu": ([normal(5)], {}),
    "Equal": ([INTS, INTS], {}),
    "Erf": ([normal(4)], {}),
    "Exp": ([normal(4)], {}),
    "ExpandDims": ([normal(2, 3), -1], {}),
    "Expm1": ([normal(4)], {}),
    "Fill": ([[2, 3], np.float64(2.5)], {}),
    "Floor": ([normal(3)], {}),
    "FloorDiv": ([positive(3), positive(3)], {}),
    "FloorMod": ([normal(3), positive(3)], {}),
    "GatherV2": ([normal(4, 3), np.array([2, 0, 2]), 1], {}),
    "Greater": ([normal(2, 3), normal(3)], {}),
    "GreaterEqual": ([normal(2, 3), normal(3)], {}),
    "Identity": ([normal(2)], {}),
    "InTopKV2": ([normal(3, 4).astype(np.float32), np.array([0, 3, 1], np.int32), 2], {}),
    "InvertPermutation": ([np.array([2, 0, 1])], {}),
    "IsFinite": ([np.array([1.0, np.inf])], {}),
    "IsInf": ([np.array([1.0, np.inf])], {}),
    "IsNan": ([np.array([1.0, np.nan])], {}),
    "L2Loss": ([normal(2, 3)], {}),
    "Less": ([normal(2, 3), normal(3)], {}),
    "LessEqual": ([normal(2, 3), normal(3)], {}),
    "Lgamma": ([positive(4)], {}),
    "LinSpace": ([np.float64(0), np.float64(1), 5], {}),
    "Log": ([positive(4)], {}),
    "Log1p": ([positive(4)], {}),
    "LogSoftmax": ([normal(2, 3)], {}),
    "LogicalAnd": ([np.array([True, False]), np.array([True, True])], {}),
    "LogicalNot": ([np.array([True, False])], {}),
    "LogicalOr": ([np.array([True, False]), np.array([False, False])], {}),
    "MatMul": ([normal(3, 2), normal(4, 3)], {"transpose_a": True, "transpose_b": True}),
    "Max": ([normal(2, 3), 1], {"keep_dims": False}),
    "Maximum": ([normal(2, 3), normal(3)], {}),
    "Mean": ([normal(2, 3), [0, 1]], {"keep_dims": False}),
    "Min": ([normal(2, 3), 0], {"keep_dims": True}),
    "Minimum": ([normal(2, 3), normal(3)], {}),
    "Mul": ([normal(2, 3), normal(2, 1)], {}),
    "Neg": ([normal(3)], {}),
    "NotEqual": ([INTS, INTS], {}),
    "OneHot": ([np.array([0, 2], np.int32), 3, np.float64(1), np.float64(0)], {"axis": 0}),
    "OnesLike": ([normal(2)], {}),
    "Pack": ([[normal(2), normal(2)]], {"N": 2, "axis": 1}),
    "PlaceholderWithDefault": ([normal(2)], {"shape": tf.TensorShape([None])}),
    "Polygamma": ([np.full(3, 1.0), positive(3)], {}),
    "Pow": ([positive(2, 3), normal(3)], {}),
    "Prod": ([normal(2, 3), [1]], {"keep_dims": False}),
    "Range": ([np.float64(0), np.float64(3), np.float64(0.5)], {}),
    "Rank": ([normal(2, 3)], {}),
    "RealDiv": ([normal(2, 3), positive(3)], {}),
    "Reciprocal": ([positive(3)], {}),
    "ReducedShape": ([[2, 3], 1], {}),
    "Relu": ([normal(5)], {}),
    "Relu6": ([5 * normal(5)], {}),
    "Relu6Grad": ([normal(5), 5 * normal(5)], {}),
    "ReluGrad": ([normal(5), normal(5)], {}),
    "Reshape": ([normal(2, 3), [3, -1]], {}),
    "Rint": ([normal(3)], {}),
    "Round": ([normal(3)], {}),
    "Rsqrt": ([positive(3)], {}),
    "Select": ([np.array([True, False]), normal(2, 3), normal(2, 3)], {}),
    "Shape": ([normal(2, 3)], {}),
    "Sigmoid": ([normal(4)], {}),
    "Sign": ([normal(4)], {}),
    "Sin": ([normal(4)], {}),
    "Sinh": ([normal(4)], {}),
    "Size": ([normal(2, 3)], {}),
    "Slice": ([normal(3, 4), [1, 0], [2, -1]], {}),
    "Softmax": ([normal(2, 3)], {}),
    "SoftmaxCrossEntropyWithLogits": ([normal(3, 4), LABELS], {}),
    "Softplus": ([normal(4)], {}),
    "Softsign": ([normal(4)], {}),
    "SparseSoftmaxCrossEntropyWithLogits": ([normal(3, 4), np.array([0, 3, 1])], {}),
    "Split": ([1, normal(2, 4)], {"num_split": 2}),
    "SplitV": ([normal(2, 4), [1, -1], 1], {"num_split": 2}),
    "Sqrt": ([positive(4)], {}),
    "Square": ([normal(4)], {}),
    "SquaredDifference": ([normal(2, 3), normal(3)], {}),
    "Squeeze": ([normal(2, 1, 3)], {"squeeze_dims": (1,)}),
    "StopGradient": ([normal(2)], {}),
    "StridedSlice": ([normal(4, 3), [0, 1], [4, 2], [2, 1]], MASKS),
    "StridedSliceGrad": ([[4, 3], [0, 1], [4, 2], [2, 1], normal(2)], MASKS),
    "Sub": ([normal(2, 3), normal(2, 1)], {}),
    "Sum": ([normal(2, 3), [-1]], {"keep_dims": True}),
    "Tan": ([inside(4)], {}),
    "Tanh": ([normal(4)], {}),
    "Tile": ([normal(2, 3), [2, 1]], {}),
    "TopKV2": ([normal(2, 4), 2], {}),
    "Transpose": ([normal(2, 3, 4), [2, 0, 1]], {}),
    "TruncateDiv": ([np.array([7, -7]), np.array([2, 2])], {}),
    "TruncateMod": ([np.array([7, -7]), np.array([2, 2])], {}),
    "Unique": ([np.array([3, 1, 3])], {}),
    "Unpack": ([normal(2, 3)], {"num": 3, "axis": 1}),
    "UnsortedSegmentSum": ([normal(4, 2), np.array([1, 0, 1, -1]), 2], {}),
    "Where": ([np.array([[True, False]])], {}),
    "ZerosLike": ([normal(2)], {}),
    "Zeta": ([1.5 + positive(3), positive(3)], {}),
}

# Ops that have no value as a function of their inputs; their own tests are named.
WITH_STATE = {
    "Assign": "ops/test_state.py",
    "AssignAdd": "ops/test_state.py",
    "AssignSub": "ops/test_state.py",
    "IsVariableInitialized": "ops/test_state.py",
    "NoOp": "ops/test_control_flow.py",
    "Placeholder": "ops/test_array.py",
    "RandomShuffle": "ops/test_random.py",
    "RandomStandardNormal": "ops/test_random.py",
    "RandomUniform": "ops/test_random.py",
    "RandomUniformInt": "ops/test_random.py",
    "TruncatedNormal": "ops/test_random.py",
    "VariableV2": "test_variables.py",
}

# Gradients that are checked elsewhere, or agree with differences only in a convention.
NUMERIC_EXEMPT = {
    "PlaceholderWithDefault": "the identity",
    "ComplexAbs": "complex",
    "Conj": "complex",
    "Cast": "float32 is too coarse for differences",
    "FloorMod": "differences step over the jump",
    "Polygamma": "no derivative in the order",
    "Zeta": "no derivative in the first argument",
    "SoftmaxCrossEntropyWithLogits": "its second output is a gradient already",
    "SparseSoftmaxCrossEntropyWithLogits": "its second output is a gradient already",
}
for samples in (
    samples_array, samples_data, samples_engine, samples_flow, samples_gaps, samples_nn,
    samples_pipeline, samples_resource, samples_session, samples_train,
):  # fmt: skip
    for here in ("SAMPLES", "WITH_STATE", "NUMERIC_EXEMPT"):
        globals()[here].update(getattr(samples, here, {}))


def build(type_, forget_shapes=False):
    """The op of a sample, its float inputs, and the feeds."""
    inputs, attrs = SAMPLES[type_]
    opdef = OPS[type_]
    feeds, floats = {}, []

    def tensor(value, host):
        array = np.asarray(value)
        if host:
            return tf.constant(array.astype(np.int32))
        shape = [None] * array.ndim if forget_shapes else array.shape
        made = tf.placeholder(tf.as_dtype(array.dtype), shape)
        feeds[made] = array
        if array.dtype == np.float64:
            floats.append(made)
        return made

    tensors = [
        [tensor(v, arg.host) for v in value] if arg.is_list else tensor(value, arg.host)
        for arg, value in zip(opdef.inputs, inputs)
    ]
    op = opdef.build(tf.get_default_graph(), tensors, {**opdef.attrs, **attrs}, type_)
    return op, floats, feeds


def test_every_op_type_has_a_sample_or_a_reason():
    assert set(SAMPLES) | set(WITH_STATE) >= {t for t in OPS if not t.endswith("ForTest")}


@pytest.mark.parametrize("type_", sorted(SAMPLES))
@pytest.mark.parametrize("forget_shapes", [False, True])
def test_the_kernel_agrees_with_the_declaration(type_, forget_shapes):
    with tf.Graph().as_default(), tf.Session() as sess:
        op, _, feeds = build(type_, forget_shapes)
        for order in "CF":
            ordered = {t: np.asarray(v, order=order) for t, v in feeds.items()}
            for tensor, value in zip(op.outputs, sess.run(list(op.outputs), ordered)):
                assert np.asarray(value).dtype == tensor.dtype.as_numpy_dtype
                assert tensor.shape.is_compatible_with(np.shape(value)), (tensor.shape, value)


def numeric_gradient(f, x, step=1e-5):
    result = np.zeros_like(x)
    for at in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[at] += step
        down[at] -= step
        result[at] = (f(up) - f(down)) / (2 * step)
    return result


def differentiable():
    return sorted(
        t for t in SAMPLES if not isinstance(OPS[t].grad, NoGradient) and t not in NUMERIC_EXEMPT
    )


@pytest.mark.parametrize("type_", differentiable())
@pytest.mark.parametrize("forget_shapes", [False, True])
def test_the_gradient_agrees_with_differences(type_, forget_shapes):
    with tf.Graph().as_default(), tf.Session() as sess:
        op, floats, feeds = build(type_, forget_shapes)
        outputs = [t for t in op.outputs if t.dtype.is_floating]
        weights = [normal(*np.shape(v)) for v in sess.run(outputs, feeds)]
        total = tf.add_n([tf.reduce_sum(t * w) for t, w in zip(outputs, weights)])
        first = tf.gradients(total, floats)
        for x, gradient in zip(floats, first):
            wanted = numeric_gradient(lambda v, x=x: sess.run(total, {**feeds, x: v}), feeds[x])
            if gradient is None:
                np.testing.assert_array_equal(wanted, 0)
                continue
            got = sess.run(tf.convert_to_tensor(gradient), feeds)
            np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)


# Second derivatives that TensorFlow does not have either.
ONCE_ONLY = {
    "FloorDiv": "it is flat",
    "Igamma": "the derivative in the first argument has none",
    "Igammac": "the derivative in the first argument has none",
    "SparseFillEmptyRows": "its gradient has none",
    "SparseSlice": "its gradient has none",
}
ONCE_ONLY |= samples_nn.ONCE_ONLY
ONCE_ONLY |= samples_gaps.ONCE_ONLY


@pytest.mark.parametrize("type_", sorted(set(differentiable()) - set(ONCE_ONLY)))
def test_the_second_derivative_agrees_with_differences(type_):
    with tf.Graph().as_default(), tf.Session() as sess:
        op, floats, feeds = build(type_)
        outputs = [t for t in op.outputs if t.dtype.is_floating]
        if not floats or not outputs:
            return
        weights = [normal(*np.shape(v)) for v in sess.run(outputs, feeds)]
        total = tf.add_n([tf.reduce_sum(tf.square(t) * w) for t, w in zip(outputs, weights)])
        first = [tf.convert_to_tensor(g) for g in tf.gradients(total, floats) if g is not None]
        mixed = tf.add_n(
            [tf.reduce_sum(g * normal(*np.shape(v))) for g, v in zip(first, sess.run(first, feeds))]
        )
        for x, gradient in zip(floats, tf.gradients(mixed, floats)):
            wanted = numeric_gradient(lambda v, x=x: sess.run(mixed, {**feeds, x: v}), feeds[x])
            if gradient is None:
                np.testing.assert_allclose(wanted, 0, atol=1e-6)
                continue
            got = sess.run(tf.convert_to_tensor(gradient), feeds)
            np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-4)
