"""`cond` and `case`: the ops of one function or another, chosen when the graph is run."""

from __future__ import annotations

import builtins
import collections
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyengine import dtypes, nest
from pyengine.convert import constant, convert_to_tensor
from pyengine.graph import Tensor, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.array import identity
from pyengine.ops.switch import as_indexed_slices, merge, parts_of, switch
from pyengine.scopes import control_dependencies, name_scope

__all__ = ["case", "cond", "switch_case"]


def cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    strict: bool = False,
    name: str | None = None,
    fn1: Callable[[], Any] | None = None,
    fn2: Callable[[], Any] | None = None,
) -> Any:
    """The results of `true_fn()` if `pred` is true, else those of `false_fn()`.

    Both functions are called once, here, to add their ops; a run computes those of one branch only.
    Ops made outside of the functions run in any case.

    Args:
        pred: a boolean scalar tensor.
        true_fn: returns a tensor, an operation, or nested lists, tuples and dicts of tensors.
        false_fn: returns the same, of the same dtypes.
        strict: whether a list or tuple of one result stays one.
        name: the name scope.
        fn1, fn2: old names of `true_fn` and `false_fn`.

    Returns:
        Tensors, nested as the functions returned them.

    Raises:
        TypeError: if a function is missing or not callable, or `pred` is a Python bool.
        ValueError: if a function returns None, or the results differ in number, structure or dtype.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.constant(2.0)
        ...     y = tf.cond(x > 1.0, lambda: x * 10.0, lambda: -x)
        ...     float(sess.run(y))
        20.0
    """
    true_fn = _one_of("true_fn", true_fn, "fn1", fn1)
    false_fn = _one_of("false_fn", false_fn, "fn2", fn2)
    if not callable(true_fn):
        raise TypeError("true_fn must be callable.")
    if not callable(false_fn):
        raise TypeError("false_fn must be callable.")
    if isinstance(pred, builtins.bool):
        raise TypeError("pred must not be a Python bool")
    from pyengine.control_flow.contexts import CondContext

    with name_scope(name, "cond", [pred]):
        graph = get_default_graph()
        when_false, when_true = switch(pred, pred)
        pivots = (
            identity(when_true, name="switch_t"),
            identity(when_false, name="switch_f"),
        )
        chosen = identity(pred, name="pred_id")
        for tensor in (when_false, when_true, *pivots, chosen):
            graph.prevent_fetching(tensor.op)
        branches = []
        for fn, pivot, side, what in (
            (true_fn, pivots[0], 1, "true_fn"),
            (false_fn, pivots[1], 0, "false_fn"),
        ):
            context = CondContext(chosen, pivot, side)
            context.enter()
            try:
                result, alive = context.build_branch(fn)
                if result is None:
                    raise ValueError(f"{what} must have a return value.")
                context.exit_result(alive)
            finally:
                context.exit()
            if context.outer_context is None:
                graph.add_to_collection(GraphKeys.COND_CONTEXT, context)
            branches.append((result if strict else only(result), alive))
        return _merged(*branches)


def _one_of(name: str, value: Any, old_name: str, old_value: Any) -> Any:
    if old_value is not None:
        if value is not None:
            raise TypeError(f"cond(): {name} and {old_name} may not be set simultaneously.")
        return old_value
    if value is None:
        raise TypeError(f"cond(): {name} argument required")
    return value


def only(result: Any) -> Any:
    """The one result of a list or tuple of one."""
    return result[0] if isinstance(result, (list, tuple)) and len(result) == 1 else result


