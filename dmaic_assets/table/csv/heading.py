"""Weighs whether a row of cells names the columns of the rows below it.

What belongs here: evidence from cells. What does not: which rows are asked (`header`, `above`).
"""

from collections.abc import Sequence

from dmaic_assets.table.csv.cell_kinds import is_value, kind_of, value_share


def looks_like_header(first: Sequence[str | None], rows: Sequence[Sequence[str | None]]) -> bool:
    """Weighs whether a first row names the columns.

    Every column votes: for, when its values are numbers or times and the first cell is not;
    against, when the first cell is one, too, or occurs among the values. Without rows, or with
    no vote, a first row of different, filled cells that are no values is a header.
    """
    votes = sum(
        _vote(cell, [row[place] for row in rows if place < len(row)])
        for place, cell in enumerate(first)
    )
    if votes:
        return votes > 0
    cells = [cell.strip() for cell in first if cell and cell.strip()]
    values = sum(is_value(cell) for cell in cells)
    if not rows:
        return values * 2 < max(len(cells), 1)
    return not values and len(cells) == len(first) == len(set(cells))


def _vote(cell: str | None, column: Sequence[str | None]) -> int:
    values = [v for v in column if v is not None and v.strip()]
    if not values or not (cell or "").strip():
        return 0
    if value_share(values) >= 0.8:
        if kind_of(cell) in ("text", "boolean"):
            return 2
        # A bare year is a value among years; among other numbers it may be a name.
        return -2 if is_value(cell) or sum(map(is_value, values)) * 2 < len(values) else 0
    if is_value(cell):
        return -1
    if cell in values:
        return -1
    lengths = {len(v) for v in values}
    is_coded = len(values) > 2 and len(lengths) == 1 and len(cell or "") not in lengths
    is_repeating = len(values) > 3 and len(set(values)) * 2 <= len(values)
    return int(is_coded or is_repeating)


def counts_rows(cells: Sequence[str | None]) -> bool:
    """Whether a column counts from 0 or 1, as the unnamed one that R and pandas write."""
    if len(cells) < 2 or not all(c is not None and c.isdigit() for c in cells):
        return False
    numbers = [int(c or 0) for c in cells]
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
