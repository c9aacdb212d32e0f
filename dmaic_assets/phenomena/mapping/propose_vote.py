"""Proposes to write what independent sources say of a thing, where others say something else.

What belongs here: tables of claims (`claims`). Sources that copy from one another are put into one
of two camps, so that no source of one camp copies from the other, and each camp votes for itself. A
thing's value is written only where both camps say the same.

How often two camps that agree are wrong follows from how often they disagree. When each is wrong
with probability w, independently, they disagree in a share d of about 2 w of the things, and both
are wrong in w ** 2; so at most (d / 2) ** 2 / (1 - d) of the agreed values are wrong, even if the
wrong ones were always alike. The upper bound of d must keep that small. The camps are to each other
what the halves of a pilot are, so that all rows are looked at.

Numbers and dates are left where sources differ by little: the price of a thing differs from shop
to shop, and each is right. Where they differ as the values of different things do, things were
mixed up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.cell_frame import Bools, Column, Ints
from dmaic_assets.phenomena.contract.repair_kind import LEAST_CELLS, Repair, declined, repair_id
from dmaic_assets.phenomena.mapping.cells import MOST_COLUMNS, may_depend, may_determine
from dmaic_assets.phenomena.mapping.claims import camps_of, claims_in, has_sources
from dmaic_assets.phenomena.mapping.contradictions import TIE, contradictions, voted
from dmaic_assets.phenomena.notation.repair import PLAIN, moment_of
from dmaic_assets.sixsigma.tests.proportions import exact_share_interval

# Share of the changed cells that may be wrong: what promoted repairs promise.
MOST_WRONG = 0.02
# Share of the difference between things that the sources' differences must have at the median,
# from which they are mixed-up things; the difference within one thing is far smaller.
AS_FAR = 0.5
# Share of a column's values that are numbers, or dates, from which differences have a size.
SIZED = 0.9
# Share of the most votes in a camp that the next value may have: nearly all, and where that is not
# sure enough, half.
NEXT_VOTES = (TIE, 0.5)
# Share of a thing's rows that must have the value: what few say against most is left to people.
MOSTLY = 0.5
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Vote:
    """What two camps say of a column: the code by thing (-1: not agreed), and how many differ."""

    part: Column
    agreed: Ints
    differing: int


def vote_proposals(evidence: Evidence) -> Iterator[Repair]:
    """Proposes a vote for each column that sources differ in; declines where they do too often."""
    text = evidence.text
    seconds = [p for p in text.parts if may_depend(p, text.rows)][:MOST_COLUMNS]
    firsts = [p for p in text.parts if may_determine(p, text.rows)]
    firsts = [p for p in firsts if has_sources(p, [s for s in seconds if s is not p], text.rows)]
    claims = claims_in(text, firsts, seconds, contradictions)
    if claims is None or claims.source is None:
        return
    camps = camps_of(claims, claims.source)
    taken = [[_vote(claims.thing, p, camps, near) for p in claims.told] for near in NEXT_VOTES]
    sure = next((votes for votes in taken if _is_sure(claims.thing, votes)), None)
    for vote in sure or taken[-1]:
        found = _repair(claims.thing, vote)
        is_own = sure is not None and _is_sure(claims.thing, [vote], has_bound=False)
        if found is not None:
            yield found if is_own else declined(found, _doubt(vote))


def _vote(thing: Column, part: Column, camps: tuple[Floats, Floats], near: float) -> _Vote:
    ours, theirs = (voted(thing, part, camp, near=near) for camp in camps)
    both = (ours >= 0) & (theirs >= 0)
    agreed = np.where(both & (ours == theirs), ours, -1)
    agreed = np.where(_held_share(thing, part, agreed) >= MOSTLY, agreed, -1)
    return _Vote(part, agreed, int((ours != theirs)[both].sum()))


def _is_sure(thing: Column, votes: Sequence[_Vote], *, has_bound: bool = True) -> bool:
    """Whether few enough of the cells that would change get a wrong value.

    A wrong vote changes all rows of its thing that have a value, a right one only those that say
    something else. Without `has_bound` the disagreement is taken as it was counted.
    """
    differing = sum(v.differing for v in votes)
    asked = differing + sum(int((v.agreed >= 0).sum()) for v in votes)
    if not asked:
        return False
    upper = exact_share_interval(differing, asked).upper if has_bound else differing / asked
    share = 1.0 if upper is None else upper
    rows = sum(int((_expected(thing, v) >= 0).sum()) for v in votes)
    changed = sum(int(_is_wrong(thing, v).sum()) for v in votes)
    return share < 1 and rows * (share / 2) ** 2 / (1 - share) <= MOST_WRONG * changed


def _expected(thing: Column, vote: _Vote) -> Ints:
    return np.append(vote.agreed, -1)[thing.codes]


def _is_wrong(thing: Column, vote: _Vote) -> Bools:
    """The rows that say something else than both camps."""
    expected = _expected(thing, vote)
    return (expected >= 0) & (vote.part.codes >= 0) & (vote.part.codes != expected)


def _repair(thing: Column, vote: _Vote) -> Repair | None:
    part, wrong = vote.part, _is_wrong(thing, vote)
    known = np.flatnonzero(vote.agreed >= 0)
    cells = int(wrong.sum())
    usual = _expected(thing, vote)[wrong]
    if cells < LEAST_CELLS:
        return None
    values: dict[str, Json] = {thing.values[g]: part.values[vote.agreed[g]] for g in known}
    repair = Repair(
        repair_id("vote", (part.name,)),
        "vote",
        (part.name, thing.name),
        {"values": values},
        {"cells": cells, "agreed": len(known), "differing": vote.differing},
    )
    is_error = _are_mixed_up(part, usual, part.codes[wrong], vote.agreed[known])
    return repair if is_error else declined(repair, "sources differ by little: each may be right")


def _doubt(vote: _Vote) -> str:
    asked = vote.differing + int((vote.agreed >= 0).sum())
    return f"sources that do not copy from each other differ in {vote.differing} of {asked} things"


def _held_share(thing: Column, part: Column, expected: Ints) -> Floats:
    """The share of each thing's rows with a value that have the expected one."""
    known = (thing.codes >= 0) & (part.codes >= 0)
    codes = thing.codes[known]
    rows = np.bincount(codes, minlength=thing.distinct)
    held = codes[part.codes[known] == expected[codes]]
    return np.bincount(held, minlength=thing.distinct) / np.maximum(rows, 1)


def _are_mixed_up(part: Column, usual: Ints, told: Ints, things: Ints) -> bool:
    """Whether sources differ as different things do; always, where values have no size."""
    sizes = _sizes(part)
    if sizes is None:
        return True
    within = np.abs(sizes[usual] - sizes[told])
    between = np.abs(sizes[things] - sizes[np.roll(things, len(things) // 2)])
    return bool(np.nanmedian(within) >= AS_FAR * np.nanmedian(between) > 0)


def _sizes(part: Column) -> Floats | None:
    """Each value as a number, or as the day of a date; None where most values are neither."""
    found = np.array([_size(value.strip()) for value in part.values])
    known = float(part.counts[~np.isnan(found)].sum())
    return found if known >= SIZED * part.known else None


def _size(text: str) -> float:
    if PLAIN.fullmatch(text):
        return float(text)
    moment = moment_of(text, "%Y-%m-%d")
    return float("nan") if moment is None else float(moment.toordinal())
