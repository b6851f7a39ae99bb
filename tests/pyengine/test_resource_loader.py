"""Files beside a program's own."""

import os

import pytest

import pyengine as tf


def test_paths_are_relative_to_the_caller():
    here = os.path.dirname(os.path.abspath(__file__))
    assert tf.resource_loader.get_data_files_path() == here
    assert tf.resource_loader.get_path_to_datafile("a/b") == os.path.join(here, "a/b")
    assert tf.resource_loader.get_root_dir_with_all_resources() == here
    assert tf.resource_loader.readahead_file_path("x") == "x"


def test_files_of_the_engine():
    assert tf.resource_loader.load_resource("version.py").startswith(b'"""The versions')
    with pytest.raises(OSError):
        tf.resource_loader.load_resource("missing")
