"""What is kept back of a rule that is broken in a column that tells of persons."""

import pytest

from dmaic_assets.model import Violation
from dmaic_assets.work.kept_back.values import violation_shown

HIDDEN = frozenset({"email"})


def of_email(kind: str, expected: str, seen: str) -> Violation:
    return Violation(
        f"email.{kind}", kind, ("email",), "high", "file", 0, 1.0, True, expected, seen
    )


@pytest.mark.parametrize(
    ("kind", "expected", "seen"),
    [
        ("not_null", "email is never missing", "400 of 400 rows (100.0 %)"),
        ("columns_present", "columns id, email", "missing: email"),
    ],
)
def test_a_rule_that_speaks_of_no_value_is_told_whole(kind: str, expected: str, seen: str) -> None:
    shown = violation_shown(of_email(kind, expected, seen), HIDDEN, 400)

    assert (shown.expected, shown.seen) == (expected, seen)


def test_what_was_learnt_from_values_is_kept_back() -> None:
    broken = of_email("in_set", "email is one of: a@b.example", 'new: "c@d.example"')

    shown = violation_shown(broken, HIDDEN, 400)

    assert "@" not in shown.expected
    assert "@" not in shown.seen
