"""The table of conversion rules, and the conversions that are too rare for the Cython core.

Each row says how one R type and one Python type stand for each other. Rows are tried in order; the
core has the everyday ones as C functions, reached by R's type and Python's class without a walk
through the table.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class Rule(NamedTuple):
    """One row: what R has, what Python has, and what of it survives a round trip."""

    name: str
    r: str
    python: str
    back: str
    kept: str
    sample: str
    """R code that makes a value to which the rule applies."""


RULES = (
    Rule("null", "NULL", "NoneType", "NULL", "exact", "NULL"),
    Rule("flag", "logical of length 1", "bool", "logical", "exact; NA raises", "TRUE"),
    Rule("integer", "integer of length 1", "int", "integer or double", "exact; NA raises", "1L"),
    Rule("double", "double of length 1", "float", "double", "exact; NA becomes NaN", "1.5"),
    Rule("complex", "complex of length 1", "complex", "complex", "exact", "1i"),
    Rule("string", "character of length 1", "str", "character", "exact; NA becomes None", "'a'"),
    Rule("vector", "other vector without dim", "list", "vector", "values", "c(1, 2)"),
    Rule("array", "vector with dim", "ndarray", "array", "values and dim", "matrix(c(1, 2), 1)"),
    Rule("raw", "raw", "bytes", "raw", "exact", "as.raw(1:3)"),
    Rule("list", "list without names", "list", "list", "values", "list(1, 'a')"),
    Rule("dict", "list with names", "dict", "list", "exact", "list(a = 1, b = 'x')"),
    Rule("function", "function", "RFunction", "function", "the same function", "function(x) x"),
    Rule("factor", "factor", "list", "character", "labels", "factor(c('u', 'v'))"),
    Rule("date", "Date", "date", "Date", "exact", "as.Date('2020-02-29')"),
    Rule("time", "POSIXct", "datetime", "POSIXct", "microseconds", "Sys.time()"),
    Rule("frame", "data.frame", "dict", "list", "columns", "data.frame(a = 1:2, b = c('x', 'y'))"),
    Rule("object", "anything else", "RObject", "environment", "the same object", "new.env()"),
)  # fmt: skip

_EPOCH = datetime.date(1970, 1, 1)


def _one_or_list(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else list(values)


def factor_to_python(codes: Sequence[int | None], levels: Sequence[str]) -> Any:
    """The labels of a factor: a str for one, else a list; None for NA."""
    return _one_or_list([None if c is None else levels[c - 1] for c in codes])


def date_to_python(days: Sequence[float | None], levels: None = None) -> Any:
    """`datetime.date`s of days since 1970-01-01; None for NA."""
    return _one_or_list([None if d is None else _EPOCH + datetime.timedelta(days=d) for d in days])


def time_to_python(seconds: Sequence[float | None], levels: None = None) -> Any:
    """`datetime.datetime`s, in UTC, of seconds since 1970-01-01; None for NA."""
    zone = datetime.timezone.utc
    start = datetime.datetime(1970, 1, 1, tzinfo=zone)
    return _one_or_list(
        [None if s is None else start + datetime.timedelta(seconds=s) for s in seconds]
    )


def date_to_r(value: datetime.date) -> Any:
    """Days since 1970-01-01, and the R class of dates."""
    if isinstance(value, datetime.datetime):
        return NotImplemented
    return [float((value - _EPOCH).days)], ["Date"]


def time_to_r(value: datetime.datetime) -> Any:
    """Seconds since 1970-01-01, and the R class of times; a time without zone is local."""
    return [value.timestamp()], ["POSIXct", "POSIXt"]


def install(special: dict[str, Callable[..., Any]], others: list[Any]) -> None:
    """Enters the rare conversions into the core: by R class, and by Python type."""
    special.update(factor=factor_to_python, Date=date_to_python, POSIXct=time_to_python)
    others[:] = [(datetime.datetime, time_to_r), (datetime.date, date_to_r)]
