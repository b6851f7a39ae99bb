"""`tf.train.write_graph`: graphs in files."""

from __future__ import annotations

import os
from typing import Any

from pyengine.checkpoint.bundle import write_atomically
from pyengine.executor.files import make_folder

__all__ = ["write_graph"]


def write_graph(graph_or_graph_def: Any, logdir: str, name: str, as_text: bool = True) -> str:
    """Writes a graph to a file.

    Args:
        graph_or_graph_def: a `Graph` or a `GraphDef`.
        logdir: the directory, made if it is not there.
        name: the file's name.
        as_text: whether to write protocol buffer text; bytes otherwise.

    Returns:
        The path of the file.

    Example:
        >>> import os, tempfile
        >>> import pyengine as tf
        >>> with tempfile.TemporaryDirectory() as folder, tf.Graph().as_default() as g:
        ...     x = tf.constant(1.0, name="x")
        ...     os.path.basename(tf.train.write_graph(g, folder, "graph.pbtxt"))
        'graph.pbtxt'
    """
    as_graph_def = getattr(graph_or_graph_def, "as_graph_def", None)
    message = graph_or_graph_def if as_graph_def is None else as_graph_def()
    make_folder(logdir)
    path = os.path.join(logdir, name)
    write_atomically(path, message_bytes(message, as_text))
    return path


def message_bytes(message: Any, as_text: bool) -> bytes:
    """A message as a file holds it."""
    if not as_text:
        return message.SerializeToString()
    from google.protobuf import text_format

    return text_format.MessageToString(message).encode("utf-8")


def read_message(path: str, kind: Any) -> Any:
    """The message in a file, whether it is there as bytes or as text.

    Raises:
        OSError: when there is no such file, or it holds no message of that kind.
    """
    from google.protobuf import text_format
    from google.protobuf.message import DecodeError

    with open(path, "rb") as file:
        content = file.read()
    try:
        return kind.FromString(content)
    except DecodeError:
        pass  # it may be text
    what = kind.DESCRIPTOR.name
    try:
        return text_format.Parse(content.decode("utf-8"), kind())
    except UnicodeDecodeError:
        raise OSError(
            f"Cannot parse file {path}: it holds no {what}, or was cut off or changed."
        ) from None
    except text_format.ParseError as error:
        raise OSError(f"Cannot parse file {path} as the text of a {what}: {error}.") from None
