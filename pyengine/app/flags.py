"""`tf.app.flags`: typed command-line flags.

A module defines flags with `DEFINE_integer` and its like; `FLAGS` has their values as attributes,
once the command line is parsed. It is parsed when a value is first asked for, if not before.

The behaviour is that of TensorFlow 1.15, whose flags are absl's.
"""

from __future__ import annotations

import difflib
import os
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pyengine.sites import caller

__all__ = [
    "DEFINE_bool", "DEFINE_boolean", "DEFINE_enum", "DEFINE_float", "DEFINE_integer", "DEFINE_list",
    "DEFINE_multi_float", "DEFINE_multi_integer", "DEFINE_multi_string", "DEFINE_string", "Error",
    "DuplicateFlagError", "FLAGS", "Flag", "FlagValues", "IllegalFlagValueError",
    "UnparsedFlagAccessError", "UnrecognizedFlagError", "ValidationError", "mark_flag_as_required",
    "mark_flags_as_required", "register_validator", "validator",
]  # fmt: skip


class Error(Exception):
    """What all errors of flags are."""


class DuplicateFlagError(Error):
    """A flag of this name is defined already."""


class IllegalFlagValueError(Error):
    """The value is none that the flag can have."""


class UnrecognizedFlagError(Error):
    """No flag of this name is defined."""


class UnparsedFlagAccessError(Error):
    """The flags have not been parsed yet."""


class ValidationError(Error):
    """A validator refused a flag's value."""


class Flag:
    """One flag.

    Attributes:
        name: its name on the command line and in `FLAGS`.
        kind: what its values are, for the help.
        default, value: its values, None for none.
        help: what it is for.
        present: how often it stood on the command line.
    """

    def __init__(
        self, name: str, kind: str, parse: Callable[[Any], Any], default: Any, help: str | None,
        many: bool = False, short_name: str | None = None,
    ) -> None:  # fmt: skip
        self.name = name
        self.kind = kind
        self.help = help or ""
        self.many = many
        self.short_name = short_name
        self.present = 0
        self._parse = parse
        self.default = self.value = self.parsed(default)
        self.validators: list[tuple[Callable[[Any], bool], str]] = []

    @property
    def boolean(self) -> bool:
        return self.kind == "boolean"

    def parsed(self, value: Any) -> Any:
        """The value as the flag's type has it; IllegalFlagValueError if it cannot be."""
        if value is None:
            return None
        try:
            if self.many:
                values = value if isinstance(value, (list, tuple)) else [value]
                return [self._parse(v) for v in values]
            return self._parse(value)
        except (TypeError, ValueError) as error:
            raise IllegalFlagValueError(f"flag --{self.name}={value}: {error}") from None

    def validate(self) -> None:
        for accepts, message in self.validators:
            if not accepts(self.value):
                shown = "" if self.value is None else f"={self.value}"
                raise IllegalFlagValueError(f"flag --{self.name}{shown}: {message}")


