"""Reading text as typed values, exactly and fast: the one place where a value is cast.

What belongs here: `Recipe`, which says how a column's text is read, and what each value of it
becomes. What does not: which recipe a column gets (`type_resolution`) and the bookkeeping of
failed casts (`typing_cast`).

Two readings give the same values: a native polars cast of the untouched text, which most values
pass, and the exact one for the rest, of text without blanks around it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import polars as pl
from polars import selectors as cs

from dmaic_assets.model import ColumnType, TypeName
from dmaic_assets.table.notation.number_text import (
    EXACT_LIMIT,
    exact_decimals,
    is_lost,
    parse_styled,
    split_quantities,
    with_leading_minus,
)
from dmaic_assets.table.notation.pattern import Pattern
from dmaic_assets.table.notation.patterns import patterns_by_name
from dmaic_assets.table.notation.span_text import parse_durations, parse_periods
from dmaic_assets.table.notation.time_formats import format_regex, has_zone

CUSTOM_FORMAT = "custom_format"
CUSTOM_WORDS = "custom_words"
# chrono reads "24" as the year 24 of %Y; years outside 1000 to 9999 are taken for misreadings.
_FIRST_YEAR = 1000
# The last year of four digits.
_LAST_YEAR = 9999
_COMMA_FRACTION = "(:[0-9]{2}),([0-9])"
_END_OF_DAY = r"([T ]|^[0-9]{8})24(0000|:00(?::00(?:[.,]0+)?)?(?:\s*(?:[Zz]|[+\-\u2212].*))?)$"
# Native casts of numbers drop zeros in front and take any power; such text is looked at again.
_LED = "^[-+]?0[0-9]"
_LED_OR_POWER = "^(?:[-+]?0[0-9]|.*[eE])"
_DTYPES: Mapping[TypeName, pl.DataType] = {
    "integer": pl.Int64(),
    "decimal": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
    "time": pl.Time(),
    "duration": pl.Duration("us"),
    "period": pl.Date(),
    "text": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How text becomes values: patterns tried in order, formats with the likeliest first."""

    patterns: tuple[Pattern, ...]
    formats: tuple[str, ...] = ()
    unit: str | None = None

    @property
    def name(self) -> str:
        """The name of the pattern, or the names of several joined by a bar."""
        return "|".join(p.name for p in self.patterns)

    @property
    def type(self) -> TypeName:
        """The type that the recipe makes."""
        return self.patterns[0].type

    @property
    def dtype(self) -> pl.DataType:
        """The polars type of the values; datetimes with an offset are UTC."""
        if self.type == "datetime" and any(map(has_zone, _formats(self.patterns[0], self))):
            return pl.Datetime("us", "UTC")
        return _DTYPES[self.type]


def custom_pattern(type_name: TypeName, formats: Sequence[str]) -> Pattern:
    """Builds the pattern of formats, or of two words for booleans, that a person wrote."""
    if type_name == "boolean":
        true, false = formats[0].split("|")
        words = rf"^(?i:{re.escape(true)}|{re.escape(false)})$"
        what = f"{true} or {false}"
        return Pattern(CUSTOM_WORDS, "boolean", "boolean", words, what, tuple(formats))
    regex = "|".join(f"(?:{format_regex(f)[1:-1]})" for f in formats)
    what = f"a {type_name} written like {' or '.join(formats)}"
    return Pattern(CUSTOM_FORMAT, type_name, "temporal", f"^(?:{regex})$", what, tuple(formats))


def recipe_of(column_type: ColumnType) -> Recipe | None:
    """Builds the recipe that a column type stands for; None when its text stays as it is."""
    if column_type.type in ("text", "binary", "nested") or column_type.pattern == "native":
        return None
    written = column_type.format or ""
    if column_type.pattern == CUSTOM_WORDS:
        return Recipe((custom_pattern("boolean", (written,)),))
    if column_type.pattern == CUSTOM_FORMAT:
        return Recipe((custom_pattern(column_type.type, tuple(written.split("|"))),))
    known = patterns_by_name()
    patterns = tuple(known[name] for name in column_type.pattern.split("|"))
    formats = tuple(written.split("|")) if patterns[0].parser == "temporal" and written else ()
    # The unit of a period is its length, which the pattern says already.
    unit = column_type.unit if patterns[0].parser == "quantity" else None
    return Recipe(patterns, formats, unit)


def fast_expression(column: str, recipe: Recipe) -> pl.Expr | None:
    """Builds the native cast that reads most values of a column; None when there is none.

    Its result must go through `repair`, which drops what it reads wrongly and reads the rest.
    """
    pattern, text = recipe.patterns[0], cs.by_name(column).as_expr()
    if pattern.parser == "integer":
        return text.cast(pl.Int64, strict=False)
    if pattern.parser == "boolean":
        true, false = _word_forms(pattern)
        words = pl.when(text.is_in(true)).then(True).when(text.is_in(false)).then(False)
        return words.alias(column)
    if pattern.parser == "decimal" and not pattern.is_guarded:
        return text.cast(pl.Float64, strict=False)
    if pattern.parser == "temporal" and not pattern.is_guarded:
        return _strptime(text, _formats(pattern, recipe)[0], recipe.dtype)
    return None


