"""What of `tf.data` was in `tf.contrib.data` at first."""

from __future__ import annotations

from pyengine.contrib.data.batching import *
from pyengine.data import Dataset, FixedLengthRecordDataset, Iterator, TextLineDataset
from pyengine.data import TFRecordDataset as TFRecordDataset
from pyengine.data.experimental import *
