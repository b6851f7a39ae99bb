"""`QueueRunner`: threads that fill a queue; `start_queue_runners` starts all of a graph's."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from typing import Any

from pyengine import errors, protos
from pyengine.defaults import get_default_session
from pyengine.graph import get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.scopes import add_to_collection
from pyengine.session import BaseSession
from pyengine.train.coordinator import Coordinator

__all__ = ["QueueRunner", "add_queue_runner", "start_queue_runners"]


class QueueRunner:
    """A list of enqueue ops for a queue, each to be run over and over by a thread of its own.

    Args:
        queue: the queue.
        enqueue_ops: the ops, one for each thread.
        close_op: run when the enqueue ops have come to their end; by default closes the queue.
        cancel_op: run when a stop is asked for; by default closes the queue and cancels pending
            enqueues.
        queue_closed_exception_types: the exceptions that mean that an enqueue op has come to its
            end; `(tf.errors.OutOfRangeError,)` by default.

    Raises:
        ValueError: without a queue or enqueue ops.
        TypeError: when `queue_closed_exception_types` is no tuple of classes of `tf.errors`.
    """

    def __init__(
        self,
        queue: Any = None,
        enqueue_ops: Sequence[Any] | None = None,
        close_op: Any = None,
        cancel_op: Any = None,
        queue_closed_exception_types: tuple[type[errors.OpError], ...] | None = None,
        queue_runner_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        if queue_runner_def is not None:
            if queue or enqueue_ops:
                raise ValueError("queue_runner_def and queue are mutually exclusive.")
            given = _from_message(queue_runner_def, import_scope)
            queue, enqueue_ops, close_op, cancel_op, queue_closed_exception_types = given
        if not queue or not enqueue_ops:
            raise ValueError("Must provide queue and enqueue_ops.")
        types = queue_closed_exception_types
        if types is None:
            types = (errors.OutOfRangeError,)
        elif (
            not isinstance(types, tuple)
            or not types
            or not all(isinstance(t, type) and issubclass(t, errors.OpError) for t in types)
        ):
            raise TypeError(
                f"queue_closed_exception_types, when provided, must be a tuple of tf.error types, "
                f"but saw: {types}"
            )
        self._queue = queue
        self._enqueue_ops = list(enqueue_ops)
        self._closed_types = types
        self._close_op = queue.close() if close_op is None else close_op
        if cancel_op is None:
            cancel_op = queue.close(cancel_pending_enqueues=True)
        self._cancel_op = cancel_op
        self._lock = threading.Lock()
        # How many threads run in each session.
        self._running: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
        self._exceptions_raised: list[BaseException] = []

    @property
    def queue(self) -> Any:
        return self._queue

    @property
    def enqueue_ops(self) -> list[Any]:
        return self._enqueue_ops

    @property
    def close_op(self) -> Any:
        return self._close_op

    @property
    def cancel_op(self) -> Any:
        return self._cancel_op

    @property
    def queue_closed_exception_types(self) -> tuple[type[errors.OpError], ...]:
        return self._closed_types

    @property
    def exceptions_raised(self) -> list[BaseException]:
        """What the threads raised where there was no coordinator to tell."""
        return self._exceptions_raised

    @property
    def name(self) -> str:
        """The name of the queue."""
        return self._queue.name

    def create_threads(
        self,
        sess: Any,
        coord: Coordinator | None = None,
        daemon: bool = False,
        start: bool = False,
    ) -> list[threading.Thread]:
        """The threads that run the enqueue ops in a session, and with `coord` one that cancels.

        Args:
            sess: a `Session`.
            coord: a `Coordinator`, which is told of errors, and says when to stop.
            daemon: whether the threads keep the process alive; they do not if True.
            start: whether to start them.

        Returns:
            A list of threads; an empty one if they run in this session already.
        """
        with self._lock:
            if self._running.get(sess, 0) > 0:
                return []
            self._running[sess] = len(self._enqueue_ops)
            self._exceptions_raised = []
        threads = [
            threading.Thread(
                target=self._run,
                args=(sess, op, coord),
                name=f"QueueRunnerThread-{self.name}-{op.name}",
            )
            for op in self._enqueue_ops
        ]
        if coord is not None:
            threads.append(
                threading.Thread(
                    target=self._close_on_stop,
                    args=(sess, coord),
                    name=f"QueueRunnerThread-{self.name}-close_on_stop",
                )
            )
        for thread in threads:
            if coord is not None:
                coord.register_thread(thread)
            thread.daemon = daemon
            if start:
                thread.start()
        return threads

    def _run(self, sess: Any, enqueue_op: Any, coord: Coordinator | None) -> None:
        try:
            enqueue = sess.make_callable(enqueue_op)
            while coord is None or not coord.should_stop():
                enqueue()
        except self._closed_types:
            self._leave(sess, close=True)
        except Exception as error:
            self._leave(sess)
            if coord is not None:
                if not coord.should_stop():  # else it is what the cancelling has led to
                    coord.request_stop(error)
            elif not sess._closed:
                import logging

                logging.getLogger("tensorflow").error("Exception in QueueRunner: %s", error)
                with self._lock:
                    self._exceptions_raised.append(error)
                raise
        else:
            self._leave(sess)

    def _leave(self, sess: Any, close: bool = False) -> None:
        """Counts a thread out; the last one to come to its end closes the queue."""
        with self._lock:
            self._running[sess] -= 1
            is_last = self._running[sess] == 0
        if close and is_last:
            self._run_quietly(sess, self._close_op)

    def _close_on_stop(self, sess: Any, coord: Coordinator) -> None:
        coord.wait_for_stop()
        self._run_quietly(sess, self._cancel_op)

    @staticmethod
    def _run_quietly(sess: Any, op: Any) -> None:
        """Runs an op that ends things: there is nobody to tell if they have ended already."""
        try:
            sess.run(op)
        except (errors.OpError, RuntimeError) as error:
            import logging

            logging.getLogger("tensorflow").debug("Ignored exception: %s", error)

    def to_proto(self, export_scope: str | None = None) -> Any:
        """The runner as a `QueueRunnerDef` message; None if it is not in the scope to export."""
        if export_scope and not self.name.startswith(export_scope):
            return None
        return protos.QueueRunnerDef(
            queue_name=_without_scope(self.name, export_scope),
            enqueue_op_name=[_without_scope(op.name, export_scope) for op in self._enqueue_ops],
            close_op_name=_without_scope(self._close_op.name, export_scope),
            cancel_op_name=_without_scope(self._cancel_op.name, export_scope),
            queue_closed_exception_types=[
                errors.error_code_from_exception_type(t) for t in self._closed_types
            ],
        )

    @staticmethod
    def from_proto(queue_runner_def: Any, import_scope: str | None = None) -> QueueRunner:
        """The runner that a `QueueRunnerDef` message describes, of ops in the default graph."""
        return QueueRunner(queue_runner_def=queue_runner_def, import_scope=import_scope)


def _without_scope(name: str, scope: str | None) -> str:
    return name.removeprefix(f"{scope.rstrip('/')}/") if scope else name


def _from_message(message: Any, scope: str | None) -> tuple[Any, ...]:
    """The queue, the ops and the exceptions that a message names."""
    graph = get_default_graph()

    def element(name: str) -> Any:
        return graph.as_graph_element(f"{scope.rstrip('/')}/{name}" if scope else name)

    codes = list(message.queue_closed_exception_types) or [errors.OUT_OF_RANGE]
    return (
        element(message.queue_name),
        [element(name) for name in message.enqueue_op_name],
        element(message.close_op_name),
        element(message.cancel_op_name),
        tuple(errors.exception_type_from_error_code(code) for code in codes),
    )


def add_queue_runner(qr: QueueRunner, collection: str = GraphKeys.QUEUE_RUNNERS) -> None:
    """Adds a `QueueRunner` to a collection of the graph, from which it will be started.

    Args:
        qr: the queue runner.
        collection: the name of the collection.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     queue = tf.FIFOQueue(3, tf.float32)
        ...     tf.train.add_queue_runner(tf.train.QueueRunner(queue, [queue.enqueue(1.0)]))
        ...     len(tf.get_collection(tf.GraphKeys.QUEUE_RUNNERS))
        1
    """
    add_to_collection(collection, qr)


def start_queue_runners(
    sess: Any = None,
    coord: Coordinator | None = None,
    daemon: bool = True,
    start: bool = True,
    collection: str = GraphKeys.QUEUE_RUNNERS,
) -> list[threading.Thread]:
    """Starts the threads of all queue runners of the graph.

    Args:
        sess: the session; the default one for None.
        coord: a `Coordinator` to tell errors, and to be told when to stop.
        daemon: whether the process may end while they run.
        start: whether to start them, rather than only make them.
        collection: where the runners are.

    Returns:
        A list of threads.

    Raises:
        ValueError: without a session.
        TypeError: when `sess` is none.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     i = tf.train.range_input_producer(3, shuffle=False).dequeue()
        ...     coord = tf.train.Coordinator()
        ...     threads = tf.train.start_queue_runners(sess, coord)
        ...     print([int(sess.run(i)) for _ in range(4)])
        ...     coord.request_stop()
        ...     coord.join(threads)
        [0, 1, 2, 0]
    """
    if sess is None:
        sess = get_default_session()
        if sess is None:
            raise ValueError(
                "Cannot start queue runners: No default session is registered. Use `with "
                "sess.as_default()` or pass an explicit session to "
                "tf.start_queue_runners(sess=sess)"
            )
    if not isinstance(sess, BaseSession):
        if type(sess).__name__ in ("MonitoredSession", "SingularMonitoredSession"):
            return []  # it starts them itself
        raise TypeError(f"sess must be a `tf.Session` object. Given class: {type(sess)}")
    threads: list[threading.Thread] = []
    with sess.graph.as_default():
        for runner in sess.graph.get_collection(collection):
            threads.extend(runner.create_threads(sess, coord=coord, daemon=daemon, start=start))
    return threads