def _merged(of_true: Any, of_false: Any) -> Any:
    """The results of the branch that was run."""
    from pyengine.control_flow.contexts import with_flow_like

    (result_t, alive_t), (result_f, alive_f) = of_true, of_false
    try:
        nest.assert_same_structure(result_t, result_f)
    except (TypeError, ValueError) as error:
        kind = "types" if isinstance(error, TypeError) else "values"
        raise type(error)(f"Incompatible return {kind} of true_fn and false_fn: {error}") from None
    if not alive_t:
        raise ValueError("true_fn and false_fn must return at least one result.")
    merges = []
    for original, x, y in zip(nest.flatten(result_t), alive_t, alive_f):
        if x.dtype.base_dtype is not y.dtype.base_dtype:
            raise ValueError(
                f"Outputs of true_fn and false_fn must have the same type: "
                f"{x.dtype.base_dtype.name}, {y.dtype.base_dtype.name}"
            )
        if isinstance(x, IndexedSlices) or isinstance(y, IndexedSlices):
            x, y = _same_indices(as_indexed_slices(x), as_indexed_slices(y))
        merges.append(with_flow_like(original, merge([y, x])[0]))
    return nest.pack_sequence_as(result_t, merges)


def _same_indices(x: IndexedSlices, y: IndexedSlices) -> tuple[IndexedSlices, IndexedSlices]:
    """Two slices whose indices have one dtype: the wider of both."""
    if x.indices.dtype is y.indices.dtype:
        return x, y
    from pyengine.ops.math import cast

    return tuple(  # type: ignore[return-value]
        IndexedSlices(s.values, cast(s.indices, dtypes.int64), *parts_of(s)[2:]) for s in (x, y)
    )


def case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """The results of the first function whose predicate is true.

    Args:
        pred_fn_pairs: a list of pairs, or a dict, of a boolean scalar tensor and a function that
            returns tensors. The order of a dict counts for an `OrderedDict` only.
        default: the function to use when no predicate is true; without it, that is an error.
        exclusive: whether to check when run that at most one predicate is true.
        strict: as in `cond`.
        name: the name scope.

    Returns:
        Tensors, nested as the functions returned them.

    Raises:
        TypeError: if `pred_fn_pairs` is not a list or dict of such pairs, or a function is none.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.constant(5)
        ...     size = tf.case(
        ...         [(x < 3, lambda: tf.constant("small")), (x < 9, lambda: tf.constant("fair"))],
        ...         default=lambda: tf.constant("big"),
        ...     )
        ...     bytes(sess.run(size))
        b'fair'
    """
    pairs = _checked_pairs(pred_fn_pairs)
    if default is not None and not callable(default):
        raise TypeError("default must be callable.")
    predicates = [p for p, _ in pairs]
    functions = [f for _, f in pairs]
    with name_scope(name, "case", predicates):
        checks = [_at_most(1, predicates, "Input error: exclusive=True")] if exclusive else []
        with control_dependencies(checks):
            if default is None:
                default, predicates, functions = _last_as_default(predicates, functions)
            chosen = default
            for predicate, function in zip(reversed(predicates), reversed(functions)):
                chosen = _either(predicate, function, chosen, strict)
            return chosen()


def _either(predicate: Any, function: Any, otherwise: Any, strict: bool) -> Callable[[], Any]:
    return lambda: cond(predicate, true_fn=function, false_fn=otherwise, strict=strict)


def _checked_pairs(pred_fn_pairs: Any) -> list[tuple[Tensor, Callable[[], Any]]]:
    if isinstance(pred_fn_pairs, Mapping):
        pairs = list(pred_fn_pairs.items())
        if not isinstance(pred_fn_pairs, collections.OrderedDict):
            pairs.sort(key=lambda pair: getattr(pair[0], "name", ""))
    elif isinstance(pred_fn_pairs, (list, tuple)):
        pairs = list(pred_fn_pairs)
    else:
        raise TypeError("fns must be a list, tuple, or dict")
    found = []
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError("Each entry in pred_fn_pairs must be a 2-tuple")
        predicate, function = pair
        if getattr(getattr(predicate, "dtype", None), "base_dtype", None) is not dtypes.bool:
            raise TypeError(f"pred must be of type bool: {getattr(predicate, 'name', predicate)}")
        if not callable(function):
            raise TypeError(f"fn for pred {predicate.name} must be callable.")
        found.append((convert_to_tensor(predicate), function))
    return found


