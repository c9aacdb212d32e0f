"""Learns that a column holds keys of another source: a foreign key.

What belongs here: which pairs of columns are worth comparing (by name and type), and the rule
that a comparison supports. Containment alone proves nothing (small numbers are contained in every
list of numbers), so the names must speak for it too. Reading the values is the caller's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from dmaic_assets.history.tolerance import interval, rare_upper
from dmaic_assets.model import Json, Rule

FOREIGN_KEY = "foreign key"
ORPHANS = "orphan_share"
# Keys of a source: one key links everything.
FEWEST_VALUES = 2
# Rows of a file from which its share of orphans is counted.
FEWEST_ROWS = 20
# Files from which orphans are bounded.
FEWEST_FILES = 4
# Share of orphans in a file beyond which the columns are not linked.
MOST_ORPHANS = 0.20
# Share of orphans beyond history's that is allowed in any case.
ORPHAN_FLOOR = 0.01
# Bound beyond which a flood of orphans could not be told.
MOST_ALLOWED = 0.50
# The part of a source's false-alarm budget that each tolerated share of orphans takes.
ORPHAN_PART = 0.05
_KEY_TYPES = frozenset({"integer", "text"})
# Names that say nothing without the name of their table.
_GENERIC = frozenset(
    {"id", "key", "code", "no", "nr", "number", "name", "uuid", "guid", "index", "type", "value"}
)


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """One column as the newest accepted file of its source shows it."""

    source: str
    column: str
    type: str
    rows: int
    nulls: int
    distinct: int

    @property
    def is_key(self) -> bool:
        """Whether no value is missing and none occurs twice."""
        return self.rows >= FEWEST_VALUES and not self.nulls and self.distinct == self.rows


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that may hold the keys of another source's column."""

    column: SourceColumn
    key: SourceColumn

    @property
    def reference(self) -> str:
        """The key as an inclusion rule names it."""
        return f"{self.key.source}.{self.key.column}"


def candidates_of(
    source: str, columns: Iterable[SourceColumn], keys: Mapping[str, Sequence[SourceColumn]]
) -> Iterator[Candidate]:
    """Finds the pairs whose names and types speak for a foreign key.

    Args:
        source: The source that is learnt for.
        columns: Its columns.
        keys: The key columns of all sources by the names under which others refer to them, as
            `keys_by_name` gives them.
    """
    for column in columns:
        if column.source != source or column.type not in _KEY_TYPES:
            continue
        if column.distinct < FEWEST_VALUES or column.rows < FEWEST_ROWS:
            continue
        found = [key for name in _endings(column.column) for key in keys.get(name, ())]
        for key in dict.fromkeys(found):
            if key.source != source and key.type == column.type and _points(column, key):
                yield Candidate(column, key)


def keys_by_name(columns: Iterable[SourceColumn]) -> dict[str, list[SourceColumn]]:
    """Lists key columns under every name that a foreign key to them may end with."""
    found: dict[str, list[SourceColumn]] = {}
    for column in columns:
        if column.is_key and column.type in _KEY_TYPES:
            for name in _key_names(column):
                found.setdefault(name, []).append(column)
    return found


def inclusion_rule(
    candidate: Candidate, used: pl.Series, keys: pl.Series, *, rows: int, files: int
) -> Rule | None:
    """Builds the rule when history bears it out: every value that was used is a key.

    Args:
        candidate: The pair.
        used: The distinct values of the column in accepted files, as text.
        keys: The distinct keys of the other source, as text.
        rows: Rows of the files that `used` is from.
        files: How many files those are.

    Returns:
        The rule with its evidence; None when a value is unknown to the other source.
    """
    values = used.drop_nulls()
    if len(values) < FEWEST_VALUES or not values.is_in(keys.drop_nulls().implode()).all():
        return None
    evidence: dict[str, Json] = {
        "column_kind": FOREIGN_KEY,
        "files": files,
        "rows": rows,
        "values": len(values),
        "keys": len(keys.drop_nulls()),
        "unknown_keys": 0,
        "good_rows_lost": float(f"{rare_upper(0, rows):.2g}"),
    }
    return Rule(
        id=f"{candidate.column.column}.inclusion",
        kind="inclusion",
        columns=(candidate.column.column,),
        severity="high",
        origin="learnt",
        parameters={"reference": candidate.reference},
        evidence=evidence,
    )


