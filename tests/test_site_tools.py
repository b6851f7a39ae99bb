"""The programs that finish the web site and check its links."""

import importlib.util
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parent.parent / "tools"


def tool(name):
    spec = importlib.util.spec_from_file_location(f"{name}_for_test", TOOLS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def site(tmp_path):
    (tmp_path / "python").mkdir()
    (tmp_path / "index.html").write_text(
        '<h1 id="top-of-all">x</h1><a href="python/a.html#here">good</a>'
        '<a href="#top-of-all">good</a>'
        '<a href="https://example.org/page#part">elsewhere</a><a href="mailto:a@b">mail</a>'
        '<img src="" class="logo"><script src="file:///usr/x.js"></script>'
    )
    (tmp_path / "python" / "a.html").write_text(
        '<head></head><p id="here"></p><a href="#base.method">base.method</a>'
        '<a href="gone.html">g</a>'
    )
    return tmp_path


def test_what_nobody_can_load_is_taken_out(site):
    tool("finish_site").main(site)
    text = (site / "index.html").read_text()
    assert "file:" not in text
    assert "<img" not in text
    assert "overflow-wrap" not in text
    assert "overflow-wrap" in (site / "python" / "a.html").read_text()


def test_broken_links_are_found(site):
    broken, elsewhere = tool("check_links").broken_links(site)
    assert sorted(link for _, link in broken) == ["#base.method", "file:///usr/x.js", "gone.html"]
    assert list(elsewhere) == ["https://example.org/page"]


def test_links_below_a_folder_become_text(site, monkeypatch, capsys):
    links = tool("check_links")
    tool("finish_site").main(site)
    arguments = [str(site), "--unlink", str(site / "python")]
    monkeypatch.setattr(sys, "argv", ["check_links.py", *arguments])
    assert links.main() == 0
    assert "base.method" in (site / "python" / "a.html").read_text()
    assert capsys.readouterr().out == "0 broken links; 1 addresses elsewhere, not followed\n"


def test_addresses_elsewhere_are_asked_for(site, monkeypatch, capsys):
    links = tool("check_links")
    monkeypatch.setattr(links, "answer", lambda address: "gone")
    monkeypatch.setattr(sys, "argv", ["check_links.py", str(site), "--elsewhere"])
    assert links.main() == 1
    assert "gone: https://example.org/page (on index.html)" in capsys.readouterr().out
