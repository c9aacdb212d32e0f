"""Values as the text that a profile shows: what a reader would write for them.

Times are ISO 8601, without fraction when it is zero; binary is hexadecimal after 0x; nested
values are JSON. Text longer than `TEXT_LIMIT` characters is cut and ends with an ellipsis.
"""

import json
import re

import polars as pl

from dmaic_assets.intake.value_counts import COUNT, VALUE
from dmaic_assets.model import ValueCount

TEXT_LIMIT = 1000
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
        texts = values.dt.to_string("iso:strict").to_list()
        return [_ZERO_FRACTION.sub("", text) for text in texts]
    if dtype == pl.Binary:
        return ["0x" + text for text in values.bin.encode("hex").to_list()]
    if dtype.is_nested():
        return [json.dumps(value, ensure_ascii=False, default=str) for value in values.to_list()]
    return values.cast(pl.String).to_list()


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"
