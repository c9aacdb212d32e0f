"""Deciding the type of a text column from evidence: override > expected > automatic > text.

What belongs here: precedence, ties between readings, the resulting column type. What does not:
thresholds and ranking (`type_fit`), wording (`type_reasons`), measuring (`type_evidence`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import polars as pl

from dmaic_assets.model import ColumnType
from dmaic_assets.table.notation.patterns import patterns_by_name
from dmaic_assets.table.notation.value_parsers import (
    CUSTOM_WORDS,
    Recipe,
    formats_in_use,
    parse_text,
    recipe_of,
)
from dmaic_assets.table.types import reasons as words
from dmaic_assets.table.types.evidence import Evidence, Tally
from dmaic_assets.table.types.fit import (
    LEAST_CONFIDENCE,
    RecipeFit,
    candidates,
    fits_of,
    ranked,
    unit_of,
)
from dmaic_assets.table.types.number_style import MARK_NAMES, Style, mark_of
from dmaic_assets.table.types.overrides import Override

# An expected type is kept while it reads this share; below, the column has become another one.
LEAST_EXPECTED_SHARE = 0.5
_NUMERIC = ("integer", "decimal")
# Microseconds in a second.
_SECOND_US = 1_000_000

Continuation: TypeAlias = tuple[float, float]
"""Seconds since 1970 that a file's last time lies between, when it goes on from history."""


@dataclass(frozen=True, slots=True)
class Question:
    """One column whose type is asked for, with what is known beforehand."""

    column: str
    override: Override | None = None
    expected: ColumnType | None = None
    is_day_first: bool | None = None
    style: Style | None = None
    goes_on: Continuation | None = None


def decide(question: Question, evidence: Evidence, sample: pl.Series) -> ColumnType:
    """Gives a column its type; text when nothing better is sure enough.

    Args:
        question: The column, with override and expectation.
        evidence: What was measured of it.
        sample: Some of its values, for the formats in use and for telling readings apart.

    Returns:
        The type without null tokens in the case of text; those need the text reading.
    """
    fits = fits_of(evidence)
    if question.override is not None:
        return _overridden(question, question.override, fits, sample)
    expected = question.expected
    if expected is not None:
        kept = _kept(question, expected, fits, sample)
        if kept is not None:
            return kept
    chosen = _automatic(question, fits, sample)
    if expected is None:
        return chosen
    return replace(chosen, reason=f"{words.no_longer(expected, fits)}; {chosen.reason}")


def _overridden(
    question: Question, override: Override, fits: Sequence[RecipeFit], sample: pl.Series
) -> ColumnType:
    said = f"set by configuration as {override.written}"
    if not override.recipes:
        pattern = override.written if override.written in patterns_by_name() else "text"
        return ColumnType(question.column, "text", "String", pattern, "override", 1.0, said)
    best = max(fits, key=lambda f: f.parse_share, default=None)
    chosen = best or RecipeFit(override.recipes[0], Tally(), 0)
    chosen = _by_mark(question.style, _by_day_first(question, chosen, fits), fits)
    made = _column_type(question, chosen, fits, sample)
    reason = f"{said}; {words.shares(chosen)}"
    return replace(made, decided_by="override", confidence=1.0, reason=reason)


def _kept(
    question: Question, expected: ColumnType, fits: Sequence[RecipeFit], sample: pl.Series
) -> ColumnType | None:
    """Keeps the expected type while it reads at least half of the values."""
    recipe = recipe_of(expected)
    if recipe is None:
        reason = f"expected {expected.pattern}; every value is text"
        return replace(expected, decided_by="expected", confidence=1.0, reason=reason)
    mark = question.style.mark if question.style and expected.is_ambiguous else None
    if not is_still(expected, fits) or mark not in (None, mark_of(expected.pattern)):
        return None
    own = _own(recipe, fits)
    is_open = expected.is_ambiguous and mark is None and bool(rivals_alike(own, fits, sample))
    return replace(
        expected,
        decided_by="expected",
        confidence=own.confidence if own.tally.values else expected.confidence,
        reason=f"expected {own.recipe.name}; {words.shares(own)}",
        is_ambiguous=is_open or (expected.is_ambiguous and not own.tally.values),
        null_tokens=tuple(sorted({*expected.null_tokens, *own.tally.tokens})),
        candidates=candidates(fits),
    )


