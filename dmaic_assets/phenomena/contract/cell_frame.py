"""One table as text with codes, shared by the detectors of suspicious cells."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.table.text_table import column
from dmaic_assets.table.types.null_tokens import usual_null_tokens

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]
# Beyond this share a token is how the column says something, not how it lacks a value, unless other
# columns lack values that way.
MOST_TOKENS = 0.9


@dataclass(frozen=True, slots=True)
class Suspect:
    """One suspicious cell; `column` is its position."""

    row: int
    column: int
    reason: str
    score: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """Suspicious cells, and how many columns vouch for each cell (rows x columns)."""

    suspects: tuple[Suspect, ...]
    vouchers: Floats

    @property
    def vouched(self) -> Bools:
        """Cells whose value at least one other column leads to expect."""
        return self.vouchers > 0


@dataclass(frozen=True)
class Column:
    """One column: its distinct values, how many rows have each, and every row's value.

    `codes` index `values`; -1 is missing and -2 a spelled null token, one of `tokens`.
    """

    name: str
    index: int
    values: tuple[str, ...]
    counts: Ints
    codes: Ints
    tokens: tuple[str, ...] = ()

    @property
    def known(self) -> int:
        """Rows with a value."""
        return int(self.counts.sum())

    @property
    def distinct(self) -> int:
        """Different values."""
        return len(self.values)


@dataclass(frozen=True)
class TextFrame:
    """All columns of a table as text, in file order."""

    columns: tuple[str, ...]
    rows: int
    parts: tuple[Column, ...]

    @staticmethod
    def of(frame: pl.DataFrame, extra_tokens: Sequence[str] = ()) -> "TextFrame":
        """Reads a table; nested and binary columns have no text and are left without values."""
        tokens = {*usual_null_tokens(extra_tokens)} - {""}
        folded = {t.casefold() for t in tokens}
        raw = [_column(frame, name, i) for i, name in enumerate(frame.columns)]
        few = {t for p in raw if _spelled(p, folded) <= MOST_TOKENS * p.known for t in p.values}
        sure = {t for t in few if t.strip().casefold() in folded}
        parts = [_without_tokens(part, folded, sure) for part in raw]
        return TextFrame(tuple(frame.columns), frame.height, tuple(parts))


def _column(frame: pl.DataFrame, name: str, index: int) -> Column:
    dtype = frame.schema[name]
    if dtype.is_nested() or isinstance(dtype, pl.Binary | pl.Object):
        nothing = np.zeros(0, dtype=np.int64)
        return Column(name, index, (), nothing, np.full(frame.height, -1, dtype=np.int64))
    text = frame.select(column(name).cast(pl.String).alias("values")).to_series()
    blank = text.str.strip_chars() == ""
    text = text.set(blank.fill_null(value=False), None)
    counts = text.drop_nulls().value_counts(sort=True, name="__rows")
    counts = counts.sort(["__rows", "values"], descending=[True, False])
    values = counts.get_column("values").to_list()
    held = counts.get_column("__rows").to_numpy().astype(np.int64)
    lookup = {value: code for code, value in enumerate(values)}
    codes = text.replace_strict(lookup, default=-1, return_dtype=pl.Int64)
    raw = codes.fill_null(-1).to_numpy().astype(np.int64)
    return Column(name, index, tuple(values), held, raw)


def _spelled(part: Column, tokens: set[str]) -> int:
    """The rows with a null token."""
    spelled = [v.strip().casefold() in tokens for v in part.values]
    return int(part.counts[spelled].sum()) if spelled else 0


def _without_tokens(part: Column, tokens: set[str], sure: set[str]) -> Column:
    """Codes spelled null tokens as -2, unless nearly the whole column is one of its own."""
    is_token = [v.strip().casefold() in tokens for v in part.values]
    is_own = _spelled(part, tokens) > MOST_TOKENS * part.known
    is_token = [
        token and (not is_own or v in sure) for v, token in zip(part.values, is_token, strict=True)
    ]
    if not any(is_token):
        return part
    kept = [i for i, token in enumerate(is_token) if not token]
    table = np.full(part.distinct + 1, -1, dtype=np.int64)
    table[: part.distinct][is_token] = -2
    table[kept] = np.arange(len(kept))
    return Column(
        part.name,
        part.index,
        tuple(part.values[i] for i in kept),
        part.counts[kept],
        table[part.codes],
        tuple(v for v, token in zip(part.values, is_token, strict=True) if token),
    )
