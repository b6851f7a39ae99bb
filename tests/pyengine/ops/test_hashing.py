"""Hashes: the numbers are those of TensorFlow."""

import pytest

import pyengine as tf
from pyengine.ops.hashing import sip_hash
from tests.pyengine.evaluated import listed

FAST = [797982799, 920614371, 1243578625, 198619163, 251088324, 755371774, 1016869504, 2134391580]
PLAIN = [142163811899, 825286642172, 849642289285, 923794420719, 113887197997, 434597400394]
STRONG = [1014134345198, 1017933744300, 387696948887, 424750756606, 1002528463933, 310407828932]


TEXTS = ["", "a", "abcd", "hello world", "x" * 20, "y" * 33]


def test_buckets():
    fast = tf.string_to_hash_bucket_fast([*TEXTS, "w" * 65, "v" * 200], 2**31)
    assert fast.dtype is tf.int64
    assert listed(fast) == FAST
    assert listed(tf.string_to_hash_bucket(TEXTS, 2**40)) == PLAIN
    assert listed(tf.string_to_hash_bucket_strong(TEXTS, 2**40, [123, 456])) == STRONG


def test_sip_hash_of_its_paper():
    # The example of appendix A of "SipHash: a fast short-input PRF".
    key = [0x0706050403020100, 0x0F0E0D0C0B0A0908]
    assert sip_hash(bytes(range(15)), key) == 0xA129CA6149BE45E5


def test_what_is_no_number_of_buckets_or_key():
    with pytest.raises(ValueError, match="at least minimum 1"):
        tf.string_to_hash_bucket_fast(["a"], 0)
    with pytest.raises(ValueError, match="2 elements"):
        tf.string_to_hash_bucket_strong(["a"], 5, [1])