def orphan_rule(
    candidate: Candidate, counts: Sequence[tuple[int, int]], *, keys: int, alpha: float
) -> Rule | None:
    """Builds the rule of a foreign key that a small, steady share of rows does not keep.

    Args:
        candidate: The pair.
        counts: Per accepted file, in arrival order: rows with a value, and those among them whose
            value is no key of the other source.
        keys: How many keys the other source has.
        alpha: The share of clean files that the rule may stop.

    Returns:
        The file rule with its evidence; None with too few files, with more than `MOST_ORPHANS` of
        the rows in any file, or when files differ so much that a flood could not be told.
    """
    there = np.array([n for n, _ in counts if n >= FEWEST_ROWS], dtype=np.float64)
    orphans = np.array([k for n, k in counts if n >= FEWEST_ROWS], dtype=np.float64)
    if len(there) < FEWEST_FILES:
        return None
    shares = orphans / there
    if float(shares.max()) > MOST_ORPHANS or not orphans.any():
        return None
    noise = 0.5 / float(np.sqrt(np.median(there)))
    found = interval((orphans + 0.375) / (there + 0.75), alpha, scale="arcsine", floor=noise)
    most = max(found.high, float(shares.max()) + ORPHAN_FLOOR)
    if most > MOST_ALLOWED:
        return None
    evidence: dict[str, Json] = {
        "column_kind": FOREIGN_KEY,
        "files": len(there),
        "rows": int(there.sum()),
        "keys": keys,
        "usual": round(float(np.median(shares)), 5),
        "greatest": round(float(shares.max()), 5),
        "multiplier": round(found.multiplier, 2),
        "stop_rate": float(f"{alpha:.2g}"),
    }
    return Rule(
        id=f"{candidate.column.column}.{ORPHANS}",
        kind=ORPHANS,
        columns=(candidate.column.column,),
        severity="critical",
        origin="learnt",
        parameters={
            "reference": candidate.reference,
            "max": round(most, 5),
            "least": FEWEST_ROWS,
        },
        evidence=evidence,
    )


def best_of(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Keeps one rule per column.

    A reference without orphans comes first, then the other source with the fewest keys, then the
    first by name.
    """
    best: dict[str, Rule] = {}
    for rule in sorted(rules, key=_rank):
        best.setdefault(rule.columns[0], rule)
    return tuple(best[column] for column in sorted(best))


def _rank(rule: Rule) -> tuple[bool, int, str]:
    count = rule.evidence.get("keys")
    keys = count if isinstance(count, int) else 0
    return rule.kind != "inclusion", keys, str(rule.parameters["reference"])


def _points(column: SourceColumn, key: SourceColumn) -> bool:
    """Whether the direction is plain: of two keys of the same name, one belongs to its table."""
    if not column.is_key:
        return True
    return bool(_owners(key.source) & set(_tokens(column.column)))


def _tokens(name: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [token for token in re.split(r"[\W_]+", spaced.lower()) if token]


def _endings(name: str) -> list[str]:
    tokens = _tokens(name)
    return [" ".join(tokens[start:]) for start in range(len(tokens))]


def _owners(source: str) -> set[str]:
    """What the rows of a source are called: its name, and its name in the singular."""
    last = (_tokens(source) or [source])[-1]
    forms = {last}
    if last.endswith("ies"):
        forms.add(f"{last[:-3]}y")
    if last.endswith("es"):
        forms.add(last[:-2])
    if last.endswith("s"):
        forms.add(last[:-1])
    return forms


def _key_names(key: SourceColumn) -> set[str]:
    tokens = _tokens(key.column)
    own = " ".join(tokens)
    owners = _owners(key.source)
    if own in _GENERIC:
        named = {f"{owner} {own}" for owner in owners}
        return named | (owners if own in {"id", "key", "code"} else set())
    return {own} | ({f"{owner} {own}" for owner in owners} if len(tokens) == 1 else set())
