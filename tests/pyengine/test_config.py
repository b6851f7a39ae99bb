"""The options of sessions and runs."""

import pytest

import pyengine as tf
from pyengine.config import check_config, check_run_options


def test_options_have_defaults_and_take_keywords():
    config = tf.ConfigProto(gpu_options=tf.GPUOptions(allow_growth=True), device_count={"GPU": 0})
    assert config.gpu_options.allow_growth
    assert not config.allow_soft_placement
    assert config.device_count == {"GPU": 0}
    config.allow_soft_placement = True
    assert check_config(config).allow_soft_placement


def test_two_configs_share_nothing():
    tf.ConfigProto().device_count["GPU"] = 1
    assert tf.ConfigProto().device_count == {}


def test_an_unknown_option_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"no 'alow_growth' field; it has .*allow_growth"):
        tf.GPUOptions(alow_growth=True)


def test_what_would_change_a_run_and_is_not_there_is_refused():
    with pytest.raises(NotImplementedError, match="cluster_def"):
        check_config(tf.ConfigProto(cluster_def=tf.train.ClusterDef(job=[{"name": "ps"}])))
    with pytest.raises(NotImplementedError, match="debug_options"):
        check_run_options(tf.RunOptions(debug_options="x"), None)


def test_a_misspelt_option_cannot_be_set_later():
    config = tf.ConfigProto()
    with pytest.raises(AttributeError, match="no field 'alow_growth'"):
        config.gpu_options.alow_growth = True


def test_options_are_copied_and_compared():
    config = tf.ConfigProto(device_count={"CPU": 2})
    copied = tf.ConfigProto()
    copied.CopyFrom(config)
    assert copied == config
    copied.device_count["CPU"] = 3
    assert config.device_count == {"CPU": 2}
    with pytest.raises(TypeError, match="needs a ConfigProto"):
        copied.CopyFrom(tf.RunOptions())


def test_run_options_and_metadata_of_the_wrong_kind_are_refused():
    with pytest.raises(TypeError, match="RunOptions"):
        check_run_options(3, None)
    with pytest.raises(TypeError, match="RunMetadata"):
        check_run_options(None, {})
