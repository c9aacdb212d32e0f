"""Judges files that arrived at once by each other, of which a few may be damaged.

What belongs here: which files the rules for a file are learnt from, and which are left out of
learning because they stand out. Values only: reading files and keeping results is the caller's.

Rules for a file are learnt from the others without its block, so that no file vouches for itself.
A few damaged files would still teach the rules their own damage, each for the others. So all files
are first judged by the rules of small groups: a group that has none of the damaged ones shows them.
What stands out there is left out of learning, unless the rules of all others pass it. A rule by
which many files stand out says that files differ, not that they are damaged: it does not count.

Source: Rousseeuw (1984), Least median of squares regression: of several small subsets one is free
of outliers, and shows those that together hide each other in the whole.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from dmaic_assets.history.baseline import FEWEST_FILES
from dmaic_assets.history.facts import FileFacts
from dmaic_assets.model import RuleSet, Verdict
from dmaic_assets.phenomena.cadence.learn_redelivery import copies_among
from dmaic_assets.phenomena.registry import kind_of

# Groups whose rules judge the files of the others: of two damaged files one group has neither.
GROUPS = 3
# Blocks that are left out of learning in turn: a fifth of the files costs it next to nothing.
BLOCKS = 5
# One file in so many may be damaged: a rule by which more of them stand out tells of a change.
FEW = 6
# Share of a file's rows that a row rule may fail before the file is no model for others; a single
# row is none, however small the file: what is rare in all of them would never be learnt.
MOST_APART = 0.01
_SEVERE = frozenset({"critical", "high"})


def groups_of(files: int) -> int:
    """In how many groups so many files are judged; 0 when they are too few to tell a group."""
    groups = min(GROUPS, files // FEWEST_FILES)
    return groups if groups > 1 else 0


def blocks_of(files: int) -> int:
    """How many blocks are left out of learning in turn: each of few files is one."""
    return min(BLOCKS, files)


def in_part(positions: Sequence[int], part: int, parts: int) -> list[int]:
    """Picks every so-manieth file: each part covers the whole time, and has all regimes of it."""
    return [position for at, position in enumerate(positions) if at % parts == part]


def stands_out_by(verdict: Verdict) -> frozenset[str]:
    """Names the rules for which a file is no model for others: it is held, or loses many rows."""
    if verdict.decision == "accept":
        return frozenset()
    return frozenset(
        v.rule
        for v in verdict.violations
        if (v.is_broken and v.severity in _SEVERE)
        or (v.scope == "row" and v.severity != "low" and v.share > MOST_APART and v.rows_failed > 1)
    )


def suspects(votes: Mapping[int, Sequence[Collection[str]]]) -> frozenset[int]:
    """Finds the files that stand out from at least half of the groups without them.

    Args:
        votes: For each file the rules by which it stands out, from each group that it is not of.

    Returns:
        Those that do, by rules by which no more than one file in `FEW` stands out; none when so
        many do that too few files are left to learn from.
    """
    few = max(1, len(votes) // FEW)
    strikes = Counter(rule for of_file in votes.values() for rule in frozenset().union(*of_file))
    telling = {rule for rule, files in strikes.items() if files <= few}
    found = frozenset(
        position
        for position, of_file in votes.items()
        if 2 * sum(bool(telling.intersection(rules)) for rules in of_file) >= len(of_file) > 0
    )
    return found if len(votes) - len(found) >= FEWEST_FILES else frozenset()


def few_copies(files: Sequence[FileFacts]) -> frozenset[int]:
    """Finds files that have the rows of one before them, where that is no habit of the source.

    Copies of one file vouch for each other: while one of them is learnt from, rows seem to come
    again as a rule, and none of the others stands out. So all of them are left out together.

    Args:
        files: Facts in order of arrival.

    Returns:
        Their places; none when more than one file in `FEW` was copied, or when the copies are
        so many that the others are not most of the files, or too few to learn from.
    """
    copies = copies_among(files)
    left = len(files) - len(copies)
    is_habit = len(set(copies.values())) > max(1, len(files) // FEW)
    is_enough = left > len(copies) and left >= FEWEST_FILES
    return frozenset(copies) if is_enough and not is_habit else frozenset()


def as_of(rules: RuleSet, earlier: Sequence[FileFacts]) -> RuleSet:
    """Gives rules for a file that came after some of the files that they were learnt from.

    Args:
        rules: Rules learnt from files before and after it.
        earlier: Those before it, in order of arrival.
    """
    kept = (kind_of(rule).as_of(rule, earlier) for rule in rules.rules)
    return replace(rules, rules=tuple(rule for rule in kept if rule is not None))
