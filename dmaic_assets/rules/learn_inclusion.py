"""Learns that a column holds keys of another source: a foreign key.

What belongs here: which pairs of columns are worth comparing (by name and type), and the rule
that a comparison supports. Containment alone proves nothing (small numbers are contained in every
list of numbers), so the names must speak for it too. Reading the values is the caller's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from dmaic_assets.model import Json, Rule
from dmaic_assets.rules.tolerance import rare_upper

FEWEST_VALUES = 2
FEWEST_ROWS = 20
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
        "column_kind": "foreign key",
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


def best_of(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Keeps one rule per column: the other source with the fewest keys, else the first by name."""
    best: dict[str, Rule] = {}
    for rule in sorted(rules, key=lambda r: (_keys(r), str(r.parameters["reference"]))):
        best.setdefault(rule.columns[0], rule)
    return tuple(best[column] for column in sorted(best))


def _keys(rule: Rule) -> int:
    count = rule.evidence.get("keys")
    return count if isinstance(count, int) else 0


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
