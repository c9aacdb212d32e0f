"""The search for a key as values of a template: cells in cache lines, marks and notes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dmaic_assets.reports.page.links import NoLinks
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.page.shell import Page, page_html
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.view.moves import Move
    from dmaic_assets.hashmaps.view.probe import Place, Search

NAMES: Mapping[str, str] = {
    "swiss": "Swiss",
    "robinhood": "Robin Hood",
    "linear": "linear",
    "chaining": "chaining",
    "direct": "direct",
}
# Places in a cache line, and in a Swiss group.
_LINE, _GROUP = 8, 16
# The largest distance that fits into a cell.
_WIDEST = 99
# Moves and places of a chain that a note names.
_NAMED = 6

_NOTE = (
    "Ways and moves come from the kernels of the map. Each array is taken to begin at a cache line"
    " of 64 bytes."
)

View = dict[str, object]


def probe_page(title: str, lead: str, searches: "Sequence[Search]") -> str:
    """Builds the page of one key: its search in each kind of index; it stands alone."""
    views = [search_view(search) for search in searches]
    page = Page(title, NoLinks(), Library(), lead=lead, notes=(_NOTE,))
    return page_html("hashmap/probe.html.j2", page, searches=views)


def search_view(search: "Search") -> View:
    """A search as the template takes it."""
    seen = _seen(search)
    cells = [_cell(place, search, seen) for place in search.window]
    starts = range(0, len(cells), _LINE)
    lines = [{"at": f"{search.window[i].at:,}", "cells": cells[i : i + _LINE]} for i in starts]
    return {
        "name": NAMES[search.kind],
        "is_hit": search.ends == "hit",
        "facts": _facts(search),
        "lines": lines,
        "notes": _notes(search),
    }


def _facts(search: "Search") -> str:
    looked = plural(len(search.way), "group" if search.kind == "swiss" else "place")
    told = [f"{looked} looked at", plural(search.lines, "cache line")]
    if search.home is None:
        told = ["outside of the keys' range"]
    told.append(f"load {search.load:.2f} of {search.places:,} places")
    if search.fingerprint:
        told.append(f"fingerprint {search.fingerprint}")
    return ", ".join(told)


def _seen(search: "Search") -> set[int]:
    if search.kind != "swiss":
        return set(search.way)
    return {(first + i) % search.places for first in search.way for i in range(_GROUP)}


def _matching(search: "Search") -> set[int]:
    """The places whose control byte is the fingerprint."""
    return {
        (first + i) % search.places
        for first, mask in zip(search.way, search.masks, strict=False)
        for i in range(_GROUP)
        if mask >> i & 1
    }


def _cell(place: "Place", search: "Search", seen: set[int]) -> View:
    kinds = {"live": "live", "tombstone": "gone", "empty": ""}
    marks = {
        kinds[place.state]: True,
        "seen": place.at in seen,
        "match": place.at in _matching(search),
        "found": place.at == search.end,
        "home": place.at == search.home,
    }
    sign = {"empty": "", "tombstone": "×"}.get(place.state)
    if sign is None:
        sign = "+" if (place.distance or 0) > _WIDEST else str(place.distance)
    title = f"place {place.at:,}: {'deleted' if place.state == 'tombstone' else place.state}"
    if place.tag is not None and place.state == "live":
        title += f", control byte {place.tag:02x}"
    named = " ".join(name for name, is_on in marks.items() if is_on and name)
    return {"marks": named, "sign": sign, "title": title}


def _notes(search: "Search") -> list[str]:
    notes: list[str] = []
    if search.masks:
        shown = ", ".join(f"{mask:016b}"[::-1] for mask in search.masks[:_NAMED])
        notes.append(f"Places of each group that hold the fingerprint: {shown}.")
    if search.kind == "chaining" and len(search.way) > 1:
        chain = " → ".join(f"{at:,}" for at in search.way[:_NAMED])
        notes.append(f"Its chain: {chain}{' → …' if len(search.way) > _NAMED else ''}.")
    pairs = ((search.displaced, "Putting it"), (search.shifted, "Taking it away"))
    return [*notes, *(f"{what} moves {_moves(moves)}" for moves, what in pairs if moves)]


def _moves(moves: "Sequence[Move]") -> str:
    shown = ", ".join(f"{move.before:,} → {move.after:,}" for move in moves[:_NAMED])
    return f"{plural(len(moves), 'link')}: {shown}{', …' if len(moves) > _NAMED else ''}"
