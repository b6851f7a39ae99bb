"""What help and completion show."""

from bridge import docs


def documented(first, second=2, *rest, flag=None, **more):
    """The first line.

    What it does, at length.

    Args:
        first: what comes first,
            on two lines.
        second, flag: both.
        rest: the others: all of them.

    Returns:
        nothing.
    """


def test_signatures():
    assert docs.signature(documented) == {
        "first": "", "second": "2", "*rest": "", "flag": "None", "**more": "",
    }  # fmt: skip
    assert docs.signature(3) == {}


def test_pages_titles_and_descriptions():
    assert "What it does, at length." in docs.page(documented)
    assert docs.title(documented) == "The first line."
    assert docs.description(documented) == "What it does, at length."
    assert docs.title(object()) != ""


def test_arguments_are_described():
    assert docs.argument_texts(documented) == {
        "first": "what comes first, on two lines.",
        "second": "both.",
        "flag": "both.",
        "rest": "the others: all of them.",
    }
    assert docs.argument_texts(3) == {}


def test_attributes_have_kinds():
    class Thing:
        value = 1

        class Inner:
            pass

        def method(self):
            pass

        @property
        def broken(self):
            raise RuntimeError("is not read")

        _hidden = 2

    assert docs.kinds(Thing()) == {
        "Inner": "class", "broken": "value", "method": "function", "value": "value",
    }  # fmt: skip
    assert docs.kinds(docs)["inspect"] == "module"


def test_sections_by_their_headings():
    def function():
        """What it does.

        Args:
            x: a number.

        Returns:
            Another,
              indented.
        """

    assert docs.sections(function) == {"Args": "x: a number.", "Returns": "Another,\n  indented."}
