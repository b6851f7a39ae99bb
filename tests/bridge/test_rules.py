"""The table of rules, and the conversions that are in Python."""

import datetime
import math
import zoneinfo

import numpy as np
import pytest

from bridge import rules

UTC = datetime.timezone.utc


def test_each_rule_has_a_name_of_its_own_and_a_sample():
    names = [rule.name for rule in rules.RULES]
    assert len(names) == len(set(names))
    assert all(rule.sample for rule in rules.RULES)


def test_factors():
    assert rules.factor_to_python([1, None, 2], {"levels": ["u", "v"]}) == ["u", None, "v"]
    assert rules.factor_to_python([2], {"levels": ["u", "v"]}) == "v"
    assert rules.factor_to_python([1], {"levels": "u"}) == "u"


def test_dates():
    assert rules.date_to_python([0.0, None], {}) == [datetime.date(1970, 1, 1), None]
    assert rules.date_to_python([-1.0], {}) == datetime.date(1969, 12, 31)
    grid = rules.date_to_python([0.0, None, 2.0, 3.0], {"dim": [2, 2]})
    assert grid.dtype == "datetime64[D]"
    assert grid[0, 1] == np.datetime64("1970-01-03")
    assert rules.dates_to_r([datetime.date(1970, 1, 3)]) == ([2.0], {"class": "Date"})


def test_times_have_the_zone_that_r_shows():
    half = rules.time_to_python([0.5], {"tzone": "UTC"})
    assert half == datetime.datetime(1970, 1, 1, 0, 0, 0, 500000, UTC)
    assert half.tzinfo is UTC
    paris = rules.time_to_python([0.0], {"tzone": "Europe/Paris"})
    assert paris.tzinfo == zoneinfo.ZoneInfo("Europe/Paris")
    assert paris.hour == 1
    with pytest.raises(ValueError, match="Nowhere"):
        rules.time_to_python([0.0], {"tzone": "Nowhere"})


def test_times_of_one_zone_are_a_vector():
    zone = zoneinfo.ZoneInfo("Europe/Paris")
    seconds, attributes = rules.times_to_r([datetime.datetime(1970, 1, 1, 1, tzinfo=zone), None])
    assert seconds[0] == 0.0
    assert math.isnan(seconds[1])
    assert attributes == {"class": ["POSIXct", "POSIXt"], "tzone": "Europe/Paris"}
    mixed = [datetime.datetime(1970, 1, 1, tzinfo=z) for z in (zone, UTC)]
    assert rules.times_to_r(mixed) is NotImplemented


def test_the_fraction_of_a_second_is_exact():
    moment = datetime.datetime(2020, 2, 29, 12, 0, 0, 250000, UTC)
    assert rules.times_to_r([moment])[0] == [1582977600.25]


def test_times_of_day():
    half_past = datetime.time(12, 30, 0, 250000)
    seconds, attributes = rules.clock_times_to_r([half_past, None, datetime.time()])
    assert seconds[0] == 45000.25
    assert math.isnan(seconds[1])
    assert seconds[2] == 0.0
    assert attributes == {"class": "difftime", "units": "secs"}
    assert rules.clock_times_to_r([half_past, half_past.replace(tzinfo=UTC)]) is NotImplemented


def test_durations():
    assert rules.duration_to_python([2.0], {"units": "mins"}) == datetime.timedelta(minutes=2)
    seconds, attributes = rules.durations_to_r([datetime.timedelta(minutes=2)])
    assert seconds == [120.0]
    assert attributes == {"class": "difftime", "units": "secs"}


def test_arrays_of_moments():
    values, attributes = rules.datetime64_to_r(np.array(["1970-01-03", "NaT"], "datetime64[D]"))
    assert values[0] == 2.0
    assert math.isnan(values[1])
    assert attributes["class"] == "Date"
    values, attributes = rules.datetime64_to_r(np.array([1_500_000_001], "datetime64[ns]"))
    assert values[0] == 1.500000001
    assert attributes["tzone"] == "UTC"
    values, _ = rules.timedelta64_to_r(np.array([1500, "NaT"], "timedelta64[ms]"))
    assert values[0] == 1.5
    assert math.isnan(values[1])


def test_installing_enters_the_rare_conversions():
    special, values = {}, {}
    rules.install(special, values)
    assert set(special) == {"factor", "Date", "POSIXct", "difftime"}
    moments = {datetime.datetime, datetime.date, datetime.timedelta, datetime.time}
    assert set(values) == {*moments, "M", "m"}


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda r: r.name)
def test_the_sample_of_each_rule_gets_its_python_type(rule, r):
    if rule.python == "DataFrame":
        pytest.importorskip("pandas")
    assert r.python_type(rule.sample) == rule.python
