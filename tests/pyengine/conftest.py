"""What the engine's tests share."""

import pytest

from pyengine import tfrecords as records
from tests.pyengine import crc


@pytest.fixture
def checksums(monkeypatch):
    """Lets TFRecord files be read and written where the library for their checksums is missing."""
    if crc.library_missing():
        monkeypatch.setattr(records, "_crc", crc.crc32c)
