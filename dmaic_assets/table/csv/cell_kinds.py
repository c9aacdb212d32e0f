"""Rough kinds of cells, as far as telling dialects and headers needs them; not column types."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, TypeAlias

CellKind: TypeAlias = Literal["empty", "number", "time", "boolean", "text"]

_NUMBER = re.compile(
    r"""[-+]?[$€£]?\s?
    (?: \d{1,3}(?:[,.'\ ]\d{3})+(?:[.,]\d+)? | \d+(?:[.,]\d*)? | [.,]\d+ )
    (?:[eE][-+]?\d+)? \s?[%$€£]?""",
    re.VERBOSE,
)
_DATE = (
    r"(?:\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}[- ][A-Za-z]{3}[- ]\d{2,4})"
)
_CLOCK = r"(?:\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[AaPp][Mm])?)"
_TIME = re.compile(rf"{_DATE}(?:[ T]{_CLOCK}(?:Z|\s?[-+]\d\d:?\d\d)?)?|{_CLOCK}")
_BOOLEANS = frozenset({"true", "false", "yes", "no", "t", "f", "y", "n"})
_YEAR = re.compile(r"(?:19|20)\d\d")


@lru_cache(maxsize=1 << 14)
def kind_of(cell: str | None) -> CellKind:
    """Tells what a cell looks like."""
    text = (cell or "").strip()
    if not text:
        return "empty"
    if _NUMBER.fullmatch(text):
        return "number"
    if _TIME.fullmatch(text):
        return "time"
    return "boolean" if text.lower() in _BOOLEANS else "text"


def is_value(cell: str | None) -> bool:
    """Whether a cell can hardly be a column's name: a number or a time, but not a bare year."""
    text = (cell or "").strip()
    return kind_of(text) in ("number", "time") and not _YEAR.fullmatch(text)


def value_share(cells: Iterable[str | None]) -> float:
    """The share of numbers and times among the cells that are not empty; 0 when all are."""
    kinds = [kind for kind in map(kind_of, cells) if kind != "empty"]
    return sum(kind in ("number", "time") for kind in kinds) / len(kinds) if kinds else 0.0
