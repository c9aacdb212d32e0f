"""Input tables of reference cases: delimited text, and the data files of the NIST handbook.

What belongs here: rows by column name, and finding a column that files name differently. What
does not: where a file stands (`reading`) and what a case does with it (group modules).
"""

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

Columns: TypeAlias = dict[str, list[str]]

_RULER = re.compile(r"^\s*-{5,}\s*$")
_BARE = {"", "rownames", "row.names", "unnamed: 0"}


def read_table(file: Path) -> Columns:
    """Reads a table by column name, cells as text, in the order of the file.

    A `.dat` file is columns apart by blanks below a ruler of dashes, with the names above it;
    anything else is text with a header, delimited by comma, semicolon or tab.

    Raises:
        ValueError: There is no header, or a row has another number of cells.
    """
    lines = file.read_text(encoding="utf-8-sig", errors="strict").splitlines()
    if file.suffix.lower() == ".dat":
        return _ruled(lines, file.name)
    lines = [line for line in lines if line.strip() and not line.startswith("#")]
    if not lines:
        raise ValueError(f"{file.name} is empty")
    delimiter = max(",;\t", key=lines[0].count)
    header, *rows = list(csv.reader(lines, delimiter=delimiter))
    names = [name.strip() for name in header]
    return _columns(names, [row for row in rows if row], file.name)


def numeric_columns(table: Columns) -> Columns:
    """Keeps the columns whose every cell is a number; row numbers without a name are left out."""
    return {
        name: cells
        for name, cells in table.items()
        if name.lower() not in _BARE and cells and all(_is_number(cell) for cell in cells)
    }


def find_column(table: Columns, words: Sequence[str]) -> str | None:
    """Finds the first column whose name holds one of the words, earlier words first."""
    for word in words:
        for name in table:
            if word in name.lower():
                return name
    return None


def _ruled(lines: Sequence[str], name: str) -> Columns:
    places = [place for place, line in enumerate(lines) if _RULER.match(line)]
    if not places or places[-1] == 0:
        raise ValueError(f"{name} has no header above a ruler of dashes")
    ruler = places[-1]
    rows = [line.split() for line in lines[ruler + 1 :] if line.strip()]
    return _columns(lines[ruler - 1].split(), rows, name)


def _columns(names: Sequence[str], rows: Sequence[Sequence[str]], file: str) -> Columns:
    for place, row in enumerate(rows, start=1):
        if len(row) != len(names):
            raise ValueError(f"row {place} of {file} has {len(row)} cells, not {len(names)}")
    return {name: [row[place].strip() for row in rows] for place, name in enumerate(names)}


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
