"""Training: the `tf.train` namespace."""

from __future__ import annotations

from pyengine.train.adadelta import AdadeltaOptimizer
from pyengine.train.adagrad import AdagradOptimizer
from pyengine.train.adagrad_da import AdagradDAOptimizer
from pyengine.train.adam import AdamOptimizer
from pyengine.train.batching import *
from pyengine.train.coordinator import *
from pyengine.train.ftrl import FtrlOptimizer
from pyengine.train.gradient_descent import GradientDescentOptimizer
from pyengine.train.input import *
from pyengine.train.learning_rate_decay import *
from pyengine.train.momentum import MomentumOptimizer
from pyengine.train.moving_averages import ExponentialMovingAverage
from pyengine.train.optimizer import Optimizer
from pyengine.train.proximal_adagrad import ProximalAdagradOptimizer
from pyengine.train.proximal_gradient_descent import ProximalGradientDescentOptimizer
from pyengine.train.queue_runner import *
from pyengine.train.rmsprop import RMSPropOptimizer
from pyengine.train.training_util import *
