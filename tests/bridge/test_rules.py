"""The table of rules, and the conversions that are in Python."""

import datetime

import pytest

from bridge import rules


def test_each_rule_has_a_name_of_its_own_and_a_sample():
    names = [rule.name for rule in rules.RULES]
    assert len(names) == len(set(names))
    assert all(rule.sample for rule in rules.RULES)


def test_factors():
    assert rules.factor_to_python([1, None, 2], ["u", "v"]) == ["u", None, "v"]
    assert rules.factor_to_python([2], ["u", "v"]) == "v"


def test_dates():
    assert rules.date_to_python([0.0, None]) == [datetime.date(1970, 1, 1), None]
    assert rules.date_to_python([-1.0]) == datetime.date(1969, 12, 31)
    assert rules.date_to_r(datetime.date(1970, 1, 3)) == ([2.0], ["Date"])
    assert rules.date_to_r(datetime.datetime(1970, 1, 3)) is NotImplemented


def test_times():
    (half,) = [rules.time_to_python([0.5])]
    assert half == datetime.datetime(1970, 1, 1, 0, 0, 0, 500000, datetime.timezone.utc)
    assert rules.time_to_r(half) == ([0.5], ["POSIXct", "POSIXt"])


def test_installing_enters_the_rare_conversions():
    special, others = {}, [None]
    rules.install(special, others)
    assert set(special) == {"factor", "Date", "POSIXct"}
    # A datetime is a date too, so it must be looked for first.
    assert [cls for cls, _ in others] == [datetime.datetime, datetime.date]


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda r: r.name)
def test_the_sample_of_each_rule_gets_its_python_type(rule, r):
    assert r.python_type(rule.sample) == rule.python
