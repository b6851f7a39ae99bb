"""The table of conversion rules, and the conversions that are too rare for the Cython core.

Each row says how one R type and one Python type stand for each other. Rows are tried in order; the
core has the everyday ones as C functions, reached by R's type and Python's class without a walk
through the table.
"""

from __future__ import annotations

import datetime
import struct
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
    Rule("time", "POSIXct", "datetime", "POSIXct", "microseconds, zone", "Sys.time()"),
    Rule("times", "POSIXct with dim", "ndarray", "POSIXct", "microseconds, dim, in UTC",
         "structure(array(0, 2), class = c('POSIXct', 'POSIXt'))"),
    Rule("duration", "difftime", "timedelta", "difftime", "microseconds, in seconds",
         "as.difftime(2, units = 'mins')"),
    Rule("frame", "data.frame", "DataFrame", "data.frame", "columns, factors, times, row names",
         "data.frame(a = 1:2, b = c('x', 'y'))"),
    Rule("object", "anything else", "RObject", "environment", "the same object", "new.env()"),
)  # fmt: skip

_EPOCH = datetime.date(1970, 1, 1)
_UTC = datetime.timezone.utc
_UNITS = {"secs": 1, "mins": 60, "hours": 3600, "days": 86400, "weeks": 604800}

# What R has: the values of a vector, None for NA, and its attributes other than the class.
Values = Sequence[Any]
Attributes = dict[str, Any]


def _one_or_list(values: Values) -> Any:
    return values[0] if len(values) == 1 else list(values)


def factor_to_python(codes: Values, attributes: Attributes) -> Any:
    """The labels of a factor: a str for one, else a list; None for NA."""
    levels = attributes.get("levels") or []
    if isinstance(levels, str):
        levels = [levels]
    return _one_or_list([None if c is None else levels[c - 1] for c in codes])


def date_to_python(days: Values, attributes: Attributes) -> Any:
    """`datetime.date`s of days since 1970-01-01, a datetime64[D] array if they have dimensions."""
    if "dim" in attributes:
        return _datetime64(days, attributes["dim"], "datetime64[D]", 1)
    return _one_or_list([None if d is None else _EPOCH + datetime.timedelta(days=d) for d in days])


def time_to_python(seconds: Values, attributes: Attributes) -> Any:
    """`datetime.datetime`s of seconds since 1970-01-01, with the zone that R shows them in.

    Times with dimensions become a datetime64[us] array, in UTC. None, or NaT, is NA.
    """
    if "dim" in attributes:
        return _datetime64(seconds, attributes["dim"], "datetime64[us]", 1_000_000)
    names = attributes.get("tzone") or ""
    zone = _zone(names if isinstance(names, str) else names[0])
    return _one_or_list([None if s is None else _moment(s, zone) for s in seconds])


def duration_to_python(values: Values, attributes: Attributes) -> Any:
    """`datetime.timedelta`s of a difftime; None for NA."""
    unit = _UNITS[attributes.get("units", "days")]
    return _one_or_list(
        [None if v is None else datetime.timedelta(seconds=v * unit) for v in values]
    )


def _moment(seconds: float, zone: datetime.tzinfo | None) -> datetime.datetime:
    moment = datetime.datetime(1970, 1, 1, tzinfo=_UTC) + datetime.timedelta(seconds=seconds)
    return moment.astimezone(zone)


def _zone(name: str) -> datetime.tzinfo | None:
    """The zone of a name; None, the machine's own, for the empty one."""
    if not name:
        return None
    if name in ("UTC", "GMT"):
        return _UTC
    import zoneinfo

    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"the time zone {name!r} is not known to Python's zoneinfo") from None


def _datetime64(values: Values, dim: Any, dtype: str, scale: int) -> Any:
    import numpy as np

    sizes = [dim] if isinstance(dim, int) else dim
    missing = np.array([v is None for v in values], dtype=bool)
    whole = np.array([0 if v is None else round(v * scale) for v in values], dtype="int64")
    result = whole.astype(dtype)
    result[missing] = np.datetime64("NaT")
    return result.reshape(sizes, order="F")


# What R gets: the values of a vector, and its attributes.
Classed = tuple[Any, dict[str, Any]]

