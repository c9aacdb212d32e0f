"""Why a column has its type, in words.

What belongs here: the sentences. What does not: any decision.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from dmaic_assets.model import ColumnType
from dmaic_assets.table.notation.pattern import ParserName
from dmaic_assets.table.notation.value_parsers import Recipe
from dmaic_assets.table.spelled_numbers import percent
from dmaic_assets.table.types.code_proofs import are_list_marks, are_versions
from dmaic_assets.table.types.evidence import Tally
from dmaic_assets.table.types.fit import RecipeFit, code_share

# Units named in one reason.
_SHOWN_UNITS = 3
# Characters shown of a value in a reason.
_SHOWN_CHARACTERS = 80
# Share of what is not read that one word makes up before it is called a null token.
_ONE_WORD_SHARE = 0.9
_END_OF_DAY = r"^24:00(?::00(?:[.,]0+)?)?$"
# What is wrong with text that looks right and has no value all the same.
_AMISS: Mapping[ParserName, str] = {
    "integer": "an integer beyond 64 bits",
    "decimal": "not finite, or too long to be exact",
    "number": "too long to be exact",
    "quantity": "not a number",
    "boolean": "no such word",
    "temporal": "no such date or time",
    "duration": "no such duration",
    "period": "no such period",
    "text": "no such text",
}


def shares(found: RecipeFit) -> str:
    """Tells how many values match and parse."""
    tally = found.tally
    if not tally.values:
        return "no value to read"
    name = _named(found)
    if found.is_perfect:
        return f"all {tally.values:,} values are read as {name}"
    return (
        f"{percent(found.parse_share)} of {tally.values:,} values are read as {name}"
        f" and {percent(tally.match_share)} look like it"
    )


def chosen(found: RecipeFit, fits: Sequence[RecipeFit], alike: Sequence[str], why: str) -> str:
    """Tells why the best candidate is taken, what speaks against it, and what decided."""
    parts = [shares(found), *_mixture_note(found), *_units_note(found), *_bits_note(found, fits)]
    if alike:
        parts.append(f"the values can as well be read as {' or '.join(alike)}; {why}")
    return "; ".join(parts)


def no_type(fits: Sequence[RecipeFit]) -> str:
    """Tells why no pattern is taken."""
    nearest = max(fits, key=lambda f: f.confidence, default=None)
    codes = max((code_share(f, fits) for f in fits), default=0.0)
    if codes:
        return f"{percent(codes)} of the values are codes such as 007 or 12E4, no numbers"
    if nearest is None or not nearest.parsed:
        return "the values follow no known pattern"
    parts = [f"no pattern is sure enough; the nearest: {shares(nearest)}", *_units_note(nearest)]
    return "; ".join([*parts, *_unread_note(nearest)])


def no_amounts(sample: pl.Series) -> str | None:
    """Tells that values which number patterns read are none, or None when they may be."""
    if are_versions(sample):
        return "values such as 1.9 and 1.10 are versions: as decimals 1.10 would be 1.1"
    return "marks of a list such as (1) and (2), no amounts" if are_list_marks(sample) else None


def no_longer(expected: ColumnType, fits: Sequence[RecipeFit]) -> str:
    """Tells that a column is not what its history says."""
    unit = f" in {expected.unit}" if expected.unit else ""
    own = next((f for f in fits if f.recipe.name == expected.pattern), None)
    tally = own.tally if own is not None else Tally()
    share = own.parse_share if own is not None else 0.0
    name = f"{expected.type} ({expected.pattern}{unit})"
    if expected.is_ambiguous and share:
        return f"expected {name}, but another reading fits better"
    return f"expected {name}, but only {percent(share)} of {tally.values:,} values are read so"


def _named(found: RecipeFit) -> str:
    unit = f" in {found.recipe.unit}" if found.recipe.unit else ""
    return f"{found.recipe.name.replace('|', ' or ')}{unit}"


def _mixture_note(found: RecipeFit) -> list[str]:
    if len(found.recipe.patterns) == 1:
        return []
    return ["no single format reaches the threshold, these do together"]


def _units_note(found: RecipeFit) -> list[str]:
    details = found.tally.details
    if found.recipe.patterns[0].parser != "quantity" or len(details) < 2:
        return []
    total = sum(details.values())
    parts = [f"{unit} {percent(rows / total)}" for unit, rows in details.most_common(_SHOWN_UNITS)]
    return [f"units are mixed ({', '.join(parts)}) and never merged"]


def _unread_note(found: RecipeFit) -> list[str]:
    """Points at one word that stands for nearly all that is not read: a null token of one's own."""
    missing = found.tally.values - found.tally.parsed
    text, rows = next(iter(found.tally.unread.most_common(1)), ("", 0))
    if not missing or rows < _ONE_WORD_SHARE * missing or rows < 2:
        return []
    share = percent(rows / found.tally.values)
    return [f"{share} are {text!r}: if that means no value, name it in null_tokens"]


def _bits_note(found: RecipeFit, fits: Sequence[RecipeFit]) -> list[str]:
    is_bits = any(f.recipe.name == "one_zero" and f.is_perfect for f in fits)
    if found.recipe.type != "integer" or not is_bits:
        return []
    return ["only 0 and 1 occur, which is weak evidence for a boolean (override: one_zero)"]


def cast_failures(raw: pl.Series, recipe: Recipe) -> pl.Series:
    """Tells of each text why it is no value of a recipe; long text is shown in part.

    Args:
        raw: Texts that the recipe cannot read.
        recipe: How they were to be read.
    """
    whats = " or ".join(dict.fromkeys(p.what for p in recipe.patterns))
    unit = f" in {recipe.unit}" if recipe.unit else ""
    text = pl.col("raw").str.strip_chars()
    looks_right = pl.any_horizontal(text.str.contains(p.regex) for p in recipe.patterns)
    shown = pl.col("raw").str.head(_SHOWN_CHARACTERS)
    is_long = pl.col("raw").str.len_bytes() > _SHOWN_CHARACTERS
    shown = pl.when(is_long).then(shown + "...").otherwise(shown)
    is_end = text.str.contains(_END_OF_DAY) if recipe.type == "time" else pl.lit(value=False)
    reason = (
        pl.when(is_end)
        .then(pl.lit("the end of a day, which no time of day can hold"))
        .when(looks_right)
        .then(pl.lit(f"{_AMISS[recipe.patterns[0].parser]}{unit}"))
        .otherwise(pl.lit(f"not {whats}{unit}"))
    )
    told = pl.concat_str(reason, pl.lit(": '"), shown, pl.lit("'")).alias("reason")
    return pl.DataFrame({"raw": raw}).select(told).to_series()
