"""Small pieces of HTML: tables, cards, figures, sections; every text that comes in is escaped.

What belongs here: markup without any knowledge of phases.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from dmaic_assets.model import Json
from dmaic_assets.reports.facts import field_of
from dmaic_assets.reports.wording import spelled, words
from dmaic_assets.table.shares import percent

# Rows of a table on the page; the artifacts have all.
_MOST_ROWS = 12
_INTERVAL = re.compile(r"\S+( %)? \(\S+( %)? to \S+( %)?\)|–")
_NUMBER = re.compile(r"[≥<>]?\s*[-+]?[\d,.]+(e[-+]?\d+)?( %)?|–")


@dataclass(frozen=True, slots=True)
class Figure:
    """One Plotly figure as JSON, and what it shows in words for those who cannot see it."""

    data: Sequence[Mapping[str, Json]]
    layout: Mapping[str, Json]
    label: str

    def html(self) -> str:
        """The box in which the page's script draws the figure."""
        height = self.layout.get("height", 0)
        return (
            f'<div class="figure" role="img" aria-label="{escape(self.label)}"'
            f' style="min-height:{height}px"><script type="application/json">'
            f"{in_html({'data': [dict(d) for d in self.data], 'layout': dict(self.layout)})}"
            "</script></div>"
        )


def drawn(found: Figure | None) -> str:
    """The box of a figure, or nothing where there is no figure."""
    return found.html() if found else ""


def in_html(value: object) -> str:
    """Spells JSON inside a page: nothing in it can end the script."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, most: int = _MOST_ROWS) -> str:
    """A table of texts, or nothing without rows; what exceeds `most` rows is folded away.

    A column of numbers is set to the right.
    """
    if not rows:
        return ""
    kinds = [_kind([row[place] for row in rows]) for place in range(len(headings))]
    head = "".join(f"<th{k}>{escape(h)}</th>" for h, k in zip(headings, kinds, strict=True))
    lines = [
        "<tr>"
        + "".join(f"<td{k}>{escape(cell)}</td>" for cell, k in zip(row, kinds, strict=True))
        + "</tr>"
        for row in rows
    ]
    shown = _table(head, lines[:most])
    if len(lines) <= most:
        return shown
    rest = f"<details><summary>{len(lines) - most} more</summary>{_table(head, lines[most:])}"
    return f"{shown}{rest}</details>"


def record_table(found: Sequence[object], names: Sequence[str]) -> str:
    """A table of records; of the named fields only those that some record has a value of.

    Names that end in `share` or `yield` hold shares in [0, 1] and are shown as percent.
    """
    shown = [n for n in names if any(field_of(r, n) not in (None, "", []) for r in found)]
    rows = [[_cell(name, field_of(record, name)) for name in shown] for record in found]
    return table([words(name) for name in shown], rows)


def cards(found: Sequence[tuple[str, str]]) -> str:
    """Figures that come first: (value, what it is) each."""
    return (
        '<div class="cards">'
        + "".join(
            f'<div class="card{"" if len(value) < 16 else " words"}"><b>{escape(value)}</b>'
            f"<span>{escape(label)}</span></div>"
            for value, label in found
        )
        + "</div>"
    )


def part(heading: str, *contents: str, level: int = 3) -> str:
    """A heading with contents, or nothing when there are none."""
    body = "".join(contents)
    return f"<h{level}>{escape(heading)}</h{level}>{body}" if body else ""


def anchor(source: str) -> str:
    """The fragment of a source on the page."""
    return "source-" + re.sub(r"[^A-Za-z0-9_-]+", "-", source)


def _cell(name: str, value: Json) -> str:
    is_share = name.endswith(("share", "yield"))
    if is_share and isinstance(value, int | float) and not isinstance(value, bool):
        return percent(value, digits=2)
    return spelled(value)


def _table(head: str, lines: Sequence[str]) -> str:
    body = "".join(lines)
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody>'
        "</table></div>"
    )


def _kind(cells: Sequence[str]) -> str:
    if all(_NUMBER.fullmatch(cell) for cell in cells):
        return ' class="n"'
    if all(_INTERVAL.fullmatch(cell) for cell in cells):
        return ' class="i"'
    return ' class="w"' if max(map(len, cells)) > 40 else ""