_NA: float = struct.unpack("<d", bytes.fromhex("a2070000 0000f07f"))[0]
"""R's NA among doubles: a NaN with 1954 in its lower half."""


def dates_to_r(values: Values) -> Classed:
    """Days since 1970-01-01; NA for None."""
    days = [_NA if v is None else float((v - _EPOCH).days) for v in values]
    return days, {"class": "Date"}


def times_to_r(values: Values) -> Any:
    """Seconds since 1970-01-01; NA for None. A time without zone is local.

    Times of different zones are no R vector: NotImplemented.
    """
    zones = {_zone_name(v.tzinfo) for v in values if v is not None}
    if len(zones) > 1:
        return NotImplemented
    seconds = [_NA if v is None else _seconds(v) for v in values]
    attributes: dict[str, Any] = {"class": ["POSIXct", "POSIXt"]}
    (zone,) = zones or {None}
    if zone is not None:
        attributes["tzone"] = zone
    return seconds, attributes


def _seconds(moment: datetime.datetime) -> float:
    if moment.tzinfo is None:
        return moment.timestamp()
    # Exact: a float of the days and one of the rest of the day would be rounded twice.
    return (moment - datetime.datetime(1970, 1, 1, tzinfo=_UTC)) / datetime.timedelta(seconds=1)


def _zone_name(zone: datetime.tzinfo | None) -> str | None:
    """The name by which R knows a zone; None for the machine's own and for fixed offsets."""
    if zone is _UTC:
        return "UTC"
    # Of zoneinfo, and of pytz.
    return getattr(zone, "key", None) or getattr(zone, "zone", None)


def durations_to_r(values: Values) -> Classed:
    """Seconds, as a difftime; NA for None."""
    seconds = [_NA if v is None else v.total_seconds() for v in values]
    return seconds, {"class": "difftime", "units": "secs"}


def clock_times_to_r(values: Values) -> Any:
    """Times of day as a difftime, the seconds since midnight, as R's package hms has them.

    One of a time zone has no place among them: NotImplemented.
    """
    if any(v is not None and v.tzinfo is not None for v in values):
        return NotImplemented
    day = datetime.date.min
    midnight = datetime.datetime.combine(day, datetime.time())
    since = [None if v is None else datetime.datetime.combine(day, v) - midnight for v in values]
    return durations_to_r(since)


def datetime64_to_r(array: Any) -> Classed:
    """A datetime64 array: Date if its unit is days or longer, else POSIXct in UTC. NaT is NA."""
    import numpy as np

    unit = np.datetime_data(array.dtype)[0]
    missing = np.isnat(array)
    if unit in ("Y", "M", "W", "D"):
        values = array.astype("datetime64[D]").astype("int64").astype(float)
        attributes: dict[str, Any] = {"class": "Date"}
    else:
        # Whole seconds and the rest apart: nanoseconds since 1970 have more than a double's digits.
        whole = array.astype("datetime64[s]")
        rest = (array - whole).astype("timedelta64[ns]").astype("int64") / 1e9
        values = whole.astype("int64") + rest
        attributes = {"class": ["POSIXct", "POSIXt"], "tzone": "UTC"}
    values[missing] = _NA
    return values, attributes


def timedelta64_to_r(array: Any) -> Classed:
    """A timedelta64 array as a difftime in seconds. NaT is NA."""
    import numpy as np

    seconds = np.asarray(array / np.timedelta64(1, "s"))
    seconds[np.isnat(array)] = _NA
    return seconds, {"class": "difftime", "units": "secs"}


def install(special: dict[str, Callable[..., Any]], values: dict[Any, Callable[..., Any]]) -> None:
    """Enters the rare conversions into the core: by R class, and by Python type or dtype kind."""
    special.update(
        factor=factor_to_python,
        Date=date_to_python,
        POSIXct=time_to_python,
        difftime=duration_to_python,
    )
    values[datetime.datetime] = times_to_r
    values[datetime.date] = dates_to_r
    values[datetime.timedelta] = durations_to_r
    values[datetime.time] = clock_times_to_r
    values["M"] = datetime64_to_r
    values["m"] = timedelta64_to_r
