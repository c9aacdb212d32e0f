"""Measures rules learnt from one large file: the trusted files of a feed put together.

The later files stay as they are, so the rules judge days (or months) after having seen one
delivery only. Half a file cannot be told then: no history shows how large a delivery is.

Usage: python -m benchmarks.bench_one_file [--feeds a,b] [--damaged 3]
"""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

import polars as pl

from benchmarks.bench_quality import Amount, Result, measure
from benchmarks.feeds import Feed, available

SEEDS = 1


def as_one_file(feed: Feed) -> Feed:
    """The feed whose trusted files came as one."""
    files = feed.load()
    trusted = pl.concat(files[: feed.trusted], how="diagonal")
    later = files[feed.trusted : feed.trusted + feed.clean]
    return replace(feed, trusted=1, load=lambda: [trusted, *later])


def main() -> None:
    """Prints one line per feed, and the totals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", default="", help="only these, by comma")
    parser.add_argument("--damaged", type=int, default=3, help="damaged files per kind")
    options = parser.parse_args()
    wanted = {name for name in options.feeds.split(",") if name}
    amount = Amount(SEEDS, options.damaged, ())
    found: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="dmaic-one-file-") as folder:
        for feed in available():
            if wanted and feed.name not in wanted:
                continue
            (result,), _ = measure(as_one_file(feed), amount, Path(folder), is_verbose=False)
            found.append(result)
            missed = dict((+result.missed).most_common(4))
            print(_line(feed.name, [result]), f"  missed {missed}" if missed else "")
    if len(found) > 1:
        print(_line("all", found))


def _line(name: str, results: list[Result]) -> str:
    passed, clean = sum(r.passed for r in results), sum(r.clean for r in results)
    caught, damaged = sum(r.caught for r in results), sum(r.damaged for r in results)
    share = caught / max(1, damaged)
    return f"{name:10} clean {passed}/{clean}  caught {caught}/{damaged} = {share:.1%}"


if __name__ == "__main__":
    main()