def is_still(expected: ColumnType, fits: Sequence[RecipeFit]) -> bool:
    """Tells whether a column can go on under its expected type, as far as it was measured."""
    recipe = recipe_of(expected)
    if recipe is None:
        return True
    own = _own(recipe, fits)
    if own.tally.values and own.parse_share < LEAST_EXPECTED_SHARE:
        return False
    return not (expected.is_ambiguous and _is_outdone(own, fits))


def _own(recipe: Recipe, fits: Sequence[RecipeFit]) -> RecipeFit:
    return next((f for f in fits if f.recipe.name == recipe.name), RecipeFit(recipe, Tally(), 0))


def _is_outdone(own: RecipeFit, fits: Sequence[RecipeFit]) -> bool:
    rivals = set(own.recipe.patterns[0].rivals)
    return any(
        f.parse_share > own.parse_share and f.confidence >= LEAST_CONFIDENCE
        for f in fits
        if f.recipe.name in rivals
    )


def _automatic(question: Question, fits: Sequence[RecipeFit], sample: pl.Series) -> ColumnType:
    best = next((f for f in ranked(fits) if f.confidence >= LEAST_CONFIDENCE), None)
    if best is None:
        return _text(question, fits, sample)
    best = _by_style(question.style, _by_day_first(question, best, fits), fits, sample)
    going_on = _going_on(question, best, fits, sample)
    return _column_type(question, going_on or best, fits, sample, is_going_on=going_on is not None)


def _by_style(
    style: Style | None, best: RecipeFit, fits: Sequence[RecipeFit], sample: pl.Series
) -> RecipeFit:
    """Lets the decimal mark break a tie between two readings of numbers."""
    if style is None or mark_of(best.recipe.name) == style.mark:
        return best
    alike = rivals_alike(best, fits, sample)
    return _by_mark(style, best, [f for f in fits if f.recipe.name in alike])


def _by_mark(style: Style | None, best: RecipeFit, fits: Sequence[RecipeFit]) -> RecipeFit:
    """Takes the first reading with the right decimal mark that reads as many values."""
    if style is None or mark_of(best.recipe.name) in (None, style.mark):
        return best
    return next(
        (
            f
            for f in fits
            if f.parse_share >= best.parse_share and mark_of(f.recipe.name) == style.mark
        ),
        best,
    )


def _by_day_first(question: Question, best: RecipeFit, fits: Sequence[RecipeFit]) -> RecipeFit:
    """Lets the person's word on day and month break a tie between two readings."""
    if question.is_day_first is None:
        return best
    for other in fits:
        is_tie = other.parse_share == best.parse_share
        is_rival = other.recipe.name in best.recipe.patterns[0].rivals
        if is_rival and is_tie and _is_day_first(other) == question.is_day_first:
            return other
    return best


def _going_on(
    question: Question, best: RecipeFit, fits: Sequence[RecipeFit], sample: pl.Series
) -> RecipeFit | None:
    """The one of several readings of dates whose last time goes on from history; else None."""
    if question.goes_on is None or question.is_day_first is not None:
        return None
    alike = rivals_alike(best, fits, sample)
    low, high = question.goes_on
    fitting = [
        f
        for f in (best, *(f for f in fits if f.recipe.name in alike))
        if (last := _last_time(f, sample)) is not None and low < last <= high
    ]
    return fitting[0] if alike and len(fitting) == 1 else None


def _last_time(found: RecipeFit, sample: pl.Series) -> float | None:
    values = parse_text(sample, found.recipe).drop_nulls()
    if not values.dtype.is_temporal() or values.dtype == pl.Time or not len(values):
        return None
    return float(str(values.cast(pl.Datetime("us")).dt.epoch("us").max())) / _SECOND_US


