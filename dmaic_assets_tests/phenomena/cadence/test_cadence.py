"""How often files come is learnt from when they came; a late one is told, a usual one is not."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.phenomena.cadence.cadence import (
    FEWEST_DELIVERIES,
    Cadence,
    declared_cadence,
    deliveries_of,
    learn_cadence,
    moment_of,
)

# A Thursday, at six in the morning.
START = datetime(2026, 1, 1, 6, tzinfo=UTC)


def every(hours: float, count: int) -> list[datetime]:
    return [START + timedelta(hours=hours * n) for n in range(count)]


def on_days(wanted: Callable[[datetime], bool], days: int) -> list[datetime]:
    return [day for day in every(24, days) if wanted(day)]


def learnt(moments: list[datetime]) -> Cadence:
    found = learn_cadence(moments, "arrivals")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("moments", "words", "next_at"),
    [
        (every(24, 10), "every day", datetime(2026, 1, 11, 6, tzinfo=UTC)),
        (every(1, 10), "every hour", datetime(2026, 1, 1, 16, tzinfo=UTC)),
        (every(6, 10), "every 6.0 hours", datetime(2026, 1, 3, 18, tzinfo=UTC)),
        (every(24 * 7, 8), "every week", datetime(2026, 2, 26, 6, tzinfo=UTC)),
        # The last is on Friday the 30th, the next on Monday.
        (
            on_days(lambda d: d.weekday() < 5, 30),
            "Mon-Fri",
            datetime(2026, 2, 2, 6, tzinfo=UTC),
        ),
        (
            on_days(lambda d: d.weekday() in (0, 2, 4), 40),
            "Mon, Wed, Fri",
            datetime(2026, 2, 11, 6, tzinfo=UTC),
        ),
        (
            on_days(lambda d: d.day == 5, 200),
            "every month",
            datetime(2026, 8, 5, 6, tzinfo=UTC),
        ),
        # The month's last day, whatever its number.
        (
            on_days(lambda d: (d + timedelta(days=1)).day == 1, 200),
            "every month",
            datetime(2026, 7, 31, 6, tzinfo=UTC),
        ),
    ],
)
def test_a_pattern_is_learnt_and_goes_on(
    moments: list[datetime], words: str, next_at: datetime
) -> None:
    cadence = learnt(moments)

    assert cadence.words == words
    assert cadence.next_after(moments[-1]) == next_at


def test_working_days_are_told_across_midnight() -> None:
    # In UTC these deliveries lie on two days, by their own clock on one.
    moments = [
        day.replace(hour=0) + timedelta(minutes=(-20, 5, 15)[n % 3])
        for n, day in enumerate(on_days(lambda d: d.weekday() < 5, 40))
    ]

    cadence = learnt(moments)

    # What comes shortly after a Monday's midnight opens the five days of the week.
    assert cadence.pattern == "days"
    assert len(cadence.weekdays) == 5
    assert cadence.tolerance_s < 4 * 3_600


def test_two_weeks_of_working_days_do_not_prove_that_weekends_are_free() -> None:
    moments = on_days(lambda d: d.weekday() < 5, 12)

    assert learnt(moments).weekdays == ()


def test_too_few_deliveries_give_no_expectation() -> None:
    assert learn_cadence(every(24, FEWEST_DELIVERIES - 1), "arrivals") is None
    assert learn_cadence(every(24, FEWEST_DELIVERIES), "arrivals") is not None


def test_one_long_break_does_not_widen_the_tolerance() -> None:
    steady = learnt(every(24, 20))
    broken = learnt([*every(24, 10), *(m + timedelta(days=9) for m in every(24, 20)[10:])])

    assert broken.every_s == steady.every_s
    assert broken.tolerance_s == steady.tolerance_s


def test_the_more_irregular_the_files_the_wider_the_tolerance_and_few_widen_it() -> None:
    restless = [m + timedelta(hours=(n * 5) % 7) for n, m in enumerate(every(24, 30))]

    assert learnt(restless).tolerance_s > 2 * learnt(every(24, 30)).tolerance_s
    assert learnt(every(24, 6)).tolerance_s > learnt(every(24, 60)).tolerance_s


def test_files_that_come_together_are_one_delivery() -> None:
    moments = [m + timedelta(minutes=k) for m in every(24, 3) for k in (0, 4, 9)]

    assert deliveries_of(moments[::-1]) == every(24, 3)


@given(st.lists(st.integers(0, 100 * 86_400), min_size=FEWEST_DELIVERIES, max_size=40))
@settings(max_examples=40, deadline=None)
def test_the_next_is_always_after_the_last_and_at_most_one_delivery_in_ten_was_late(
    seconds: list[int],
) -> None:
    deliveries = deliveries_of([START + timedelta(seconds=s) for s in seconds])
    cadence = learn_cadence(deliveries, "arrivals")

    if cadence is None:
        assert len(deliveries) < FEWEST_DELIVERIES
        return
    late = sum(
        after > cadence.next_after(before) + timedelta(seconds=cadence.tolerance_s)
        for before, after in itertools.pairwise(deliveries)
    )
    assert cadence.next_after(deliveries[-1]) > deliveries[-1]
    assert late <= 0.1 * (len(deliveries) - 1)


def test_a_declared_schedule_needs_no_history() -> None:
    daily = declared_cadence("daily")

    assert daily is not None
    assert daily.next_after(START) == START + timedelta(days=1)
    assert declared_cadence("none") is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-01", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01T06:00:00", START),
        ("2026-01-01T08:00:00+02:00", START),
        ("9999-12-31", None),
        ("None", None),
    ],
)
def test_times_are_read_as_utc(text: str, moment: datetime | None) -> None:
    assert moment_of(text) == moment
