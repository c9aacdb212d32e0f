"""Texts that are no values: misfits of a column's type, and words for a missing value.

What belongs here: counting them. How a file spells nulls, its table knows.
"""

from collections.abc import Iterator, Mapping

import polars as pl

from dmaic_assets.analysis.tables import Spelling, Table
from dmaic_assets.analysis.values.semantic import ColumnMeaning, SemanticValue
from dmaic_assets.analysis.values.statistical_quality import Misfits, MissingWords
from dmaic_assets.model import ColumnType, TypeCandidate
from dmaic_assets.table.types.column_nulls import looks_like_value
from dmaic_assets.table.types.null_tokens import MISSING_WORDS

# Share of a text column's values that fit another type, from which the others are misfits: codes
# of digits and letters have any share below.
_MOSTLY = 0.8
# The same of dates: no code looks like one.
_MOSTLY_DATES = 0.5
_DATE = r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})([ T]\d|$)"
# Rows with a value without which a share says nothing.
_LEAST_VALUES = 30
# Characters of a word for a missing value at most, and different texts that are looked at.
_LONGEST, _MOST_TEXTS = 16, 100_000
# Rows with such words at least, since one may be a code; and the share of the values from which a
# word is the column's usual value.
_LEAST_WORDS, _USUAL = 2, 0.5
# Misfits that are shown.
_SHOWN = 3
# Types that texts are misfits of: any text is a text, and a unit more or less is no other type.
_TYPES = frozenset({"integer", "decimal", "date", "datetime", "time", "boolean"})


def misfits_of(table: Table, meaning: SemanticValue) -> Iterator[tuple[str, Misfits]]:
    """Counts, by column, texts that are no values of the type that nearly all others have."""
    for name in table.columns():
        told = meaning.columns.get(name)
        spelled = table.spelled.get(name, Spelling())
        values = table.rows([name]).to_series()
        present = len(values) - values.null_count() + spelled.misfits
        if told is None or present < _LEAST_VALUES:
            continue
        shown = () if told.is_sensitive else spelled.examples
        if spelled.misfits or spelled.held:
            yield name, Misfits(told.type, spelled.misfits, present, shown, spelled.held)
            continue
        if values.dtype != pl.String:
            continue
        best = _nearest(table.types.get(name), told)
        if best is not None:
            count = round((1 - best.parse_share) * present)
            yield name, Misfits(best.type, count, present, _odd(values, best, told))
            continue
        dates = int(values.str.contains(_DATE).sum())
        if _MOSTLY_DATES * present <= dates < present and _may_hold(table.types.get(name)):
            yield name, Misfits("date", present - dates, present, ())


def _may_hold(read: ColumnType | None) -> bool:
    """Whether a text column is one because no type fits, and not since people say so."""
    return read is not None and read.type == "text" and read.decided_by != "override"


def _nearest(read: ColumnType | None, told: ColumnMeaning) -> TypeCandidate | None:
    """The type that most values of a text column have; None for a code, or a text by decision."""
    if read is None or not _may_hold(read):
        return None
    if told.semantic_type is not None and told.failing == 0:
        return None
    fitting = [c for c in read.candidates if c.type in _TYPES and _MOSTLY <= c.parse_share < 1]
    return max(fitting, key=lambda c: c.parse_share, default=None)


def _odd(values: pl.Series, best: TypeCandidate, told: ColumnMeaning) -> tuple[str, ...]:
    """Some texts without any digit: among numbers and times these are misfits for sure."""
    if told.is_sensitive or best.type == "boolean":
        return ()
    texts = values.drop_nulls().unique()
    return tuple(texts.filter(~texts.str.contains(r"\d")).sort().head(_SHOWN).to_list())


def missing_words_of(table: Table, meaning: SemanticValue) -> Iterator[tuple[str, MissingWords]]:
    """Finds words for a missing value among values, and nulls that are spelt in several ways."""
    for name, dtype in table.scan().collect_schema().items():
        spelled = table.spelled.get(name, Spelling()).nulls
        kept = _kept(table, name) if dtype == pl.String and name in meaning.columns else {}
        if kept or len(spelled) > 1:
            yield name, MissingWords(kept, spelled)


def _kept(table: Table, name: str) -> Mapping[str, int]:
    values = table.rows([name]).to_series().drop_nulls()
    if len(values) < _LEAST_VALUES:
        return {}
    texts = values.str.strip_chars().alias("text")
    short = texts.filter(texts.str.len_chars() <= _LONGEST)
    counts = short.value_counts(name="rows").head(_MOST_TEXTS)
    found = counts.filter(pl.col("text").str.to_lowercase().is_in(MISSING_WORDS))
    rows = {str(text): int(count) for text, count in found.sort("text").iter_rows()}
    others = texts.filter(~texts.is_in(list(rows)))
    words = {t: n for t, n in rows.items() if not looks_like_value(t, others.head(_MOST_TEXTS))}
    return words if _LEAST_WORDS <= sum(words.values()) < _USUAL * len(values) else {}
