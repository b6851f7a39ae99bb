"""Where objects lie on their way from one R package to another."""

from bridge import exchange


def test_a_thing_is_taken_once():
    exchange.thing = thing = object()
    assert exchange.take() is thing
    assert exchange.take() is None
