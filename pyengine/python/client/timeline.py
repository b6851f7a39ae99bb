"""`Timeline`: a traced run as a file for Chrome's about:tracing.

The format is that of "Trace Event Format" (Google, 2016): metadata events name processes, complete
events ("X") are the ops, flow events ("s", "t") show which op waits for which.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["Timeline"]

_LABEL = re.compile(r"(?P<name>.*?) = (?P<op>\w+)\((?P<inputs>.*)\)")


class Timeline:
    """The steps of a traced run, to be looked at.

    Args:
        step_stats: the `StepStats` of a run with `trace_level=tf.RunOptions.FULL_TRACE`.
        graph: accepted; what is needed of it is in the labels.

    Example:
        >>> import json
        >>> import pyengine as tf
        >>> from pyengine.python.client import timeline
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.placeholder(tf.float32)
        ...     y = tf.sqrt(tf.exp(x))
        ...     metadata = tf.RunMetadata()
        ...     options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
        ...     value = sess.run(y, {x: 1.0}, options, metadata)
        >>> trace = timeline.Timeline(metadata.step_stats).generate_chrome_trace_format()
        >>> [e["name"] for e in json.loads(trace)["traceEvents"] if e["ph"] == "X"]
        ['Exp', 'Sqrt']
    """

    def __init__(self, step_stats: Any, graph: Any = None) -> None:
        self._step_stats = step_stats

    def generate_chrome_trace_format(
        self, show_dataflow: bool = True, show_memory: bool = False
    ) -> str:
        """The trace as JSON text, to be written to a file and loaded in about:tracing.

        Args:
            show_dataflow: whether arrows lead from an op to those that take its outputs.
            show_memory: whether a counter shows the bytes of the ops' outputs.
        """
        events: list[dict[str, Any]] = []
        for pid, device in enumerate(self._step_stats.dev_stats):
            events.append(_metadata("process_name", pid, f"{device.device} Compute"))
            for thread, name in sorted(device.thread_names.items()):
                events.append(_metadata("thread_name", pid, name, thread))
            ops = [_op_event(stats, pid) for stats in device.node_stats]
            events.extend(ops)
            if show_dataflow:
                events.extend(_flows(ops))
            if show_memory:
                events.extend(_memory(device.node_stats, pid))
        return json.dumps({"traceEvents": events}, indent=4, separators=(",", ": "))


def _metadata(what: str, pid: int, name: str, tid: int | None = None) -> dict[str, Any]:
    event: dict[str, Any] = {"name": what, "ph": "M", "pid": pid, "args": {"name": name}}
    return event if tid is None else {**event, "tid": tid}


def _op_event(stats: Any, pid: int) -> dict[str, Any]:
    match = _LABEL.fullmatch(stats.timeline_label)
    op = match["op"] if match else stats.node_name.rpartition(":")[2]
    inputs = [i for i in match["inputs"].split(", ") if i] if match else []
    args = {"name": stats.node_name, "op": op}
    args |= {f"input{i}": name for i, name in enumerate(inputs)}
    return {
        "name": op,
        "cat": "Op",
        "ph": "X",
        "ts": stats.all_start_micros,
        "dur": max(stats.all_end_rel_micros, 1),
        "pid": pid,
        "tid": stats.thread_id,
        "args": args,
    }


def _flows(ops: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """An arrow for each input that was computed in the same run."""
    makers = {event["args"]["name"]: event for event in ops}
    number = 0
    for event in ops:
        for key, name in event["args"].items():
            maker = makers.get(name.lstrip("^").partition(":")[0])
            if not key.startswith("input") or maker is None:
                continue
            common = {"name": name, "cat": "DataFlow", "id": number}
            end = maker["ts"] + maker["dur"]
            yield {**common, "ph": "s", "ts": end, "pid": maker["pid"], "tid": maker["tid"]}
            yield {**common, "ph": "t", "ts": event["ts"], "pid": event["pid"], "tid": event["tid"]}
            number += 1


def _memory(node_stats: Any, pid: int) -> Iterator[dict[str, Any]]:
    """The bytes of each op's outputs, as a counter at the op's end."""
    for stats in node_stats:
        size = sum(
            o.tensor_description.allocation_description.requested_bytes for o in stats.output
        )
        yield {
            "name": "Output bytes",
            "cat": "Memory",
            "ph": "C",
            "ts": stats.all_start_micros + stats.all_end_rel_micros,
            "pid": pid,
            "args": {"cpu": size},
        }
