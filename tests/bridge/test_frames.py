"""Data frames taken apart and put together."""

import math

import numpy as np
import pytest

from bridge import frames

pd = pytest.importorskip("pandas")


def test_pandas_is_found_without_importing_it():
    assert frames.has_pandas()


def test_columns_become_a_frame():
    columns = [
        {"kind": "plain", "values": np.array([1, 2], "int32")},
        {"kind": "plain", "values": np.array([True, False]), "missing": np.array([False, True])},
        {"kind": "text", "values": ["a", None]},
        {"kind": "factor", "values": np.array([1, -1]), "levels": ["u", "v"], "ordered": True},
        {"kind": "date", "values": np.array([0.0, math.nan])},
        {"kind": "time", "values": np.array([0.25, math.nan]), "zone": "Europe/Paris"},
        {"kind": "duration", "values": np.array([1.5, math.nan])},
        {"kind": "list", "values": [[1, 2], None]},
    ]
    names = list("abcdefgg")
    frame = frames.to_frame(names, columns, ["x", "y"], 2)
    assert list(frame.columns) == names
    assert list(frame.index) == ["x", "y"]
    assert [str(t) for t in frame.dtypes][:2] == ["int32", "boolean"]
    assert frame["d"].cat.ordered
    assert str(frame["f"].dtype) == "datetime64[us, Europe/Paris]"
    assert frame.iloc[0, 7] == [1, 2]

    back = frames.from_frame(frame)
    assert back["names"] == names
    assert back["index"] == ["x", "y"]
    assert [c["kind"] for c in back["columns"]] == [
        "plain", "plain", "text", "factor", "date", "time", "duration", "list",
    ]  # fmt: skip
    assert back["columns"][1]["missing"].tolist() == [False, True]
    assert back["columns"][2]["values"] == ["a", None]
    assert back["columns"][5]["zone"] == "Europe/Paris"
    assert back["columns"][5]["values"][0] == 0.25


def test_a_frame_without_columns_keeps_its_rows():
    assert frames.to_frame([], [], None, 3).shape == (3, 0)


def test_memory_of_r_is_copied():
    values = np.arange(3.0)
    values.flags.writeable = False
    series = frames.to_series({"kind": "plain", "values": values})
    series.iloc[0] = 5.0
    assert values[0] == 0.0


@pytest.mark.parametrize(
    ("index", "labels"),
    [
        (pd.RangeIndex(2), None),
        (pd.Index(["a", "b"]), ["a", "b"]),
        (pd.Index(["a", "a"]), None),
        (pd.Index([1.5, None]), None),
        (pd.Index([3, 5]), ["3", "5"]),
    ],
)
def test_row_names_are_unique_labels(index, labels):
    assert frames.index_labels(index) == labels


def test_midnights_of_other_units_are_times():
    series = pd.Series(np.array(["2020-01-01"], "datetime64[ns]"))
    assert frames.from_series(series)["kind"] == "time"
