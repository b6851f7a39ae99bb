"""Arguments given once for many calls."""

import threading

import pytest

from pyengine.contrib.framework import (
    add_arg_scope,
    arg_scope,
    arg_scoped_arguments,
    current_arg_scope,
    has_arg_scope,
)


@add_arg_scope
def f(x, a=1, b=2):
    """What f does."""
    return x, a, b


@add_arg_scope
def g(x, a=3):
    return x, a


def test_arguments_are_taken_from_the_scope():
    with arg_scope([f, g], a=10):
        assert (f(0), f(0, a=5), g(0)) == ((0, 10, 2), (0, 5, 2), (0, 10))
        with arg_scope([f], b=20) as inner:
            assert f(0) == (0, 10, 20)
        assert f(0) == (0, 10, 2)
    assert (f(0), g(0)) == ((0, 1, 2), (0, 3))
    with arg_scope(inner):
        assert f(0) == (0, 10, 20)
    assert current_arg_scope() == {}


def test_what_is_decorated():
    assert has_arg_scope(f)
    assert not has_arg_scope(print)
    assert arg_scoped_arguments(f) == ("a", "b")
    assert f.__doc__ == "What f does."
    with pytest.raises(ValueError, match="not decorated"):
        arg_scoped_arguments(test_what_is_decorated)


def test_bad_scopes():
    with pytest.raises(ValueError, match="not decorated"), arg_scope([test_bad_scopes], a=1):
        pass
    with pytest.raises(TypeError, match="list/tuple"), arg_scope(f, a=1):
        pass
    with pytest.raises(ValueError, match="must be empty"), arg_scope({}, a=1):
        pass


def test_a_scope_is_its_threads_own():
    found = []
    with arg_scope([f], a=10):
        thread = threading.Thread(target=lambda: found.append(f(0)))
        thread.start()
        thread.join()
    assert found == [(0, 1, 2)]
