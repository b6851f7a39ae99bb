"""Writes the Python reference of the web site by pdoc.

python tools/site_python.py FOLDER

A namespace such as `tf.nn` takes its functions from the modules that they are defined in. pdoc
shows such names only where `__all__` has them, so it is given them here.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
import types
import warnings
from pathlib import Path

import pdoc
import pdoc.render


def namespaces(package: types.ModuleType) -> list[types.ModuleType]:
    """The package and all packages within it."""
    found = [package]
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if info.ispkg:
            found.append(importlib.import_module(info.name))
    return found


def public_names(module: types.ModuleType) -> list[str]:
    """The functions and classes of a namespace, wherever we define them, and its modules."""
    top = module.__name__.partition(".")[0] + "."
    found = []
    for name in sorted(vars(module), key=str.lower):
        value = getattr(module, name)
        if name.startswith("_") or not (inspect.isroutine(value) or inspect.isclass(value)):
            continue
        if (getattr(value, "__module__", None) or "").startswith(top):
            found.append(name)
    modules = [info.name for info in pkgutil.iter_modules(module.__path__)]
    return found + [name for name in modules if name not in found and not name.startswith("_")]


def main(folder: Path) -> None:
    import bridge
    import pyengine

    for module in namespaces(pyengine):
        if not hasattr(module, "__all__"):
            module.__all__ = public_names(module)  # type: ignore[attr-defined]
    # It warns of the annotations of named tuples, which it cannot look up.
    warnings.filterwarnings("ignore", "Error parsing type annotation")
    pdoc.render.configure(docformat="google", show_source=False)
    pdoc.pdoc(pyengine.__name__, bridge.__name__, output_directory=folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
