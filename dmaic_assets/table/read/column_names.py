"""Column names that are there, readable, and different from each other."""

import re
from collections.abc import Sequence

# `table.ROW` and its like are ours in every frame.
RESERVED = "_dmaic_"
_BLANKS = re.compile(r"\s+")


def clean_names(raw: Sequence[str | None]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Makes usable names of header cells and says what was changed.

    White space around a name goes, within it becomes one blank. A missing name becomes
    `column_N`, N counted from 1. A name that is there already, upper and lower case alike (SQL
    does not tell them apart), gets the suffix `_2`, `_3`, ... A name that the platform keeps for
    itself gets `source` in front, one that Polars would take for a pattern an underscore behind.

    Returns:
        The names, in order, and the notes.
    """
    names: list[str] = []
    taken = {_folded(cell) for cell in raw if cell and cell.strip()}
    used: set[str] = set()
    empty: list[str] = []
    changed: list[str] = []
    for number, cell in enumerate(raw, start=1):
        name = _BLANKS.sub(" ", cell or "").strip()
        if not name:
            name = _free(f"column_{number}", taken | used)
            empty.append(name)
        elif is_reserved(name):
            plain = f"source{name}" if name.lower().startswith(RESERVED) else f"{name}_"
            renamed = _free(plain, taken | used)
            changed.append(f"{name} -> {renamed}")
            name = renamed
        elif name.lower() in used:
            unique = _free(name, taken | used)
            changed.append(f"{name} -> {unique}")
            name = unique
        used.add(name.lower())
        names.append(name)
    return tuple(names), tuple(_notes(empty, changed))


def is_reserved(name: str) -> bool:
    """Whether a column cannot go by this name: ours, or a pattern or wildcard to Polars."""
    is_pattern = name.startswith("^") and name.endswith("$")
    return name.lower().startswith(RESERVED) or is_pattern or name in ("", "*")


def numbered_names(count: int) -> tuple[str, ...]:
    """Names the columns of a table without header: column_1, column_2, ..."""
    return tuple(f"column_{number}" for number in range(1, count + 1))


def _notes(empty: Sequence[str], changed: Sequence[str]) -> list[str]:
    notes: list[str] = []
    if empty:
        notes.append(f"columns without a name were named {', '.join(empty)}")
    if changed:
        notes.append(f"columns were renamed: {', '.join(changed)}")
    return notes


def _free(name: str, taken: set[str]) -> str:
    if name.lower() not in taken:
        return name
    number = 2
    while f"{name}_{number}".lower() in taken:
        number += 1
    return f"{name}_{number}"


def _folded(cell: str) -> str:
    return _BLANKS.sub(" ", cell).strip().lower()
