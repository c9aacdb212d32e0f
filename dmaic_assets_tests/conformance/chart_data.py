"""Reads the data files of chart cases: NIST Dataplot files and comma-separated ones.

What belongs here: finding a file under the reference folder, its numbers, and which column is the
subgroup, the size, the phase or a value. Which chart a case wants is told by `qcc`.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dmaic_assets_tests.conformance.reading import MissingDataError, find_data

Floats = NDArray[np.float64]

_PHASE_NAMES = ("trial", "phase")
_SIZE_NAMES = ("size", "sizes", "n")
_GROUP_NAMES = ("sample", "batch", "group", "subgroup", "id", "lot", "day")
_TRUTH = {"TRUE": "1", "FALSE": "0", "NA": "nan", "": "nan"}


@dataclass(frozen=True, slots=True)
class ChartData:
    """Subgroups by values (NaN padded) or one count per point, in file order.

    `values` has shape (points, values, variables); `sizes` is there when the file has them;
    `first_phase` is how many points belong to phase I, None when the file does not tell.
    """

    values: Floats
    sizes: Floats | None
    first_phase: int | None


def find_chart_data(folder: Path, file: Path, text: str) -> Path:
    """Finds the file that a case names, by itself or as R's data sets are exported.

    Args:
        folder: The reference folder.
        file: The reference file.
        text: The case's `data`: a path or a data set's name, and maybe remarks after it.

    Raises:
        MissingDataError: There is no such file.
    """
    name = re.split(r"[\s(,;\[]", text.strip(), maxsplit=1)[0]
    if not name:
        raise MissingDataError("(none named)", "the case names no data", "Name a file.")
    names = (name, f"{name}.csv", f"r_{name}.csv", f"qcc_{name}.csv", f"{name}.txt")
    for spelled in names:
        try:
            return find_data(folder, file, spelled)
        except MissingDataError:
            continue
    raise MissingDataError(name, f"is not below {folder}", "Add the file to the folder.")


def read_chart_data(path: Path, *, kind: str) -> ChartData:
    """Reads a file and gives every column its part.

    The subgroup column counts up by 0 or 1 in whole numbers, or is named so. Counts take the next
    column as sizes. Several value columns without subgroups are the values of one subgroup per
    row, or the variables of T2.

    Raises:
        ValueError: The file has no rows of numbers.
    """
    delimited = path.suffix.lower() in (".csv", ".txt")
    names, table = _read_delimited(path) if delimited else _read_dataplot(path)
    if not table.size:
        raise ValueError(f"{path.name} has no rows of numbers")
    phase = _named(names, _PHASE_NAMES)
    group = _named(names, _GROUP_NAMES)
    if group is None:
        group = next((j for j in range(table.shape[1]) if _counts_up(table[:, j])), None)
    rest = [j for j in range(table.shape[1]) if j not in (phase, group)]
    sizes: Floats | None = None
    if kind in ("p", "np", "c", "u", "g"):
        named = _named(names, _SIZE_NAMES)
        size = named if named is not None else (rest[1] if len(rest) > 1 else None)
        rest = [j for j in rest if j != size][:1]
        sizes = None if size is None else table[:, size]
    phases = None if phase is None else table[:, phase] > 0
    return _shaped(table[:, rest], sizes, None if group is None else table[:, group], phases, kind)


def _shaped(
    values: Floats,
    sizes: Floats | None,
    group: Floats | None,
    phases: NDArray[np.bool_] | None,
    kind: str,
) -> ChartData:
    if group is None or np.unique(group).size == len(group):
        several = kind.startswith("T2")
        shaped = values[:, None, :] if several else values[:, :, None]
        return ChartData(shaped, sizes, None if phases is None else int(phases.sum()))
    keys, starts = np.unique(group, return_index=True)
    keys = keys[np.argsort(starts)]
    longest = max(int((group == key).sum()) for key in keys)
    shaped = np.full((len(keys), longest, values.shape[1]), np.nan)
    for place, key in enumerate(keys):
        rows = values[group == key]
        shaped[place, : len(rows)] = rows
    first = None
    if phases is not None:
        first = sum(bool(phases[group == key].all()) for key in keys)
    return ChartData(shaped, None, first)


def _counts_up(column: Floats) -> bool:
    steps = np.diff(column)
    whole = bool((column == np.rint(column)).all())
    return whole and bool(((steps == 0) | (steps == 1)).all()) and column[-1] > column[0]


def _named(names: list[str], wanted: tuple[str, ...]) -> int | None:
    return next((j for j, name in enumerate(names) if name.strip().lower() in wanted), None)


def _read_delimited(path: Path) -> tuple[list[str], Floats]:
    text = path.read_text(encoding="utf-8")
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    header, *rows = list(csv.reader(text.splitlines(), delimiter=delimiter))
    cells = [[_TRUTH.get(cell.strip(), cell) for cell in row] for row in rows if row]
    numeric = [j for j in range(len(header)) if all(_is_number(row[j]) for row in cells)]
    table = np.array([[float(row[j]) for j in numeric] for row in cells])
    return [header[j] for j in numeric], table


def _read_dataplot(path: Path) -> tuple[list[str], Floats]:
    """Numbers start after the last ruled line; the header's words are not column names we trust."""
    lines = path.read_text(encoding="latin-1").splitlines()
    ruled = [i for i, line in enumerate(lines) if re.fullmatch(r"\s*-{5,}\s*", line)]
    rows = [line.split() for line in lines[(ruled[-1] + 1 if ruled else 0) :]]
    numbers = [row for row in rows if row and all(_is_number(cell) for cell in row)]
    width = len(numbers[0]) if numbers else 0
    table = np.array([[float(cell) for cell in row] for row in numbers if len(row) == width])
    return [""] * width, table


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
