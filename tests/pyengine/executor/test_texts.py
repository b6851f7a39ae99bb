"""String scalars at run time."""

import numpy as np

from pyengine.executor.texts import bytes_of, text, text_of


def test_a_scalar_keeps_all_its_bytes():
    scalar = text(b"a\0")
    assert (scalar.shape, scalar.dtype) == ((), np.dtype(object))
    assert scalar[()] == b"a\0"


def test_bytes_and_text_however_they_come():
    for value in (b"\xc3\xa9", text(b"\xc3\xa9"), np.bytes_(b"\xc3\xa9")):
        assert bytes_of(value) == b"\xc3\xa9"
        assert text_of(value) == "é"
    assert text_of("é") == text_of(np.str_("é")) == "é"
    assert text_of(b"\xff").encode("utf-8", "surrogateescape") == b"\xff"
