import os
import subprocess
import sys


def test_settings_are_made_before_numpy_is_imported_and_a_users_own_are_kept():
    code = (
        "import sys, os; import pyengine.environment; "
        "print(os.environ['OPENBLAS_THREAD_TIMEOUT'], file=sys.stderr)"
    )
    for given, expected in (({}, "4"), ({"OPENBLAS_THREAD_TIMEOUT": "20"}, "20")):
        env = {k: v for k, v in os.environ.items() if k != "OPENBLAS_THREAD_TIMEOUT"} | given
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
        assert done.stderr.split()[-1] == expected
