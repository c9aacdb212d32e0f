"""Proposes to write computed values where nearly all rows follow a formula of other columns.

What belongs here: finding the formula, the simplest first, among whole numbers of the first rows.
"""

from collections.abc import Iterator, Mapping
from itertools import permutations

import numpy as np
import numpy.typing as npt

from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.repair_kind import LEAST_CELLS, Repair, repair_id
from dmaic_assets.phenomena.derived.formulas import FORMULAS, whole

# Share of rows that must follow the formula as they are.
HOLDS = 0.95
# Rows that formulas are tried on.
FORMULA_ROWS = 5_000
# Rows with inputs and result from which a formula is told.
LEAST_INPUTS = 30
# Columns of whole numbers that are combined: bounds the time.
MOST_NUMBERS = 12
# Divisors of quotients and rests: clock times as hhmm, minutes, thousands.
DIVISORS = (100, 60, 1000)
Ints = npt.NDArray[np.int64]


def formula_proposals(evidence: Evidence) -> Iterator[Repair]:
    """Proposes to write what a formula gives, where nearly all rows of a column follow it."""
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
