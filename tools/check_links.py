"""Checks that each link within a folder of web pages has a target: a file, and an anchor in it.

python tools/check_links.py FOLDER [--unlink FOLDER]

--unlink makes plain text of the broken links below another folder first: pdoc links inherited
members to base classes that are not public, and so have no place in its pages.

Addresses elsewhere are counted, not fetched: the site is built where there is no network, too.
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """The anchors of a page, and what it links to or shows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors = {"", "top"}
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and (name == "id" or (name == "name" and tag == "a")):
                self.anchors.add(value)
            elif value and name in ("href", "src"):
                self.links.add(value)


def broken_links(folder: Path) -> tuple[list[tuple[Path, str]], int]:
    """The page and the address of each broken link, and how many links lead elsewhere."""
    pages = {p.resolve(): Page(p.read_text(encoding="utf-8")) for p in folder.rglob("*.html")}
    broken, elsewhere = [], 0
    for path, page in pages.items():
        for link in sorted(page.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                elsewhere += parts.scheme in ("http", "https")
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            anchors = pages[target].anchors if target in pages else {unquote(parts.fragment)}
            if not target.exists() or unquote(parts.fragment) not in anchors:
                broken.append((path, link))
    return broken, elsewhere


def unlink(folder: Path) -> None:
    """Makes plain text of the broken links in the pages below a folder."""
    for path, link in broken_links(folder)[0]:
        text = path.read_text(encoding="utf-8")
        pattern = rf'<a [^>]*href="{re.escape(link)}"[^>]*>(.*?)</a>'
        path.write_text(re.sub(pattern, r"\1", text, flags=re.DOTALL), encoding="utf-8")


def main(folder: Path, *options: str) -> int:
    if options:
        unlink(Path(options[1]))
    broken, elsewhere = broken_links(folder)
    for path, link in broken:
        print(f"{path.relative_to(folder.resolve())}: {link}")
    print(f"{len(broken)} broken links; {elsewhere} lead elsewhere and were not followed")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
