"""Samples for the registry walk: state, training, linear algebra, strings, sparse and random."""

import numpy as np

rng = np.random.default_rng(1)


def normal(*shape):
    return rng.normal(size=shape)


def positive_definite(n):
    x = normal(2, n, n)
    return x @ np.swapaxes(x, -1, -2) + np.eye(n)


REGULAR = np.eye(3) + 0.25 * normal(2, 3, 3)

# Two sparse tensors of shape [3, 4], and their values.
AT = np.array([[0, 1], [1, 0], [1, 3], [2, 2]])
ALSO_AT = np.array([[0, 1], [2, 3]])
SIZES = np.array([3, 4])
ZERO = np.float64(0)

SAMPLES = {
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
    "ValueOrInitial": "test_variables.py",
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
