"""Checks that each link within a folder of web pages has a target: a file, and an anchor in it.

python tools/check_links.py FOLDER [--unlink FOLDER] [--elsewhere]

--unlink makes plain text of the broken links below another folder first: pdoc links inherited
members to base classes that are not public, and so have no place in its pages.

Addresses elsewhere are counted, not fetched: the site is built where there is no network, too.
--elsewhere lists them and asks their servers: an address that is answered with 404 or 410 is
broken, one whose server cannot be reached is not known to be.
"""

from __future__ import annotations

import argparse
import re
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
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


def broken_links(folder: Path) -> tuple[list[tuple[Path, str]], dict[str, Path]]:
    """The page and the address of each broken link; the addresses elsewhere, with one page each."""
    pages = {p.resolve(): Page(p.read_text(encoding="utf-8")) for p in folder.rglob("*.html")}
    broken: list[tuple[Path, str]] = []
    elsewhere: dict[str, Path] = {}
    for path, page in pages.items():
        for link in sorted(page.links):
            parts = urlsplit(link)
            if parts.scheme in ("http", "https") or (parts.netloc and not parts.scheme):
                elsewhere.setdefault(link.partition("#")[0], path)
                continue
            if parts.scheme in ("data", "mailto", "javascript"):
                continue
            if parts.scheme:  # a file of the machine that built the site
                broken.append((path, link))
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


def answer(address: str) -> str:
    """What a server answers: "ok", "gone", or why nothing is known."""
    agent = {"User-Agent": "Mozilla/5.0 (a link checker)"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=agent), timeout=20):
            return "ok"
    except urllib.error.HTTPError as error:
        return "gone" if error.code in (404, 410) else f"answers {error.code}"
    except (OSError, ValueError) as error:
        return f"not reached: {error}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks the links of a folder of web pages.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--unlink", type=Path, metavar="FOLDER")
    parser.add_argument("--elsewhere", action="store_true")
    options = parser.parse_args()
    folder: Path = options.folder
    if options.unlink:
        unlink(options.unlink)
    broken, elsewhere = broken_links(folder)
    for path, link in broken:
        print(f"{path.relative_to(folder.resolve())}: {link}")
    gone = 0
    if options.elsewhere:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(answer, sorted(elsewhere)))
        for address, what in zip(sorted(elsewhere), answers):
            gone += what == "gone"
            page = elsewhere[address].relative_to(folder.resolve())
            print(f"{what}: {address}" + (f" (on {page})" if what == "gone" else ""))
    followed = f"{gone} of them gone" if options.elsewhere else "not followed"
    print(f"{len(broken)} broken links; {len(elsewhere)} addresses elsewhere, {followed}")
    return 1 if broken or gone else 0


if __name__ == "__main__":
    sys.exit(main())