class FlagValues:
    """The flags that are defined; `FLAGS.name` is a flag's value, `FLAGS["name"]` the flag itself.

    Calling it parses a command line.

    Example:
        >>> from pyengine.app import flags
        >>> values = flags.FlagValues()
        >>> flags.DEFINE_integer("steps", 10, "How many steps.", flag_values=values)
        >>> values(["prog", "--steps=20", "file"]), values.steps
        (['prog', 'file'], 20)
    """

    def __init__(self) -> None:
        self.__dict__["_flags"] = {}
        self.__dict__["_parsed"] = False

    def _add(self, flag: Flag, replace: bool) -> None:
        if flag.name in self._flags and not replace:
            raise DuplicateFlagError(f"The flag '{flag.name}' is defined twice.")
        self._flags[flag.name] = flag

    def _short(self, name: str) -> Flag | None:
        return next((f for f in self._flags.values() if f.short_name == name), None)

    def __getattr__(self, name: str) -> Any:
        if name not in self._flags:
            if name.startswith("__"):
                raise AttributeError(name)
            near = difflib.get_close_matches(name, self._flags, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise AttributeError(f"no flag '{name}' is defined.{hint}")
        if not self._parsed:
            self(sys.argv, known_only=True)
        return self._flags[name].value

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._flags:
            raise AttributeError(f"no flag '{name}' is defined")
        flag = self._flags[name]
        flag.value = flag.parsed(value)
        flag.validate()

    def __getitem__(self, name: str) -> Flag:
        return self._flags[name]

    def __contains__(self, name: object) -> bool:
        return name in self._flags

    def __iter__(self) -> Iterator[str]:
        return iter(self._flags)

    def __len__(self) -> int:
        return len(self._flags)

    def __dir__(self) -> list[str]:
        return sorted([*object.__dir__(self), *self._flags])

    def __delattr__(self, name: str) -> None:
        del self._flags[name]

    def __repr__(self) -> str:
        values = ", ".join(f"{f.name}={f.value!r}" for f in self._flags.values())
        return f"<FLAGS {values}>" if values else "<FLAGS, none defined>"

    def is_parsed(self) -> bool:
        return bool(self._parsed)

    def mark_as_parsed(self) -> None:
        self.__dict__["_parsed"] = True

    def unparse_flags(self) -> None:
        """Has the command line parsed anew when a value is asked for."""
        self.__dict__["_parsed"] = False

    def flag_values_dict(self) -> dict[str, Any]:
        """The values by their flags' names."""
        return {name: flag.value for name, flag in self._flags.items()}

    def __call__(self, argv: Sequence[str], known_only: bool = False) -> list[str]:
        """Parses a command line, the program's name first.

        Args:
            argv: its words. After "--" nothing is a flag.
            known_only: whether flags that are not defined are left rather than refused.

        Returns:
            What is left, the program's name first.

        Raises:
            UnrecognizedFlagError: for a flag that is not defined.
            IllegalFlagValueError: for a value that its flag cannot have.
        """
        words = list(argv)
        rest, words = words[:1], words[1:]
        values: dict[str, Any] = {}
        while words:
            word = words.pop(0)
            if word == "--":
                rest += words
                break
            if not word.startswith("-") or word == "-":
                rest.append(word)
                continue
            name, equals, value = word.lstrip("-").partition("=")
            flag, negated = self._named(name)
            if flag is None and name in ("help", "helpfull", "h"):
                print(self.get_help(os.path.basename(rest[0]) if rest else "program"))
                sys.exit(0)
            if flag is None:
                if not known_only:
                    raise UnrecognizedFlagError(self._unknown(name))
                rest.append(word)
                continue
            if not equals:
                if flag.boolean:
                    value = "false" if negated else "true"
                elif not words:
                    raise IllegalFlagValueError(f"flag --{name} has no value")
                else:
                    value = words.pop(0)
            elif negated:
                raise IllegalFlagValueError(f"flag --{name} takes no value, got {value}")
            parsed = flag.parsed(value)
            if flag.many and flag.name in values:
                parsed = values[flag.name] + parsed
            values[flag.name] = parsed
            flag.present += 1
        for name, value in values.items():
            self._flags[name].value = value
        for flag in self._flags.values():
            flag.validate()
        self.mark_as_parsed()
        return rest

    def _named(self, name: str) -> tuple[Flag | None, bool]:
        flag = self._flags.get(name) or self._short(name)
        if flag is None and name.startswith("no") and self._flags.get(name[2:], flag) is not None:
            flag = self._flags[name[2:]]
            return (flag, True) if flag.boolean else (None, False)
        return flag, False

    def _unknown(self, name: str) -> str:
        near = difflib.get_close_matches(name, self._flags, n=1)
        hint = f" Did you mean '--{near[0]}'?" if near else ""
        return f"Unknown command line flag '--{name}'.{hint}"

    def _parse_flags(self, args: Sequence[str] | None = None) -> list[str]:
        """The name that this had before TensorFlow 1.5: `args` are without the program's name."""
        return self(sys.argv if args is None else ["", *args], known_only=True)[1:]

    def get_help(self, program: str = "program") -> str:
        """What `--help` shows."""
        lines = [f"usage: {program} [flags]", "", "flags:"]
        for flag in sorted(self._flags.values(), key=lambda f: str(f.name)):
            shown = f"--[no]{flag.name}" if flag.boolean else f"--{flag.name}={flag.kind.upper()}"
            default = "" if flag.default is None else f" (default: {flag.default})"
            text = f"{flag.help}{default}".strip()
            lines.append(f"  {shown}")
            lines += textwrap.wrap(text, 80, initial_indent="      ", subsequent_indent="      ")
        return "\n".join(lines)


FLAGS = FlagValues()


def _define(
    name: str, kind: str, parse: Callable[[Any], Any], default: Any, help: str | None,
    flag_values: FlagValues | None, many: bool = False, short_name: str | None = None,
) -> None:  # fmt: skip
    values = FLAGS if flag_values is None else flag_values
    flag = Flag(name, kind, parse, default, help, many, short_name)
    # In an interactive host, such as R, the same lines are run again and again.
    values._add(flag, replace=not isinstance(caller(depth=1), tuple))


def _integer(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise TypeError(f"expect an integer, got {value!r}")
    try:
        return int(value, 0) if isinstance(value, str) else int(value)
    except (TypeError, ValueError):
        raise ValueError(f"expect an integer, got {value!r}") from None


def _float(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError(f"expect a number, got {value!r}")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"expect a number, got {value!r}") from None


def _boolean(value: Any) -> bool:
    if isinstance(value, str):
        if value.lower() in ("true", "t", "1"):
            return True
        if value.lower() in ("false", "f", "0"):
            return False
    elif isinstance(value, bool) or (isinstance(value, (int, float)) and value in (0, 1)):
        return bool(value)
    raise ValueError(f"expect true or false, got {value!r}")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expect text, got {value!r}")
    return value


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")] if value else []
    return [_text(v) for v in value]


def DEFINE_string(
    name: str, default: Any, help: str | None, flag_values: Any = None,
    *, short_name: str | None = None,
) -> None:  # fmt: skip
    """Defines a flag whose value is any text.

    Args:
        name: the flag's name, for `--name` on the command line and `FLAGS.name`.
        default: its value where it is not given; None for none.
        help: what it is for.
        flag_values: the flags that it joins; `tf.app.flags.FLAGS` by default.
        short_name: another name, for `-s` on the command line.
    """
    _define(name, "text", _text, default, help, flag_values, short_name=short_name)


def DEFINE_integer(
    name: str, default: Any, help: str | None, lower_bound: int | None = None,
    upper_bound: int | None = None, flag_values: Any = None, *, short_name: str | None = None,
) -> None:  # fmt: skip
    """Defines a flag whose value is an integer, within bounds if they are given.

    Args:
        name: the flag's name, for `--name` on the command line and `FLAGS.name`.
        default: its value where it is not given; None for none.
        help: what it is for.
        flag_values: the flags that it joins; `tf.app.flags.FLAGS` by default.
        lower_bound, upper_bound: the least and the greatest value, None for any.
        short_name: another name, for `-s` on the command line.
    """
    parse = _bounded(_integer, lower_bound, upper_bound)
    _define(name, "integer", parse, default, help, flag_values, short_name=short_name)


def DEFINE_float(
    name: str, default: Any, help: str | None, lower_bound: float | None = None,
    upper_bound: float | None = None, flag_values: Any = None, *, short_name: str | None = None,
) -> None:  # fmt: skip
    """Defines a flag whose value is a number, within bounds if they are given.

    Args:
        name: the flag's name, for `--name` on the command line and `FLAGS.name`.
        default: its value where it is not given; None for none.
        help: what it is for.
        flag_values: the flags that it joins; `tf.app.flags.FLAGS` by default.
        lower_bound, upper_bound: the least and the greatest value, None for any.
        short_name: another name, for `-s` on the command line.
    """
    parse = _bounded(_float, lower_bound, upper_bound)
    _define(name, "number", parse, default, help, flag_values, short_name=short_name)


def _bounded(parse: Callable[[Any], Any], lower: Any, upper: Any) -> Callable[[Any], Any]:
    def parsed(value: Any) -> Any:
        number = parse(value)
        if (lower is not None and number < lower) or (upper is not None and number > upper):
            bounds = [
                f"{word} {bound}"
                for word, bound in (("at least", lower), ("at most", upper))
                if bound is not None
            ]
            raise ValueError(f"expect a number of {' and '.join(bounds)}, got {number}")
        return number

    return parsed


def DEFINE_boolean(
    name: str, default: Any, help: str | None, flag_values: Any = None,
    *, short_name: str | None = None,
) -> None:  # fmt: skip
    """Defines a flag that is true or false: `--name`, `--noname`, `--name=true`.

    Args:
        name: the flag's name, for `--name` and `--noname` on the command line.
        default: its value where it is not given; None for none.
        help: what it is for.
        flag_values: the flags that it joins; `tf.app.flags.FLAGS` by default.
        short_name: another name, for `-s` on the command line.
    """
    _define(name, "boolean", _boolean, default, help, flag_values, short_name=short_name)


DEFINE_bool = DEFINE_boolean


def DEFINE_enum(
    name: str, default: Any, enum_values: Sequence[str], help: str | None, flag_values: Any = None,
    *, short_name: str | None = None,
) -> None:  # fmt: skip
    """Defines a flag whose value is one of those given.

    Args:
        name: the flag's name, for `--name` on the command line.
        default: its value where it is not given; None for none.
        enum_values: the texts that it may have.
        help: what it is for.
        flag_values: the flags that it joins; `tf.app.flags.FLAGS` by default.
        short_name: another name, for `-s` on the command line.
    """

    def parse(value: Any) -> str:
        if value not in enum_values:
            raise ValueError(f"expect one of {', '.join(enum_values)}")
        return str(value)

    _define(name, "|".join(enum_values), parse, default, help, flag_values, short_name=short_name)


def DEFINE_list(name: str, default: Any, help: str | None, flag_values: Any = None) -> None:
    """Defines a flag whose value is a list of texts, with commas between them.

    Args:
        name: the flag's name, for `--name` on the command line and `FLAGS.name`.
        default: its value where it is not given; None for none.
        help: what it is for.
        flag_values: the flags that it joins; `tf.app.flags.FLAGS` by default.
    """
    _define(name, "a,b,...", _texts, default, help, flag_values)


def DEFINE_multi_string(name: str, default: Any, help: str | None, flag_values: Any = None) -> None:
    """Defines a flag that can stand several times, each with any text.

    Args:
        name: the flag's name, for `--name` on the command line and `FLAGS.name`.
        default: its value where it is not given; None for none.
        help: what it is for.
        flag_values: the flags that it joins; `tf.app.flags.FLAGS` by default.
    """
    _define(name, "text", _text, default, help, flag_values, many=True)


def DEFINE_multi_integer(
    name: str, default: Any, help: str | None, flag_values: Any = None
) -> None:
    """Defines a flag that can stand several times, each with an integer.

    Args:
        name: the flag's name, for `--name` on the command line and `FLAGS.name`.
        default: its value where it is not given; None for none.
        help: what it is for.
        flag_values: the flags that it joins; `tf.app.flags.FLAGS` by default.
    """
    _define(name, "integer", _integer, default, help, flag_values, many=True)


def DEFINE_multi_float(name: str, default: Any, help: str | None, flag_values: Any = None) -> None:
    """Defines a flag that can stand several times, each with a number.

    Args:
        name: the flag's name, for `--name` on the command line and `FLAGS.name`.
        default: its value where it is not given; None for none.
        help: what it is for.
        flag_values: the flags that it joins; `tf.app.flags.FLAGS` by default.
    """
    _define(name, "number", _float, default, help, flag_values, many=True)


def register_validator(
    flag_name: str, checker: Callable[[Any], bool], message: str = "Flag validation failed",
    flag_values: Any = None,
) -> None:  # fmt: skip
    """Has a function check a flag's value, whenever it is parsed or set.

    Args:
        flag_name: the name of a flag that is defined.
        checker: a function of its value that returns whether it is right.
        message: what the error says where it is not.
        flag_values: the flags that it belongs to; `tf.app.flags.FLAGS` by default.
    """
    values = FLAGS if flag_values is None else flag_values
    values[flag_name].validators.append((checker, message))


def validator(
    flag_name: str, message: str = "Flag validation failed", flag_values: Any = None
) -> Callable[[Callable[[Any], bool]], Callable[[Any], bool]]:
    """As a decorator: has the function check a flag's value.

    Args:
        flag_name: the name of a flag that is defined.
        message: what the error says where the function returns False.
        flag_values: the flags that it belongs to; `tf.app.flags.FLAGS` by default.

    Returns:
        A decorator for a function of the flag's value.
    """

    def register(checker: Callable[[Any], bool]) -> Callable[[Any], bool]:
        register_validator(flag_name, checker, message, flag_values)
        return checker

    return register


def mark_flag_as_required(flag_name: str, flag_values: Any = None) -> None:
    """Has parsing fail unless the flag has a value.

    Args:
        flag_name: the name of a flag that is defined.
        flag_values: the flags that it belongs to; `tf.app.flags.FLAGS` by default.
    """
    register_validator(
        flag_name, lambda value: value is not None, "the flag is required: give it a value.",
        flag_values,
    )  # fmt: skip


def mark_flags_as_required(flag_names: Sequence[str], flag_values: Any = None) -> None:
    """Has parsing fail unless all of the flags have values.

    Args:
        flag_names: names of flags that are defined.
        flag_values: the flags that they belong to; `tf.app.flags.FLAGS` by default.
    """
    for name in flag_names:
        mark_flag_as_required(name, flag_values)
