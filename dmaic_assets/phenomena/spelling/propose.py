"""Proposes repairs of how text is spelt: encoding, white space, null tokens, case, variants, typos.

What belongs here: one function per kind, from the evidence on one column to at most one repair.
Each asks whether the column itself says that it should be spelt otherwise; names and titles, whose
vocabulary is open, are left alone.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np

from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.cell_frame import Column
from dmaic_assets.phenomena.contract.repair_kind import (
    LEAST_CELLS,
    Repair,
    RepairKind,
    ValueFunction,
    repair_id,
)
from dmaic_assets.phenomena.notation.repair import PLAIN
from dmaic_assets.phenomena.shape.learn import shape_of
from dmaic_assets.phenomena.spelling.repair import (
    LETTER,
    MOJIBAKE,
    OUTER_BLANKS,
    READ_AS,
    SEVERAL_BLANKS,
    STYLES,
    decoder,
    restyled,
    style_of,
    trimmer,
)
from dmaic_assets.phenomena.typo.nearness import is_one_edit, near_before, skeleton
from dmaic_assets.phenomena.typo.repair import Dictionary

# Share of cells that established values must cover before others are misspelt.
COVERED = 0.8
# The same from which the values are a closed list.
CLOSED = 0.9
# Values of a closed list.
MOST_CLOSED = 50
# Established values beyond which texts are free.
MOST_DOMAIN = 500
# Rare values that are compared: bounds the time.
MOST_RARE = 5_000
# Share of rare values that must be near an established one: else being rare is normal.
NEAR_SHARE = 0.8
# Share of cells without outer blanks, or in one style of case, from which others are exceptions.
TRIMMED = 0.9
# Distinct values per cell from which the values of a column hardly recur.
OPEN = 0.3
# Share of one style of case from which the others are exceptions.
ONE_STYLE = 0.95
# Times more frequent that a value must be than the one suspected of being it.
RATIO = 10
# Share of cells from which a column is one of numbers.
NUMBERS = 0.95
# Share of missing cells with one spelling from which it is the file's convention.
ONE_TOKEN = 0.8


def text_proposals(evidence: Evidence) -> Iterator[Repair]:
    """Proposes encoding, trim, null token, case, value map and typo repairs of every column."""
    convention = null_convention(evidence)
    for part in evidence.text.parts:
        yield from _encoding(part)
        yield from _trim(part)
        yield from _tokens(evidence, part, convention)
        yield from _styles(part)
        known = evidence.established(part.name)
        covered = sum(known.values()) / part.known if part.known else 0.0
        if covered >= COVERED and len(known) <= MOST_DOMAIN:
            yield from _case(part, known)
            yield from _variants(part, known)
            yield from _typos(part, known, covered)


def _repair(kind: RepairKind, part: Column, parameters: dict[str, Json], **facts: Json) -> Repair:
    return Repair(repair_id(kind, (part.name,)), kind, (part.name,), parameters, facts)


def _encoding(part: Column) -> Iterator[Repair]:
    for read_as in READ_AS:
        cells = _rewritten(part, MOJIBAKE, decoder({"read_as": read_as}))
        if cells >= LEAST_CELLS:
            yield _repair("encoding", part, {"read_as": read_as}, cells=cells)
            return


def _trim(part: Column) -> Iterator[Repair]:
    """Blanks at the ends, and several blanks between words, where hardly any value has such."""
    cells = _rewritten(part, OUTER_BLANKS, trimmer({}))
    if cells >= LEAST_CELLS and _is_exception(part, trimmer({}), cells, part.known):
        yield _repair("trim", part, {}, cells=cells)
    inner: dict[str, Json] = {"is_inner": True}
    cells = _rewritten(part, SEVERAL_BLANKS, trimmer(inner))
    if cells >= LEAST_CELLS:
        spaced = _cells_of(part, lambda v: len(v.split()) > 1)
        if _is_exception(part, trimmer(inner), cells, spaced):
            identity = repair_id("trim", (part.name,), "inner")
            yield Repair(identity, "trim", (part.name,), inner, {"cells": cells})


def _is_exception(part: Column, better: ValueFunction, cells: int, of: int) -> bool:
    """Whether few cells have such blanks, or at most half and the same values without them too."""
    if of - cells >= TRIMMED * of:
        return True
    known = dict(zip(part.values, part.counts.tolist(), strict=True))
    told = _cells_of(part, lambda v: (b := better(v)) != v and known.get(b or "", 0) >= LEAST_CELLS)
    return cells <= of / 2 and told >= CLOSED * cells


def _rewritten(part: Column, where: re.Pattern[str], better: ValueFunction) -> int:
    """The cells that a function changes; it changes none where `where` does not occur."""
    return _cells_of(part, lambda value: better(value) != value) if part.shows(where) else 0


def _cells_of(part: Column, is_so: Callable[[str], bool]) -> int:
    counts = part.counts.tolist()
    return sum(n for v, n in zip(part.values, counts, strict=True) if is_so(v))


def null_convention(evidence: Evidence) -> str | None:
    """How the file spells "no value": None for an empty field, else the token.

    Most columns decide. A column that mixes tokens speaks for the empty field, which can be no
    value; so does a tie.
    """
    used: dict[str | None, int] = defaultdict(int)
    for part in evidence.text.parts:
        places = np.flatnonzero(part.codes == -2)
        if (part.codes == -1).any():
            used[None] += 1
        if len(places):
            cells = evidence.frame.get_column(part.name).gather(places).str.strip_chars()
            token, count = cells.value_counts(sort=True, name="rows").row(0)
            used[str(token) if count >= ONE_TOKEN * len(places) else None] += 1
    return max(used, key=lambda t: (used[t], t is None, t or ""), default=None)


def _tokens(evidence: Evidence, part: Column, convention: str | None) -> Iterator[Repair]:
    """Null tokens that are not how the file spells "no value", in a column of numbers or nulls."""
    places = np.flatnonzero(part.codes == -2)
    if len(places) < LEAST_CELLS or not part.known:
        return
    cells = evidence.frame.get_column(part.name).gather(places).str.strip_chars()
    tokens = [str(t) for t in cells.unique().sort().to_list() if t != convention]
    rows = int(cells.is_in(tokens).sum())
    numbers = _cells_of(part, lambda v: PLAIN.fullmatch(v.strip()) is not None)
    is_number = numbers >= NUMBERS * part.known
    usual = len(places) - rows if convention else int((part.codes == -1).sum())
    shapes = {shape_of(v) for v in part.values[:1000]}
    is_value_like = any(shape_of(t) in shapes for t in tokens)
    # What a slip leaves of a value ("-" of "A-") is no way to say nothing.
    is_value_like |= any(is_one_edit(t, v) for t in tokens for v in part.values[:1000])
    if rows >= LEAST_CELLS and (is_number or (usual > rows and not is_value_like)):
        parameters: dict[str, Json] = {"tokens": [*tokens]}
        if convention is not None:
            parameters["to"] = convention
        yield _repair("null_token", part, parameters, cells=rows, usual=usual, is_number=is_number)


def _case(part: Column, known: dict[str, int]) -> Iterator[Repair]:
    """Spellings in another style of capitals than nearly the whole column has."""
    styles: dict[str, int] = defaultdict(int)
    for value, count in known.items():
        styles[style_of(value)] += count
    total = sum(n for style, n in styles.items() if style)
    main = max(styles, key=lambda s: styles[s] if s else 0, default="")
    if not main or main == "mixed" or styles[main] < ONE_STYLE * total:
        return
    counts = dict(zip(part.values, part.counts.tolist(), strict=True))
    # One letter says too little: m and M may be two codes.
    spellings = {v.casefold(): v for v in known if style_of(v) == main and len(v) > 1}
    odd: dict[str, int] = defaultdict(int)
    for value, count in counts.items():
        target = spellings.get(value.casefold())
        if target is not None and value != target:
            odd[target] += count
    clear = [v for v in spellings.values() if odd[v] * 4 <= counts[v]]
    cells = sum(odd[v] for v in clear)
    if cells >= LEAST_CELLS:
        yield _repair("case", part, {"spellings": [*sorted(clear)]}, cells=cells, style=main)


def _styles(part: Column) -> Iterator[Repair]:
    """Values all in the opposite case of a column whose values hardly recur, such as names.

    Where values recur one in another case may be another value, and `_case` asks for a known one.
    """
    if part.distinct < OPEN * part.known or not part.shows(LETTER):
        return
    rows: dict[str, int] = defaultdict(int)
    for value, count in zip(part.values, part.counts.tolist(), strict=True):
        rows[style_of(value)] += count
    main = max(STYLES, key=lambda style: rows[style])
    if rows[main] < TRIMMED * sum(n for style, n in rows.items() if style):
        return
    cells = _rewritten(part, LETTER, lambda value: restyled(value, main))
    if cells >= LEAST_CELLS:
        identity = repair_id("case", (part.name,), main)
        yield Repair(identity, "case", (part.name,), {"style": main}, {"cells": cells})


def fingerprint(text: str) -> str:
    """Letters only, without accents and case; "" for a text with digits, which must not merge."""
    if any(c.isdigit() for c in text):
        return ""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isalpha())


def _variants(part: Column, known: dict[str, int]) -> Iterator[Repair]:
    """Spellings that differ in punctuation, spaces and accents only, to the frequent one."""
    groups: dict[str, list[str]] = defaultdict(list)
    for value in part.values:
        key = fingerprint(value)
        if len(key) >= 3 and value == value.strip():
            groups[key].append(value)
    counts = dict(zip(part.values, part.counts.tolist(), strict=True))
    found: dict[str, Json] = {}
    for values in groups.values():
        best = max(values, key=lambda v: (counts[v], v))
        for value in values:
            is_other = value.casefold() != best.casefold()
            if is_other and best in known and counts[value] * RATIO <= counts[best]:
                found[value] = best
    cells = sum(counts[v] for v in found)
    if cells >= LEAST_CELLS:
        yield _repair("value_map", part, {"map": found}, cells=cells)


def _typos(part: Column, known: dict[str, int], covered: float) -> Iterator[Repair]:
    """Rare values that are near established ones, in a column where nearly all rare ones are."""
    domain = _without_neighbours(known)
    if domain is None:
        return
    is_closed = len(domain) <= MOST_CLOSED and covered >= CLOSED
    dictionary = Dictionary(tuple(domain), 3 if is_closed else 5)
    known_values = frozenset(domain)
    rare = [i for i, v in enumerate(part.values) if v not in known_values]
    odd = [i for i in rare if part.values[i].strip()][:MOST_RARE]
    near = [i for i in odd if dictionary.nearest(part.values[i]) is not None]
    if not near or len(near) < NEAR_SHARE * len(odd):
        return
    cells = int(part.counts[near].sum())
    if cells >= LEAST_CELLS:
        parameters: dict[str, Json] = {"domain": [*sorted(domain)], "is_closed": is_closed}
        yield _repair("typo", part, parameters, cells=cells, near=len(near), rare=len(odd),
                      covered=round(covered, 4))  # fmt: skip


def _without_neighbours(known: dict[str, int]) -> list[str] | None:
    """The established values but those that misspell a far more frequent one.

    None when established values of like frequency are near each other: in such a column nearness
    says nothing.
    """
    ordered = sorted(known, key=lambda v: (-known[v], v))
    skeletons = [skeleton(v) for v in ordered]
    domain: dict[int, str] = {}
    for place, before in enumerate(near_before(ordered)):
        value = ordered[place]
        near = [domain[i] for i in before if i in domain and skeletons[i] != skeletons[place]]
        if not near:
            domain[place] = value
        elif any(known[v] < RATIO * known[value] for v in near):
            return None
    return list(domain.values())
