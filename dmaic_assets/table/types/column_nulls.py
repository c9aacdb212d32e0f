"""Which spellings of "no value" count in a column: decided by what else the column holds.

What belongs here: the rule for text columns and how a value is compared with a token. What does
not: the tokens themselves (`null_tokens`).

The rule: in a column of numbers, times or booleans every token of the configured groups counts,
in any case of letters. In a text column only the standard and spreadsheet groups and tokens of
one's own count, spelled exactly, and none that looks like the column's values: "NA" among codes
of two capitals is Namibia. A column that holds nothing but tokens is empty.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import polars as pl

from dmaic_assets.table.types.null_tokens import NULL_TOKEN_GROUPS

_TEXT_GROUPS = ("standard", "spreadsheet")
# A token is a value when this share of the other values has its very shape.
_SAME_SHAPE_SHARE = 0.95
# Distinct values below which a column has no usual shape to compare a token with.
_FEWEST_DISTINCT = 3
TextT = TypeVar("TextT", pl.Series, pl.Expr)
# Bytes of blanks around a token: longer texts are skipped without being stripped.
_MOST_BLANKS = 16


@dataclass(frozen=True, slots=True)
class TokenSet:
    """The configured tokens in the two readings: of typed columns and of text columns."""

    tokens: tuple[str, ...]
    explicit: tuple[str, ...] = ()
    folded: frozenset[str] = field(init=False)
    in_text: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        known = {t for group in NULL_TOKEN_GROUPS.values() for t in group}
        shared = {t for name in _TEXT_GROUPS for t in NULL_TOKEN_GROUPS[name]}
        own = (*self.explicit, *(t for t in self.tokens if t in shared or t not in known))
        object.__setattr__(self, "folded", frozenset(t.lower() for t in self.tokens))
        object.__setattr__(self, "in_text", tuple(dict.fromkeys(own)))

    def is_token(self, text: TextT) -> TextT:
        """Tells which texts, without blanks around them, are tokens in a typed column."""
        return text.str.to_lowercase().is_in(sorted(self.folded))


def text_tokens(raw: pl.Series, tokens: TokenSet, *, is_empty: bool) -> Counter[str]:
    """Counts the tokens in a text column, blanks around them left off.

    Args:
        raw: The column, or a part of it.
        tokens: The configured tokens.
        is_empty: Whether the column holds nothing but nulls and tokens; then all of them count.
    """
    if is_empty:
        found = raw.drop_nulls().str.strip_chars()
    else:
        found = raw.gather(token_rows(raw, tokens.in_text)).str.strip_chars()
    counts = found.alias("text").value_counts(name="rows")
    return Counter(dict(counts.iter_rows()))


def token_rows(raw: pl.Series, tokens: Sequence[str]) -> pl.Series:
    """Finds the positions of tokens in a text column, with up to 16 blanks around them."""
    longest = max((len(token.encode()) for token in tokens), default=0) + _MOST_BLANKS
    short = (raw.str.len_bytes() <= longest).arg_true()
    text = raw if len(short) == len(raw) else raw.gather(short)
    return short.filter(text.str.strip_chars().is_in(list(tokens)))


def looks_like_value(token: str, sample: pl.Series) -> bool:
    """Tells whether a token has the shape of nearly all values of a text column.

    Args:
        token: A spelling of "no value".
        sample: Other values of the column, tokens excluded.
    """
    if not token or not token.isalpha() or sample.n_unique() < _FEWEST_DISTINCT:
        return False
    alike = shapes(sample) == shapes(pl.Series([token]))[0]
    return int(alike.sum()) >= _SAME_SHAPE_SHARE * len(sample)


def shapes(text: pl.Series) -> pl.Series:
    """Writes A, a and 9 for every capital, small letter and digit."""
    capital = text.str.replace_all(r"\p{Lu}", "A")
    return capital.str.replace_all(r"\p{Ll}", "a").str.replace_all(r"\p{Nd}", "9")
