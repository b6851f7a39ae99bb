"""Measures what the design's table lists, and how costs grow, beside Python TensorFlow's.

    python benchmarks/bench.py [--peer PYTHON] [--rounds N] [--write FILE] [--only TEXT]

Each party is a process of its own. They are asked in turn, row by row and round by round, so that
what else the machine does falls on all of them; the figures are medians over the rounds, the ratios
those of the medians. PYTHON is one with TensorFlow; by default that of RETICULATE_PYTHON. From R it
is reached through reticulate. Without it, or without reticulate, those columns stay empty.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent

# Key, what it says, unit, factor, and what ours may be at most, of the peer's 2 cores' measure.
TABLE = [
    ("first", "`library(tensorflow)` to first tensor", "s", 1, 0.7),
    ("resident", "resident memory then", "MB", 1, 150),
    ("call", "a Python call from R, `builtins$abs(-1)`", "us", 1e6, 8),
    ("lookup", "`tf$nn$softmax` looked up", "us", 1e6, 8),
    ("constant", "`tf$constant(10L)`", "us", 1e6, 30),
    ("add", "`a + b` built", "us", 1e6, 30),
    ("run", "`sess$run(a + b)`", "us", 1e6, 25),
    ("there_and_back", "100x784 matrix to NumPy, negated, and back", "ms", 1e3, 0.5),
    ("softmax_step", "softmax-regression step, batch 100", "ms", 1e3, 0.35),
    ("softmax_large", "softmax of a 10000x784 R matrix", "ms", 1e3, 25),
    ("fetch", "fetch of a 784x10 variable", "us", 1e6, 60),
    ("chain", "sum(sqrt(2 exp(v) + 1) - tanh(v)), 4M elements", "ms", 1e3, "0.8 x"),
    ("cnn_step", "tutorial CNN train step, batch 50", "ms", 1e3, "0.88 x"),
    ("cnn_forward", "tutorial CNN forward, 1000 images", "ms", 1e3, "1 x"),
    ("memory", "most resident memory after all of these", "MB", 1, "0.6 x"),
    ("fetch_wide", "fetch of a 784x10000 variable", "ms", 1e3, "1 x"),
    ("fetch_tall", "fetch of a 10000x784 variable", "ms", 1e3, "1 x"),
]
STARTS = ("first", "resident")
NUMPY_LIMITS = {"cnn_step": "2.1 x"}


class Worker:
    """A process that answers lines with lines of JSON."""

    def __init__(self, command: list[str], **settings: str) -> None:
        env = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "OMP_WAIT_POLICY": "PASSIVE", **settings}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env=env,
        )  # fmt: skip
        self.ready = self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(("[", "{")):
                return json.loads(line)
        return None  # it ended

    def ask(self, line: str) -> Any:
        """What it says to a line; None if it has ended."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return None
        return self._answer()

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def median(values: list[float]) -> float | None:
    return statistics.median(values) if values else None


