"""A search as lines of text: a strip of places with marks below it, on a screen of 100 columns."""

from collections.abc import Iterator

from dmaic_assets.hashmaps.view.moves import Move
from dmaic_assets.hashmaps.view.probe import LINE_LINKS, Place, Search

# Signs of places: an empty one, a deleted one, and one whose link is ten places from home or more.
_EMPTY, _TOMBSTONE, _FAR = ".", "x", "+"
# Marks below the places: home, looked at, found.
_HOME, _LOOKED, _FOUND = "h", "^", "*"
# Groups of a Swiss index.
_GROUP = 16
# Moves, groups and places of a chain that are named, so that a line fits; the rest is counted.
_NAMED = 2
LEGEND = (
    "0-9: places (Swiss: groups) from a link to its key's home, + more; . empty, x deleted",
    "|: the ends of a cache line; h: home of the key, ^: looked at, *: found",
)


def strip_of(search: Search) -> tuple[str, ...]:
    """The lines of a search: what it came to, the places around its home, and what would move."""
    looked = f"{len(search.way):,} {'group' if search.masks else 'place'}"
    looked += "" if len(search.way) == 1 else "s"
    lines = f"{search.lines:,} cache line" + ("" if search.lines == 1 else "s")
    head = f"{search.kind:<9} {search.ends:<4}  {looked} looked at, {lines}, "
    head += f"load {search.load:.2f} of {search.places:,}"
    if search.fingerprint:
        head += f", fingerprint {search.fingerprint}"
    return (head, *_drawn(search), *_told(search))


def _drawn(search: Search) -> Iterator[str]:
    looked = set(_looked(search))
    places, marks, numbers = [], [], []
    for i, place in enumerate(search.window):
        if i % LINE_LINKS == 0:
            places.append("|")
            marks.append(" ")
            numbers.append(f" {place.at:<{LINE_LINKS}}" if i % (2 * LINE_LINKS) == 0 else " " * 9)
        places.append(_sign(place))
        marks.append(_mark(place.at, search, looked))
    yield "          " + "".join(numbers).rstrip()
    yield "          " + "".join(places) + "|"
    yield "          " + "".join(marks).rstrip()


def _looked(search: Search) -> Iterator[int]:
    width = _GROUP if search.masks else 1
    for first in search.way:
        for i in range(width):
            yield (first + i) % search.places if search.masks else first


def _sign(place: Place) -> str:
    if place.state == "empty":
        return _EMPTY
    if place.state == "tombstone":
        return _TOMBSTONE
    distance = place.distance or 0
    return str(distance) if distance < 10 else _FAR


def _mark(at: int, search: Search, looked: set[int]) -> str:
    if at == search.end:
        return _FOUND
    if at == search.home:
        return _HOME
    return _LOOKED if at in looked else " "


def _told(search: Search) -> Iterator[str]:
    indent = " " * 11
    if search.masks:
        told = ", ".join(f"{mask:016b}"[::-1] for mask in search.masks[:_NAMED])
        yield f"{indent}places with the fingerprint, group by group: {told}"
    if search.kind == "chaining" and len(search.way) > 1:
        chain = " > ".join(f"{at:,}" for at in search.way[:_NAMED])
        more = len(search.way) - _NAMED
        yield f"{indent}chain: {chain}" + (f" and {more:,} more" if more > 0 else "")
    for moves, what in ((search.displaced, "putting it"), (search.shifted, "taking it away")):
        if moves:
            yield f"{indent}{what} moves {_moves(moves)}"


def _moves(moves: tuple[Move, ...]) -> str:
    told = ", ".join(f"{m.before:,} > {m.after:,}" for m in moves[:_NAMED])
    more = len(moves) - _NAMED
    links = f"{len(moves):,} link" + ("" if len(moves) == 1 else "s")
    return f"{links}: {told}" + (f" and {more:,} more" if more > 0 else "")
