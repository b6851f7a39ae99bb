"""A plugin: all graphs are placed as if some op of theirs named a GPU, which the CPU plays.

    python -m pytest -p tests.all_on_gpu tests/pyengine

What passes without must pass with it, but for the tests that ask where something runs, or for the
last bit of NumPy's numbers.
"""

import os

import pytest

ABOUT_PLACES = (
    "test_gpu.py::",
    "test_placing.py::test_a_variable_stays_where_it_was_made",
    "test_placing.py::test_a_graph_that_names_no_gpu_has_no_places",
    "test_runtime.py::test_an_op_on_a_device_that_is_not_there",
    "test_backend.py::test_sizes_choose_the_kernel",
    "test_products.py::test_a_variable_in_its_own_gradient",
    "test_reuse.py::",
    "test_threads.py::test_products_flush_denormals",
    "test_elementwise.py::test_memory_order_is_kept",
    "test_device_lib.py::test_cpus_are_listed",
    "test_timeline.py::",
    "test_environment.py::test_devices",
    "test_session.py::TestRuns::test_a_gpu_device_is_refused_unless_placement_is_soft",
    "test_session.py::TestOptions::test_a_traced_run_tells_of_each_op",
    "test_session.py::TestOptions::test_metadata_are_filled_anew_by_each_run",
)


def pytest_configure():
    from pyengine.graph import Graph

    os.environ["TENSORFLOW_PRETEND_GPUS"] = "1"
    Graph.names_gpu = True


def pytest_collection_modifyitems(items):
    for item in items:
        if any(name in item.nodeid for name in ABOUT_PLACES):
            item.add_marker(pytest.mark.skip(reason="it asks where something runs"))
