"""Looking at a sample of a column to see which patterns are worth measuring on all of it.

What belongs here: the sample, and the shares of its values that follow each pattern. What does
not: evidence; a type is never decided on a sample.

A pattern is left out only when fewer than 30 % of the sampled values follow it (and it is no
part of a mixture of formats), while a type needs 85 %. By Hoeffding's bound a wrong omission is
rarer than 1e-25 for the smallest sample of 100 values drawn at random. A file in parts is sampled
in 32 random blocks of rows, where even a file sorted by the very pattern leaves less than 1e-8.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import numpy as np
import polars as pl
from polars import selectors as cs

from dmaic_assets.table.notation.pattern import MIXABLE_PARSERS, Pattern
from dmaic_assets.table.notation.patterns import PATTERNS, patterns_by_name
from dmaic_assets.table.text_table import SourceTable
from dmaic_assets.table.types.code_proofs import are_list_marks, are_versions, has_trailing_minus
from dmaic_assets.table.types.column_nulls import TokenSet

# Rows sampled to choose patterns; a share of .5 is known within .03 (four standard errors).
SAMPLE_ROWS = 4096
# Of the sample so many values are matched with all patterns, by expressions compiled once.
SCREENED_VALUES = 256
# Longer text counts as following no pattern here, so that no expression can run away.
_LONGEST = 400
# Rows read at a time: bounds memory.
CHUNK_ROWS = 1 << 20
# Places that the sample of a staged table is read from: every row by itself would be slow.
_BLOCKS = 32
# Any fixed seed: the same file gets the same sample, and the same types.
_SEED = 20_250_101
# With fewer values than this the sample says too little, and the whole column is sampled.
_THIN = 100
_DIGIT = re.compile("[0-9]")
# Share of the sample that makes a pattern worth measuring on the whole column by itself.
_LEAST_SHARE = 0.3
# Share of the sample that a pattern has at least, also where several make up a type.
_LEAST_PART = 0.05
# Share of the sample that the patterns of one type reach together.
_LEAST_MIXTURE = 0.6
# Ten-digit numbers are phone numbers only if they come from many exchanges.
_PREFIXES_OF_PHONES = 20


def chunks(table: SourceTable, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Reads columns of a table in file order, in parts that fit into memory."""
    lazy = table.lazy.select(cs.by_name(*columns))
    source = lazy.collect().lazy() if table.is_in_memory else lazy
    for start in range(0, table.row_count, CHUNK_ROWS):
        yield source.slice(start, CHUNK_ROWS).collect()


def sample_texts(
    table: SourceTable, columns: Sequence[str], tokens: TokenSet
) -> Mapping[str, pl.Series]:
    """Draws values of text columns: no nulls, no tokens, no blanks around them; always the same."""
    rows = _sampled_rows(table, columns)
    samples = {**_values(rows, columns, tokens)}
    if rows.height < table.row_count:
        thin = [name for name in columns if len(samples[name]) < _THIN]
        samples.update(_sample_densely(table, thin, tokens))
    return samples


def _values(
    rows: pl.DataFrame, columns: Sequence[str], tokens: TokenSet
) -> Mapping[str, pl.Series]:
    # By number: polars looks a series up by its name, and takes "^a$" for an expression.
    texts = pl.DataFrame([rows[name].alias(str(at)) for at, name in enumerate(columns)])
    texts = texts.select(pl.all().str.strip_chars())
    is_value = texts.select((pl.all().str.len_bytes() > 0) & ~tokens.is_token(pl.all()))
    masks = is_value.get_columns()
    found = (text.filter(mask) for text, mask in zip(texts.get_columns(), masks, strict=True))
    return {name: values.alias("text") for name, values in zip(columns, found, strict=True)}


def _sampled_rows(table: SourceTable, columns: Sequence[str]) -> pl.DataFrame:
    lazy = table.lazy.select(cs.by_name(*columns))
    if table.row_count <= SAMPLE_ROWS:
        return lazy.collect()
    random = np.random.default_rng(_SEED)
    if table.is_in_memory:
        places = np.unique(random.integers(0, table.row_count, SAMPLE_ROWS))
        return lazy.collect()[places]
    size = SAMPLE_ROWS // _BLOCKS
    starts = np.unique(random.integers(0, table.row_count - size, _BLOCKS))
    return pl.concat([lazy.slice(int(start), size).collect() for start in starts])


