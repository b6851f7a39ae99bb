"""Probability distributions: the `tf.distributions` namespace."""

from __future__ import annotations

from pyengine.distributions.categorical import (
    Categorical,
    Dirichlet,
    DirichletMultinomial,
    Multinomial,
)
from pyengine.distributions.continuous import Laplace, Normal, Uniform
from pyengine.distributions.discrete import Bernoulli
from pyengine.distributions.distribution import (
    FULLY_REPARAMETERIZED,
    NOT_REPARAMETERIZED,
    Distribution,
    ReparameterizationType,
)
from pyengine.distributions.divergence import RegisterKL, kl_divergence
from pyengine.distributions.gammas import Beta, Exponential, Gamma, StudentT

__all__ = [
    "FULLY_REPARAMETERIZED",
    "NOT_REPARAMETERIZED",
    "Bernoulli",
    "Beta",
    "Categorical",
    "Dirichlet",
    "DirichletMultinomial",
    "Distribution",
    "Exponential",
    "Gamma",
    "Laplace",
    "Multinomial",
    "Normal",
    "RegisterKL",
    "ReparameterizationType",
    "StudentT",
    "Uniform",
    "kl_divergence",
]
