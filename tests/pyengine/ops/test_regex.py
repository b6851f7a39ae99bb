"""Regular expressions in the syntax of RE2."""

import pytest

import pyengine as tf
from tests.pyengine.evaluated import listed


def fails(tensor, match):
    with pytest.raises(tf.errors.InvalidArgumentError, match=match):
        listed(tensor)


@pytest.mark.parametrize(
    ("text", "pattern", "rewrite", "wanted"),
    [
        ("abcabc", "b", r"[\0]", "a[b]ca[b]c"),
        ("abc", "(a)(b)", r"\2\1", "bac"),
        ("abc", "b*", "-", "-a-c-"),
        ("h\u00e9llo", ".", "x", "xxxxx"),
        ("a1 b22", "[[:digit:]]+", "#", "a# b#"),
        ("A b", "(?i)a", "z", "z b"),
        ("ab\n", "b$", "z", "ab\n"),
        ("a.b", r"\Q.\E", "!", "a!b"),
        ("aX", "X", r"\\", "a\\"),
        ("\u0663 3", r"\d", "D", "\u0663 D"),
    ],
)
def test_replacing(text, pattern, rewrite, wanted):
    assert listed(tf.regex_replace([text], pattern, rewrite)) == [wanted.encode()]
    fed = tf.regex_replace([text], tf.constant(pattern), tf.constant(rewrite))
    assert listed(fed) == [wanted.encode()]


def test_replacing_the_first_alone():
    assert listed(tf.regex_replace(["aaa"], "a", "b", replace_global=False)) == [b"baa"]


def test_bytes_that_are_no_text_stay():
    assert listed(tf.regex_replace([b"\xff-a"], "a", "b")) == [b"\xff-b"]


@pytest.mark.parametrize("pattern", ["(", "(?=a)", r"(a)\1", "[a", "[[:nothing:]]"])
def test_patterns_that_are_none(pattern):
    fails(tf.regex_replace(["a"], pattern, "b"), "Invalid pattern")
    fails(tf.strings.regex_full_match(["a"], pattern), "Invalid pattern")


@pytest.mark.parametrize("rewrite", [r"\1", r"\x"])
def test_rewrites_that_are_none(rewrite):
    fails(tf.regex_replace(["a"], "a", rewrite), "Invalid rewrite")


def test_matching():
    assert listed(tf.strings.regex_full_match(["abc", "abcd"], "[a-c]+")) == [True, False]
    assert listed(tf.strings.regex_full_match(["a\nb"], tf.constant("a.b"))) == [False]
    assert listed(tf.strings.regex_full_match(["a]"], "a[]x]")) == [True]
