"""Values as the text that a profile shows: what a reader would write for them.

Times are ISO 8601, without fraction when it is zero; binary is hexadecimal after 0x; nested
values are JSON. Text longer than `TEXT_LIMIT` characters is cut and ends with an ellipsis.
"""

import json
import re

import polars as pl

from dmaic_assets.model import ValueCount
from dmaic_assets.table.profile.value_counts import COUNT, VALUE

# Characters of a value that a profile keeps: profiles stay readable JSON.
TEXT_LIMIT = 1000
# Some 250,000 years from 1970 on, in the units of the types; more than nanoseconds can hold.
_LAST_TIMES = {"Date": 9 * 10**7, "ms": 8 * 10**15, "us": 8 * 10**18}
_ZERO_FRACTION = re.compile(r"\.0+(?!\d)")


def texts_of(values: pl.Series) -> list[str]:
    """Writes a few values of any type, none of them null."""
    return [_cut(text) for text in _texts(values)]


def value_counts(table: pl.DataFrame) -> tuple[ValueCount, ...]:
    """Builds value counts from a frame of VALUE and COUNT, in its order."""
    counts = table[COUNT].to_list()
    return tuple(ValueCount(t, n) for t, n in zip(texts_of(table[VALUE]), counts, strict=True))


def _texts(values: pl.Series) -> list[str]:
    dtype = values.dtype
    if dtype.is_temporal():
        return _time_texts(values)
    if dtype == pl.Binary:
        return ["0x" + text for text in values.bin.encode("hex").to_list()]
    if dtype.is_nested():
        return [json.dumps(value, ensure_ascii=False, default=str) for value in values.to_list()]
    return values.cast(pl.String).to_list()


def _time_texts(values: pl.Series) -> list[str]:
    dtype, numbers = values.dtype, values.to_physical()
    unit = dtype.time_unit if isinstance(dtype, pl.Datetime | pl.Duration) else str(dtype)
    limit = _LAST_TIMES.get(unit)
    if limit is None or dtype == pl.Duration:
        shown = values.dt.to_string("iso:strict")
    else:
        # Such a time is in no calendar (damaged Parquet has some), and Polars panics at it.
        is_known = (numbers > -limit) & (numbers < limit)
        shown = values.set(~is_known, None).dt.to_string("iso:strict")
    return [
        f"{number} ({dtype})" if text is None else _ZERO_FRACTION.sub("", text)
        for text, number in zip(shown, numbers, strict=True)
    ]


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"
