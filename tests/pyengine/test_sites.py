"""Where ops are made."""

import pyengine as tf
from pyengine.sites import caller, describe_site


def test_a_site_is_a_file_and_a_line():
    site = caller(depth=1)  # this line
    path, _, line = describe_site(site).rpartition(":")
    assert path == __file__
    with open(path, encoding="utf-8") as source:
        assert "# this line" in source.readlines()[int(line) - 1]


def test_what_is_not_known_is_empty():
    assert describe_site(None) == ""


def test_helpers_of_the_engine_are_passed_over():
    with tf.Graph().as_default():
        x = tf.clip_by_value(tf.constant(1.0), 0.0, 1.0)
    assert x.op.site.startswith(__file__)


def test_a_host_says_where_its_code_stands(monkeypatch):
    monkeypatch.setattr("sys._host_site", lambda: "host.R:3", raising=False)
    monkeypatch.setattr("pyengine.sites._ENGINE_DIR", "")  # all frames are the engine's
    monkeypatch.setattr("pyengine.sites._is_engines", {})
    assert describe_site(caller(depth=0)) == "host.R:3"
