"""Rows whose cells stand one column too far: moved back, where that is the only way they fit.

What belongs here: the shape of a value, whether a value fits a column, and the repair `shift`. It
looks at one row at a time and loses nothing: the cell that is pushed out is empty.
"""

import re
from collections.abc import Mapping, Sequence

from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import Repair, texts

LEFT, RIGHT = "left", "right"
WAYS = (LEFT, RIGHT)
# So many cells must contradict the column they stand in, before a row counts as shifted.
LEAST_CONTRADICTIONS = 2
# Characters that a look is taken of: bounds the size of a repair's document.
_MOST_SHAPE = 40
_DIGITS, _LETTERS = re.compile(r"\d+"), re.compile(r"[^\W\d_]+")


def shape_of(text: str) -> str:
    """Spells what a value looks like: runs of digits as 9, of letters as a, all else as it is."""
    return _LETTERS.sub("a", _DIGITS.sub("9", text.strip()[:_MOST_SHAPE]))


def is_empty(text: str | None) -> bool:
    """Whether a cell has no value."""
    return text is None or not text.strip()


def fits(column: str, text: str | None, parameters: Mapping[str, Json]) -> bool | None:
    """Whether a value is one of a column's; None when nothing is known of it.

    Args:
        column: The column's name.
        text: A value.
        parameters: `values` lists all values of a column of few, `shapes` what others look like.
    """
    if text is None or is_empty(text):
        return None
    for name, key_of in (("values", str.strip), ("shapes", shape_of)):
        known = parameters.get(name)
        if isinstance(known, Mapping) and column in known:
            return key_of(text) in texts(known, column)
    return None


def moved(cells: Sequence[str | None], way: str) -> list[str | None] | None:
    """The cells of a run of columns, each one column further; None when one would be lost."""
    if way == LEFT:
        return [*cells[1:], None] if is_empty(cells[0]) else None
    return [None, *cells[:-1]] if is_empty(cells[-1]) else None


def is_shifted(
    columns: Sequence[str], cells: Sequence[str | None], repair: tuple[str, Mapping[str, Json]]
) -> bool:
    """Whether a row fits its columns only when its cells are moved back.

    The run begins where the row breaks: its first value contradicts its column. All values fit
    once they are moved.

    Args:
        columns: The run of columns.
        cells: The row's cells in them.
        repair: The way back, and the parameters that tell what fits.
    """
    way, parameters = repair
    back = moved(cells, way)
    if back is None:
        return False
    first = 1 if way == LEFT else 0
    if fits(columns[first], cells[first], parameters) is not False:
        return False
    now = [fits(c, text, parameters) for c, text in zip(columns, cells, strict=True)]
    if now.count(False) < LEAST_CONTRADICTIONS:
        return False
    then = [fits(c, text, parameters) for c, text in zip(columns, back, strict=True)]
    return False not in then and then.count(True) >= LEAST_CONTRADICTIONS


def by_shift(
    columns: Mapping[str, list[str | None]], repair: Repair
) -> Mapping[str, list[str | None]]:
    """Moves the cells of shifted rows back by one column, to the `way`."""
    names = repair.columns
    way = str(repair.parameters["way"])
    result = {name: list(columns[name]) for name in names}
    for row, cells in enumerate(zip(*(columns[name] for name in names), strict=True)):
        back = moved(cells, way)
        if back is not None and is_shifted(names, cells, (way, repair.parameters)):
            for name, text in zip(names, back, strict=True):
                result[name][row] = text
    return result
