"""How the nulls of a column are spelt in its file."""

import polars as pl

from dmaic_assets.model import ValueCount
from dmaic_assets.table.profile.column_batches import Column
from dmaic_assets.table.profile.value_counts import COUNT, VALUE, empty_table, merged, top_of

# Spellings listed per column, the most frequent ones: bounds what a profile stores.
MAX_SPELLINGS = 20


def count_null_tokens(raw: Column, typed: Column, failed: pl.Series) -> tuple[ValueCount, ...]:
    """Counts the spellings of null, the most frequent first, white space around them left out.

    Args:
        raw: The column as text.
        typed: The same rows under the column's type.
        failed: Raw values that do not fit the type; they are null in `typed`, but no spelling.

    Returns:
        At most `MAX_SPELLINGS` spellings; None stands for a field with nothing in it.
    """
    table = empty_table(pl.String())
    odd = failed.unique().implode()
    for text, values in zip(raw.batches(), typed.batches(), strict=True):
        if values.null_count():
            spelt = text.filter(values.is_null()).alias(VALUE)
            spelt = spelt.filter(~spelt.is_in(odd, nulls_equal=True))
            counts = spelt.str.strip_chars().to_frame().group_by(VALUE)
            table = merged([table, counts.agg(pl.len().cast(pl.Int64).alias(COUNT))])
    top = top_of(table, MAX_SPELLINGS)
    return tuple(ValueCount(text, count) for text, count in top.iter_rows())
