"""Counted edits against their definitions, spelled out row by row."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dmaic_assets.phenomena.typo.nearness import (
    at_most_one_edit,
    distance,
    distance_without_swaps,
    is_one_edit,
    most_edits,
    near_before,
    within,
    within_without_swaps,
)
from dmaic_assets.phenomena.typo.rule import slips_among

TEXTS = st.text("abcé🙂 ", max_size=9)
LISTS = st.lists(TEXTS, max_size=12, unique=True)


def edits(first: str, second: str, *, has_swaps: bool) -> int:
    """The textbook recurrence (Levenshtein; with swaps: optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        fresh = [i]
        for j, b in enumerate(second, 1):
            cost = min(row[j] + 1, fresh[j - 1] + 1, row[j - 1] + (a != b))
            if has_swaps and i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            fresh.append(cost)
        before, row = row, fresh
    return row[-1]


@given(TEXTS, TEXTS, st.integers(0, 5))
@settings(max_examples=300, deadline=None)
@example("ca", "abc", 5)
@example("kitten", "sitting", 2)
def test_edits_are_counted_as_defined_and_no_further_than_asked(
    first: str, second: str, most: int
) -> None:
    with_swaps = edits(first, second, has_swaps=True)
    without = edits(first, second, has_swaps=False)

    assert distance(first, second, most) == min(with_swaps, most + 1)
    assert distance_without_swaps(first, second, most) == min(without, most + 1)
    assert is_one_edit(first, second) is (with_swaps == 1)


@given(TEXTS, LISTS, st.integers(0, 4))
@settings(max_examples=200, deadline=None)
def test_the_near_ones_of_many_are_those_that_are_near_one_by_one(
    text: str, known: list[str], most: int
) -> None:
    pairs = [(edits(text, value, has_swaps=True), value) for value in known]
    plain = [i for i, v in enumerate(known) if edits(text, v, has_swaps=False) <= most]

    assert within(text, known, most) == sorted(pair for pair in pairs if pair[0] <= most)
    assert list(within_without_swaps(text, dict(enumerate(known)), most)) == plain


@given(st.lists(st.text("ab1", max_size=30), max_size=8))
@settings(max_examples=200, deadline=None)
def test_those_before_are_near_by_what_the_longer_one_allows(texts: list[str]) -> None:
    def is_near(first: str, second: str) -> bool:
        most = most_edits(max(len(first), len(second)))
        return edits(first, second, has_swaps=True) <= most

    assert near_before(texts) == [
        [before for before in range(place) if is_near(texts[before], texts[place])]
        for place in range(len(texts))
    ]


@given(LISTS, LISTS)
@settings(max_examples=200, deadline=None)
def test_a_slip_is_at_most_one_edit_from_a_known_value(new: list[str], known: list[str]) -> None:
    slips = [v for v in new if any(edits(v, k, has_swaps=True) <= 1 for k in known)]

    assert list(at_most_one_edit(new, known)) == slips


def test_more_new_values_than_a_block_holds_are_all_asked() -> None:
    new = [f"value {n:06}" for n in range(2_500)]
    known = ["value 002499", "value 001000"]

    slips = list(at_most_one_edit(new, known))

    assert slips == [v for v in new if any(is_one_edit(v, k) or v == k for k in known)]
    assert {*known, "value 002489", "value 000100"} <= {*slips}


@pytest.mark.parametrize(
    ("value", "is_slip"),
    [
        ("nroth", True),
        ("narth", True),
        ("nort", True),
        ("norths", True),
        ("NORTH ", True),
        ("south", False),
        ("nor", False),
        ("ab", False),
        ("AC", True),
    ],
)
def test_short_values_are_slips_by_case_and_spaces_only(value: str, *, is_slip: bool) -> None:
    assert (value in slips_among([value], ["north", "ac"])) is is_slip


def test_without_edits_only_case_and_spaces_count() -> None:
    assert slips_among(["nroth", "NORTH"], ["north"], has_edits=False) == {"NORTH"}
