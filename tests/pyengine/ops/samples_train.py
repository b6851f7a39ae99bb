"""Samples for the registry walk: state, training, linear algebra, strings, sparse and random."""

import numpy as np

import pyengine as tf

rng = np.random.default_rng(1)


def normal(*shape):
    return rng.normal(size=shape)


def positive_definite(n):
    x = normal(2, n, n)
    return x @ np.swapaxes(x, -1, -2) + np.eye(n)


TRIDIAGONAL = np.array([[0], [1], [0]])
REGULAR = np.eye(3) + 0.25 * normal(2, 3, 3)

INTEGERS = np.array([1, 2], np.int32)
WORDS = np.array([[b"ab", b"c d"], [b"", b"1.5"]], object)
LINE = np.array([b"a b", b"c"], object)
TEXT = np.array(b"a", object)
UTF8 = {"input_encoding": "UTF-8"}

# Two sparse tensors of shape [3, 4], and their values.
AT = np.array([[0, 1], [1, 0], [1, 3], [2, 2]])
ALSO_AT = np.array([[0, 1], [2, 3]])
SIZES = np.array([3, 4])
ZERO = np.float64(0)

SAMPLES = {
    "AsString": ([normal(2)], {"precision": 2}),
    "DecodeBase64": ([np.array([b"YQ"], object)], {}),
    "EncodeBase64": ([WORDS], {}),
    "ReduceJoin": ([WORDS, [0]], {"keep_dims": True}),
    "RegexFullMatch": ([WORDS, TEXT], {}),
    "RegexReplace": ([WORDS, TEXT, TEXT], {}),
    "StatelessMultinomial": ([normal(2, 3), 4, INTEGERS], {}),
    "StatelessRandomNormal": ([[2, 3], INTEGERS], {"dtype": tf.float64}),
    "StatelessRandomUniform": ([[2, 3], INTEGERS], {"dtype": tf.float32}),
    "StatelessRandomUniformInt": ([[2], INTEGERS, np.int32(0), np.int32(9)], {}),
    "StatelessTruncatedNormal": ([[2, 3], INTEGERS], {"dtype": tf.float16}),
    "StaticRegexFullMatch": ([WORDS], {"pattern": "[ab]+"}),
    "StaticRegexReplace": ([WORDS], {"pattern": "b", "rewrite": "x"}),
    "StringJoin": ([[WORDS, TEXT]], {"N": 2}),
    "StringLength": ([WORDS], {}),
    "StringLower": ([WORDS], {}),
    "StringSplit": ([LINE, TEXT], {}),
    "StringSplitV2": ([LINE, TEXT], {}),
    "StringStrip": ([WORDS], {}),
    "StringToHashBucket": ([WORDS], {"num_buckets": 5}),
    "StringToHashBucketFast": ([WORDS], {"num_buckets": 5}),
    "StringToHashBucketStrong": ([WORDS], {"num_buckets": 5, "key": [1, 2]}),
    "StringToNumber": ([np.array([b"1.5", b"2"], object)], {}),
    "Substr": ([WORDS[0], INTEGERS, INTEGERS], {}),
    "TridiagonalSolve": ([1 + rng.random((2, 3, 4)) + 3 * TRIDIAGONAL, normal(2, 4, 2)], {}),
    "UnicodeDecode": ([WORDS], UTF8),
    "UnicodeDecodeWithOffsets": ([TEXT], UTF8),
    "UnicodeEncode": (
        [np.array([97, 98, 99], np.int32), np.array([0, 1, 3])],
        {"output_encoding": "UTF-8"},
    ),
    "UnicodeTranscode": ([WORDS], {**UTF8, "output_encoding": "UTF-16-BE"}),
    "UnsortedSegmentJoin": ([WORDS, np.array([0, 0]), 2], {}),
    "StringUpper": ([WORDS], {}),
    "Cholesky": ([positive_definite(3)], {}),
    "LogMatrixDeterminant": ([REGULAR], {}),
    "Lu": ([REGULAR], {}),
    "MatrixDeterminant": ([REGULAR], {}),
    "MatrixExponential": ([REGULAR], {}),
    "MatrixInverse": ([REGULAR], {}),
    "MatrixLogarithm": ([REGULAR + 0.5j], {}),
    "MatrixSolve": ([REGULAR, normal(2, 3, 2)], {}),
    "MatrixSolveLs": ([normal(4, 3), normal(4, 2), np.float64(0.5)], {}),
    "MatrixSquareRoot": ([REGULAR], {}),
    "MatrixTriangularSolve": ([REGULAR, normal(2, 3, 2)], {}),
    "Qr": ([normal(2, 4, 3)], {}),
    "SelfAdjointEigV2": ([positive_definite(3)], {}),
    "RandomGammaGrad": ([1 + rng.random(3), 1 + rng.random(3)], {}),
    "SparseAdd": ([AT, normal(4), SIZES, ALSO_AT, normal(2), SIZES, ZERO], {}),
    "SparseAddGrad": ([normal(5), AT, ALSO_AT, np.vstack([AT, [[2, 3]]])], {}),
    "SparseConcat": (
        [[AT, ALSO_AT], [normal(4), normal(2)], [SIZES, SIZES]],
        {"concat_dim": 1, "N": 2},
    ),
    "SparseDenseCwiseAdd": ([AT, normal(4), SIZES, normal(4)], {}),
    "SparseDenseCwiseDiv": ([AT, normal(4), SIZES, 1 + rng.random((3, 4))], {}),
    "SparseDenseCwiseMul": ([AT, normal(4), SIZES, normal(3, 1)], {}),
    "SparseFillEmptyRows": ([AT[:3], normal(3), SIZES, np.float64(0.5)], {}),
    "SparseFillEmptyRowsGrad": ([np.array([0, 2]), normal(3)], {}),
    "SparseNewShape": ([SIZES + 1, SIZES], {}),
    "SparseReduceMax": ([AT, normal(4), SIZES, [1]], {}),
    "SparseReduceMaxSparse": ([AT, normal(4), SIZES, [0]], {}),
    "SparseReduceSum": ([AT, normal(4), SIZES, [0]], {"keep_dims": True}),
    "SparseReduceSumSparse": ([AT, normal(4), SIZES, [1]], {}),
    "SparseReorder": ([AT[::-1], normal(4), SIZES], {}),
    "SparseReshape": ([AT, SIZES, np.array([2, -1])], {}),
    "SparseSlice": ([AT, normal(4), SIZES, np.array([1, 0]), np.array([2, 3])], {}),
    "SparseSliceGrad": ([normal(2), AT, np.array([1, 0]), np.array([[0, 0], [1, 2]])], {}),
    "SparseSoftmax": ([AT, normal(4), SIZES], {}),
    "SparseSparseMaximum": ([AT, normal(4), SIZES, ALSO_AT, normal(2), SIZES], {}),
    "SparseSparseMinimum": ([AT, normal(4), SIZES, ALSO_AT, normal(2), SIZES], {}),
    "SparseSplit": ([np.array(1), AT, normal(4), SIZES], {"num_split": 2}),
    "SparseTensorDenseAdd": ([AT, normal(4), SIZES, normal(3, 4)], {}),
    "SparseTensorDenseMatMul": ([AT, normal(4), SIZES, normal(4, 2)], {}),
    "SparseToDense": ([AT.astype(np.int32), [3, 4], normal(4), np.float64(0.5)], {}),
    "Svd": ([normal(3, 4)], {}),
}

