"""Data frames between R and pandas, column by column.

R's side (R/frames.R) takes a data frame apart into columns and puts one together of them. A column
is a dict: `values`, a 1-d array or a list, and what its `kind` needs beside them.

* `plain`: values as they are. With `missing`, a bool array, where they are NA.
* `text`: a list of str, None for NA.
* `factor`: `values` are codes from 0, -1 for NA; `levels`; `ordered`.
* `date`: days since 1970-01-01, NaN for NA.
* `time`: seconds since 1970-01-01, NaN for NA; `zone`, "" for none.
* `duration`: seconds, NaN for NA.
* `list`: anything.
"""

from __future__ import annotations

import importlib.util
from typing import Any

Column = dict[str, Any]


def has_pandas() -> bool:
    """Whether pandas can be imported; it is not imported to find out."""
    return importlib.util.find_spec("pandas") is not None


# ---------------------------------------------------------------- from R


def to_frame(names: list[str], columns: list[Column], index: list[Any] | None, rows: int) -> Any:
    """A pandas DataFrame.

    Args:
        names: of the columns; a name may stand twice.
        columns: as the module's text says.
        index: the row names, or None for rows that have none.
        rows: how many there are, also where there is no column.
    """
    import pandas as pd

    labels = pd.RangeIndex(rows) if index is None else pd.Index(index)
    made = {i: to_series(column) for i, column in enumerate(columns)}
    frame = pd.DataFrame(made, index=pd.RangeIndex(rows))
    frame.columns = pd.Index(names, dtype=object)
    frame.index = labels
    return frame


def to_series(column: Column) -> Any:
    """A column as a pandas Series."""
    import pandas as pd

    return pd.Series(_FROM_R[column["kind"]](column))


def _plain(column: Column) -> Any:
    import numpy as np
    import pandas as pd

    values, missing = column["values"], column.get("missing")
    if missing is None:
        return np.array(values)  # a copy: pandas may change its memory, R's is read-only
    array: Any = pd.arrays.BooleanArray if values.dtype == bool else pd.arrays.IntegerArray
    return array(np.array(values), np.array(missing))


def _text(column: Column) -> Any:
    import pandas as pd

    return pd.array(column["values"], dtype=pd.StringDtype())


def _factor(column: Column) -> Any:
    import pandas as pd

    return pd.Categorical.from_codes(
        column["values"], categories=column["levels"], ordered=column["ordered"]
    )


def _since_1970(values: Any, unit: str, scale: int) -> Any:
    import numpy as np

    missing = np.isnan(values)
    whole = np.round(np.where(missing, 0, values) * scale).astype("int64")
    result = whole.view(f"datetime64[{unit}]")
    result[missing] = np.datetime64("NaT")
    return result


def _date(column: Column) -> Any:
    return _since_1970(column["values"], "s", 86400)


def _time(column: Column) -> Any:
    import pandas as pd

    times = pd.Series(_since_1970(column["values"], "us", 1_000_000))
    return times.dt.tz_localize("UTC").dt.tz_convert(column["zone"]) if column["zone"] else times


def _duration(column: Column) -> Any:
    return _since_1970(column["values"], "us", 1_000_000).view("timedelta64[us]")


def _list(column: Column) -> Any:
    import numpy as np

    array = np.empty(len(column["values"]), dtype=object)
    for i, value in enumerate(column["values"]):
        array[i] = value
    return array


_FROM_R = {
    "plain": _plain,
    "text": _text,
    "factor": _factor,
    "date": _date,
    "time": _time,
    "duration": _duration,
    "list": _list,
}


# ---------------------------------------------------------------- to R


def from_frame(frame: Any) -> dict[str, Any]:
    """The `names`, `columns` and `index` (None for a plain range) of a DataFrame."""
    return {
        "names": [str(name) for name in frame.columns],
        "columns": [from_series(frame.iloc[:, i]) for i in range(frame.shape[1])],
        "index": index_labels(frame.index),
        "rows": frame.shape[0],
    }


def index_labels(index: Any) -> list[str] | None:
    """The row names of an index; None where it only counts, or could not be row names."""
    import pandas as pd

    if isinstance(index, pd.RangeIndex) or not index.is_unique or index.hasnans:
        return None
    return [str(label) for label in index]


def from_series(series: Any) -> Column:
    """A Series, Index or Categorical as a column."""
    import numpy as np
    import pandas as pd

    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        values = pd.Categorical(series)
        return {
            "kind": "factor",
            "values": values.codes.astype("int32"),
            "levels": [str(c) for c in values.categories],
            "ordered": bool(values.ordered),
        }
    if isinstance(dtype, pd.DatetimeTZDtype) or dtype.kind == "M":
        return _times(series, str(getattr(dtype, "tz", None) or ""))
    if dtype.kind == "m":
        values = np.asarray(series) / np.timedelta64(1, "s")
        return {"kind": "duration", "values": values}
    if isinstance(dtype, pd.StringDtype):
        return {"kind": "text", "values": _with_none(series)}
    if pd.api.types.is_extension_array_dtype(dtype) and dtype.kind in "biuf":
        missing = np.asarray(series.isna())
        values = np.asarray(series.fillna(dtype.type(0)).astype(dtype.numpy_dtype))
        return {"kind": "plain", "values": values, "missing": missing if missing.any() else None}
    values = np.asarray(series)
    if values.dtype == object:
        return _objects(_with_none(series))
    return {"kind": "plain", "values": values, "missing": None}


def _with_none(series: Any) -> list[Any]:
    return [None if missing else v for v, missing in zip(series, series.isna(), strict=True)]


def _objects(items: list[Any]) -> Column:
    if all(item is None or isinstance(item, str) for item in items):
        return {"kind": "text", "values": items}
    return {"kind": "list", "values": items}


def _times(series: Any, zone: str) -> Column:
    import numpy as np

    utc = series.dt.tz_convert("UTC").dt.tz_localize(None) if zone else series
    moments = np.asarray(utc)
    missing = np.isnat(moments)
    whole = moments.astype("datetime64[s]")
    rest = (moments - whole).astype("timedelta64[ns]").astype("int64") / 1e9
    seconds = np.where(missing, np.nan, whole.astype("int64") + rest)
    # Dates come as whole seconds, which pandas uses for little else.
    if not zone and moments.dtype == "datetime64[s]" and not (seconds[~missing] % 86400).any():
        return {"kind": "date", "values": seconds / 86400}
    return {"kind": "time", "values": seconds, "zone": zone}
