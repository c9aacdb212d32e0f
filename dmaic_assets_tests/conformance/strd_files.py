"""Reading the data files of NIST StRD: columns as decimal strings, and the model as text.

What belongs here: the layout of the `.dat` files. Certified values come from
`nist_strd_certified.json`; running the sets stands in `strd`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from dmaic_assets.errors import UnreadableFileError

_DATA_LINES = re.compile(r"^\s*Data\s*(?::\s*lines|\(lines)\s+(\d+)\s+to\s+(\d+)", re.MULTILINE)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?")
_DEFINITION = re.compile(r"^\s*(\w+)\s*=\s*([-+.\deE]+)\s*$")
_EQUATION = re.compile(r"^\s*(?:\w+|\w+\s*[\[(]\s*\w+\s*[\])])\s*=")


@dataclass(frozen=True, slots=True)
class StrdFile:
    """The table of one set, column by column, and its model (empty where it has none in words)."""

    columns: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    model: str


def read_strd(file: Path) -> StrdFile:
    """Reads one `.dat` file.

    Raises:
        UnreadableFileError: The header does not say where the data are, or a data line is no row
            of numbers.
    """
    text = file.read_text(encoding="latin-1")
    lines = text.splitlines()
    first, last = _data_range(text, lines, file)
    rows = [tuple(line.split()) for line in lines[first:last] if line.strip()]
    width = len(rows[0]) if rows else 0
    for number, row in enumerate(rows, first + 1):
        if len(row) != width or not all(_NUMBER.fullmatch(value) for value in row):
            raise UnreadableFileError(
                str(file), f"line {number} is no row of {width} numbers", "Restore the file."
            )
    if not rows:
        raise UnreadableFileError(str(file), "no rows of data", "Restore the file.")
    names = ("y", "x") if width == 2 else ("y", *(f"x{i}" for i in range(1, width)))
    return StrdFile(tuple(zip(*rows, strict=True)), names, _model(lines[:first]))


def _data_range(text: str, lines: list[str], file: Path) -> tuple[int, int]:
    stated = _DATA_LINES.search(text)
    if stated:
        return int(stated[1]) - 1, int(stated[2])
    for index in range(len(lines) - 1, -1, -1):
        if re.match(r"\s*-{3,}|\s*Data:", lines[index]):
            return index + 1, len(lines)
    raise UnreadableFileError(str(file), "the header names no data lines", "Restore the file.")


def _model(header: list[str]) -> str:
    """Joins the lines of the equation; `name = number` lines before it are constants of it."""
    constants: dict[str, str] = {}
    parts: list[str] = []
    is_inside = False
    for line in header:
        if line.startswith("Model:"):
            is_inside = True
            continue
        if not is_inside or line.strip().startswith(("Starting", "Certified")):
            is_inside = False
            continue
        if definition := _DEFINITION.match(line):
            constants[definition[1]] = definition[2]
        elif _EQUATION.match(line) or (parts and line.strip()):
            parts.append(line.strip())
    equation = " ".join(parts)
    for name, number in constants.items():
        if name != "pi":
            equation = re.sub(rf"\b{name}\b", number, equation)
    return equation
