"""Runs the golden cases, and compares what fails with the list of what is known to be missing.

python tools/golden.py FOLDER [--update]

FOLDER holds `check.py` and its cases. A case that fails and is not in tests/golden_pending.txt is a
regression; one that is in the list and passes has to be taken out of it, which --update does.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PENDING = ROOT / "tests" / "golden_pending.txt"


def failures(folder: Path) -> dict[str, str | None]:
    """Why each case failed, None for one that passed."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        command = [
            sys.executable,
            str(folder / "check.py"),
            "pyengine",
            "--quiet",
            "--json",
            str(report),
        ]
        # Its own totals count what is known to be missing as failed; ours are printed below.
        subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
        return json.loads(report.read_text(encoding="utf-8"))


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0])
    if not (folder / "check.py").exists():
        print(f"skipped: there are no golden cases in {folder}")
        return 0
    reasons = failures(folder)
    failing = {name for name, reason in reasons.items() if reason}
    if "--update" in arguments:
        PENDING.write_text("".join(f"{n}\n" for n in sorted(failing)), encoding="utf-8")
        return 0
    pending = set(PENDING.read_text(encoding="utf-8").split("\n")) - {""}
    for name in sorted(failing - pending):
        print(f"REGRESSION {name}: {reasons[name]}")
    for name in sorted((pending & set(reasons)) - failing):
        print(f"{name} passes now: take it out of {PENDING.relative_to(ROOT)} (--update)")
    wrong = len(failing ^ (pending & set(reasons)))
    print(
        f"golden, of those expected to pass: {len(reasons) - len(failing)} passed, {wrong} failed"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
