"""An R in this process, started by rpy2, with the R package `tensorflow` loaded into it."""

import os
import sys
import warnings

import pytest

rpy2 = pytest.importorskip("rpy2", reason="rpy2, which starts R inside Python, is not installed")


class HostedR:
    """R inside this Python: the package joins the Python that runs."""

    def __init__(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import rpy2.robjects

        self.eval = rpy2.robjects.r
        self.eval("suppressPackageStartupMessages(library(tensorflow))")
        self.eval("main <- import('__main__')")

    def python_type(self, code):
        """The name of the type of an R value in Python."""
        main = sys.modules["__main__"]
        main.receive_for_test = lambda x: type(x).__name__
        return self.eval(f"main$receive_for_test({code})")[0]


@pytest.fixture(scope="session")
def r():
    if "R_LIBS" not in os.environ:
        pytest.skip("R_LIBS does not name the library that has the R package")
    return HostedR()
