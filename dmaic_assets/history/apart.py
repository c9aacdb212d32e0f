"""What was set apart from a file, sorted by kinds that can come again in other files.

What belongs here: telling which column sets a row apart, and what of it another file may bring
too: the value, the form of a text, the side of the known numbers. Whether a kind that came again
belongs to the source is decided elsewhere; here every file is seen alone.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import polars as pl

from dmaic_assets.history.facts import FileFacts
from dmaic_assets.model import SEVERITIES, Json, Profile, Severity, Violation
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.table.profile.shapes import shape_series
from dmaic_assets.table.text_table import ROW, RULES, column
from dmaic_assets.table.types.null_tokens import is_placeholder

Form: TypeAlias = Literal["value", "unread", "shape", "above", "below"]
Key: TypeAlias = tuple[tuple[str, ...], Form, tuple[str | None, ...]]

# Kinds of a file that are kept, those with most rows; others come too rarely to be told apart.
MOST_KINDS = 50
# Kinds of rules whose failing values can turn out to be the source's own. What copies, formulas,
# unknown keys and broken texts fail is wrong by another thing than the value alone.
_OF_MISSING = frozenset({"not_null", "conditional_null"})
_OF_NUMBERS = frozenset({"range", "range_by"})
_OF_FORMS = frozenset({"shape", "length"})
_OF_VALUES = frozenset({"type", "in_set", "near_miss", "mapping"}) | _OF_MISSING
_KNOWN = _OF_VALUES | _OF_NUMBERS | _OF_FORMS
# A number beyond a file's others by more than half of what they span is no neighbour of theirs.
_NEAR = 0.5
_DIGITS = re.compile(r"\d+")
_SANITY = "sanity."


@dataclass(frozen=True, slots=True)
class ApartKind:
    """Rows of one file that are set apart for the same thing.

    `columns` set them apart, alone or together. `texts` are their values with the form "value"
    (None: missing), the text with each number as 9 where the column's type does not read it
    ("unread"), the collapsed shape where only the form was wrong ("shape"), and nothing for
    numbers just beyond the others ("above", "below"). `rows` fail nothing else; `odd` rows have
    the same and fail rules about other columns too. `is_back`: they are among the rows that the
    facts of the file were taken from.
    """

    columns: tuple[str, ...]
    form: Form
    texts: tuple[str | None, ...]
    rules: tuple[str, ...]
    rows: int
    odd: int = 0
    is_back: bool = False

    @property
    def key(self) -> Key:
        """What another file's kind is compared by."""
        return (self.columns, self.form, self.texts)


@dataclass(frozen=True, slots=True)
class SortedApart:
    """The kinds of a file, and the kind of every row that is set apart (None for no kind)."""

    kinds: tuple[ApartKind, ...] = ()
    of_row: tuple[tuple[int, Key | None], ...] = ()

    def still_apart(self, back: Collection[Key]) -> list[int]:
        """The data rows that stay set apart when those of the kinds in `back` do not."""
        return [row for row, key in self.of_row if key is None or key not in back]


@dataclass(slots=True)
class _Found:
    rules: set[str] = field(default_factory=set)
    rows: int = 0
    odd: int = 0


def sort_apart(
    apart: pl.DataFrame,
    violations: Sequence[Violation],
    profile: Profile,
    *,
    apart_from: Severity,
) -> SortedApart:
    """Sorts the rows that are set apart from one accepted file.

    Args:
        apart: The rows as the gate splits them off: the text of the file, `ROW` and `RULES`.
        violations: Those of the file's verdict, which tell what each rule is about.
        profile: Of the accepted rows, which numbers are compared with.
        apart_from: The mildest severity that sets rows apart.
    """
    limit = SEVERITIES.index(apart_from)
    blamed = {
        v.rule: v
        for v in violations
        if v.rule.startswith(_SANITY) or SEVERITIES.index(v.severity) <= limit
    }
    rows = apart.filter(pl.col(ROW).is_not_null())
    found: defaultdict[Key, _Found] = defaultdict(_Found)
    of_row: list[tuple[int, Key | None]] = []
    odd: list[tuple[pl.DataFrame, tuple[str, ...]]] = []
    for (named,), part in rows.partition_by(RULES, as_dict=True, maintain_order=True).items():
        failed = [blamed[r] for r in str(named).split(";") if r in blamed]
        columns = _culprits(failed, part.columns)
        if not columns:
            odd.append((part, tuple(dict.fromkeys(c for v in failed for c in v.columns))))
            of_row.extend((row, None) for row in part.get_column(ROW).to_list())
            continue
        keys = _keys(part, columns, {v.kind for v in failed}, profile)
        for row, key in zip(part.get_column(ROW).to_list(), keys, strict=True):
            of_row.append((row, key))
            if key is not None:
                found[key].rows += 1
                found[key].rules.update(v.rule for v in failed)
    _count_odd(found, odd)
    kinds = [
        ApartKind(*key, rules=tuple(sorted(it.rules)), rows=it.rows, odd=it.odd)
        for key, it in found.items()
    ]
    kinds.sort(key=lambda kind: (-kind.rows, str(kind.key)))
    return SortedApart(tuple(kinds[:MOST_KINDS]), tuple(sorted(of_row, key=lambda pair: pair[0])))