def measure_table(
    parties: dict[str, tuple[list[str], dict[str, str]]], rounds: int, only: str
) -> dict[str, dict[str, float | None]]:
    """For each party, the median of each row."""
    found: dict[str, dict[str, list[float]]] = {p: {} for p in parties}
    workers: dict[str, Worker] = {}
    for turn in range(max(rounds // 2, 2)):  # a start is a process
        for party, (command, settings) in parties.items():
            worker = Worker(command, **settings)
            if worker.ready is None:
                print(f"{party}: could not be started", file=sys.stderr)
                continue
            for key, value in zip(STARTS, worker.ready):
                found[party].setdefault(key, []).append(value)
            if turn == 0:
                workers[party] = worker
            else:
                worker.close()
    for key, label, *_ in TABLE:
        if key in STARTS or only not in label:
            continue
        for _ in range(1 if key == "memory" else rounds):
            for party, worker in workers.items():
                found[party].setdefault(key, []).extend(worker.ask(key) or [])
        print(f"{label}: {[median(found[p].get(key, [])) for p in parties]}", file=sys.stderr)
    for worker in workers.values():
        worker.close()
    return {p: {k: median(v) for k, v in rows.items()} for p, rows in found.items()}


def measure_curves(
    parties: dict[str, list[str]], rounds: int, only: str
) -> dict[str, dict[str, float | None]]:
    """For each party, the median of each line of the curves."""
    workers = {p: Worker(command) for p, command in parties.items()}
    found: dict[str, dict[str, list[float]]] = {p: {} for p in parties}
    groups = next(iter(workers.values())).ready or []
    for group in groups:
        if only not in group:
            continue
        for _ in range(max(rounds // 2, 2)):
            for party, worker in workers.items():
                for name, value in (worker.ask(group) or {}).items():
                    found[party].setdefault(name, []).append(value)
        print(f"{group} measured", file=sys.stderr)
    for worker in workers.values():
        worker.close()
    return {p: {k: median(v) for k, v in rows.items()} for p, rows in found.items()}


# ---------------------------------------------------------------- the report


def number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def ratio(ours: float | None, peer: float | None) -> str:
    return f"{ours / peer:.2f}" if ours and peer else "-"


def table_lines(measured: dict[str, dict[str, float | None]]) -> list[str]:
    names = list(measured)
    lines = [
        f"| measure | unit | {' | '.join(names)} | ratio | ratio, NumPy alone | ours must be |",
        "| --- | --- |" + " --- |" * (len(names) + 3),
    ]
    for key, label, unit, factor, limit in TABLE:
        values = [measured[n].get(key) for n in names]
        shown = [number(None if v is None else v * factor) for v in values]
        peer = measured.get("reticulate", {}).get(key)
        numpy = ratio(measured["ours, NumPy alone"].get(key), peer)
        most = f"<= {limit}" + (f", NumPy <= {NUMPY_LIMITS[key]}" if key in NUMPY_LIMITS else "")
        first = ratio(values[0], peer)
        lines.append(f"| {label} | {unit} | {' | '.join(shown)} | {first} | {numpy} | {most} |")
    return lines


def curve_lines(measured: dict[str, dict[str, float | None]]) -> list[str]:
    ours, peer = measured["ours"], measured.get("TensorFlow", {})
    lines = ["| measure | ours | Python TensorFlow | ratio |", "| --- | --- | --- | --- |"]
    for name, value in ours.items():
        other = peer.get(name)
        lines.append(f"| {name} | {number(value)} | {number(other)} | {ratio(value, other)} |")
    return lines


def machine() -> str:
    """The processor, the cores, the load, and the settings that libraries take from outside."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((s.split(":")[1].strip() for s in lines if s.startswith("model name")), model)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    prefixes = ("OPENBLAS_", "OMP_", "MKL_", "TENSORFLOW_BACKEND")
    settings = [f"{k}={v}" for k, v in sorted(os.environ.items()) if k.startswith(prefixes)]
    return (
        f"{model}, {cores} cores, {platform.system()} {platform.release()}; load "
        f"{os.getloadavg()[0]:.1f} at the start; Python {platform.python_version()}; "
        f"{time.strftime('%Y-%m-%d')}. Settings: {', '.join(settings) or 'none'}."
    )


def versions(python: str, *packages: str) -> str:
    """The versions of packages in a Python."""
    code = (
        "from importlib.metadata import version, PackageNotFoundError as E\n"
        f"for p in {packages!r}:\n"
        "    try: print(p, version(p), end='; ')\n"
        "    except E: pass"
    )
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.rstrip("; ")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", default=os.environ.get("RETICULATE_PYTHON"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write")
    parser.add_argument("--only", default="", help="only lines and groups with this in their name")
    given = parser.parse_args()
    where = machine()
    python = os.environ.get("TENSORFLOW_PYTHON", sys.executable)
    table = ["Rscript", str(HERE / "table.R")]
    parties = {
        "ours": ([*table, "ours"], {"TENSORFLOW_BACKEND": "auto"}),
        "ours, NumPy alone": ([*table, "ours"], {"TENSORFLOW_BACKEND": "numpy"}),
    }
    curves = {"ours": [python, str(HERE / "engine.py"), "ours"]}
    if given.peer:
        if shutil.which("Rscript") and has_reticulate():
            parties["reticulate"] = ([*table, "reticulate"], {"RETICULATE_PYTHON": given.peer})
        curves["TensorFlow"] = [given.peer, str(HERE / "engine.py"), "peer"]
    rows = measure_table(parties, given.rounds, given.only)
    grown = measure_curves(curves, given.rounds, given.only)
    peer = (
        f"Peer: {versions(given.peer, 'tensorflow', 'tensorflow_cpu', 'numpy')}."
        if given.peer
        else ""
    )
    report = [
        "# Results",
        "",
        "Written by `make bench`. Medians over rounds in which the parties took turns; a ratio is "
        "ours over the peer's: TensorFlow through reticulate from R, Python TensorFlow below.",
        "",
        where,
        f"Ours: {versions(python, 'numpy', 'scipy', 'torch')}. {peer}",
        "",
        "## From R",
        "",
        *table_lines(rows),
        "",
        "## How costs grow, from Python",
        "",
        *curve_lines(grown),
        "",
    ]  # fmt: skip
    text = "\n".join(report)
    print(text)
    if given.write:
        Path(given.write).write_text(text, encoding="utf-8")


def has_reticulate() -> bool:
    code = 'quit(status = !nzchar(system.file(package = "reticulate")))'
    return subprocess.run(["Rscript", "-e", code], check=False).returncode == 0


if __name__ == "__main__":
    main()
