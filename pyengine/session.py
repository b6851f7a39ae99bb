"""Sessions: `Session.run` computes parts of a graph, keeping the state of its variables."""

from __future__ import annotations

import functools
import sys
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

import numpy as np

from pyengine import errors
from pyengine.config import (
    ConfigProto,
    RunOptions,
    check_config,
    check_run_options,
    executor_type,
    is_optimized,
)
from pyengine.defaults import default_sessions
from pyengine.device import DeviceAttributes
from pyengine.executor.backend import chosen_backend
from pyengine.executor.denormals import flushed_denormals
from pyengine.executor.feeds import feeder
from pyengine.executor.fetches import Fetches, Rebuild, fetch_key, owned
from pyengine.executor.gpu import finder
from pyengine.executor.partial import PartialRun
from pyengine.executor.plan import Plan, needed_ops
from pyengine.executor.runtime import Runtime
from pyengine.executor.threads import set_threads, settle_blas
from pyengine.graph import Graph, Tensor, get_default_graph

_LARGEST_CACHE = 1024
"""Plans kept by a session; a program that keeps making new fetches drops the oldest."""

_sessions: weakref.WeakSet[BaseSession] = weakref.WeakSet()
"""The sessions that are open, for `Session.reset`."""


class _Prepared:
    """A plan with what surrounds it: converters of its feeds, and the nesting of its fetches."""

    def __init__(self, fetches: Fetches, feeds: list[Tensor], runtime: Runtime) -> None:
        self.plan = Plan(fetches.elements, feeds, runtime)
        self.elements = fetches.elements
        self.feeds = feeds
        self.feeders = [feeder(t) for t in feeds]
        self.rebuild: Rebuild = fetches.rebuild
        self._runtime = runtime

    @functools.cached_property
    def traced_plan(self) -> Plan:
        """The plan with a step for each op, so that each is timed."""
        return Plan(self.elements, self.feeds, self._runtime, fuses=False)


