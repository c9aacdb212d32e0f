"""Proposes to split or exchange values of two columns.

What belongs here: which pairs of columns have values of their own that stand in the other one.
Rows that are shifted as a whole are `propose_shift`'s.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.cell_frame import Column
from dmaic_assets.phenomena.contract.repair_kind import LEAST_CELLS, Repair, repair_id

# Distinct values up to which a column is one of words that recur.
MOST_VALUES = 1_000
# Share of unsuspected cells that the established words must cover.
COVERED = 0.9
# Share of missing cells beyond which a column is empty rather than merged into another.
MOST_MISSING = 0.5
# Times more often that history has a value in one of two columns that both know it.
_MOSTLY = 50


def split_proposals(evidence: Evidence) -> Iterator[Repair]:
    """Proposes splits of columns that end in a value of another one, where that one is empty."""
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


def swap_proposals(evidence: Evidence) -> Iterator[Repair]:
    """Proposes swaps between columns of words whose own values stand in the other one."""
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
