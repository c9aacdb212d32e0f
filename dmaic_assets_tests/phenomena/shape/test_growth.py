"""A number inside texts may become wider where it counts on; the width of a code is the rule."""

import re
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from dmaic_assets.rules.learn import learn_rules
from dmaic_assets.settings.project import SourceSettings
from dmaic_assets_tests.rules.orders import facts_of

ROWS = 60


def pattern_after(files: int, text: Callable[[int, int], str]) -> str:
    """The pattern learnt from files whose texts are made from the numbers of file and row."""
    facts = [
        facts_of(pl.DataFrame({"code": [text(i, k) for k in range(ROWS)]}), f"{i:064x}")
        for i in range(files)
    ]
    rules = learn_rules(facts, source=SourceSettings(name="feed")).rules
    (rule,) = [rule for rule in rules if rule.kind == "shape"]
    assert rule.severity == "high"
    return str(rule.parameters["pattern"])


def fits(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None


def counter(form: str, start: int) -> Callable[[int, int], str]:
    return lambda i, k: form.format(start + i * ROWS + k)


@pytest.mark.parametrize(
    ("form", "start", "files", "cut_short"),
    [
        ("person{}@x.example", 9500, 8, "person999@x.example"),
        ("ORD-{}", 9600, 5, "ORD-999"),
        ("2026-{:04d}", 9500, 8, "2026-999"),
        ("PK/{}/A", 99_500, 8, "PK/9999/A"),
        ("T-{}", 900, 1, "T-99"),
    ],
)
def test_a_number_that_counts_on_may_pass_a_power_of_ten(
    form: str, start: int, files: int, cut_short: str
) -> None:
    pattern = pattern_after(files, counter(form, start))
    following = start + files * ROWS

    assert fits(pattern, form.format(following))
    assert fits(pattern, form.format(10 ** len(str(start)) + 7))
    assert not fits(pattern, cut_short)
    assert not fits(pattern, form.format(10 ** (len(str(start)) + 1) + 7))


def test_a_number_far_from_a_power_of_ten_may_have_no_digit_more() -> None:
    assert not fits(pattern_after(8, counter("ORD-{}", 3000)), "ORD-30001")


def drawn(form: str, low: int, high: int) -> Callable[[int, int], str]:
    rng = np.random.default_rng(3)
    return lambda _i, _k: form.format(int(rng.integers(low, high)))


@pytest.mark.parametrize(
    ("form", "low", "high", "longer"),
    [
        ("Z{}", 10_000, 100_000, "Z100000"),
        ("D-{:05d}", 1067, 99_998, "D-100000"),
        ("+49 30 {}", 1_000_000, 10_000_000, "+49 30 10000000"),
        ("K{}", 81_000, 99_900, "K100000"),
    ],
)
def test_codes_keep_the_width_that_they_fill(form: str, low: int, high: int, longer: str) -> None:
    pattern = pattern_after(12, drawn(form, low, high))

    assert fits(pattern, form.format(high - 1))
    assert not fits(pattern, longer)
    assert not fits(pattern, form.format(high - 1)[:-1])


def test_people_drawn_from_a_number_that_grows_may_be_one_more() -> None:
    rng = np.random.default_rng(4)

    def text(i: int, _k: int) -> str:
        return f"user{rng.integers(1000, 9000 + 100 * i)}"

    assert fits(pattern_after(10, text), "user10004")


def test_a_new_year_begins_again_and_no_other_does() -> None:
    pattern = pattern_after(8, counter("INV-2026-{}", 1200))

    assert fits(pattern, "INV-2026-2000")
    assert fits(pattern, "INV-2027-1")
    assert not fits(pattern, "INV-2026-1")
    assert not fits(pattern, "INV-2028-1")


def test_tokens_of_one_length_have_it() -> None:
    rng = np.random.default_rng(6)
    pattern = pattern_after(6, lambda _i, _k: f"{rng.integers(0, 2**32):08x}")

    assert pattern == "[^A-Z]{8}"
