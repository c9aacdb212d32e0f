"""Small pieces of HTML: tables, cards, sections; every text that comes in is escaped.

What belongs here: filling the templates' parts, without any knowledge of phases. Their markup is in
templates/parts.html.j2.
"""

import re
from collections.abc import Sequence

from markupsafe import Markup

from dmaic_assets.model import Json
from dmaic_assets.reports.facts import field_of
from dmaic_assets.reports.page.rendering import macro
from dmaic_assets.reports.wording import spelled, words
from dmaic_assets.table.spelled_numbers import percent

# Rows of a table on the page; the artifacts have all.
_MOST_ROWS = 12
_INTERVAL = re.compile(r"\S+( %)? \(\S+( %)? to \S+( %)?\)|–")
_NUMBER = re.compile(r"[≥<>]?\s*[-+]?[\d,.]+(e[-+]?\d+)?( %)?|–")


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, most: int = _MOST_ROWS
) -> Markup:
    """A table of texts, or nothing without rows; what exceeds `most` rows is folded away.

    A column of numbers is set to the right.
    """
    if not rows:
        return Markup()
    kinds = [_kind([row[place] for row in rows]) for place in range(len(headings))]
    return macro("table")(headings, kinds, rows, most)


def record_table(
    found: Sequence[object], names: Sequence[str], *, most: int = _MOST_ROWS
) -> Markup:
    """A table of records; of the named fields only those that some record has a value of.

    Names that end in `share` or `yield` hold shares in [0, 1] and are shown as percent.
    """
    shown = [n for n in names if any(field_of(r, n) not in (None, "", []) for r in found)]
    rows = [[_cell(name, field_of(record, name)) for name in shown] for record in found]
    return table([words(name) for name in shown], rows, most=most)


def badge(word: str, tone: str) -> Markup:
    """A word with a shape and a colour; `tone` is good, warn, bad, info or quiet."""
    return macro("badge")(word, tone)


def phase(name: str, heading: str, *contents: str) -> Markup:
    """A section with a place of its own on the page, or nothing without contents."""
    return macro("phase")(name, heading, contents) if any(contents) else Markup()


def cards(found: Sequence[tuple[str, str]]) -> Markup:
    """Figures that come first: (value, what it is) each."""
    return macro("cards")(found)


def part(heading: str, *contents: str) -> Markup:
    """A heading within a section with contents, or nothing when there are none."""
    return macro("part")(heading, contents) if any(contents) else Markup()


def pair(contents: Sequence[str]) -> Markup:
    """Contents side by side where the window is wide enough, or nothing when there are none."""
    return macro("pair")(contents) if any(contents) else Markup()


def paragraph(text: str) -> Markup:
    """A sentence or two."""
    return macro("paragraph")(text)


def example(text: str) -> Markup:
    """Lines to write into a file as they stand."""
    return macro("example")(text)


def folded(summary: str, content: str) -> Markup:
    """Content that opens at a click, or nothing when there is none."""
    return macro("folded")(summary, content) if content else Markup()


def whys(chain: Sequence[tuple[str, str]]) -> Markup:
    """Questions with their answers, each asked of the answer before, or nothing without them."""
    return macro("whys")(chain) if chain else Markup()


def anchor(source: str) -> str:
    """The fragment of a source on the page."""
    return "source-" + re.sub(r"[^A-Za-z0-9_-]+", "-", source)


def _cell(name: str, value: Json) -> str:
    is_share = name.endswith(("share", "yield"))
    if is_share and isinstance(value, int | float) and not isinstance(value, bool):
        return percent(value, digits=2)
    return spelled(value)


def _kind(cells: Sequence[str]) -> str:
    cells = [cell.striptags() if isinstance(cell, Markup) else cell for cell in cells]
    if all(_NUMBER.fullmatch(cell) for cell in cells):
        return "n"
    if all(_INTERVAL.fullmatch(cell) for cell in cells):
        return "i"
    return "w" if max(map(len, cells)) > 40 else ""
