"""How often `dmaic types` is right about real columns, against labels written beforehand.

    .venv/bin/python -m benchmarks.analyses.column_types [TABLES] [--locked]

TABLES is a folder of CSV files named like the labels' tables, as `labelled_tables` writes them.
Half of the tables (by the CRC of their names) are locked: they are for measuring, not for looking
at while rules are made.
"""

import argparse
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.analyses.data import LABELLED, skip
from dmaic_assets.analysis.semantic.analyze import analyze
from dmaic_assets.analysis.standalone import read_typed
from dmaic_assets.analysis.study import Study

LABELS = Path(__file__).with_suffix(".txt")
TYPES = {"i": "integer", "d": "decimal", "t": "text", "b": "boolean", "D": "date", "T": "datetime"}
ROLES = {
    "k": "key",
    "f": "foreign_key",
    "m": "measure",
    "d": "dimension",
    "s": "timestamp",
    "x": "text",
}


def labels() -> Iterator[tuple[str, list[tuple[str, str | None, str]]]]:
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            table, *codes = line.split()
            yield table, [(TYPES[c[0]], c[3:] or None, ROLES[c[1]]) for c in codes]


def is_locked(table: str) -> bool:
    return zlib.crc32(table.encode()) % 2 == 1


def answers(path: Path) -> list[tuple[str, tuple[str, str | None, str]]]:
    table = read_typed(path)
    value = analyze(Study({table.name: table}, datetime.fromtimestamp(0, UTC))).value
    return [(n, (m.type, m.semantic_type, m.role)) for n, m in value.columns.items()]


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("tables", type=Path, nargs="?", default=LABELLED)
    asked.add_argument("--locked", action="store_true", help="The locked half, figures only.")
    options = asked.parse_args()
    if not options.tables.is_dir():
        skip(f"no tables in {options.tables}", "python -m benchmarks.analyses.labelled_tables")
    right, total, tables = [0, 0, 0], 0, 0
    for table, wanted in labels():
        if is_locked(table) != options.locked:
            continue
        path = options.tables / f"{table}.csv"
        if not path.is_file():
            print(f"{table}: skipped, no data")
            continue
        tables += 1
        found = answers(path)
        for (name, answer), label in zip(found, wanted, strict=False):
            total += 1
            for at in range(3):
                right[at] += answer[at] == label[at]
            if answer != label and not options.locked:
                print(f"{table}.{name}: {answer} is {label}")
    shares = [
        f"{what} {n / total:.1%}"
        for what, n in zip(("type", "meaning", "role"), right, strict=True)
    ]
    print(f"{total} columns of {tables} tables: " + ", ".join(shares))


if __name__ == "__main__":
    main()
