"""Thresholds, proofs, units and ties: decided on counts alone."""

from collections import Counter

import polars as pl
import pytest

from dmaic_assets.table.notation.patterns import patterns_by_name
from dmaic_assets.table.notation.value_parsers import Recipe
from dmaic_assets.table.types.evidence import Evidence, Tally, has_code_proof
from dmaic_assets.table.types.fit import RecipeFit, fit, is_candidate, mixture, ranked
from dmaic_assets.table.types.resolution import Question, decide


def recipe(name, unit=None):
    return Recipe((patterns_by_name()[name],), unit=unit)


def counted(name, parsed, matched=None, values=1000, **details):
    tally = Tally(values, parsed, parsed if matched is None else matched, details=Counter(details))
    return RecipeFit(recipe(name), tally, parsed)


def evidence_of(*fits):
    found = Evidence()
    for one in fits:
        found.recipes[one.recipe.name] = one.recipe
        found.tallies[one.recipe.name] = one.tally
    return found


@pytest.mark.parametrize(
    ("match", "parse", "expected"),
    [
        (0.5, 0.8, True),
        (0.499, 0.8, False),
        (0.5, 0.799, False),
        (1.0, 0.8, True),
        (1.0, 0.0, False),
        (0.0, 0.0, False),
    ],
)
def test_a_candidate_matches_half_and_parses_four_fifths(match, parse, expected):
    assert is_candidate(match, parse) is expected


@pytest.mark.parametrize(
    ("parsed", "matched", "expected"),
    [
        (850, 850, "integer"),
        (849, 849, "text"),
        (800, 900, "integer"),
        (800, 899, "text"),
        (799, 1000, "text"),
        (849, 851, "integer"),
        (848, 851, "text"),
    ],
)
def test_confidence_of_85_percent_is_enough_and_849_is_not(parsed, matched, expected):
    one = counted("integer", parsed, matched)

    found = decide(Question("c"), evidence_of(one), pl.Series(["1"]))

    assert found.type == expected
    assert found.decided_by == ("automatic" if expected == "integer" else "fallback")


def test_the_more_confident_pattern_wins_and_preference_breaks_ties():
    tied = [counted("decimal_dot", 990), counted("integer", 990)]
    better = [counted("decimal_dot", 991), counted("integer", 990)]

    assert [f.recipe.name for f in ranked(tied)] == ["integer", "decimal_dot"]
    assert [f.recipe.name for f in ranked(better)] == ["decimal_dot", "integer"]


def test_candidates_below_the_thresholds_are_not_ranked():
    assert ranked([counted("integer", 799, 900)]) == []


def test_the_unit_of_most_values_is_taken():
    tally = Tally(100, 100, 100, details=Counter({"kg": 90, "lb": 10}))

    found = fit(recipe("quantity"), tally)

    assert (found.recipe.unit, found.parse_share) == ("kg", 0.9)


@pytest.mark.parametrize(("rows", "is_taken"), [(95, True), (94, False)])
def test_an_unknown_word_needs_95_percent_to_be_a_unit(rows, is_taken):
    tally = Tally(100, 100, 100, details=Counter({"widget": rows, "kg": 100 - rows}))

    assert (fit(recipe("quantity"), tally) is not None) is is_taken


@pytest.mark.parametrize(("true", "is_taken"), [(0, False), (1, True), (9, True), (10, False)])
def test_short_words_need_both_words(true, is_taken):
    tally = Tally(10, 10, 10, details=Counter({"true": true}))

    assert (fit(recipe("y_n"), tally) is not None) is is_taken


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"width:5": 1000}, False),
        ({"width:5": 1000, "code": 1, "code width:5": 1}, True),
        ({"width:5": 500, "width:4": 500, "code": 1, "code width:5": 1}, False),
        ({"width:5": 500, "width:4": 500, "code": 10, "code width:5": 10}, True),
        ({"width:5": 500, "width:4": 500, "code": 9, "code width:5": 9}, False),
        ({}, False),
    ],
)
def test_digits_are_codes_by_leading_zeros_or_by_width(details, expected):
    proof = has_code_proof(Counter(details), least_share=0.01, width_share=0.95)

    assert proof is expected


def test_formats_of_one_type_make_a_mixture():
    fits = [counted("iso_date", 600), counted("eu_dotted_date", 390)]

    assert mixture(fits).name == "iso_date|eu_dotted_date"


@pytest.mark.parametrize(
    "fits",
    [
        [counted("us_slash_date", 500), counted("eu_slash_date", 500)],
        [counted("iso_date", 500), counted("time", 500)],
        [counted("iso_datetime", 500), counted("iso_datetime_zone", 500)],
        [counted("decimal_dot", 500), counted("decimal_comma", 500)],
        [counted("iso_date", 600), counted("eu_dotted_date", 49)],
        [counted("iso_date", 500), counted("eu_dotted_date", 300)],
        [counted("iso_date", 1000)],
    ],
    ids=["rivals", "types", "zones", "numbers", "crumbs", "too few", "one"],
)
def test_what_makes_no_mixture(fits):
    assert mixture(fits) is None