def repair(
    raw: pl.Series, fast: pl.Series | None, recipe: Recipe, null_tokens: Sequence[str]
) -> pl.Series:
    """Completes a fast cast: exactly the values that the recipe reads, null for all others.

    Args:
        raw: The text as it stands in the file.
        fast: What `fast_expression` made of it, or None.
        recipe: How the text is read.
        null_tokens: Spellings of "no value", without blanks around them; they become null even
            where the recipe could read them.
    """
    values = pl.repeat(None, len(raw), dtype=recipe.dtype, eager=True)
    if fast is not None:
        values = _checked(raw, fast.alias(raw.name), recipe)
    readable = _readable_tokens(recipe, tuple(null_tokens))
    if readable:
        values = values.set(raw.is_in(list(readable)), None)
    if values.null_count() == raw.null_count():
        return values.alias(raw.name)
    left = (raw.is_not_null() & values.is_null()).arg_true()
    text = raw.gather(left).str.strip_chars()
    text = text.set(text.is_in(list(null_tokens)), None) if null_tokens else text
    parsed = parse_text(text, recipe)
    if parsed.null_count() < len(parsed):
        values = values.scatter(left, parsed)
    return values.alias(raw.name)


def read_values(raw: pl.Series, recipe: Recipe, null_tokens: Sequence[str] = ()) -> pl.Series:
    """Reads a series of text; null where there is no value or where the recipe cannot read it."""
    expression = fast_expression("raw", recipe)
    fast = None
    if expression is not None:
        fast = pl.DataFrame({"raw": raw}).select(expression).to_series()
    return repair(raw, fast, recipe, null_tokens)


def parse_text(text: pl.Series, recipe: Recipe) -> pl.Series:
    """Reads text that has no blanks around it, by each pattern in turn."""
    values = pl.repeat(None, len(text), dtype=recipe.dtype, eager=True)
    for pattern in recipe.patterns:
        left = (text.is_not_null() & values.is_null()).arg_true()
        if not len(left):
            break
        parsed = _PARSERS[pattern.parser](text.gather(left), pattern, recipe)
        values = values.scatter(left, parsed)
    return values


def formats_in_use(text: pl.Series, recipe: Recipe) -> tuple[str, ...]:
    """Finds the formats of dates and times that text is written in, the most frequent first."""
    counts: dict[str, int] = {}
    left = text
    for pattern in recipe.patterns:
        for time_format in _formats(pattern, recipe):
            one = replace(pattern, formats=(time_format,))
            is_read = _parse_moments(left, one, Recipe((one,))).is_not_null()
            counts[time_format] = int(is_read.sum())
            left = left.filter(~is_read)
            if not len(left):
                break
    used = [f for f, count in counts.items() if count]
    return tuple(sorted(used, key=lambda f: -counts[f]))


def _formats(pattern: Pattern, recipe: Recipe) -> tuple[str, ...]:
    likely = (f for f in recipe.formats if f in pattern.formats)
    return tuple(dict.fromkeys([*likely, *pattern.formats]))


@cache
def _readable_tokens(recipe: Recipe, null_tokens: tuple[str, ...]) -> tuple[str, ...]:
    if not null_tokens:
        return ()
    tokens = pl.Series("token", null_tokens, dtype=pl.String)
    return tuple(tokens.filter(parse_text(tokens, recipe).is_not_null()))


def _checked(raw: pl.Series, fast: pl.Series, recipe: Recipe) -> pl.Series:
    parser = recipe.patterns[0].parser
    if parser == "integer":
        return _as_spelled(raw, fast, recipe, raw.str.contains(_LED))
    if parser == "decimal":
        is_good = fast.abs() < EXACT_LIMIT
        exact = fast if is_good.all() else fast.set(~is_good, None)
        return _as_spelled(raw, exact, recipe, raw.str.contains(_LED_OR_POWER))
    return _within_years(fast) if parser == "temporal" else fast


def _as_spelled(
    raw: pl.Series, numbers: pl.Series, recipe: Recipe, is_doubtful: pl.Series
) -> pl.Series:
    """Drops of doubtful numbers those whose text is no spelling that the pattern knows."""
    places = is_doubtful.arg_true()
    if not len(places):
        return numbers
    text = raw.gather(places)
    is_odd = ~text.str.contains(recipe.patterns[0].regex)
    if recipe.dtype == pl.Float64:
        is_odd = is_odd | is_lost(text, numbers.gather(places))
    return numbers.scatter(places.filter(is_odd), None) if is_odd.any() else numbers


