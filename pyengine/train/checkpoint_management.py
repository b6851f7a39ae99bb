"""Which checkpoints there are in a directory: the file "checkpoint" and what it says."""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Iterable, Sequence
from typing import Any

from pyengine import protos
from pyengine.checkpoint.bundle import data_file, index_file, write_atomically

__all__ = [
    "checkpoint_exists",
    "generate_checkpoint_state_proto",
    "get_checkpoint_mtimes",
    "get_checkpoint_state",
    "latest_checkpoint",
    "remove_checkpoint",
    "update_checkpoint_state",
]


def _state_file(checkpoint_dir: str, latest_filename: str | None) -> str:
    return os.path.join(checkpoint_dir, latest_filename or "checkpoint")


def generate_checkpoint_state_proto(
    save_dir: str,
    model_checkpoint_path: str,
    all_model_checkpoint_paths: Sequence[str] | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
) -> Any:
    """A `CheckpointState` message; see `update_checkpoint_state`."""
    paths = list(all_model_checkpoint_paths or ())
    if not paths or paths[-1] != model_checkpoint_path:
        paths.append(model_checkpoint_path)
    if all_model_checkpoint_timestamps and len(all_model_checkpoint_timestamps) != len(paths):
        raise ValueError("Checkpoint timestamps, if provided, must match checkpoint paths")
    if not os.path.isabs(save_dir):
        # A relative path would be relative to two things: here it is to the directory.
        model_checkpoint_path, *paths = [
            p if os.path.isabs(p) else os.path.relpath(p, save_dir)
            for p in (model_checkpoint_path, *paths)
        ]
    return protos.CheckpointState(
        model_checkpoint_path=model_checkpoint_path,
        all_model_checkpoint_paths=paths,
        all_model_checkpoint_timestamps=all_model_checkpoint_timestamps,
        last_preserved_timestamp=last_preserved_timestamp,
    )


def update_checkpoint_state(
    save_dir: str,
    model_checkpoint_path: str,
    all_model_checkpoint_paths: Sequence[str] | None = None,
    latest_filename: str | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
    save_relative_paths: bool = False,
) -> None:
    """Writes which checkpoints a directory has.

    Args:
        save_dir: the directory.
        model_checkpoint_path: the latest checkpoint.
        all_model_checkpoint_paths: all that are kept, the oldest first.
        latest_filename: the file to write; "checkpoint" by default.
        all_model_checkpoint_timestamps: when each was saved, in seconds.
        last_preserved_timestamp: when one was last kept for good.
        save_relative_paths: whether to write paths relative to the directory, so that it can be
            moved.

    Raises:
        RuntimeError: when a checkpoint has the name of the file.
    """
    path = _state_file(save_dir, latest_filename)
    all_paths = all_model_checkpoint_paths
    if save_relative_paths:
        if os.path.isabs(model_checkpoint_path):
            model_checkpoint_path = os.path.relpath(model_checkpoint_path, save_dir)
        all_paths = [
            os.path.relpath(p, save_dir) if os.path.isabs(p) else p for p in all_paths or ()
        ]
    state = generate_checkpoint_state_proto(
        save_dir,
        model_checkpoint_path,
        all_paths,
        all_model_checkpoint_timestamps,
        last_preserved_timestamp,
    )
    if path == state.model_checkpoint_path:
        raise RuntimeError(
            f"Save path '{model_checkpoint_path}' conflicts with path used for checkpoint state.  "
            f"Please use a different save path."
        )
    from google.protobuf import text_format

    write_atomically(path, text_format.MessageToString(state).encode("utf-8"))