def _is_day_first(found: RecipeFit) -> bool | None:
    formats = found.recipe.patterns[0].formats
    if not formats or not formats[0].startswith(("%d", "%m")):
        return None
    return formats[0].startswith("%d")


def _text(question: Question, fits: Sequence[RecipeFit], sample: pl.Series) -> ColumnType:
    is_empty = not len(sample)
    reason = "no value" if is_empty else words.no_amounts(sample) or words.no_type(fits)
    return ColumnType(
        question.column,
        "text",
        "String",
        "text",
        "fallback",
        # Nothing is known of an empty column: later files need not expect text.
        0.0 if is_empty else 1.0,
        reason,
        candidates=candidates(fits),
    )


def _column_type(
    question: Question,
    chosen: RecipeFit,
    fits: Sequence[RecipeFit],
    sample: pl.Series,
    *,
    is_going_on: bool = False,
) -> ColumnType:
    recipe = chosen.recipe
    alike = rivals_alike(chosen, fits, sample)
    style = question.style
    is_said = question.is_day_first is not None and _is_day_first(chosen) == question.is_day_first
    is_marked = style is not None and mark_of(recipe.name) == style.mark
    is_settled = is_marked or is_said or is_going_on
    why = "as the times of its history go on" if is_going_on else _why(question, recipe)
    return ColumnType(
        column=question.column,
        type=recipe.type,
        physical=str(recipe.dtype),
        pattern=recipe.name,
        decided_by="automatic",
        confidence=chosen.confidence,
        reason=words.chosen(chosen, fits, alike, why),
        format=_format(recipe, sample),
        unit=unit_of(recipe),
        is_ambiguous=bool(alike) and not is_settled,
        null_tokens=tuple(sorted(chosen.tally.tokens)),
        candidates=candidates(fits),
    )


def _why(question: Question, recipe: Recipe) -> str:
    """What decides between readings that fit alike."""
    mark = mark_of(recipe.name)
    if mark is None:
        said = question.is_day_first is not None
        return "chosen as the source's settings say" if said else "chosen by convention"
    if question.style is None or question.style.mark != mark:
        return "and nothing in the file or its history tells which is right"
    return f"chosen with {MARK_NAMES[mark]}, {question.style.why}"


def _format(recipe: Recipe, sample: pl.Series) -> str | None:
    pattern = recipe.patterns[0]
    if pattern.parser == "temporal":
        return "|".join(formats_in_use(sample, recipe)) or pattern.formats[0]
    if pattern.parser in ("number", "quantity"):
        return pattern.formats[0]
    return "|".join(pattern.formats) if recipe.name == CUSTOM_WORDS else None


def rivals_alike(
    chosen: RecipeFit, fits: Sequence[RecipeFit], sample: pl.Series
) -> tuple[str, ...]:
    """Names the readings that fit as well as the chosen one and give other values.

    Only readings of comparable types count: 0 and 1 as booleans contradict nothing.
    """
    found: list[str] = []
    for other in fits:
        is_rival = other.recipe.name in chosen.recipe.patterns[0].rivals
        if is_rival and _is_comparable(chosen, other) and _is_as_good(other, chosen):
            mine, theirs = parse_text(sample, chosen.recipe), parse_text(sample, other.recipe)
            if (mine != theirs).any():
                found.append(other.recipe.name)
    return tuple(found)


def _is_comparable(one: RecipeFit, other: RecipeFit) -> bool:
    pair = (one.recipe.type, other.recipe.type)
    return pair[0] == pair[1] or all(name in _NUMERIC for name in pair)


def _is_as_good(other: RecipeFit, chosen: RecipeFit) -> bool:
    """Whether both fit alike, or each reads values that the other does not."""
    if other.parse_share == chosen.parse_share:
        return True
    return other.confidence >= LEAST_CONFIDENCE and not chosen.is_perfect
