"""The engine's logger."""

import logging

from pyengine.logger import logger


def test_it_is_pythons_logger_of_tensorflows_name():
    assert logger is logging.getLogger("tensorflow")
