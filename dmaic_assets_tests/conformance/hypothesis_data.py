"""Input of the hypothesis cases: CSV and NIST files, columns by role, arguments in R's words.

What belongs here: from what a case names to arrays. Which statistic answers it stands in
`hypothesis`.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dmaic_assets.model import Json
from dmaic_assets_tests.conformance.reading import MissingDataError, find_data

MISSING = {"", "NA", "NaN", "nan"}
_ROW_NAMES = {"", "rownames", "row.names", "row", "unnamed: 0"}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_ARGUMENT = re.compile(r"([A-Za-z][\w.]*)\s*=?\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of text by name, complete rows only."""

    columns: dict[str, tuple[str, ...]]

    def is_numeric(self, name: str) -> bool:
        """Whether every value of a column is a number."""
        return all(_NUMBER.fullmatch(value) for value in self.columns[name])

    def numbers(self, name: str) -> list[float]:
        """Reads one column as numbers."""
        return [float(value) for value in self.columns[name]]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a case comes from, so that what it names can be found."""

    folder: Path
    file: Path
    name: str

    def table(self, data: Json) -> Table:
        """Reads the table that a case names; words after the file name are remarks.

        Raises:
            MissingDataError: The case names no file, or it is not in the folder.
        """
        if not isinstance(data, str) or not data.strip():
            raise MissingDataError("(none named)", "the case names no data", "Name a file.")
        return read_table(find_data(self.folder, self.file, data.split()[0]))

    def path(self, name: str) -> Path:
        """Finds a file by name, as `find_data` does."""
        return find_data(self.folder, self.file, name)


def read_table(path: Path) -> Table:
    """Reads a CSV file with a header; row names and rows with missing values are left out."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = [row for row in csv.reader(stream) if row]
    if rows and len(rows[0]) == len(header) + 1:
        header = ["", *header]
    kept = [i for i, name in enumerate(header) if name.strip().lower() not in _ROW_NAMES]
    complete = [row for row in rows if not any(row[i].strip() in MISSING for i in kept)]
    return Table({header[i].strip(): tuple(row[i].strip() for row in complete) for i in kept})


def read_numbers(path: Path) -> list[list[float]]:
    """Reads the rows of numbers of a NIST file, which follow a header line of dashes."""
    lines = path.read_text(encoding="latin-1").splitlines()
    rules = [i for i, line in enumerate(lines) if re.fullmatch(r"\s*-{3,}[\s-]*", line)]
    found: list[list[float]] = []
    for line in lines[(rules[-1] + 1) if rules else 0 :]:
        parts = line.split()
        if parts and all(_NUMBER.fullmatch(part) for part in parts):
            found.append([float(part) for part in parts])
    return found


def grouped(table: Table, case_name: str) -> dict[str, list[float]]:
    """Splits the measured column by the labels of the grouping one, labels in R's order."""
    value, group = _roles(table, case_name)
    labels = table.columns[group]
    groups: dict[str, list[float]] = {label: [] for label in sorted_labels(labels)}
    for label, number in zip(labels, table.numbers(value), strict=True):
        groups[label].append(number)
    return groups


def sorted_labels(labels: Sequence[str]) -> list[str]:
    """Orders levels as R does: numbers by value, words by alphabet without regard to case."""
    distinct = set(labels)
    if all(_NUMBER.fullmatch(label) for label in distinct):
        return sorted(distinct, key=float)
    return sorted(distinct, key=lambda label: (label.lower(), label))


def arguments(text: Json) -> dict[str, float]:
    """Reads `delta .5 sd 1 power .9` as names with numbers."""
    found = _ARGUMENT.findall(text) if isinstance(text, str) else []
    return {name: float(number) for name, number in found}


def vectors(text: Json) -> list[list[float]]:
    """Reads the vectors `c(15,25), c(50,50)` of an R call."""
    found = re.findall(r"c\(([^)]*)\)", text) if isinstance(text, str) else []
    return [[float(part) for part in inner.split(",")] for inner in found]


def matrix(value: Json) -> list[list[float]]:
    """Reads a table of numbers, written as a list of rows or as text of one.

    Raises:
        ValueError: It is neither.
    """
    if isinstance(value, str):
        rows = re.findall(r"\[([^\[\]]+)\]", value)
        return [[float(part) for part in row.split(",")] for row in rows]
    if not isinstance(value, list):
        raise ValueError("no table of numbers")
    found: list[list[float]] = []
    for row in value:
        if not isinstance(row, list):
            raise ValueError("a row of the table is no list")
        found.append([float(str(cell)) for cell in row])
    return found


def _roles(table: Table, case_name: str) -> tuple[str, str]:
    """Tells the measured column from the grouping one.

    Columns that the case's name mentions come first (`mtcars_mpg_am`); labels that are no numbers
    group, and of two columns of numbers the one with fewer values does.
    """
    words = set(re.split(r"[_.\W]+", case_name.lower()))
    named = [name for name in table.columns if name.lower() in words]
    names = named if len(named) == 2 else list(table.columns)
    names = [n for n in names if n.lower() != "id" or len(names) == 2]
    texts = [name for name in names if not table.is_numeric(name)]
    numeric = [name for name in names if table.is_numeric(name)]
    if texts and numeric:
        return numeric[0], texts[-1]
    first, second = numeric[0], numeric[1]
    is_second_coarser = len(set(table.columns[second])) <= len(set(table.columns[first]))
    return (first, second) if is_second_coarser else (second, first)
