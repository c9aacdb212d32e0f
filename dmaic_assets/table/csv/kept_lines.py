"""Keeps the lines of a text that stand above its table, each with the reason.

What belongs here: these lines as they stand. What does not: which lines they are (`above`).
"""

import re

from dmaic_assets.table.csv.above import is_comment
from dmaic_assets.table.csv.format import LINE_END
from dmaic_assets.table.read.malformed import readable
from dmaic_assets.table.text_table import LineAbove

_LINE = re.compile(rf"([^\r\n]*)(?:{LINE_END}|\Z)".encode())


def lines_above(head: bytes, stated: int, start: int, first_line: int) -> tuple[LineAbove, ...]:
    """Lists the lines above a table; blank ones hold nothing and are left out.

    Args:
        head: The start of the text, as UTF-8.
        stated: Where the lines end that a person, or the file itself, says are no data.
        start: Where the table starts.
        first_line: The line that the table starts in.
    """
    kept: list[LineAbove] = []
    line = place = 0
    while place < start:
        found = _LINE.match(head, place, start)
        if found is None:
            break
        line += 1
        raw = found.group(1)
        if raw.strip():
            reason = _reason(raw, is_stated=place < stated)
            place_word = f"the table, which starts in line {first_line}"
            kept.append(LineAbove(line, f"{reason} above {place_word}", readable(raw)))
        place = found.end()
    return tuple(kept)


def _reason(raw: bytes, *, is_stated: bool) -> str:
    if is_stated:
        return "a skipped line"
    return "a comment" if is_comment(raw.decode("latin-1")) else "a line"
