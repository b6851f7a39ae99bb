"""Sessions: `Session.run` computes parts of a graph, keeping the state of its variables."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

import numpy as np

from pyengine.config import ConfigProto, RunMetadata, RunOptions, check_config
from pyengine.executor.denormals import flushed_denormals
from pyengine.executor.feeds import feeder
from pyengine.executor.fetches import Fetches, Rebuild, fetch_key
from pyengine.executor.plan import Plan
from pyengine.executor.runtime import Runtime
from pyengine.executor.waiting import time_limit
from pyengine.graph import Graph, Tensor, default_sessions, get_default_graph

_LARGEST_CACHE = 1024
"""Plans kept by a session; a program that keeps making new fetches drops the oldest."""


_NO_LIMIT = contextlib.nullcontext()


class _Prepared:
    """A plan with what surrounds it: converters of its feeds, and the nesting of its fetches."""

    def __init__(self, fetches: Fetches, feeds: list[Tensor], runtime: Runtime) -> None:
        self.plan = Plan(fetches.elements, feeds, runtime)
        self.feeders = [feeder(t) for t in feeds]
        self.rebuild: Rebuild = fetches.rebuild


class BaseSession:
    """A connection between a graph and its state, able to run the graph's ops.

    Args:
        target: only "" is there: this process. A "grpc://..." target raises.
        graph: the graph to launch; the default graph if None.
        config: a `ConfigProto`.
    """

    def __init__(
        self, target: str = "", graph: Graph | None = None, config: ConfigProto | None = None
    ) -> None:
        if target:
            raise NotImplementedError(
                f"Session target {target!r}: distributed sessions are not available; leave the "
                f"target out to run in this process."
            )
        if graph is not None and not isinstance(graph, Graph):
            raise TypeError(f"graph must be a tf.Graph, but got {type(graph).__name__}")
        self._graph = get_default_graph() if graph is None else graph
        self._config = check_config(config)
        self._runtime = Runtime(self._config.allow_soft_placement)
        self._prepared: dict[Any, _Prepared] = {}
        self._preparing = threading.Lock()
        self._closed = False

    @property
    def graph(self) -> Graph:
        """The graph that was launched."""
        return self._graph

    @property
    def sess_str(self) -> str:
        return ""

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping[Any, Any] | None = None,
        options: RunOptions | None = None,
        run_metadata: RunMetadata | None = None,
    ) -> Any:
        """Runs what the fetches need, and returns their values.

        Args:
            fetches: a tensor, operation, variable or the name of one, or lists, tuples, dicts and
                named tuples of them.
            feed_dict: values to use in place of tensors, by tensor.
            options: a `RunOptions`.
            run_metadata: a `RunMetadata` to fill in.

        Returns:
            The values, nested as the fetches are: a NumPy array for a tensor, a NumPy scalar for
            one of rank 0, `bytes` for a string, None for an operation.

        Raises:
            RuntimeError: if the session is closed.
            TypeError: for fetches or feed keys that are no graph elements, or values that do not
                have the dtype of their tensor.
            ValueError: for elements of another graph, or values whose shape does not fit.
            tf.errors.OpError: what an op found wrong, such as an InvalidArgumentError.

        Example:
            >>> import pyengine as tf
            >>> with tf.Graph().as_default(), tf.Session() as sess:
            ...     x = tf.placeholder(tf.float32)
            ...     float(sess.run(x * 2.0, {x: 21.0}))
            42.0
        """
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
        if options is not None or run_metadata is not None:
            check_run_options(options, run_metadata)
        feeds = feed_dict or {}
        try:
            prepared = self._prepared.get((fetch_key(fetches), *feeds))
        except TypeError:
            prepared = None  # something unhashable: `_prepare` says what it is
        if prepared is None:
            prepared, feeds = self._prepare(fetches, feeds)
        limit = (options and options.timeout_in_ms) or self._config.operation_timeout_in_ms
        with time_limit(limit / 1000) if limit else _NO_LIMIT:
            return self._replay(prepared, list(feeds.values()))

    def _replay(self, prepared: _Prepared, given: list[Any]) -> Any:
        values = [feed(value) for feed, value in zip(prepared.feeders, given)]
        with flushed_denormals(), np.errstate(all="ignore"):
            results = prepared.plan(values)
        return prepared.rebuild([_owned(r) for r in results])

    def _prepare(
        self, fetches: Any, feeds: Mapping[Any, Any]
    ) -> tuple[_Prepared, Mapping[Any, Any]]:
        """The plan for feeds given in any form, and the feeds by their tensors."""
        by_tensor: dict[Tensor, Any] = {}
        for item, value in feeds.items():
            tensors = self._feed_tensors(item)
            split = getattr(item, "_feed_values", None)  # a sparse tensor's three arrays
            parts = [value] if split is None else split(value)
            if len(parts) != len(tensors):
                raise ValueError(f"the feed of {item!r} needs {len(tensors)} parts: {value!r}")
            by_tensor.update(zip(tensors, parts))
        parsed = Fetches(self._graph, fetches)  # refuses what cannot be a key
        key = (fetch_key(fetches), *by_tensor)
        prepared = self._prepared.get(key)
        if prepared is None:
            prepared = _Prepared(parsed, list(by_tensor), self._runtime)
            with self._preparing:
                if len(self._prepared) >= _LARGEST_CACHE:
                    self._prepared.pop(next(iter(self._prepared)))
                self._prepared[key] = prepared
        return prepared, by_tensor

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
        """A function that runs these fetches; its arguments are the values of `feed_list`."""
        tensors = [t for item in feed_list or () for t in self._feed_tensors(item)]
        prepared = _Prepared(Fetches(self._graph, fetches), tensors, self._runtime)

        def call(*values: Any) -> Any:
            if self._closed:
                raise RuntimeError("Attempted to use a closed Session.")
            if len(values) != len(tensors):
                raise TypeError(f"expected {len(tensors)} values to feed, got {len(values)}")
            return self._replay(prepared, list(values))

        return call

    def list_devices(self) -> list[str]:
        """The names of the devices."""
        return ["/job:localhost/replica:0/task:0/device:CPU:0"]

    def as_default(self) -> Any:
        """A context in which this is the default session; it is not closed after."""
        return default_sessions.entered(self)

    def close(self) -> None:
        """Frees the variables and plans; the session cannot be used after.

        Runs of other threads that wait, as for a queue, end with a CancelledError.
        """
        self._closed = True
        with self._preparing:
            self._prepared.clear()
        self._runtime.clear()

    def __repr__(self) -> str:
        state = " closed" if self._closed else ""
        return f"<tf.{type(self).__name__} on {self._graph!r}{state}>"


class Session(BaseSession):
    """A session; `with tf.Session() as sess:` makes it, and its graph, the default, then closes it.

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

    def __enter__(self) -> Session:
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
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


def check_run_options(options: RunOptions | None, run_metadata: RunMetadata | None) -> None:
    """Refuses what a run cannot do yet, rather than leave it undone without a word."""
    if options is not None and not isinstance(options, RunOptions):
        raise TypeError(f"options must be a tf.RunOptions, got {type(options).__name__}")
    if run_metadata is not None and not isinstance(run_metadata, RunMetadata):
        raise TypeError(f"run_metadata must be a tf.RunMetadata, got {type(run_metadata).__name__}")
    if options is not None and options.trace_level:
        raise NotImplementedError("RunOptions(trace_level=...): tracing is not available yet")


def _owned(value: Any) -> Any:
    """A fetched value that nobody else can change, or see changed."""
    if type(value) is not np.ndarray:
        return np.bytes_(value) if type(value) is bytes else value
    if value.ndim == 0:
        item = value[()]
        return np.bytes_(item) if type(item) is bytes else item
    return value.copy(order="K")
