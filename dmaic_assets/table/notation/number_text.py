"""Numbers as people write them: grouped thousands, decimal commas, and numbers with a unit.

What belongs here: text series to number series. What does not: plain numbers, which polars casts
by itself (`value_parsers`), and which unit a column has (`type_evidence`).
"""

import polars as pl

from dmaic_assets.table.notation.pattern import Pattern
from dmaic_assets.table.notation.units import (
    CURRENCY_REGEX,
    UNIT_REGEX,
    canonical_currency,
    canonical_unit,
    plain_word_unit,
)

# From here on doubles skip integers: a longer number without exponent is no exact decimal.
EXACT_LIMIT = 1e15
# More spellings than this are names, not units.
_MOST_SUFFIXES = 200
_GROUP_MARKS = {",": ",", ".": r"\.", " ": r"[ \u00a0\u202f]", "'": "['\u2019]"}


def with_leading_minus(text: pl.Series) -> pl.Series:
    """Writes every minus as casts understand it: the typographic one, (5) and 5- become -5."""
    bare = text.str.replace("\u2212", "-", literal=True)
    is_booked = bare.str.ends_with(")") | bare.str.ends_with("-")
    if not is_booked.any():
        return bare
    return bare.str.replace(r"^(?:\((.*)\)|(.*)-)$", "-${1}${2}")


def is_lost(text: pl.Series, numbers: pl.Series) -> pl.Series:
    """Whether a number is zero only because its text is too small for a double: "1e-400"."""
    return (numbers == 0) & text.str.contains("^[^eE]*[1-9][^eE]*[eE]")


def exact_decimals(text: pl.Series) -> pl.Series:
    """Casts plain numbers to Float64; null where not finite, too small or too long to be exact."""
    numbers = text.cast(pl.Float64, strict=False)
    if (numbers == 0).any():
        numbers = numbers.set(is_lost(text, numbers), None)
    is_short = numbers.abs() < EXACT_LIMIT
    if is_short.all():
        return numbers
    has_exponent = text.str.contains("[eE]") & numbers.is_finite()
    return numbers.set(~(is_short | has_exponent), None)


def parse_styled(text: pl.Series, style: str, dtype: pl.DataType) -> pl.Series:
    """Reads numbers of a style such as "1.234,5"; the caller has checked the text's form."""
    marks = [c for c in style if not c.isdigit()]
    decimal = marks[-1] if style.endswith("5") else None
    groups = [m for m in marks if m != decimal]
    bare = with_leading_minus(text)
    for mark in groups:
        bare = bare.str.replace_all(_GROUP_MARKS[mark], "")
    if decimal == ",":
        bare = bare.str.replace(",", ".", literal=True)
    return exact_decimals(bare) if dtype == pl.Float64 else bare.cast(dtype, strict=False)


def split_quantities(text: pl.Series, pattern: Pattern) -> pl.DataFrame:
    """Splits "12.5 kg" into number and unit.

    Returns:
        Columns `number` (Float64) and `unit` (canonical symbol), row by row; both null where
        the text does not follow the pattern or its unit is unknown.
    """
    matched = text.set(~text.str.contains(pattern.regex), None)
    if pattern.name.startswith("percentage"):
        number, unit = matched.str.replace(r"\s?%(\)?)$", "$1"), matched.str.extract(r"(%)\)?$")
    elif pattern.name.startswith("currency"):
        number, unit = _money_parts(matched)
    else:
        unit = matched.str.extract(rf"(\s?{UNIT_REGEX})$")
        number = matched.str.replace(rf"\s?{UNIT_REGEX}$", "")
        unit = _canonical(unit)
    has_comma = pattern.formats == ("1.234,5",)
    values = _comma_numbers(number) if has_comma else parse_styled(number, "1,234.5", pl.Float64())
    return pl.DataFrame(
        {"number": values.set(unit.is_null(), None), "unit": unit.set(values.is_null(), None)}
    )


def _comma_numbers(number: pl.Series) -> pl.Series:
    bare = number.str.replace_all(r"[. '\u00a0\u202f\u2019]", "")
    return parse_styled(bare, "1234,5", pl.Float64())


def _money_parts(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    symbol = text.str.extract(rf"({CURRENCY_REGEX})")
    number = text.str.replace(CURRENCY_REGEX, "").str.replace_all(r"^\s+|\s+$", "")
    number = number.str.replace(r"^([+\-\u2212])\s+", "$1")
    number = number.str.replace(r"^\(\s*(.*?)\s*\)$", "-$1")
    return number, _mapped(symbol, {s: canonical_currency(s) for s in _distinct(symbol)})


def _canonical(suffix: pl.Series) -> pl.Series:
    distinct = _distinct(suffix)
    if len(distinct) > _MOST_SUFFIXES:
        return pl.Series(suffix.name, [None], dtype=pl.String).new_from_index(0, len(suffix))
    return _mapped(suffix, {text: _unit_of(text) for text in distinct})


def _unit_of(suffix: str) -> str | None:
    known = canonical_unit(suffix)
    # An unknown word is a unit only when it stands apart: "12 widgets", not "12abc".
    return known or (plain_word_unit(suffix) if suffix[0].isspace() else None)


def _distinct(text: pl.Series) -> list[str]:
    return [value for value in text.unique().to_list() if value is not None]


def _mapped(text: pl.Series, names: dict[str, str | None]) -> pl.Series:
    return text.replace_strict(
        list(names), list(names.values()), default=None, return_dtype=pl.String
    )
