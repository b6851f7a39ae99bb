"""R inside Python: one interpreter, objects and errors that cross both ways."""

import sys

import pytest

import bridge
from bridge import RError, RFunction, RObject


@pytest.fixture
def main(r):
    return sys.modules["__main__"]


def test_the_package_joins_the_python_that_runs(r):
    assert r.eval("import('os')$getpid() == Sys.getpid()")[0]
    assert "running already" in r.eval("py_config()$chosen_by")[0]


def test_values_go_there_and_back(r, main):
    main.same = lambda x: x
    for code in ("1:3", "list(a = 1, b = 'x')", "matrix(1:6 + 0, 2)", "c('a', NA)", "NULL"):
        assert r.eval(f"identical(main$same({code}), {code})")[0]


def test_objects_keep_their_identity(r, main):
    class Thing:
        pass

    main.thing = Thing()
    main.check = lambda x: x is main.thing
    assert r.eval("main$check(main$thing)")[0]


def test_a_matrix_is_a_read_only_view_in_column_major_order(r, main):
    main.got = []
    main.keep = lambda x: main.got.append(x)
    r.eval("main$keep(matrix(c(1, 2, 3, 4), 2))")
    (array,) = main.got
    assert array.tolist() == [[1.0, 3.0], [2.0, 4.0]]
    assert array.flags.f_contiguous
    assert not array.flags.writeable
    assert isinstance(array.base, RObject)


def test_r_functions_are_callables(r, main):
    main.got = []
    main.keep = lambda x: main.got.append(x)
    r.eval("main$keep(function(x, times = 2) x * times)")
    (f,) = main.got
    assert isinstance(f, RFunction)
    assert f(21) == 42
    assert f(times=3, x=2) == 6
    assert repr(f) == "<R function(x, times=2.0)>"


def test_an_r_error_is_an_exception_with_its_condition(r, main):
    main.got = []
    main.keep = lambda x: main.got.append(x)
    r.eval("main$keep(function() stop('from R'))")
    with pytest.raises(RError, match="from R") as caught:
        main.got[0]()
    assert isinstance(caught.value.condition, RObject)


def test_a_python_exception_is_an_r_condition(r, main):
    def fail():
        raise KeyError("missing")

    main.fail = fail
    classes = list(r.eval("class(tryCatch(main$fail(), error = identity))"))
    assert classes[:2] == ["python.builtin.KeyError", "KeyError"]


def in_thread(f, *args):
    import threading

    result = []

    def work():
        try:
            result.append(f(*args))
        except BaseException as error:
            result.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return result[0]


def test_other_threads_call_r_functions(r, main):
    main.got = []
    main.keep = lambda x: main.got.append(x)
    r.eval("main$keep(function(x) if (x < 0) stop('negative') else sqrt(x))")
    (f,) = main.got
    assert in_thread(f, 4.0) == 2.0
    assert isinstance(in_thread(f, -1.0), RError)


def test_an_interrupt_stops_r_code(r, main):
    import os
    import signal
    import threading
    import time

    main.got = []
    main.keep = lambda x: main.got.append(x)
    r.eval("main$keep(function() repeat 1)")

    def interrupt():
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        main.got[0]()
    assert r.eval("1 + 1")[0] == 2


def test_references_are_counted_exactly(r, main):
    class Thing:
        pass

    thing = Thing()
    main.thing, main.same = thing, lambda x: x

    def count_after(calls):
        r.eval(f"for (i in 1:{calls}) main$same(main$thing)")
        # Collected garbage is released at the next gate.
        r.eval("invisible(gc()); main$same(1)")
        return sys.getrefcount(thing)

    assert count_after(10) == count_after(3000)


def test_errors_leak_nothing(r, main):
    payload = object()

    def fail(x):
        raise ValueError(payload)

    main.fail, main.same = fail, lambda x: x

    def count_after(calls):
        r.eval(f"for (i in 1:{calls}) try(main$fail(1), silent = TRUE)")
        r.eval("py_clear_last_error(); invisible(gc()); main$same(1)")
        return sys.getrefcount(payload)

    assert count_after(10) == count_after(500)


def test_opaque_objects_say_what_they_are_and_do_not_pickle(r, main):
    import pickle

    main.got = []
    main.keep = lambda x: main.got.append(x)
    r.eval("main$keep(new.env())")
    (env,) = main.got
    assert repr(env) == "<R object of type environment>"
    assert env == env
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(env)


def test_the_public_names_are_there():
    assert set(bridge.__all__) >= {"RObject", "RFunction", "RError", "RJump", "ConversionError"}
