"""Writes vignettes/tf_names_generated.txt: the public names of TensorFlow 1.x, from TensorFlow.

python tools/tf_names.py, with a Python that has TensorFlow. The names are those of `compat.v1`,
without what TensorFlow 2 added there under `experimental`. The vignette "Coming from reticulate and
TensorFlow" looks up which of them are there.
"""

from __future__ import annotations

import pathlib
import types

import tensorflow.compat.v1 as tf

OUTPUT = pathlib.Path(__file__).parent.parent / "vignettes/tf_names_generated.txt"
LEFT_OUT = {"compat", "raw_ops", "experimental", "distribute", "tpu", "xla", "mlir", "version"}
LEFT_OUT |= {
    "keras",
    "lite",
    "autograph",
    "nest",
    "config",
    "types",
    "mixed_precision",
    "estimator",
}
LEFT_OUT |= {"flags", "mock", "sysconfig", "resource_loader", "tf_decorator", "user_ops"}


def names(module: types.ModuleType, prefix: str = "") -> list[str]:
    """The public names in a module and those below it."""
    found = []
    for name in sorted(vars(module) if prefix else dir(module)):
        if name.startswith("_") or name in LEFT_OUT:
            continue
        value = getattr(module, name)
        if not isinstance(value, types.ModuleType):
            found.append(prefix + name)
        elif prefix.count(".") < 2 and ("." in vars(value).get("__name__", "")):
            found += names(value, f"{prefix}{name}.")
    return found


if __name__ == "__main__":
    OUTPUT.write_text("\n".join(names(tf)) + "\n", encoding="utf-8")
