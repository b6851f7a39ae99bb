"""The options of sessions and runs."""

import pytest

import pyengine as tf
from pyengine.config import check_config


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
    with pytest.raises(NotImplementedError, match="log_device_placement"):
        check_config(tf.ConfigProto(log_device_placement=True))