WITH_STATE = {
    "ApplyAdaMax": "ops/test_training.py",
    "ApplyAdadelta": "train/test_adadelta.py",
    "ApplyAdagrad": "train/test_adagrad.py",
    "ApplyAdagradDA": "train/test_adagrad_da.py",
    "ApplyAdam": "train/test_adam.py",
    "ApplyCenteredRMSProp": "train/test_rmsprop.py",
    "ApplyFtrl": "train/test_ftrl.py",
    "ApplyFtrlV2": "train/test_ftrl.py",
    "ApplyGradientDescent": "train/test_gradient_descent.py",
    "ApplyMomentum": "train/test_momentum.py",
    "ApplyProximalAdagrad": "train/test_proximal_adagrad.py",
    "ApplyProximalGradientDescent": "train/test_proximal_gradient_descent.py",
    "ApplyRMSProp": "train/test_rmsprop.py",
    "CountUpTo": "ops/test_scatter_state.py",
    "Multinomial": "ops/test_random_draws.py",
    "RandomGamma": "ops/test_random_draws.py",
    "RandomPoissonV2": "ops/test_random_draws.py",
    "ScatterAdd": "ops/test_scatter_state.py",
    "ScatterDiv": "ops/test_scatter_state.py",
    "ScatterMax": "ops/test_scatter_state.py",
    "ScatterMin": "ops/test_scatter_state.py",
    "ScatterMul": "ops/test_scatter_state.py",
    "ScatterNdAdd": "ops/test_scatter_state.py",
    "ScatterNdSub": "ops/test_scatter_state.py",
    "ScatterNdUpdate": "ops/test_scatter_state.py",
    "ScatterSub": "ops/test_scatter_state.py",
    "ScatterUpdate": "ops/test_scatter_state.py",
    "SparseApplyAdadelta": "train/test_adadelta.py",
    "SparseApplyAdagrad": "train/test_adagrad.py",
    "SparseApplyAdagradDA": "train/test_adagrad_da.py",
    "SparseApplyCenteredRMSProp": "train/test_rmsprop.py",
    "SparseApplyFtrl": "train/test_ftrl.py",
    "SparseApplyFtrlV2": "train/test_ftrl.py",
    "SparseApplyMomentum": "train/test_momentum.py",
    "SparseApplyProximalAdagrad": "train/test_proximal_adagrad.py",
    "SparseApplyProximalGradientDescent": "train/test_proximal_gradient_descent.py",
    "SparseApplyRMSProp": "train/test_rmsprop.py",
    "StridedSliceAssign": "ops/test_scatter_state.py",
    "StringFormat": "ops/test_string_format.py",  # a scalar string is fetched as bytes
}

NUMERIC_EXEMPT = {
    "Cholesky": "its gradient is that for symmetric changes",
    "MatrixLogarithm": "complex",
    "MatrixSolveLs": "no derivative in the regularizer, and it needs known sizes",
    "Qr": "it needs known sizes",
    "SelfAdjointEigV2": "its gradient is that for changes of the lower triangle",
    "SparseAdd": "no derivative in the threshold",
    "Svd": "it needs known sizes",
}
