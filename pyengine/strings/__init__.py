"""Strings: the `tf.strings` namespace."""

from __future__ import annotations

from pyengine.ops.hashing import string_to_hash_bucket as to_hash_bucket
from pyengine.ops.hashing import string_to_hash_bucket_fast as to_hash_bucket_fast
from pyengine.ops.hashing import string_to_hash_bucket_strong as to_hash_bucket_strong
from pyengine.ops.ngrams import ngrams
from pyengine.ops.regex import regex_full_match, regex_replace
from pyengine.ops.string_format import format
from pyengine.ops.string_joining import reduce_join, unsorted_segment_join
from pyengine.ops.string_joining import string_join as join
from pyengine.ops.string_numbers import as_string
from pyengine.ops.string_numbers import string_to_number as to_number
from pyengine.ops.strings import (
    length,
    lower,
    split,
    substr,
    upper,
)
from pyengine.ops.strings import string_strip as strip
from pyengine.ops.unicode import (
    unicode_decode,
    unicode_decode_with_offsets,
    unicode_encode,
    unicode_split,
    unicode_split_with_offsets,
    unicode_transcode,
)
