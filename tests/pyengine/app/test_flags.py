"""Flags of the command line."""

import pytest

import pyengine as tf
from pyengine.app import flags


@pytest.fixture
def values():
    found = flags.FlagValues()
    flags.DEFINE_integer("steps", 10, "How many steps.", lower_bound=1, flag_values=found)
    flags.DEFINE_float("rate", 0.5, "The rate.", flag_values=found)
    flags.DEFINE_boolean("fake", False, "Whether to fake.", flag_values=found, short_name="f")
    flags.DEFINE_string("dir", None, "Where.", flag_values=found)
    flags.DEFINE_enum("mode", "train", ["train", "test"], "What to do.", flag_values=found)
    flags.DEFINE_list("names", ["a"], "Names.", flag_values=found)
    flags.DEFINE_multi_integer("size", None, "Sizes.", flag_values=found)
    return found


def test_defaults(values):
    values(["prog"])
    assert values.flag_values_dict() == {
        "steps": 10, "rate": 0.5, "fake": False, "dir": None, "mode": "train", "names": ["a"],
        "size": None,
    }  # fmt: skip
    assert "steps" in values
    assert len(values) == 7
    assert values["steps"].help == "How many steps."


def test_command_line(values):
    line = "prog --steps=20 x -rate 1 --fake --dir d --names=a,b --size=1 --size 2 -- --steps=3"
    assert values(line.split()) == ["prog", "x", "--steps=3"]
    assert (values.steps, values.rate, values.fake, values.dir) == (20, 1.0, True, "d")
    assert (values.names, values.size) == (["a", "b"], [1, 2])
    values(["prog", "--nofake"])
    assert values.fake is False
    values(["prog", "-f"])
    assert values.fake is True


@pytest.mark.parametrize(
    ("word", "error", "message"),
    [
        ("--steps=1.5", flags.IllegalFlagValueError, "--steps=1.5"),
        ("--steps=0", flags.IllegalFlagValueError, "at least 1"),
        ("--rate=x", flags.IllegalFlagValueError, "--rate=x"),
        ("--fake=maybe", flags.IllegalFlagValueError, "true or false"),
        ("--mode=rest", flags.IllegalFlagValueError, "train, test"),
        ("--nofake=1", flags.IllegalFlagValueError, "takes no value"),
        ("--dir", flags.IllegalFlagValueError, "has no value"),
        ("--step=1", flags.UnrecognizedFlagError, "Did you mean '--steps'"),
    ],
)
def test_mistakes(values, word, error, message):
    with pytest.raises(error, match=message):
        values(["prog", "--rate=2", word])
    values.mark_as_parsed()
    assert values.rate == 0.5  # nothing is set by a line that is refused


def test_unknown_flags_can_be_left(values):
    assert values(["prog", "--other=1", "--steps=2"], known_only=True) == ["prog", "--other=1"]
    assert values._parse_flags(["--steps=3", "x"]) == ["x"]
    assert values.steps == 3


def test_setting_checks_types(values):
    values.steps = 5.0
    values.mark_as_parsed()
    assert values.steps == 5
    with pytest.raises(flags.IllegalFlagValueError, match="integer"):
        values.steps = True
    with pytest.raises(AttributeError, match="no flag 'other'"):
        values.other = 1
    with pytest.raises(AttributeError, match="Did you mean 'steps'"):
        values.stps


def test_required_and_validated(values):
    flags.mark_flags_as_required(["dir"], values)
    with pytest.raises(flags.IllegalFlagValueError, match="--dir: the flag is required"):
        values(["prog"])

    @flags.validator("rate", "must be small", values)
    def small(rate):
        return rate < 1

    with pytest.raises(flags.IllegalFlagValueError, match="must be small"):
        values(["prog", "--dir=x", "--rate=3"])


def test_help(values, capsys):
    with pytest.raises(SystemExit):
        values(["/bin/prog", "--help"])
    shown = capsys.readouterr().out
    assert "usage: prog [flags]" in shown
    assert "--[no]fake" in shown
    assert "How many steps. (default: 10)" in shown


def test_defined_twice(values):
    with pytest.raises(flags.DuplicateFlagError, match="'steps' is defined twice"):
        flags.DEFINE_integer("steps", 1, "", flag_values=values)


def test_parsed_when_asked_for(values, monkeypatch):
    monkeypatch.setattr("sys.argv", ["prog", "--steps=7"])
    assert values.steps == 7
    assert values.is_parsed()
    assert tf.app.flags.FLAGS is flags.FLAGS
    assert tf.flags is tf.app.flags


def test_flags_are_parsed_anew_after_they_were_unparsed():
    values = flags.FlagValues()
    flags.DEFINE_integer("size", 1, "how many", flag_values=values)
    values(["program", "--size=2"])
    assert (values.is_parsed(), values.size) == (True, 2)
    values.unparse_flags()
    assert not values.is_parsed()
    values(["program", "--size=3"])
    assert values.size == 3
