"""The bridge's rules as an rpy2 converter."""

import datetime
import subprocess
import sys

import numpy as np
import pytest

from bridge import ConversionError, RFunction, RObject, rules


@pytest.fixture
def ro(r):
    import rpy2.robjects

    from bridge.rpy2 import converter

    with converter().context():
        yield rpy2.robjects


@pytest.mark.parametrize(
    "value",
    [
        None, True, 1, 2**40, 1.5, 1j, "ä", b"ab", [1.0, 2.0], ["a", None], [1, "a"],
        {"a": 1, "b": [2.0, 3.0]},
        datetime.date(2020, 2, 29), datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc),
    ],
    ids=repr,
)  # fmt: skip
def test_values_come_back_as_they_went(ro, value):
    ro.globalenv["x_for_test"] = value
    assert ro.r("x_for_test") == value


def test_arrays_functions_and_objects(ro):
    ro.globalenv["x_for_test"] = np.arange(6.0).reshape(2, 3)
    assert ro.r("dim(x_for_test)") == [2, 3]
    assert ro.r("x_for_test[2, 1]") == 3.0
    f = ro.r("function(x, y = 2) x * y")
    assert isinstance(f, RFunction)
    assert f(21) == 42
    ro.globalenv["g_for_test"] = lambda x: x + 1
    assert ro.r("g_for_test(41)") == 42
    assert isinstance(ro.r("new.env()"), RObject)
    thing = object()
    ro.globalenv["x_for_test"] = thing
    assert ro.r("x_for_test") is thing


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda r: r.name)
def test_the_sample_of_each_rule_gets_its_python_type(ro, rule):
    if rule.python == "DataFrame":
        pytest.importorskip("pandas")
    assert type(ro.r(rule.sample)).__name__ == rule.python


def test_what_has_no_counterpart_is_an_error(ro):
    with pytest.raises(ConversionError, match="NA at position 2"):
        ro.r("c(1L, NA)")
    with pytest.raises(ConversionError, match="NUL"):
        ro.globalenv["x_for_test"] = "a\0b"


def test_a_jupyter_cell_uses_the_package(r):
    pytest.importorskip("IPython")
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "shell.run_line_magic('load_ext', 'rpy2.ipython')\n"
        "from bridge.rpy2 import converter\n"
        "shell.user_ns.update(rules=converter(), d={'a': [1.0, 2.0]})\n"
        "cell = '%%R -i d -o out -c rules\\nlibrary(tensorflow)\\n'\n"
        "cell += 'out <- list(z = tf$Session()$run(tf$constant(d$a) * 2))'\n"
        "shell.run_cell(cell).raise_error()\n"
        "assert shell.user_ns['out']['z'].tolist() == [2.0, 4.0]\n"
        "print('ran')\n"
    )
    shown = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False
    )
    assert shown.stdout.splitlines()[-1:] == ["ran"], shown.stderr
