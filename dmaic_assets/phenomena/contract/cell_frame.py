"""One table as text with codes, shared by the detectors of suspicious cells."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.phenomena.contract.value_forms import Forms
from dmaic_assets.table.text_table import column
from dmaic_assets.table.types.null_tokens import usual_null_tokens

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]
# Beyond this share a token is how the column says something, not how it lacks a value, unless other
# columns lack values that way.
MOST_TOKENS = 0.9
# What Python takes for white space within ASCII.
_BLANKS = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"


@dataclass(frozen=True, slots=True)
class Suspect:
    """One suspicious cell; `column` is its position."""

    row: int
    column: int
    reason: str
    score: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """Suspicious cells, and how many columns lead to expect each cell's value (rows x columns)."""

    suspects: tuple[Suspect, ...]
    vouchers: Floats


@dataclass(frozen=True)
class Column:
    """One column: its distinct values, how many rows have each, and every row's value.

    `codes` index the values, the most frequent first and alike ones by their text; -1 is missing
    and -2 a spelled null token, one of `tokens`. `texts` are the values as a series: what needs no
    look at each of them should not ask for `values`.
    """

    name: str
    index: int
    texts: pl.Series
    counts: Ints
    codes: Ints
    tokens: tuple[str, ...] = ()

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The distinct values."""
        return tuple(self.texts.to_list())

    @cached_property
    def _joined(self) -> str:
        return "\n".join(self.values)

    def shows(self, pattern: re.Pattern[str]) -> bool:
        """Whether an expression occurs in the values, joined by line feeds: one look at all."""
        return pattern.search(self._joined) is not None

    @cached_property
    def forms(self) -> Forms:
        """The values' kinds of characters."""
        return Forms.of_classes(self.texts)

    @cached_property
    def digit_forms(self) -> Forms:
        """The values with their digits masked."""
        return Forms.of_digits(self.texts)

    @cached_property
    def lengths(self) -> Ints:
        """The characters of each value."""
        return self.texts.str.len_chars().to_numpy().astype(np.int64)

    @property
    def known(self) -> int:
        """Rows with a value."""
        return int(self.counts.sum())

    @property
    def distinct(self) -> int:
        """Different values."""
        return len(self.texts)


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
        spelled = [_spelled(part, folded) for part in raw]
        few = [s for p, s in zip(raw, spelled, strict=True) if not _is_own_word(p, s)]
        sure = {token for tokens in few for token in tokens.values()}
        parts = [_without_tokens(p, s, sure) for p, s in zip(raw, spelled, strict=True)]
        return TextFrame(tuple(frame.columns), frame.height, tuple(parts))


def _column(frame: pl.DataFrame, name: str, index: int) -> Column:
    dtype = frame.schema[name]
    if dtype.is_nested() or isinstance(dtype, pl.Binary | pl.Object):
        nothing = np.full(frame.height, -1, dtype=np.int64)
        return Column(name, index, pl.Series(dtype=pl.String), nothing[:0], nothing)
    text = frame.lazy().select(column(name).cast(pl.String).alias("values")).with_row_index("row")
    groups = text.group_by("values").agg("row", held=pl.len()).collect()
    groups = groups.filter(pl.col("values").str.strip_chars() != "")
    groups = groups.sort(["held", "values"], descending=[True, False])
    held = groups.get_column("held").to_numpy().astype(np.int64)
    codes = np.full(frame.height, -1, dtype=np.int64)
    places = groups.get_column("row").explode().to_numpy()
    codes[places] = np.repeat(np.arange(len(held)), held)
    return Column(name, index, groups.get_column("values"), held, codes)


def _spelled(part: Column, tokens: set[str]) -> dict[int, str]:
    """The values that are a null token but for case and white space around it, by code."""
    plain = part.texts.str.strip_chars(_BLANKS).str.to_lowercase().is_in(sorted(tokens))
    beyond_ascii = part.texts.str.len_bytes() != part.texts.str.len_chars()
    places = (plain | beyond_ascii).arg_true()
    found = zip(places.to_list(), part.texts.gather(places).to_list(), strict=True)
    return {code: value for code, value in found if value.strip().casefold() in tokens}


def _is_own_word(part: Column, spelled: Mapping[int, str]) -> bool:
    """Whether nearly the whole column is null tokens."""
    return int(part.counts[list(spelled)].sum()) > MOST_TOKENS * part.known


def _without_tokens(part: Column, spelled: Mapping[int, str], sure: AbstractSet[str]) -> Column:
    """Codes spelled null tokens as -2, unless nearly the whole column is one of its own."""
    is_own = _is_own_word(part, spelled)
    tokens = {code: value for code, value in spelled.items() if not is_own or value in sure}
    if not tokens:
        return part
    is_kept = np.ones(part.distinct, dtype=np.bool_)
    is_kept[list(tokens)] = False
    table = np.full(part.distinct + 1, -1, dtype=np.int64)
    table[:-1] = np.where(is_kept, np.cumsum(is_kept) - 1, -2)
    texts = part.texts.filter(pl.Series(is_kept))
    codes = table[part.codes]
    return Column(part.name, part.index, texts, part.counts[is_kept], codes, (*tokens.values(),))
