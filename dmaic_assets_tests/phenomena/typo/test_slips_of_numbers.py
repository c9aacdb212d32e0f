"""A name with another number is another thing, also where the number has a digit more."""

import pytest

from dmaic_assets.phenomena.typo.rule import slips_among

AGENTS = [f"agent {n}" for n in range(1, 10)]


@pytest.mark.parametrize(
    ("known", "new", "is_slip"),
    [
        (AGENTS, "agent 10", False),
        (AGENTS, "agnt 3", True),
        (AGENTS, "agent 1O", True),
        ([f"K{n}" for n in range(1000, 1400)], "K10000", True),
        ([f"K{n}" for n in range(1000, 9950)], "K10000", False),
        ([f"K{n}" for n in range(1000, 9950)], "K995", True),
        ([f"D-{n:03d}" for n in range(1, 60)], "D-0100", True),
        (["2026/998/A"], "2026/1000/A", False),
    ],
)
def test_a_number_of_one_digit_more_follows_where_the_others_are_used_up(
    known: list[str], new: str, *, is_slip: bool
) -> None:
    assert (slips_among([new], known) == {new}) is is_slip
