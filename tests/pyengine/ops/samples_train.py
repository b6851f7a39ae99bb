"""Samples for the registry walk: state, training, linear algebra, strings, sparse and random."""

import numpy as np

rng = np.random.default_rng(1)


def normal(*shape):
    return rng.normal(size=shape)


SAMPLES = {}

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

NUMERIC_EXEMPT = {}
