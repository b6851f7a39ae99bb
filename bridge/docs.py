"""What help and completion in R show of Python objects."""

from __future__ import annotations

import inspect
import pydoc
from typing import Any


def signature(function: Any) -> dict[str, str]:
    """The parameters of a callable: their defaults as Python writes them, "" for none.

    `*` and `**` stand before the names of those that take any number. A callable whose signature
    is not known (some of C) has none.
    """
    try:
        found = inspect.signature(function)
    except (TypeError, ValueError):
        return {}
    marks: dict[Any, str] = {
        inspect.Parameter.VAR_POSITIONAL: "*",
        inspect.Parameter.VAR_KEYWORD: "**",
    }
    return {
        marks.get(p.kind, "") + p.name: "" if p.default is p.empty else repr(p.default)
        for p in found.parameters.values()
    }


def page(thing: Any) -> str:
    """The help page of an object, as plain text."""
    return pydoc.render_doc(thing, renderer=pydoc.plaintext)  # type: ignore[attr-defined]


def title(thing: Any) -> str:
    """The first line of an object's documentation."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def description(thing: Any) -> str:
    """An object's documentation up to the first section, without its first line."""
    text = (inspect.getdoc(thing) or "").partition("\n")[2].strip()
    for heading in ("\nArgs:", "\nReturns:", "\nRaises:", "\nExample"):
        text = ("\n" + text).partition(heading)[0].strip()
    return text


_HEADINGS = ("Args", "Returns", "Raises", "Yields", "Example", "Examples", "Attributes")


def sections(thing: Any) -> dict[str, str]:
    """The sections of an object's documentation by their headings, without their indentation."""
    found: dict[str, list[str]] = {}
    heading = None
    for line in (inspect.getdoc(thing) or "").splitlines():
        name = line.rstrip(":")
        if line.endswith(":") and name in _HEADINGS:
            heading = "Example" if name == "Examples" else name
            found[heading] = []
        elif heading is not None:
            found[heading].append(line)
    return {name: inspect.cleandoc("\n" + "\n".join(lines)) for name, lines in found.items()}


def argument_texts(thing: Any) -> dict[str, str]:
    """What the documentation says of each argument, in its section "Args:"."""
    text = inspect.getdoc(thing) or ""
    _, _, section = text.partition("Args:\n")
    found: dict[str, str] = {}
    name, indent = "", None
    for line in section.splitlines():
        depth = len(line) - len(line.lstrip())
        if indent is None:
            indent = depth
        if not line.strip() or depth < (indent or 0) or depth == 0:
            break
        head, colon, rest = line.strip().partition(":")
        if depth == indent and colon and _are_names(head):
            for name in head.split(","):
                found[name.strip("* ")] = rest.strip()
            name = head.split(",")[-1].strip("* ")
        elif name:
            found[name] += " " + line.strip()
    return found


def _are_names(text: str) -> bool:
    return all(part.strip("* ").isidentifier() for part in text.split(","))


def kinds(thing: Any) -> dict[str, str]:
    """The public attributes of an object, each with what it is.

    That is "function", "class", "module" or "value". Attributes are looked at without running any
    code: a property that raises is a value like others.
    """
    found = {}
    for name in dir(thing):
        if name.startswith("_"):
            continue
        try:
            value = inspect.getattr_static(thing, name)
        except AttributeError:
            value = None
        if inspect.isclass(value):
            kind = "class"
        elif inspect.ismodule(value):
            kind = "module"
        elif callable(value) or isinstance(value, (staticmethod, classmethod)):
            kind = "function"
        else:
            kind = "value"
        found[name] = kind
    return found