def get_checkpoint_state(checkpoint_dir: str, latest_filename: str | None = None) -> Any:
    """What the file "checkpoint" in a directory says.

    Args:
        checkpoint_dir: the directory.
        latest_filename: the file; "checkpoint" by default.

    Returns:
        A `CheckpointState`, its paths complete; None when there is none that can be read.
    """
    from google.protobuf import text_format

    from pyengine.logger import logger

    path = _state_file(checkpoint_dir, latest_filename)
    try:
        with open(path, encoding="utf-8") as file:
            state = text_format.Parse(file.read(), protos.CheckpointState())
    except (OSError, UnicodeDecodeError) as error:
        if os.path.exists(path):
            logger.warning("%s: Checkpoint ignored: %s", path, error)
        return None
    except text_format.ParseError as error:
        logger.warning("%s: Checkpoint ignored: %s", path, error)
        return None
    if not state.model_checkpoint_path:
        logger.warning("%s: Checkpoint ignored: it names no checkpoint", path)
        return None
    state.model_checkpoint_path = os.path.join(checkpoint_dir, state.model_checkpoint_path)
    paths = [os.path.join(checkpoint_dir, p) for p in state.all_model_checkpoint_paths]
    state.all_model_checkpoint_paths[:] = paths
    return state


def latest_checkpoint(checkpoint_dir: str, latest_filename: str | None = None) -> str | None:
    """The path of the latest checkpoint in a directory, for `Saver.restore`.

    Args:
        checkpoint_dir: the directory.
        latest_filename: the file that tells; "checkpoint" by default.

    Returns:
        The path without endings; None when there is no checkpoint.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     print(latest_checkpoint(folder))
        None
    """
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None:
        return None
    if checkpoint_exists(state.model_checkpoint_path):
        return state.model_checkpoint_path
    from pyengine.logger import logger

    logger.error("Couldn't match files for checkpoint %s", state.model_checkpoint_path)
    return None


def checkpoint_exists(checkpoint_prefix: str) -> bool:
    """Whether there is a checkpoint of that path, without endings.

    Args:
        checkpoint_prefix: a checkpoint's prefix, with `*` and `?` for any characters.

    Returns:
        Whether there is such a checkpoint, of either format.

    Example:
        >>> import pyengine as tf
        >>> tf.train.checkpoint_exists("/no/such/checkpoint")
        False
    """
    return bool(_files_of(checkpoint_prefix))


def _files_of(checkpoint_prefix: str) -> list[str]:
    """The files that show that a checkpoint is there; a path may be a pattern."""
    prefix = str(checkpoint_prefix)
    for pattern in (index_file(prefix), prefix):
        if os.path.isfile(pattern):
            return [pattern]
        found = [p for p in glob.glob(pattern) if os.path.isfile(p)]
        if found:
            return found
    return []


def get_checkpoint_mtimes(checkpoint_prefixes: Iterable[str]) -> list[float]:
    """When each checkpoint was written, in seconds; those that are gone are left out.

    Args:
        checkpoint_prefixes: checkpoints' prefixes.

    Returns:
        The time of the last change of each, in seconds since 1970.
    """
    files = [found[0] for prefix in checkpoint_prefixes if (found := _files_of(prefix))]
    return [os.path.getmtime(path) for path in files]


def meta_graph_filename(checkpoint_filename: str, meta_graph_suffix: str = "meta") -> str:
    """The path of the meta graph that belongs to a checkpoint."""
    stem, dash, tail = checkpoint_filename.rpartition("-of-")
    if dash and stem[-6:-5] == "-" and (tail == "?????" or tail.isdigit()):
        checkpoint_filename = stem[:-6]
    return f"{checkpoint_filename}.{meta_graph_suffix}"


def remove_checkpoint(
    checkpoint_prefix: str, checkpoint_format_version: int = 2, meta_graph_suffix: str = "meta"
) -> None:
    """Deletes the files of a checkpoint, as far as they are there.

    Args:
        checkpoint_prefix: its path without endings.
        checkpoint_format_version: 1 for the old format, which has one file.
        meta_graph_suffix: the ending of its meta graph.
    """
    prefix = glob.escape(checkpoint_prefix)
    paths = [
        meta_graph_filename(checkpoint_prefix, meta_graph_suffix),
        index_file(checkpoint_prefix),
        *glob.glob(data_file(prefix).replace("00000-of-00001", "?????-of-?????")),
    ]
    if checkpoint_format_version == 1:
        paths.append(checkpoint_prefix)
    for path in paths:
        if os.path.exists(path):
            os.unlink(path)


def now() -> float:
    """The time in seconds; a function, for tests to replace."""
    return time.time()
