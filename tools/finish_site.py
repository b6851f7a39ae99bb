"""Takes out of the pages what pkgdown and pandoc put there and nobody can load, and mends pdoc's.

python tools/finish_site.py FOLDER

That is: scripts at addresses of the machine that built the site (Debian's pandoc points to its own
MathJax), pictures without an address, and scripts for browsers that have not been made for years.
In the Python reference, long addresses may be broken: they would be wider than a phone.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

UNWANTED = (
    re.compile(r'<script src="file:[^"]*"[^>]*></script>'),
    re.compile(r'<img src="" [^>]*>'),
    re.compile(r"<!--\[if lt IE \d+\]>.*?<!\[endif\]-->", re.DOTALL),
)
BREAK_ADDRESSES = "<style>.docstring a { overflow-wrap: anywhere; }</style></head>"


def main(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        kept = text
        if (folder / "python") in path.parents:
            kept = kept.replace("</head>", BREAK_ADDRESSES, 1)
        for pattern in UNWANTED:
            kept = pattern.sub("", kept)
        if kept != text:
            path.write_text(kept, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
