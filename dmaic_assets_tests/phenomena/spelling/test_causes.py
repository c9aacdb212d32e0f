"""New text values are named by what happened to them."""

import pytest

from dmaic_assets.phenomena.spelling.causes import list_cause, value_cause


@pytest.mark.parametrize(
    ("new", "cause"),
    [
        (["NORTH"], "case change"),
        (["north "], "whitespace"),
        (["nrth", "nortth"], "typo"),
        (["CafÃ©"], "encoding"),
        (["harbour"], "new category"),
        ([], None),
    ],
)
def test_new_values_tell_what_happened_to_them(new: list[str], cause: str | None) -> None:
    assert value_cause(new, ["north", "south"]) == cause


def test_values_of_another_columns_list_are_swapped_columns() -> None:
    lists = {"origin": ["EWR", "JFK"], "dest": ["ATL", "LAX", "ORD"]}

    assert list_cause("origin", ["ATL", "LAX"], lists) == "swapped columns (origin and dest)"
    assert list_cause("origin", ["ewr"], lists) == "case change"
    assert list_cause("origin", ["QQQ"], lists) == "new category"
    assert list_cause("origin", [], lists) is None
