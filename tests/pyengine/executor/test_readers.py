"""Readers at run time: what a reader's state is."""

import pytest

from pyengine import dtypes, errors
from pyengine.executor.queues import Queue
from pyengine.executor.readers import IdentityReader, TextLineReader, without_end
from pyengine.executor.waiting import Cancellation
from pyengine.shape import TensorShape

NEVER = Cancellation()


def work(*items):
    queue = Queue("q", [dtypes.string], [TensorShape([])], 10)
    for item in items:
        queue.enqueue([item], NEVER)
    return queue


def test_a_state_goes_there_and_back():
    reader, other = IdentityReader(), IdentityReader()
    for _ in range(300):  # numbers of more than one byte
        reader.read(work(b"file"), NEVER)
    other.restore(reader.serialize())
    assert other.num_records_produced == other.num_work_units_completed == 300
    assert other.serialize() == reader.serialize()
    with pytest.raises(errors.InvalidArgumentError, match="restore"):
        other.restore(b"\x10\x05")


def test_at_least_one_record_is_read():
    with pytest.raises(errors.InvalidArgumentError, match="must be positive"):
        TextLineReader(0).read_up_to(work(), 0, NEVER)


def test_the_ends_of_lines():
    assert [without_end(x) for x in (b"a\r\n", b"a\n", b"a\r", b"a", b"\n")] == [
        b"a", b"a", b"a\r", b"a", b"",
    ]  # fmt: skip


def test_counts_of_several_bytes_are_read_as_they_were_written():
    reader = IdentityReader()
    for count in (127, 128, 300):
        text = bytes([count & 0x7F | 0x80 * (count > 127), *([count >> 7] * (count > 127))])
        state = b"\x08" + text + b"\x10" + text + b"\x18" + text
        reader.restore(state)
        assert reader.num_work_units_completed == count
        assert reader.serialize() == state
