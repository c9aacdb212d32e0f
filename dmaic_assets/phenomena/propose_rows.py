"""Proposes repairs that read several columns: dependency, derived value, split, swap, dedupe.

What belongs here: which columns of the evidence allow which of these kinds.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations, permutations

import numpy as np
import numpy.typing as npt

from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.cell_evidence import Dependency, Evidence
from dmaic_assets.phenomena.contract.cell_frame import Column
from dmaic_assets.phenomena.contract.repair_kind import Repair, repair_id
from dmaic_assets.phenomena.derived.formulas import FORMULAS, whole

LEAST_CELLS = 3
LEAST_EXACT_ROWS = 100
LEAST_EXACT_GROUPS = 5
MOST_VALUES = 1_000
HOLDS = 0.95
COVERED = 0.9
_MOSTLY = 50
FORMULA_ROWS = 5_000
LEAST_INPUTS = 30
MOST_NUMBERS = 12
MOST_MISSING = 0.5
DIVISORS = (100, 60, 1000)
Ints = npt.NDArray[np.int64]


def row_proposals(evidence: Evidence) -> Iterator[Repair]:
    """Proposes dependency, derived, split, swap and dedupe repairs, where the rows allow them."""
    yield from _splits(evidence)
    yield from _swaps(evidence)
    for name, found in evidence.dependencies.items():
        repair = _dependency(name, found)
        if repair is not None:
            yield repair
    for name, found in evidence.trusted.items():
        repair = _exact(evidence, name, found)
        if repair is not None:
            yield repair
    yield from _derived(evidence)
    yield from _dedupe(evidence)


def _dependency(name: str, found: tuple[Dependency, ...]) -> Repair | None:
    deviating = max(d.deviating for d in found)
    if deviating < LEAST_CELLS:
        return None
    tables: dict[str, Json] = {d.determinant: {**d.table} for d in found}
    columns = (name, *tables)
    return Repair(
        repair_id("dependency", (name,)),
        "dependency",
        columns,
        {"tables": tables, "least_votes": 1, "keep": [*sorted({v for d in found for v in d.kept})]},
        {
            "deviating": deviating,
            "disagreeing": max(d.disagreeing for d in found),
            "rows": max(d.rows for d in found),
            "strength": round(found[0].strength, 4),
        },
    )


def _exact(evidence: Evidence, name: str, found: tuple[Dependency, ...]) -> Repair | None:
    """A dependency without exception in the accepted history, of two determinants at least."""
    kept = [d for d in found if d.rows >= LEAST_EXACT_ROWS and len(d.table) >= LEAST_EXACT_GROUPS]
    if len(kept) < 2 or len(evidence.part(name).values) < 2:
        return None
    tables: dict[str, Json] = {d.determinant: {**d.table} for d in kept}
    return Repair(
        repair_id("dependency", (name,), "exact"),
        "dependency",
        (name, *tables),
        {"tables": tables, "least_votes": 2, "is_exact": True},
        {"trusted_rows": evidence.trusted_rows, "rows": max(d.rows for d in kept)},
    )


def _splits(evidence: Evidence) -> Iterator[Repair]:
    """Columns that end in a value of another one, where that one is empty."""
    for second in evidence.text.parts:
        gone = second.codes == -1
        if not 2 <= second.distinct <= MOST_VALUES or gone.sum() < LEAST_CELLS:
            continue
        if gone.mean() > MOST_MISSING:
            continue
        values = [v for v, n in zip(second.values, second.counts.tolist(), strict=True) if n > 1]
        known = frozenset(values)
        for first in evidence.text.parts:
            if first is second:
                continue
            ends = np.array([v.rstrip().rpartition(" ")[2] in known for v in first.values] or [0])
            has = (first.codes >= 0) & ends.astype(np.bool_)[np.maximum(first.codes, 0)]
            merged, usual = int((has & gone).sum()), float(has[~gone].mean())
            if merged >= LEAST_CELLS and merged >= 0.5 * gone.sum():
                yield Repair(
                    repair_id("split", (first.name, second.name)),
                    "split",
                    (first.name, second.name),
                    {"values": [*sorted(values)]},
                    {"cells": merged, "empty": int(gone.sum()), "usual_share": round(usual, 4)},
                )


def _swaps(evidence: Evidence) -> Iterator[Repair]:
    """Pairs of columns of words with values of their own, some of which stand in the other one."""
    known = {
        part.name: found
        for part in evidence.text.parts
        if 2 <= part.distinct <= MOST_VALUES and (found := _own_words(evidence, part.name))
    }
    for first, second in combinations(known, 2):
        ours, theirs = _apart(evidence, (first, known[first]), (second, known[second]))
        if len(ours & theirs) > 0.1 * min(len(ours), len(theirs)):
            continue
        own, foreign = ours - theirs, theirs - ours
        rows = _swapped(evidence.part(first), evidence.part(second), own, foreign)
        if rows >= LEAST_CELLS:
            yield Repair(
                repair_id("swap", (first, second)),
                "swap",
                (first, second),
                {"first": [*sorted(own)], "second": [*sorted(foreign)]},
                {"rows": rows},
            )


def _apart(
    evidence: Evidence, first: tuple[str, frozenset[str]], second: tuple[str, frozenset[str]]
) -> tuple[frozenset[str], frozenset[str]]:
    """Gives a value that both columns know to the one where the accepted history has it mostly."""
    one, other = evidence.trusted_counts(first[0]), evidence.trusted_counts(second[0])
    ours = frozenset(v for v in first[1] if _MOSTLY * other.get(v, 0) <= one.get(v, 0))
    theirs = frozenset(v for v in second[1] if _MOSTLY * one.get(v, 0) <= other.get(v, 0))
    return (ours, theirs) if one and other else (first[1], second[1])


def _own_words(evidence: Evidence, name: str) -> frozenset[str]:
    """The established values of a column that is made of a few words; none for numbers.

    They must cover the cells that nothing speaks against: in a file whose headings were swapped
    those are the cells of the accepted history.
    """
    established = evidence.established(name)
    is_covered = sum(established.values()) >= COVERED * max(1, evidence.unsuspected(name))
    words = frozenset(v for v in established if any(c.isalpha() for c in v))
    return words if is_covered and len(words) >= COVERED * len(established) else frozenset()


def _swapped(first: Column, second: Column, ours: frozenset[str], theirs: frozenset[str]) -> int:
    foreign = np.array([v in theirs for v in first.values] + [False, False])
    strange = np.array([v in ours for v in second.values] + [False, False])
    return int((foreign[first.codes] & strange[second.codes]).sum())


def _derived(evidence: Evidence) -> Iterator[Repair]:
    """Columns that follow a formula of others in nearly all rows."""
    numbers = _numbers(evidence)
    for name, target in numbers.items():
        if len(np.unique(target)) < 3:
            continue
        for formula, inputs, by in _candidates(name, numbers):
            found = _fit(evidence, name, (formula, inputs, by))
            if found is not None:
                yield found
                break


def _numbers(evidence: Evidence) -> Mapping[str, Ints]:
    """The columns of whole numbers, on the first rows; -1 where there is none."""
    found: dict[str, Ints] = {}
    for part in evidence.text.parts:
        values = [whole(v) for v in part.values]
        is_whole = np.array([v is not None and v >= 0 for v in values] or [False])
        if part.distinct < 3 or float(part.counts[is_whole].sum()) < HOLDS * part.known:
            continue
        table = np.array([-1 if v is None or v < 0 else v for v in values] + [-1, -1])
        found[part.name] = table[part.codes][:FORMULA_ROWS]
        if len(found) == MOST_NUMBERS:
            break
    return found


def _candidates(
    name: str, numbers: Mapping[str, Ints]
) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """The formulas that hold on the first rows for the column, the simplest first."""
    target = numbers[name]
    others = [n for n in numbers if n != name]
    for other in others:
        known = (target >= 0) & (numbers[other] >= 0)
        for by in DIVISORS:
            if _holds(target, numbers[other] // by, known):
                yield "quotient", (other,), by
            if _holds(target, numbers[other] % by, known):
                yield "remainder", (other,), by
    for a, b in permutations(others, 2):
        known = (target >= 0) & (numbers[a] >= 0) & (numbers[b] >= 0)
        if a < b and _holds(target, numbers[a] + numbers[b], known):
            yield "sum", (a, b), 1
        if _holds(target, numbers[a] - numbers[b], known):
            yield "difference", (a, b), 1


def _holds(target: Ints, value: Ints, known: npt.NDArray[np.bool_]) -> bool:
    count = int(known.sum())
    if count < LEAST_INPUTS or int(((target == value) & known).sum()) < HOLDS * count:
        return False
    # Asked last: hardly any candidate comes this far, and sorting costs most.
    return len(np.unique(value[known])) >= 3


def _fit(evidence: Evidence, name: str, found: tuple[str, tuple[str, ...], int]) -> Repair | None:
    formula, inputs, by = found
    rows = evidence.frame.select(name, *inputs).head(FORMULA_ROWS).iter_rows()
    apply = FORMULAS[formula]
    pairs = [(raw, apply(values, by)) for raw, *values in rows]
    judged = [(raw, value) for raw, value in pairs if raw is not None and value is not None]
    wrong = sum(raw != value for raw, value in judged)
    if wrong < LEAST_CELLS or wrong > (1 - HOLDS) * len(judged):
        return None
    parameters: dict[str, Json] = {"formula": formula}
    if len(inputs) == 1:
        parameters["by"] = by
    evidence_of: dict[str, Json] = {"rows": len(judged), "cells": wrong}
    columns = (name, *inputs)
    return Repair(
        repair_id("derived", columns, formula), "derived", columns, parameters, evidence_of
    )


def _dedupe(evidence: Evidence) -> Iterator[Repair]:
    """Equal rows in a table with a column that is a key but for them."""
    own = evidence.frame.tail(evidence.frame.height - evidence.trusted_rows)
    distinct = own.unique().height
    copies = own.height - distinct
    if copies < 1 or distinct < LEAST_INPUTS:
        return
    keys = [n for n in own.columns if own.get_column(n).n_unique() == distinct]
    if keys:
        yield Repair("rows.dedupe", "dedupe", (), {}, {"copies": copies, "key": keys[0]})