def _sample_densely(
    table: SourceTable, columns: Sequence[str], tokens: TokenSet
) -> Mapping[str, pl.Series]:
    """Draws from all values of columns that are nearly empty."""
    if not columns:
        return {}
    drawn: dict[str, list[pl.Series]] = {name: [] for name in columns}
    for chunk in chunks(table, columns):
        for name, values in _values(chunk, columns, tokens).items():
            drawn[name].append(_thinned(values))
    return {name: _thinned(pl.concat(parts)) for name, parts in drawn.items()}


def _thinned(values: pl.Series, size: int = SAMPLE_ROWS) -> pl.Series:
    return values.sample(size, seed=_SEED) if size < len(values) else values


def screen(sample: pl.Series) -> Mapping[str, float]:
    """Tells which patterns a column may follow, and the share of the sample that follows each.

    Returns:
        The patterns worth measuring, in order of preference; empty for an empty sample.
    """
    shares = shares_of(sample, PATTERNS)
    names = _worth_measuring(shares)
    kept = [pattern for pattern in PATTERNS if pattern.name in names]
    # Many patterns share the proof that their numbers are measures.
    are_measures = not any(p.proof == "measures" for p in kept) or not (
        are_versions(sample) or are_list_marks(sample)
    )
    return {
        p.name: shares[p.name]
        for p in kept
        if (are_measures if p.proof == "measures" else _is_proven(p, sample))
    }


def shares_of(sample: pl.Series, patterns: Sequence[Pattern]) -> Mapping[str, float]:
    """Tells the share of the sample that matches each pattern, as far as it is not negligible."""
    values = Counter(_thinned(sample, SCREENED_VALUES).to_list())
    total = values.total()
    short = {text: rows for text, rows in values.items() if len(text) <= _LONGEST}
    with_digit = sum(rows for text, rows in short.items() if _DIGIT.search(text))
    marks = {mark for pattern in patterns for mark in pattern.needs if mark != "9"}
    rows_with = {mark: sum(r for text, r in short.items() if mark in text) for mark in marks}
    rows_with["9"] = with_digit
    shares: dict[str, float] = {}
    for pattern in patterns:
        if all(rows_with[mark] >= _LEAST_PART * total for mark in pattern.needs) and total:
            match = _compiled(pattern.regex).match
            shares[pattern.name] = sum(r for text, r in short.items() if match(text)) / total
    return shares


@cache
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex)


def _worth_measuring(shares: Mapping[str, float]) -> set[str]:
    known = patterns_by_name()
    together: defaultdict[str, float] = defaultdict(float)
    for name, share in shares.items():
        if known[name].parser in MIXABLE_PARSERS:
            together[known[name].type] += share
    return {
        name
        for name, share in shares.items()
        if share >= _LEAST_SHARE
        or (share >= _LEAST_PART and together[known[name].type] >= _LEAST_MIXTURE)
    }


def _is_proven(pattern: Pattern, sample: pl.Series) -> bool:
    """Checks the proofs that a sample can give; the others are left to the whole column."""
    if pattern.proof == "phone_numbers":
        phones = sample.filter(sample.str.contains(pattern.regex))
        return phones.str.slice(0, 6).n_unique() >= _PREFIXES_OF_PHONES
    if pattern.proof == "trailing_minus":
        return has_trailing_minus(sample)
    if pattern.proof == "months":
        return not _are_seasons(sample.filter(sample.str.contains(pattern.regex)))
    return True


def _are_seasons(months: pl.Series) -> bool:
    """Tells seasons from months: "2010-11" and "2011-12" name two years each."""
    next_year = (months.str.slice(2, 2).cast(pl.Int64) + 1) % 100
    is_season = next_year == months.str.slice(5, 2).cast(pl.Int64)
    return bool(is_season.all()) and months.n_unique() > 1
