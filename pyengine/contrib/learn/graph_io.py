"""Batches of `Example`s from files: `tf.contrib.learn.read_batch_features` and its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.graph import Tensor
from pyengine.ops.declare import whole
from pyengine.ops.parsing import parse_example
from pyengine.scopes import name_scope

__all__ = ["read_batch_examples", "read_batch_features", "read_keyed_batch_examples"]


def read_keyed_batch_examples(
    file_pattern: Any,
    batch_size: Any,
    reader: Callable[[], Any],
    randomize_input: bool = True,
    num_epochs: int | None = None,
    queue_capacity: int = 10000,
    num_threads: int = 1,
    read_batch_size: int = 1,
    parse_fn: Callable[[Tensor], Any] | None = None,
    name: str | None = None,
    seed: int | None = None,
) -> tuple[Any, Any]:
    """Batches of records, with their keys; queue runners read them.

    Args:
        file_pattern: the files, a pattern or several.
        batch_size: how many records are in a batch.
        reader: makes a reader, as `tf.TFRecordReader` does.
        randomize_input: whether files and records are shuffled.
        num_epochs: how often the files are read, which a local variable counts; None for ever.
        queue_capacity: how many records wait at most; more than a batch.
        num_threads: how many threads read.
        read_batch_size: how many records are read at a time.
        parse_fn: a function of each record.
        name: the name scope.
        seed: of the shuffling.

    Raises:
        ValueError: for numbers that do not fit, or where there is no file of that pattern.
    """
    from pyengine import train

    batch_size, capacity = int(whole(batch_size)), int(whole(queue_capacity))
    if batch_size <= 0:
        raise ValueError(f"Invalid batch_size {batch_size}.")
    if capacity <= batch_size:
        raise ValueError(f"Invalid queue_capacity {capacity}, with batch_size {batch_size}.")
    if num_threads <= 0 or read_batch_size <= 0:
        raise ValueError(f"Invalid num_threads {num_threads} or read_batch_size {read_batch_size}.")
    if num_epochs is not None and num_epochs <= 0:
        raise ValueError(f"Invalid num_epochs {num_epochs}.")
    with name_scope(name, "read_batch_examples"):
        files = train.string_input_producer(
            _file_names(file_pattern), num_epochs, randomize_input, seed
        )
        records = []
        for _ in range(num_threads):
            keys, found = reader().read_up_to(files, read_batch_size)
            records.append([keys, found if parse_fn is None else parse_fn(found)])
        options: dict[str, Any] = {
            "capacity": capacity, "enqueue_many": True,
            "allow_smaller_final_batch": num_epochs is not None,
        }  # fmt: skip
        if randomize_input:
            keys, found = train.shuffle_batch_join(
                records, batch_size, min_after_dequeue=capacity // 2, seed=seed, **options
            )
        else:
            keys, found = train.batch_join(records, batch_size, **options)
        return keys, found


def _file_names(patterns: Any) -> list[str]:
    """The files of some patterns, sorted; raises ValueError if there is none."""
    from pyengine import gfile

    given = [patterns] if isinstance(patterns, str) else list(patterns)
    names = sorted(name for pattern in given for name in gfile.Glob(pattern))
    if not names:
        raise ValueError(f"No files match {patterns}.")
    return names


def read_batch_examples(
    file_pattern: Any,
    batch_size: Any,
    reader: Callable[[], Any],
    randomize_input: bool = True,
    num_epochs: int | None = None,
    queue_capacity: int = 10000,
    num_threads: int = 1,
    read_batch_size: int = 1,
    parse_fn: Callable[[Tensor], Any] | None = None,
    name: str | None = None,
    seed: int | None = None,
) -> Any:
    """Batches of records, as `read_keyed_batch_examples` without the keys."""
    return read_keyed_batch_examples(
        file_pattern, batch_size, reader, randomize_input, num_epochs, queue_capacity, num_threads,
        read_batch_size, parse_fn, name, seed,
    )[1]  # fmt: skip


def read_batch_features(
    file_pattern: Any,
    batch_size: Any,
    features: dict[str, Any],
    reader: Callable[[], Any],
    randomize_input: bool = True,
    num_epochs: int | None = None,
    queue_capacity: int = 10000,
    feature_queue_capacity: int = 100,
    reader_num_threads: int = 1,
    num_enqueue_threads: int = 2,
    parse_fn: Callable[[Tensor], Any] | None = None,
    name: str | None = None,
) -> dict[str, Any]:
    """Batches of the features of `Example`s in files.

    Args:
        file_pattern, batch_size, reader, randomize_input, num_epochs, queue_capacity, parse_fn,
            name: as for `read_keyed_batch_examples`.
        features: what to parse, as for `tf.parse_example`.
        reader_num_threads: how many threads read.
        feature_queue_capacity, num_enqueue_threads: accepted; batches are parsed as they are
            taken.

    Returns:
        For each feature a tensor, or a `SparseTensor`.
    """
    with name_scope(name, "read_batch_features"):
        examples = read_batch_examples(
            file_pattern, batch_size, reader, randomize_input, num_epochs, queue_capacity,
            reader_num_threads, int(whole(batch_size)), parse_fn,
        )  # fmt: skip
        return parse_example(examples, features)
