"""Optimizers that run outside of the graph: SciPy's `minimize` on the loss and its gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from pyengine import logging
from pyengine.gradients import gradients
from pyengine.graph import Tensor
from pyengine.ops.array import reshape
from pyengine.ops.declare import whole
from pyengine.ops.filling import zeros_like
from pyengine.ops.joining import concat
from pyengine.session import Session
from pyengine.variable_collections import trainable_variables
from pyengine.variables import Variable

__all__ = ["ExternalOptimizerInterface", "ScipyOptimizerInterface"]


class ExternalOptimizerInterface:
    """The base of optimizers that run outside of the graph; a subclass gives `_minimize`.

    Args:
        loss: a scalar tensor.
        var_list: the variables to change; the trainable ones by default.
        equalities: scalar tensors that are to be zero.
        inequalities: scalar tensors that are to be at least zero.
        var_to_bounds: a mapping of variables to `(lower, upper)`, numbers or arrays of the
            variable's shape; None or an infinity is no bound.
        **optimizer_kwargs: what else the optimizer takes.
    """

    def __init__(
        self,
        loss: Tensor,
        var_list: Iterable[Variable] | None = None,
        equalities: Sequence[Tensor] | None = None,
        inequalities: Sequence[Tensor] | None = None,
        var_to_bounds: Mapping[Variable, tuple[Any, Any]] | None = None,
        **optimizer_kwargs: Any,
    ) -> None:
        self._loss = loss
        self._equalities = list(equalities or ())
        self._inequalities = list(inequalities or ())
        self._vars: list[Variable] = list(
            trainable_variables() if var_list is None else _listed(var_list)
        )
        if not self._vars:
            raise ValueError("There are no variables to optimize")
        self._bounds = None if var_to_bounds is None else self._flat_bounds(var_to_bounds)
        self.optimizer_kwargs = optimizer_kwargs
        self._sizes = [int(np.prod(_shape(v))) for v in self._vars]
        self._ends = np.cumsum(self._sizes)[:-1]
        self._grad = self._packed_gradient(loss)
        self._equality_grads = [self._packed_gradient(t) for t in self._equalities]
        self._inequality_grads = [self._packed_gradient(t) for t in self._inequalities]

    def minimize(
        self,
        session: Session | None = None,
        feed_dict: Any = None,
        fetches: Sequence[Any] | None = None,
        step_callback: Callable[[np.ndarray], Any] | None = None,
        loss_callback: Callable[..., Any] | None = None,
        **run_kwargs: Any,
    ) -> None:
        """Changes the variables so that the loss is least.

        Args:
            session: a session; the default one by default.
            feed_dict: the feeds of each run.
            fetches: what `loss_callback` is given besides.
            step_callback: called with the flat vector of variables after each iteration.
            loss_callback: called with the values of `fetches` at each evaluation of the loss.
            **run_kwargs: further arguments of `session.run`.
        """
        from pyengine.defaults import get_default_session

        sess = session or get_default_session()
        if sess is None:
            raise ValueError("minimize() needs a session: give one, or make one the default")
        feed_dict = dict(feed_dict or {})
        fetches = list(fetches or ())

        def evaluator(tensors: Sequence[Any], callback: Callable[..., Any] | None = None) -> Any:
            def evaluate(x: np.ndarray) -> list[Any]:
                feeds = {**feed_dict, **dict(zip(self._vars, self._unpacked(x)))}
                values = sess.run([*tensors, *fetches], feed_dict=feeds, **run_kwargs)
                if callback is not None:
                    callback(*values[len(tensors) :])
                return [np.asarray(v, np.float64) for v in values[: len(tensors)]]

            return evaluate

        start = np.concatenate([np.ravel(v) for v in sess.run(self._vars)]).astype(np.float64)
        found = self._minimize(
            initial_val=start,
            loss_grad_func=evaluator([self._loss, self._grad], loss_callback),
            equality_funcs=[evaluator([t]) for t in self._equalities],
            equality_grad_funcs=[evaluator([g]) for g in self._equality_grads],
            inequality_funcs=[evaluator([t]) for t in self._inequalities],
            inequality_grad_funcs=[evaluator([g]) for g in self._inequality_grads],
            packed_bounds=self._bounds,
            step_callback=step_callback,
            optimizer_kwargs=self.optimizer_kwargs,
        )
        for variable, value in zip(self._vars, self._unpacked(found)):
            variable.load(value, sess)

    def _minimize(self, **how: Any) -> np.ndarray:
        raise NotImplementedError(
            "To use ExternalOptimizerInterface, subclass from it and implement the _minimize() "
            "method."
        )

    def _packed_gradient(self, target: Tensor) -> Tensor:
        """The gradient of a scalar by all variables, as one vector."""
        grads = gradients(target, self._vars)
        parts = [zeros_like(v) if g is None else g for g, v in zip(grads, self._vars)]
        return concat([reshape(p, [-1]) for p in parts], 0)

    def _unpacked(self, x: np.ndarray) -> list[np.ndarray]:
        """The parts of a flat vector as values of the variables."""
        parts = np.split(x, self._ends)
        return [
            part.reshape(_shape(v)).astype(v.dtype.base_dtype.as_numpy_dtype)
            for part, v in zip(parts, self._vars)
        ]

    def _flat_bounds(self, bounds: Mapping[Variable, tuple[Any, Any]]) -> list[tuple[Any, Any]]:
        flat: list[tuple[Any, Any]] = []
        for variable in self._vars:
            shape = _shape(variable)
            low, high = map(_unbound, bounds.get(variable, (None, None)), (-np.inf, np.inf))
            low, high = np.broadcast_to(low, shape), np.broadcast_to(high, shape)
            flat.extend(zip(low.ravel().tolist(), high.ravel().tolist()))
        return flat


class ScipyOptimizerInterface(ExternalOptimizerInterface):
    """An optimizer that is `scipy.optimize.minimize`.

    Each evaluation of the loss is a run of the session in which the variables are fed; they are
    assigned once, at the end.

    Args:
        method: the name of SciPy's method; 'L-BFGS-B' by default, or 'SLSQP' with constraints.
        options: the method's options, such as `{'maxiter': 100}`.
        tol: SciPy's tolerance.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.Variable([7.0, 7.0])
        ...     loss = tf.reduce_sum(tf.square(x - 2.0))
        ...     sess.run(tf.global_variables_initializer())
        ...     tf.contrib.opt.ScipyOptimizerInterface(loss).minimize(sess)
        ...     sess.run(x).round(4).tolist()
        [2.0, 2.0]
    """

    _DEFAULT_METHOD = "L-BFGS-B"

    def _minimize(self, **how: Any) -> np.ndarray:
        from scipy.optimize import minimize

        loss_grad, settings = how["loss_grad_func"], dict(how["optimizer_kwargs"])
        constraints = []
        for kind, name in (("eq", "equality"), ("ineq", "inequality")):
            pairs = zip(how[f"{name}_funcs"], how[f"{name}_grad_funcs"])
            constraints += [
                {"type": kind, "fun": lambda x, f=f: f(x)[0], "jac": lambda x, g=g: g(x)[0]}
                for f, g in pairs
            ]
        method = settings.pop("method", "SLSQP" if constraints else self._DEFAULT_METHOD)
        # What R users write as a number is a float here: SciPy wants whole counts.
        options = {k: whole(v) for k, v in dict(settings.pop("options", None) or {}).items()}
        if options.get("disp") and method in _QUIET_METHODS:
            del options["disp"]  # deprecated there: it is the message below that is wanted
        if method == "TNC" and "maxiter" in options:
            options["maxfun"] = options.pop("maxiter")  # its old name there
        uses_gradient = method not in _WITHOUT_GRADIENT
        result = minimize(
            (lambda x: _loss_and_grad(loss_grad(x)))
            if uses_gradient
            else (lambda x: float(loss_grad(x)[0])),
            how["initial_val"],
            jac=uses_gradient or None,
            method=method,
            options=options,
            constraints=constraints,
            bounds=how["packed_bounds"],
            callback=how["step_callback"],
            **settings,
        )
        logging.info(
            "Optimization terminated with:\n  Message: %s\n  Objective function value: %f\n  "
            "Number of iterations: %s\n  Number of functions evaluations: %d",
            result.message, result.fun, getattr(result, "nit", None), result.nfev,
        )  # fmt: skip
        return result.x


_QUIET_METHODS = ("L-BFGS-B",)
_WITHOUT_GRADIENT = ("Nelder-Mead", "Powell", "COBYLA")


def _loss_and_grad(values: list[Any]) -> tuple[float, np.ndarray]:
    return float(values[0]), values[1]


def _listed(variables: Any) -> list[Variable]:
    return [variables] if isinstance(variables, Variable) else list(variables)


def _shape(variable: Variable) -> list[int]:
    shape = variable.shape
    if not shape.is_fully_defined():
        raise ValueError(f"{variable.name} has no shape that is known, but {shape}")
    return [int(d) for d in shape]


def _unbound(bound: Any, without: float) -> Any:
    return without if bound is None else bound