def _within_years(moments: pl.Series) -> pl.Series:
    if moments.dtype == pl.Time or not len(moments):
        return moments
    low = pl.Series([f"{_FIRST_YEAR}-01-01"]).str.to_datetime("%Y-%m-%d")
    high = pl.Series([f"{_LAST_YEAR}-12-31 23:59:59"]).str.to_datetime("%Y-%m-%d %H:%M:%S")
    limits = [_as_dtype(low, moments.dtype), _as_dtype(high, moments.dtype)]
    is_good = (moments >= limits[0]) & (moments <= limits[1])
    return moments if is_good.all() else moments.set(~is_good, None)


def _as_dtype(moment: pl.Series, dtype: pl.DataType) -> pl.Series:
    has_utc = isinstance(dtype, pl.Datetime) and dtype.time_zone is not None
    return moment.dt.replace_time_zone("UTC") if has_utc else moment.cast(dtype)


def _strptime(text: pl.Expr, time_format: str, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Date:
        return text.str.to_date(time_format, strict=False)
    if dtype == pl.Time:
        return text.str.to_time(time_format, strict=False)
    moments = text.str.to_datetime(time_format, strict=False, time_unit="us")
    is_zoned = isinstance(dtype, pl.Datetime) and dtype.time_zone is not None
    # A literal Z is no directive: what polars reads with it still has to be told that it is UTC.
    is_naive = not time_format.endswith(("%z", "%#z"))
    return moments.dt.replace_time_zone("UTC") if is_zoned and is_naive else moments


def _word_forms(pattern: Pattern) -> tuple[list[str], list[str]]:
    true, false = pattern.formats[0].split("|")
    return _cases(true), _cases(false)


def _cases(word: str) -> list[str]:
    return sorted({word, word.lower(), word.upper(), word.title()})


def _parse_integers(text: pl.Series, pattern: Pattern, _: Recipe) -> pl.Series:
    numbers = with_leading_minus(text).cast(pl.Int64, strict=False)
    return numbers.set(~text.str.contains(pattern.regex), None)


def _parse_decimals(text: pl.Series, pattern: Pattern, _: Recipe) -> pl.Series:
    numbers = exact_decimals(with_leading_minus(text))
    return numbers.set(~text.str.contains(pattern.regex), None)


def _parse_numbers(text: pl.Series, pattern: Pattern, recipe: Recipe) -> pl.Series:
    matched = text.set(~text.str.contains(pattern.regex), None)
    return parse_styled(matched, pattern.formats[0], recipe.dtype)


def _parse_quantities(text: pl.Series, pattern: Pattern, recipe: Recipe) -> pl.Series:
    parts = split_quantities(text, pattern)
    is_other = parts["unit"].ne_missing(pl.Series([recipe.unit], dtype=pl.String))
    return parts["number"].set(is_other, None)


def _parse_booleans(text: pl.Series, pattern: Pattern, _: Recipe) -> pl.Series:
    true, false = pattern.formats[0].lower().split("|")
    lower = pl.DataFrame({"text": text.str.to_lowercase()})
    word = pl.col("text")
    return lower.select(
        pl.when(word == true).then(True).when(word == false).then(False)
    ).to_series()


def _parse_moments(text: pl.Series, pattern: Pattern, recipe: Recipe) -> pl.Series:
    matched = text.set(~text.str.contains(pattern.regex), None)
    pointed = matched.str.replace(_COMMA_FRACTION, "${1}.${2}")
    values = pl.repeat(None, len(text), dtype=recipe.dtype, eager=True)
    for time_format in _formats(pattern, recipe):
        left = (matched.is_not_null() & values.is_null()).arg_true()
        if not len(left):
            break
        has_comma = ",%" in time_format
        frame = pl.DataFrame({"text": (matched if has_comma else pointed).gather(left)})
        parsed = frame.select(_strptime(pl.col("text"), time_format, recipe.dtype)).to_series()
        values = values.scatter(left, _within_years(parsed))
    return _with_ends_of_days(matched, values, pattern, recipe)


def _with_ends_of_days(
    text: pl.Series, values: pl.Series, pattern: Pattern, recipe: Recipe
) -> pl.Series:
    """Reads 24:00 as ISO 8601 does: the end of a day is the beginning of the next."""
    if pattern.type != "datetime":
        return values
    is_end = values.is_null() & text.str.contains(_END_OF_DAY)
    places = is_end.arg_true()
    if not len(places):
        return values
    begin = text.gather(places).str.replace(_END_OF_DAY, "${1}00${2}")
    moments = _parse_moments(begin, pattern, recipe)
    return values.scatter(places, _within_years(moments.dt.offset_by("1d")))


_PARSERS: Mapping[str, Callable[[pl.Series, Pattern, Recipe], pl.Series]] = {
    "integer": _parse_integers,
    "decimal": _parse_decimals,
    "number": _parse_numbers,
    "quantity": _parse_quantities,
    "boolean": _parse_booleans,
    "temporal": _parse_moments,
    "duration": lambda text, pattern, _: parse_durations(text, pattern),
    "period": lambda text, pattern, _: parse_periods(text, pattern),
    "text": lambda text, pattern, _: text.set(~text.str.contains(pattern.regex), None),
}
