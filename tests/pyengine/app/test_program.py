"""tf.app.run."""

import sys

import pytest

import pyengine as tf


def test_main_gets_what_is_left():
    seen = []
    with pytest.raises(SystemExit) as ended:
        tf.app.run(lambda argv: seen.append(argv) or 3, ["prog", "--unknown", "x"])
    assert ended.value.code == 3
    assert seen == [["prog", "--unknown", "x"]]


def test_where_there_is_no_program_to_end(monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", type(sys)("__main__"))
    assert tf.app.run(lambda: 3, ["prog"]) == 3
    with pytest.raises(ValueError, match="defines none"):
        tf.app.run(argv=["prog"])