class BaseSession:
    """A connection between a graph and its state, able to run the graph's ops.

    Args:
        target: only "" is there: this process. For the address of a cluster, "grpc://...", the
            first run raises a NotImplementedError; as in TensorFlow, no run means no connection.
        graph: the graph to launch; the default graph if None.
        config: a `ConfigProto`.
    """

    def __init__(
        self, target: str = "", graph: Graph | None = None, config: ConfigProto | None = None
    ) -> None:
        if graph is not None and not isinstance(graph, Graph):
            raise TypeError(f"graph must be a tf.Graph, but got {type(graph).__name__}")
        self._target = target
        self._graph = get_default_graph() if graph is None else graph
        self._config = check_config(config)
        cpus = int(self._config.device_count.get("CPU", 1)) or 1
        self._runtime = Runtime(
            self._config.allow_soft_placement,
            cpus,
            chosen_backend(executor_type(self._config)),
            is_optimized(self._config),
            finder(self._config),
        )
        settle_blas()
        if self._config.intra_op_parallelism_threads > 0:
            set_threads(int(self._config.intra_op_parallelism_threads))
        self._prepared: dict[Any, _Prepared] = {}
        self._lock = threading.Lock()
        self._closed = False
        # Whether a run is more than a replay, by the session's own state: one look on the hot path.
        self._is_special = self._config.operation_timeout_in_ms > 0 or bool(target)
        self._placed: set[Any] = set()
        self._partial: dict[str, PartialRun] = {}
        self._partial_count = 0
        _sessions.add(self)

    @property
    def graph(self) -> Graph:
        """The graph that was launched."""
        return self._graph

    @property
    def graph_def(self) -> Any:
        """The graph as a `GraphDef`."""
        return self._graph.as_graph_def()

    @property
    def sess_str(self) -> str:
        return self._target

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping[Any, Any] | None = None,
        options: RunOptions | None = None,
        run_metadata: Any = None,
    ) -> Any:
        """Runs what the fetches need, and returns their values.

        Args:
            fetches: a tensor, operation, variable or the name of one, or lists, tuples, dicts and
                named tuples of them.
            feed_dict: values to use in place of tensors, by tensor, or by tuples of tensors.
            options: a `RunOptions`: `trace_level` times each step, `timeout_in_ms` stops the run
                between two steps.
            run_metadata: a `RunMetadata`, whose `step_stats` are filled in by a traced run.

        Returns:
            The values, nested as the fetches are: a NumPy array for a tensor, a NumPy scalar for
            one of rank 0, `bytes` for a string, None for an operation.

        Raises:
            RuntimeError: if the session is closed.
            TypeError: for fetches or feed keys that are no graph elements, or values that do not
                have the dtype of their tensor.
            ValueError: for elements of another graph, or values whose shape does not fit.
            tf.errors.DeadlineExceededError: when the run took longer than it may.
            tf.errors.OpError: what an op found wrong, such as an InvalidArgumentError.

        Example:
            >>> import pyengine as tf
            >>> with tf.Graph().as_default(), tf.Session() as sess:
            ...     x = tf.placeholder(tf.float32)
            ...     float(sess.run(x * 2.0, {x: 21.0}))
            42.0
        """
        if self._is_special:
            self._check_open()
        feeds = feed_dict or {}
        try:
            prepared = self._prepared.get((fetch_key(fetches), *feeds))
        except TypeError:
            prepared = None  # something unhashable: `_prepare` says what it is
        if prepared is None:
            prepared, feeds = self._prepare(fetches, feeds)
        if options is not None or run_metadata is not None or self._is_special:
            return self._run_watched(prepared, list(feeds.values()), options, run_metadata)
        return self._replay(prepared, list(feeds.values()))

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session. Make a new one: tf.Session().")
        if self._target:
            raise NotImplementedError(
                f"Session target {self._target!r}: distributed sessions are not available; leave "
                f"the target out to run in this process."
            )

    def _run_watched(
        self, prepared: _Prepared, given: list[Any], options: Any, run_metadata: Any
    ) -> Any:
        """A run with options: see `executor.watched`."""
        from pyengine.executor.watched import StepRecorder, run_watched

        options = check_run_options(options, run_metadata)
        limit = options.timeout_in_ms or self._config.operation_timeout_in_ms
        deadline = time.monotonic() + limit / 1000 if limit > 0 else None
        is_traced = options.trace_level > RunOptions.NO_TRACE and run_metadata is not None
        recorder = StepRecorder() if is_traced else None
        values = [feed(value) for feed, value in zip(prepared.feeders, given)]
        stopping = self._runtime.stopping_at(deadline)
        with flushed_denormals(), np.errstate(all="ignore"), stopping:
            plan = prepared.traced_plan if is_traced else prepared.plan
            results = run_watched(plan, values, deadline, recorder)
        if recorder is not None:
            run_metadata.Clear()
            recorder.fill(run_metadata.step_stats)
        if options.output_partition_graphs and run_metadata is not None:
            run_metadata.partition_graphs.append(self._pruned_graph_def(prepared))
        return prepared.rebuild([owned(r) for r in results])

    def _pruned_graph_def(self, prepared: _Prepared) -> Any:
        """The part of the graph that a plan runs, as a GraphDef."""
        from pyengine import protos
        from pyengine.graph_def import node_def_of

        ops = sorted(needed_ops(prepared.elements, set(prepared.feeds)), key=lambda op: op._id)
        return protos.GraphDef(
            node=[node_def_of(op) for op in ops], versions=self._graph.graph_def_versions
        )

    def _replay(self, prepared: _Prepared, given: list[Any]) -> Any:
        values = [feed(value) for feed, value in zip(prepared.feeders, given)]
        with flushed_denormals(), np.errstate(all="ignore"):
            results = prepared.plan(values)
        return prepared.rebuild([owned(r) for r in results])

    def _prepare(
        self, fetches: Any, feeds: Mapping[Any, Any]
    ) -> tuple[_Prepared, Mapping[Any, Any]]:
        """The plan for feeds given in any form, and the feeds by their tensors."""
        if not self._graph.version:
            raise RuntimeError(
                "The Session graph is empty. Add operations to the graph before calling run()."
            )
        by_tensor = self._by_tensor(feeds)
        parsed = Fetches(self._graph, fetches)  # refuses what cannot be a key
        key = (fetch_key(fetches), *by_tensor)
        with self._lock:
            prepared = self._prepared.get(key)
            if prepared is None:
                prepared = self._compiled(parsed, list(by_tensor))
                if len(self._prepared) >= _LARGEST_CACHE:
                    self._prepared.pop(next(iter(self._prepared)))
                self._prepared[key] = prepared
        return prepared, by_tensor

    def _by_tensor(self, feeds: Mapping[Any, Any]) -> dict[Tensor, Any]:
        """The values to feed, by their tensors."""
        by_tensor: dict[Tensor, Any] = {}
        for item, value in feeds.items():
            if type(item) is tuple:  # tensors in any nesting, with values in the same nesting
                if not isinstance(value, (list, tuple)) or len(value) != len(item):
                    raise ValueError(f"the feed of {item!r} needs {len(item)} values: {value!r}")
                for part, part_value in zip(item, value):
                    by_tensor.update(self._by_tensor({part: part_value}))
                continue
            tensors = self._feed_tensors(item)
            split = getattr(item, "_feed_values", None)  # a sparse tensor's three arrays
            parts = [value] if split is None else split(value)
            if len(parts) != len(tensors):
                raise ValueError(f"the feed of {item!r} needs {len(tensors)} parts: {value!r}")
            by_tensor.update(zip(tensors, parts))
        return by_tensor

    def _compiled(self, fetches: Fetches, feeds: list[Tensor]) -> _Prepared:
        prepared = _Prepared(fetches, feeds, self._runtime)
        if self._config.log_device_placement:
            self._log_placement(prepared)
        return prepared

    def _log_placement(self, prepared: _Prepared) -> None:
        """Writes the device of each op to stderr, when the op is first needed."""
        from pyengine.executor.placing import device_names

        fed = set(prepared.feeds)
        ops = sorted(needed_ops(prepared.elements, fed), key=lambda op: op._id)
        for op, device in device_names(ops, fed, self._runtime).items():
            if op not in self._placed:
                print(f"{op.name}: ({op.type}): {device}", file=sys.stderr)
        self._placed |= set(ops)

    def _feed_tensors(self, item: Any) -> list[Tensor]:
        """The tensors that a key of the feed_dict stands for; more than one for a sparse tensor."""
        parts = getattr(item, "_feed_parts", None)
        items = [item] if parts is None else parts()
        try:
            tensors = [self._graph.as_graph_element(i, allow_operation=False) for i in items]
        except TypeError:
            raise TypeError(
                f"Cannot interpret feed_dict key as Tensor: {item!r} of type {type(item).__name__}"
            ) from None
        except (KeyError, ValueError) as error:
            raise TypeError(f"Cannot interpret feed_dict key as Tensor: {error.args[0]}") from None
        for tensor in tensors:
            if not self._graph.is_feedable(tensor):
                raise ValueError(f"Tensor {tensor} may not be fed.")
        return tensors

    def make_callable(
        self, fetches: Any, feed_list: list[Any] | None = None, accept_options: bool = False
    ) -> Callable[..., Any]:
        """A function that runs these fetches.

        Args:
            fetches: as in `run`.
            feed_list: the tensors whose values the function takes, in this order.
            accept_options: whether it takes `options` and `run_metadata` too, by keyword.

        Returns:
            A function that returns what `run` would.

        Raises:
            TypeError: when `feed_list` is no list.
        """
        self._check_open()
        if feed_list is not None and not isinstance(feed_list, (list, tuple)):
            raise TypeError("`feed_list` must be a list or tuple.")
        tensors = [t for item in feed_list or () for t in self._feed_tensors(item)]
        with self._lock:
            prepared = self._compiled(Fetches(self._graph, fetches), tensors)

        def call(*values: Any, options: Any = None, run_metadata: Any = None) -> Any:
            if self._is_special:
                self._check_open()
            if len(values) != len(tensors):
                raise TypeError(f"expected {len(tensors)} values to feed, got {len(values)}")
            if options is not None or run_metadata is not None or self._is_special:
                if not (accept_options or (options is None and run_metadata is None)):
                    raise TypeError("options are taken with make_callable(accept_options=True)")
                return self._run_watched(prepared, list(values), options, run_metadata)
            return self._replay(prepared, list(values))

        return call

    def partial_run_setup(self, fetches: Any, feeds: Sequence[Any] | None = None) -> str:
        """Begins a run that is made in several calls of `partial_run`.

        Args:
            fetches: all that will be fetched.
            feeds: all tensors that will be fed.

        Returns:
            A handle for `partial_run`.

        Example:
            >>> import pyengine as tf
            >>> with tf.Graph().as_default(), tf.Session() as sess:
            ...     a, b = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
            ...     twice, both = a * 2.0, a * 2.0 + b
            ...     handle = sess.partial_run_setup([twice, both], [a, b])
            ...     value = sess.partial_run(handle, twice, {a: 1.0})
            ...     float(sess.partial_run(handle, both, {b: value}))
            4.0
        """
        self._check_open()
        tensors = [t for item in feeds or () for t in self._feed_tensors(item)]
        parsed = Fetches(self._graph, fetches)
        self._partial_count += 1
        handle = f"partial_run_{self._partial_count}"
        self._partial[handle] = PartialRun(parsed.elements, tensors, self._runtime)
        return handle

    def partial_run(
        self, handle: str, fetches: Any, feed_dict: Mapping[Any, Any] | None = None
    ) -> Any:
        """Goes on with a run: feeds some tensors, and fetches what can be computed now.

        Args:
            handle: what `partial_run_setup` returned.
            fetches: some of the fetches set up, none of them fetched before.
            feed_dict: values for some of the feeds set up, none of them fed before.

        Returns:
            The values, nested as the fetches are.

        Raises:
            InvalidArgumentError: for a handle, a fetch or a feed that does not fit, or when
                something that the fetches need has not been fed.
        """
        self._check_open()
        if handle not in self._partial:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"{handle!r} is no handle of partial_run_setup(), or all of its fetches are done",
            )
        by_tensor = self._by_tensor(feed_dict or {})
        values = {t: feeder(t)(value) for t, value in by_tensor.items()}
        parsed = Fetches(self._graph, fetches)
        with flushed_denormals(), np.errstate(all="ignore"):
            results = self._partial[handle].run(parsed.elements, values)
        if self._partial[handle].is_done:
            del self._partial[handle]
        return parsed.rebuild([owned(r) for r in results])

    def list_devices(self) -> list[DeviceAttributes]:
        """The devices: CPUs, all of them this process, and the GPUs that PyTorch finds."""
        self._check_open()
        gpus = [DeviceAttributes(gpu.name, gpu.memory) for gpu in self._runtime.gpus]
        return [DeviceAttributes(name) for name in self._runtime.cpus] + gpus

    def as_default(self) -> Any:
        """A context in which this is the default session; it is not closed after."""
        return default_sessions.entered(self)

    def close(self) -> None:
        """Frees the variables and plans; the session cannot be used after.

        Runs of other threads that wait, as for a queue, end with a CancelledError.
        """
        self._closed = self._is_special = True
        self._partial.clear()
        self._prepared.clear()
        self._runtime.clear()

    def __repr__(self) -> str:
        state = " closed" if self._closed else ""
        return f"<tf.{type(self).__name__} on {self._graph!r}{state}>"


