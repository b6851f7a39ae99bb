"""Writes signatures.txt beside it: `python record_signatures.py`, where TensorFlow is installed.

A line for each public function and class of `compat.v1`: its name and its arguments with defaults,
apart from those whose defaults have no short form, and functions that take whatever they are given.
"""

import inspect
import os
import types

SPACES = (
    "bitwise", "compat", "data", "data.experimental", "debugging", "distributions", "dtypes",
    "errors", "gfile", "graph_util", "image", "initializers", "io", "io.gfile", "layers",
    "linalg", "logging", "lookup", "losses", "manip", "math", "metrics", "nn", "nn.rnn_cell",
    "python_io", "quantization", "queue", "random", "resource_loader", "saved_model", "sets",
    "signal", "sparse", "spectral", "strings", "summary", "test", "train",
)  # fmt: skip


def shown(value):
    """A default in short form."""
    if value is inspect.Parameter.empty:
        return ""
    if value is None or isinstance(value, (bool, int, float, str)):
        return f"={value!r}"
    if isinstance(value, (tuple, list)):
        return f"=({','.join(shown(v)[1:] for v in value)})"
    if hasattr(value, "as_numpy_dtype"):
        return f"={value.name}"
    return f"={getattr(value, '__name__', type(value).__name__)}"


def arguments(function):
    """The names and defaults of a function's arguments, or None if it does not tell them."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(p.kind is p.VAR_POSITIONAL for p in found):
        return None
    return [p.name + shown(p.default) for p in found if p.kind is not p.VAR_KEYWORD]


def _names(module):
    try:
        return dir(module)
    except ImportError:  # a part of it is not installed
        return list(vars(module))


def signatures(tf):
    """The arguments of all public functions and classes by their names."""
    found = {}
    for space in ["", *SPACES]:
        module = tf
        for part in space.split(".") if space else ():
            module = getattr(module, part)
        for name in _names(module):
            try:
                value = getattr(module, name)
            except (AttributeError, ImportError):
                continue  # what is loaded when it is asked for, and is not installed
            if name.startswith("_") or isinstance(value, types.ModuleType) or not callable(value):
                continue
            known = arguments(value)
            if known is not None:
                found[f"{space}.{name}" if space else name] = known
    return found


def main():
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "signatures.txt")
    with open(path, "w", encoding="utf-8") as file:
        for name, known in sorted(signatures(tf).items()):
            print(name, *(a.replace(" ", "\\s") for a in known), file=file)


if __name__ == "__main__":
    main()