def with_apart(facts: FileFacts, kinds: Iterable[ApartKind], back: Collection[Key]) -> FileFacts:
    """Writes into a file's facts what was set apart from it; `back` is among its rows again."""
    told: list[Json] = [to_json(replace(k, is_back=k.key in back)) for k in kinds]
    return replace(facts, extras={**facts.extras, "apart": told}) if told else facts


def apart_of(facts: FileFacts) -> tuple[ApartKind, ...]:
    """Reads back what was set apart from a file."""
    told = facts.extras.get("apart")
    return tuple(from_json(ApartKind, kind) for kind in told) if isinstance(told, list) else ()


def _culprits(failed: Sequence[Violation], known: Sequence[str]) -> tuple[str, ...]:
    """The columns that every failed rule is about; none where another thing is wrong too."""
    if not failed or any(v.kind not in _KNOWN for v in failed):
        return ()
    # The bounds of a number within its group are about the number.
    about = [v.columns[-1:] if v.kind == "range_by" else v.columns for v in failed]
    shared = set(about[0]).intersection(*about[1:])
    columns = tuple(c for c in min(about, key=len) if c in shared and c in known)
    is_of_one = any(v.kind in _OF_NUMBERS | _OF_FORMS | {"type"} for v in failed)
    return () if is_of_one and len(columns) > 1 else columns


def _keys(
    part: pl.DataFrame, columns: tuple[str, ...], kinds: set[str], profile: Profile
) -> list[Key | None]:
    texts = [_texts(part, name) for name in columns]
    if "type" in kinds:
        return [_unread(columns, text) for text in texts[0].to_list()]
    if kinds & _OF_NUMBERS:
        return _sides(columns, texts[0], profile)
    if kinds <= _OF_FORMS:
        shapes = shape_series(texts[0], is_collapsed=True).to_list()
        return [None if s is None else (columns, "shape", (s,)) for s in shapes]
    rows = zip(*(t.to_list() for t in texts), strict=True)
    if not kinds & _OF_MISSING:
        return [(columns, "value", values) for values in rows]
    # What the file writes for a missing value is none, however it is spelt.
    known = [tuple(None if t is None or is_placeholder(t) else t for t in v) for v in rows]
    return [(columns, "value", values) for values in known]


def _texts(part: pl.DataFrame, name: str) -> pl.Series:
    values = part.select(column(name).alias("text")).to_series()
    return values.cast(pl.String, strict=False) if not values.dtype.is_nested() else values


def _unread(columns: tuple[str, ...], text: str | None) -> Key | None:
    if text is None:
        return None
    return (columns, "unread", (_DIGITS.sub("9", text.strip()),))


def _sides(columns: tuple[str, ...], texts: pl.Series, profile: Profile) -> list[Key | None]:
    """Above or below the accepted numbers of the file, near them and of their sign."""
    known = profile.column(columns[0])
    low, high = (known.minimum, known.maximum) if known else (None, None)
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return [None] * len(texts)
    room = _NEAR * (high - low)
    found: list[Key | None] = []
    for x in texts.str.strip_chars().cast(pl.Float64, strict=False).to_list():
        is_near = x is not None and low - room <= x <= high + room
        # A number of another sign, or a zero among others, is no step further.
        is_alike = x is not None and (x > 0 or low <= 0) and (x < 0 or high >= 0)
        side: Form = "above" if x is not None and x > high else "below"
        found.append((columns, side, ()) if is_near and is_alike else None)
    return found


def _count_odd(
    found: defaultdict[Key, _Found], odd: Sequence[tuple[pl.DataFrame, tuple[str, ...]]]
) -> None:
    """Counts the rows that have what a kind has, and other faults beside it."""
    by_column: defaultdict[str, dict[str | None, Key]] = defaultdict(dict)
    for key in [*found]:
        columns, form, texts = key
        if form == "value" and len(columns) == 1:
            by_column[columns[0]][texts[0]] = key
    for part, columns in odd:
        for name in columns:
            if name not in by_column or name not in part.columns:
                continue
            for text in _texts(part, name).to_list():
                key = by_column[name].get(text)
                if key is not None:
                    found[key].odd += 1
