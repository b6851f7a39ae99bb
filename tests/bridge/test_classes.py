"""Classes whose methods are R functions."""

import inspect
import sys

import pytest

from bridge import classes


@pytest.fixture
def r_function(r):
    def make(code):
        got = []
        sys.modules["__main__"].keep_for_test = got.append
        r.eval(f"main$keep_for_test({code})")
        return got[0]

    return make


def test_r_functions_become_methods(r_function):
    members = {
        "__init__": r_function("function(self, x) self$x <- x"),
        "twice": r_function("function(self, times = 2) self$x * times"),
        "kind": "thing",
    }
    cls = classes.make_class("Thing", [], members)
    thing = cls(21)
    assert thing.twice() == 42
    assert thing.twice(times=3) == 63
    assert cls.kind == "thing"
    assert str(inspect.signature(cls.twice)) == "(self, times=2.0)"
    assert cls.__name__ == "Thing"


def test_classes_inherit(r_function):
    class Base:
        def name(self):
            return "base"

    cls = classes.make_class("Child", [Base], {"other": r_function("function(self) 'child'")})
    assert cls().name() == "base"
    assert cls().other() == "child"


def test_a_method_is_named(r_function):
    assert classes.method("run", r_function("function(self) 1")).__name__ == "run"