class Session(BaseSession):
    """A session; `with tf.Session() as sess:` makes it, and its graph, the default, then closes it.

    Args:
        target: "" for this process; another one is refused by the first run.
        graph: the graph to run; the default one if None.
        config: a `tf.ConfigProto`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     int(sess.run(tf.constant(10) + tf.constant(32)))
        42
    """

    def __init__(
        self, target: str = "", graph: Graph | None = None, config: ConfigProto | None = None
    ) -> None:
        super().__init__(target, graph, config)
        self._contexts: list[list[Any]] = []

    @staticmethod
    def reset(
        target: str, containers: Sequence[str] | None = None, config: ConfigProto | None = None
    ) -> None:
        """Closes all sessions of a target, and with them frees their variables.

        Args:
            target: "" for this process.
            containers: accepted: each session has its own variables, and all of them are closed.
            config: accepted.

        Raises:
            NotImplementedError: for another target.
        """
        if target:
            raise NotImplementedError(
                f"Session target {target!r}: distributed sessions are not available; leave the "
                f"target out"
            )
        for session in list(_sessions):
            session.close()

    def __enter__(self) -> Session:
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session. Make a new one: tf.Session().")
        contexts = [self._graph.as_default(), self.as_default()]
        for context in contexts:
            context.__enter__()
        self._contexts.append(contexts)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for context in reversed(self._contexts.pop()):
            context.__exit__(None, None, None)
        if not self._contexts:
            self.close()


class InteractiveSession(BaseSession):
    """A session that is the default from its making until `close()`.

    Args:
        target: "" for this process; another one is refused by the first run.
        graph: the graph to run; the default one if None.
        config: a `tf.ConfigProto`.

    Example:
        >>> import pyengine as tf
        >>> sess = tf.InteractiveSession()
        >>> int((tf.constant(5) * 6).eval())
        30
        >>> sess.close()
    """

    def __init__(
        self, target: str = "", graph: Graph | None = None, config: ConfigProto | None = None
    ) -> None:
        super().__init__(target, graph, config)
        self._contexts = [self.as_default()]
        if graph is not None:
            self._contexts.append(graph.as_default())
        for context in self._contexts:
            context.__enter__()

    def close(self) -> None:
        while self._contexts:
            self._contexts.pop().__exit__(None, None, None)
        super().close()
