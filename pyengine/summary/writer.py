"""`FileWriter`: summaries, graphs and step statistics into an event file, for TensorBoard."""

from __future__ import annotations

import itertools
import os
import socket
import threading
import time
from types import TracebackType
from typing import Any, ClassVar

from pyengine import protos
from pyengine.executor.files import make_folder, open_file, system_errors
from pyengine.graph import Graph
from pyengine.importer import as_message
from pyengine.logger import logger
from pyengine.tfrecords import framed

__all__ = ["FileWriter", "FileWriterCache"]

_VERSION = "brain.Event:2"
_counter = itertools.count()


class FileWriter:
    """Writes an event file in a directory.

    Args:
        logdir: the directory, made if it is not there.
        graph: a `Graph` to show.
        max_queue: how many events are kept back before they are written.
        flush_secs: after how many seconds what was kept back is written with the next event.
        graph_def: a `GraphDef` to show, in place of `graph`.
        filename_suffix: an ending of the file's name.
        session: accepted; events go to a file.

    Raises:
        TypeError: for what is no graph.

    Example:
        >>> import os, tempfile
        >>> import pyengine as tf
        >>> with tempfile.TemporaryDirectory() as logdir, tf.Graph().as_default() as graph:
        ...     merged = tf.summary.scalar("loss", 0.5)
        ...     with tf.Session() as sess, tf.summary.FileWriter(logdir, graph) as writer:
        ...         writer.add_summary(sess.run(merged), global_step=1)
        ...     (name,) = os.listdir(logdir)
        ...     events = list(tf.train.summary_iterator(os.path.join(logdir, name)))
        >>> [event.WhichOneof("what") for event in events]
        ['file_version', 'graph_def', 'meta_graph_def', 'summary']
    """

    def __init__(
        self,
        logdir: str,
        graph: Graph | None = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        graph_def: Any = None,
        filename_suffix: str | None = None,
        session: Any = None,
    ) -> None:
        self._logdir = os.fspath(logdir)
        self._max_queue = max_queue
        self._flush_secs = flush_secs
        self._suffix = filename_suffix or ""
        self._lock = threading.RLock()
        self._seen_tags: set[str] = set()
        self._file: Any = None
        self._is_closed = False
        make_folder(self._logdir)
        self._open()
        if graph is not None or graph_def is not None:
            self.add_graph(graph=graph, graph_def=graph_def)

    def __enter__(self) -> FileWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def get_logdir(self) -> str:
        """The directory."""
        return self._logdir

    # ------------------------------------------------------------ the file

    def _open(self) -> None:
        now = time.time()
        # Two files of one second and host must not have the same name.
        name = f"events.out.tfevents.{int(now):010d}.{socket.gethostname()}"
        path = os.path.join(self._logdir, name + self._suffix)
        while os.path.exists(path):
            path = os.path.join(self._logdir, f"{name}.{next(_counter)}{self._suffix}")
        self._path, self._file = path, open_file(path, "ab")
        self._pending, self._flushed = 0, time.monotonic()
        self._is_closed = False
        self._write(protos.Event(wall_time=now, file_version=_VERSION))
        self.flush()

    def _write(self, event: Any) -> None:
        with self._lock:
            with system_errors(self._path):
                self._file.write(framed(event.SerializeToString()))
            self._pending += 1
            is_late = time.monotonic() - self._flushed > self._flush_secs
            if self._pending > self._max_queue or is_late:
                self.flush()

    def flush(self) -> None:
        """Writes what was kept back."""
        with self._lock:
            if not self._file.closed:
                with system_errors(self._path):
                    self._file.flush()
            self._pending = 0
            self._flushed = time.monotonic()

    def close(self) -> None:
        """Writes what was kept back, and closes the file; events after it are lost."""
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                with system_errors(self._path):
                    self._file.close()

    def reopen(self) -> None:
        """Opens a new file after `close`; does nothing while one is open."""
        with self._lock:
            if self._is_closed:
                self._open()

    # ------------------------------------------------------------ events

    def add_event(self, event: Any) -> None:
        """Writes an `Event`."""
        event = as_message(event, "Event", "event")
        with self._lock:
            if self._is_closed:
                logger.warning("Attempting to use a closed FileWriter. The event is not written.")
                return
            self._write(event)

    def _add(self, event: Any, global_step: Any) -> None:
        event.wall_time = time.time()
        if global_step is not None:
            event.step = int(global_step)
        self.add_event(event)

    def add_summary(self, summary: Any, global_step: Any = None) -> None:
        """Writes a summary.

        Args:
            summary: a `Summary`, or the bytes that a summary op gives in a run.
            global_step: the step it belongs to.

        Raises:
            TypeError: for what is no summary.
        """
        if isinstance(summary, str):  # R's, for bytes that happen to be text
            summary = summary.encode("utf-8")
        if isinstance(summary, bytes):
            message = _summary_of(bytes(summary))
        else:
            message = protos.Summary()
            message.CopyFrom(as_message(summary, "Summary", "summary"))
        for value in message.value:
            # TensorBoard reads a tag's metadata once.
            if value.HasField("metadata"):
                if value.tag in self._seen_tags:
                    value.ClearField("metadata")
                self._seen_tags.add(value.tag)
        self._add(protos.Event(summary=message), global_step)

    def add_graph(
        self, graph: Graph | None = None, global_step: Any = None, graph_def: Any = None
    ) -> None:
        """Writes a graph.

        Args:
            graph: a `Graph`.
            global_step: the step it belongs to.
            graph_def: a `GraphDef`, in place of `graph`.

        Raises:
            TypeError: for what is no graph.
            ValueError: for both or none of them.
        """
        if (graph is None) == (graph_def is None):
            raise ValueError("Please pass only graph, or graph_def (deprecated), but not both.")
        if graph is None:
            graph_def = as_message(graph_def, "GraphDef", "graph_def")
        elif isinstance(graph, Graph):
            try:
                graph_def = graph.as_graph_def(add_shapes=True)
            except TypeError as error:
                logger.warning("The graph is not written to the event file: %s", error)
                return
        else:
            raise TypeError(f"The passed graph must be an instance of `Graph`, got {graph!r}")
        self._add(protos.Event(graph_def=graph_def.SerializeToString()), global_step)
        if graph is not None:
            from pyengine.train.meta_graph import export_meta_graph

            self.add_meta_graph(export_meta_graph(graph=graph, graph_def=graph_def), global_step)

    def add_meta_graph(self, meta_graph_def: Any, global_step: Any = None) -> None:
        """Writes a `MetaGraphDef`."""
        message = as_message(meta_graph_def, "MetaGraphDef", "meta_graph_def")
        self._add(protos.Event(meta_graph_def=message.SerializeToString()), global_step)

    def add_run_metadata(self, run_metadata: Any, tag: str, global_step: Any = None) -> None:
        """Writes what a traced run told of itself.

        Args:
            run_metadata: a `RunMetadata`.
            tag: its name, used only once.
            global_step: the step it belongs to.

        Raises:
            ValueError: when the tag was used before.
        """
        if tag in self._seen_tags:
            raise ValueError(f"The provided tag was already used for this event type: {tag}")
        self._seen_tags.add(tag)
        message = as_message(run_metadata, "RunMetadata", "run_metadata")
        tagged = protos.TaggedRunMetadata(tag=tag, run_metadata=message.SerializeToString())
        self._add(protos.Event(tagged_run_metadata=tagged), global_step)

    def add_session_log(self, session_log: Any, global_step: Any = None) -> None:
        """Writes a `SessionLog`: that a session started, stopped, or saved a checkpoint."""
        message = as_message(session_log, "SessionLog", "session_log")
        self._add(protos.Event(session_log=message), global_step)


def _summary_of(data: bytes) -> Any:
    from google.protobuf.message import DecodeError

    try:
        return protos.Summary.FromString(data)
    except DecodeError:
        raise TypeError(f"these bytes are no Summary: {data[:40]!r}") from None


SummaryWriter = FileWriter  # its name in TensorFlow 0.12


class FileWriterCache:
    """One `FileWriter` for each directory."""

    _writers: ClassVar[dict[str, FileWriter]] = {}
    _lock = threading.Lock()

    @staticmethod
    def get(logdir: str) -> FileWriter:
        """The writer of a directory, made when it is first asked for."""
        with FileWriterCache._lock:
            if logdir not in FileWriterCache._writers:
                FileWriterCache._writers[logdir] = FileWriter(logdir)
            return FileWriterCache._writers[logdir]

    @staticmethod
    def clear() -> None:
        """Closes and forgets all writers."""
        with FileWriterCache._lock:
            for writer in FileWriterCache._writers.values():
                writer.close()
            FileWriterCache._writers.clear()