def _at_most(count: int, predicates: Sequence[Tensor], message: str) -> Any:
    """An operation that fails if more than so many predicates are true."""
    from pyengine.ops.asserting import Assert
    from pyengine.ops.compare import less_equal
    from pyengine.ops.joining import stack
    from pyengine.ops.math import cast
    from pyengine.ops.reduce import reduce_sum

    stacked = stack(predicates, name="preds_c")
    found = reduce_sum(cast(stacked, dtypes.int32), name="num_true_conds")
    names = ", ".join(p.name for p in predicates)
    text = f"{message}: more than {count} conditions ({names}) evaluated as True:"
    condition = less_equal(found, constant(count, name="n_true_conds"))
    return Assert(condition, data=[text, stacked], summarize=len(predicates))


def _last_as_default(predicates: list[Any], functions: list[Any]) -> Any:
    """The last function in place of a default, checked to be called when its predicate is true."""
    from pyengine.ops.asserting import Assert

    *others, last = predicates
    number = len(others)

    def checked() -> Any:
        checks = [
            _at_most(
                0,
                others,
                f"Implementation error: selected default action #{number} was called, but some of "
                f"other predicates are True: ",
            )
        ] if others else []  # fmt: skip
        checks.append(
            Assert(last, ["Input error: None of conditions evaluated as True:", *predicates])
        )
        with control_dependencies(checks):
            return functions[-1]()

    return checked, others, functions[:-1]


def switch_case(
    branch_index: Any,
    branch_fns: Any,
    default: Callable[[], Any] | None = None,
    name: str = "switch_case",
) -> Any:
    """The results of the function that an integer names.

    Args:
        branch_index: an int32 scalar tensor.
        branch_fns: a list of functions, or a dict (or list of pairs) of functions by integer.
        default: the function for any other integer; by default that of the largest one.
        name: the name scope.

    Returns:
        Tensors, nested as the functions returned them.

    Raises:
        TypeError: if a function is not callable or a key no integer.
        ValueError: for keys given twice.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     i = tf.constant(1)
        ...     y = tf.switch_case(i, [lambda: tf.constant(17), lambda: tf.constant(31)])
        ...     int(sess.run(y))
        31
    """
    from pyengine.ops.compare import equal

    pairs = _indexed(branch_fns)
    if default is not None and not callable(default):
        raise TypeError("default must be callable.")
    with name_scope(name, "switch_case", [branch_index]):
        index = convert_to_tensor(branch_index, dtypes.int32, name="branch_index")
        if default is None:
            *pairs, (_, default) = pairs
        chosen: Any = default
        for key, function in reversed(pairs):
            chosen = _either(equal(index, key), function, chosen, strict=False)
        return chosen()


def _indexed(branch_fns: Any) -> list[tuple[int, Callable[[], Any]]]:
    """The functions of a `switch_case` in the order of their integers."""
    if isinstance(branch_fns, Mapping):
        pairs = list(branch_fns.items())
    elif not isinstance(branch_fns, (list, tuple)) or not branch_fns:
        raise TypeError("branch_fns must be a non-empty list, tuple, or dict")
    elif all(callable(f) for f in branch_fns):
        pairs = list(enumerate(branch_fns))
    else:
        pairs = list(branch_fns)
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError("Each entry in branch_fns must be a 2-tuple")
        key, function = pair
        if isinstance(key, builtins.bool) or not isinstance(key, int):
            raise TypeError(f"key must be a Python `int`, got {key!r}")
        if not callable(function):
            raise TypeError(f"fn for key {key} must be callable.")
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        raise ValueError(f"branch_fns has the same key twice: {sorted(keys)}")
    return sorted(pairs, key=lambda pair: pair[0])
