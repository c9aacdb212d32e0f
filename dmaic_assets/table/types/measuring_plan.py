"""Which patterns of a column to measure next, given what is known of it so far.

What belongs here: the order of measuring, chosen so that a table is read as seldom as possible.
What does not: measuring and deciding. A plan is None when nothing more is to be measured, and
empty when the column is to be read as text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from dmaic_assets.table.notation.patterns import patterns_by_name
from dmaic_assets.table.notation.value_parsers import Recipe, formats_in_use, recipe_of
from dmaic_assets.table.types.evidence import Evidence
from dmaic_assets.table.types.fit import LEAST_CONFIDENCE, fit, fits_of, mixture, ranked
from dmaic_assets.table.types.resolution import Question, is_still
from dmaic_assets.table.types.screening import screen, shares_of

# A rival reading is measured at once if it fits the sample nearly as well as the first.
_RIVAL_SHARE = 0.8
# Recipes measured on the whole column when the sample leaves several: bounds the cost.
_MOST_CHOICES = 3


@dataclass(slots=True)
class Work:
    """What is under way for one column: the question, some values, the counts so far.

    `shares` are those of the sample, of the patterns worth measuring; None until it is screened.
    """

    question: Question
    sample: pl.Series
    evidence: Evidence
    shares: Mapping[str, float] | None = None


def first_plan(work: Work) -> Sequence[Recipe] | None:
    """Plans what the override or the expectation names, else the likeliest pattern."""
    question = work.question
    if question.override is not None:
        return _choices(question.override.recipes, work.sample)
    if question.expected is not None:
        recipe = recipe_of(question.expected)
        if recipe is None:
            return ()
        is_open = question.expected.is_ambiguous
        return (recipe, *_named(recipe.patterns[0].rivals, work)) if is_open else (recipe,)
    shares = work.shares = screen(work.sample)
    first = _first(shares)
    if first is None:
        return ()
    rivals = [
        name for name in patterns_by_name()[first].rivals if shares.get(name, 0.0) >= _RIVAL_SHARE
    ]
    return _named((first, *rivals), work)


def second_plan(work: Work) -> Sequence[Recipe] | None:
    """Plans the other patterns of a column that the first plan did not settle."""
    if _is_settled(work):
        return None
    shares = work.shares
    if shares is None:
        shares = work.shares = screen(work.sample)
    first = _first(shares)
    tally = work.evidence.tallies.get(first or "")
    if first is not None and tally is not None:
        found = fit(work.evidence.recipes[first], tally)
        if found is not None and found.is_perfect:
            return None
    rest = [name for name in shares if name not in work.evidence.tallies]
    return _named(rest, work) or None


def mixture_plan(work: Work) -> Sequence[Recipe] | None:
    """Plans several formats together where no single one is sure enough."""
    if _is_settled(work):
        return None
    fits = fits_of(work.evidence)
    best = next(iter(ranked(fits)), None)
    if best is not None and best.confidence >= LEAST_CONFIDENCE:
        return None
    mixed = mixture(fits)
    return None if mixed is None else (mixed,)


def _is_settled(work: Work) -> bool:
    if work.question.override is not None:
        return True
    expected = work.question.expected
    return expected is not None and is_still(expected, fits_of(work.evidence))


def _first(shares: Mapping[str, float]) -> str | None:
    """Names the first pattern in order of preference that the sample makes likely.

    Every integer is a string of digits too; codes come first only where the sample proves them.
    """
    is_code = shares.get("digit_code", 0.0) > shares.get("integer", 0.0)
    return next((name for name in shares if is_code or name != "digit_code"), None)


def _named(names: Sequence[str], work: Work) -> tuple[Recipe, ...]:
    return tuple(_with_formats(Recipe((patterns_by_name()[n],)), work.sample) for n in names)


def _with_formats(recipe: Recipe, sample: pl.Series) -> Recipe:
    """Puts the formats that the sample uses first: the first one is read fastest."""
    if recipe.patterns[0].parser != "temporal" or len(recipe.patterns[0].formats) == 1:
        return recipe
    return replace(recipe, formats=formats_in_use(sample, recipe))


def _choices(recipes: Sequence[Recipe], sample: pl.Series) -> tuple[Recipe, ...]:
    """Leaves of an override's possible readings those that the sample makes likely."""
    if len(recipes) < 2:
        return tuple(recipes)
    shares = shares_of(sample, [recipe.patterns[0] for recipe in recipes])
    likely = [r for r in recipes if shares.get(r.name, 0.0) > 0]
    likely.sort(key=lambda r: -shares[r.name])
    return tuple(_with_formats(r, sample) for r in likely[:_MOST_CHOICES]) or (recipes[0],)
