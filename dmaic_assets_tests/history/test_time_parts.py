"""One large file is cut by its times, so that its periods tell how much later files may differ."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.history.baseline import History
from dmaic_assets.history.time_parts import FEWEST_PARTS, split_by_time
from dmaic_assets.model import RuleSet
from dmaic_assets.rules.learn import learn_rules
from dmaic_assets.settings.project import SourceSettings
from dmaic_assets_tests.rules.orders import day_of_orders, facts_of, judged

START = datetime(2026, 1, 5, tzinfo=UTC)

# How other programs write the last moment of all.
INFINITY = {
    pl.Datetime("us"): (pl.Int64(), 2**63 - 1),
    pl.Date(): (pl.Int32(), 2**31 - 1),
}


def rows_at(step: timedelta, count: int) -> pl.DataFrame:
    return pl.DataFrame({"at": [START + n * step for n in range(count)], "n": range(count)})


@pytest.mark.parametrize(
    ("step_h", "count", "words"),
    [
        (1, 24 * 20, "20 parts by day of at"),
        # Eight rows a day are too few; a week has enough.
        (3, 8 * 7 * 9, "9 parts by week of at"),
        (24, 12 * 30, "12 parts by month of at"),
    ],
)
def test_the_first_period_with_enough_parts_and_rows_is_taken(
    step_h: float, count: int, words: str
) -> None:
    parts = split_by_time([rows_at(timedelta(hours=step_h), count)], None)

    assert parts is not None
    assert parts.words == words


def test_too_short_a_file_or_one_without_times_is_not_cut_by_them() -> None:
    assert split_by_time([rows_at(timedelta(hours=1), 100)], None) is None
    # The hours of one day do not tell how days differ.
    assert split_by_time([rows_at(timedelta(minutes=1), 1_440)], None) is None
    assert split_by_time([pl.DataFrame({"n": range(1_000)})], None) is None
    assert split_by_time([], None) is None


def test_times_that_rows_do_not_follow_count_only_when_they_are_declared() -> None:
    shuffled = rows_at(timedelta(hours=1), 24 * 20).sample(fraction=1.0, shuffle=True, seed=1)

    declared = split_by_time([shuffled], "at")

    assert split_by_time([shuffled], None) is None
    assert split_by_time([shuffled], "n") is None
    assert declared is not None
    days = shuffled.get_column("at").dt.date().rank("dense").to_numpy() - 1
    assert (declared.ids[0] == days).all()


@given(st.lists(st.integers(0, 30 * 24), min_size=1, max_size=60), st.integers(0, 5))
@settings(max_examples=25, deadline=None)
def test_rows_share_a_part_exactly_when_they_share_file_and_period(
    hours: list[int], gaps: int
) -> None:
    every = rows_at(timedelta(minutes=30), 48 * 10).get_column("at").to_list()
    more = [START + timedelta(hours=h) for h in hours]
    first = pl.DataFrame({"at": every})
    second = pl.DataFrame({"at": [*every, *more, *([None] * gaps)]})

    parts = split_by_time([first, second], "at")

    assert parts is not None
    assert parts.count >= FEWEST_PARTS
    assert not set(parts.ids[0]) & set(parts.ids[1])
    known = zip(second.get_column("at").to_list(), parts.ids[1].tolist(), strict=True)
    pairs = {(at.date(), part) for at, part in known if at is not None}
    assert len(pairs) == len({day for day, _ in pairs}) == len({part for _, part in pairs})


def learnt_from_one(days: int, *, is_shuffled: bool = False, declared: bool = False) -> RuleSet:
    table = pl.concat([day_of_orders(d) for d in range(days)])
    if is_shuffled:
        table = table.sample(fraction=1.0, shuffle=True, seed=3)
    source = SourceSettings(name="orders", time_column="at" if declared else None)
    return learn_rules([facts_of(table)], source=source)


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    """Learnt from one file of thirty days."""
    return learnt_from_one(30)


def test_one_large_file_teaches_distributions_and_says_from_what(rules: RuleSet) -> None:
    spread = next(r for r in rules.rules if r.id == "total.distribution")
    mix = next(r for r in rules.rules if r.id == "shop.category_mix")

    assert spread.evidence["files"] == mix.evidence["files"] == 1
    assert spread.evidence["parts"] == 30
    assert spread.evidence["cut_by"] == "30 parts by day of day"
    assert any("compared between 30 parts by day of day" in note for note in rules.notes)
    # How many rows a file has and how long it reaches, only files tell.
    assert not {"row_count", "time_span"} & {r.kind for r in rules.rules}


def test_later_days_pass_and_another_unit_is_stopped(rules: RuleSet) -> None:
    later = [day_of_orders(d, seed=1) for d in range(30, 45)]
    other = [
        f.with_columns(amount=pl.col("amount") * 4, total=pl.col("total") * 4) for f in later[:3]
    ]

    assert all(judged(f, rules).verdict.decision != "reject" for f in later)
    assert all(judged(f, rules).verdict.decision == "reject" for f in other)


def test_a_file_in_no_order_is_cut_into_blocks_unless_its_time_column_is_declared() -> None:
    blocks = learnt_from_one(12, is_shuffled=True)
    timed = learnt_from_one(12, is_shuffled=True, declared=True)

    assert "distribution" not in {r.kind for r in blocks.rules}
    assert any("are judged from 4 files on" in note for note in blocks.notes)
    assert any("12 parts by day of at" in note for note in timed.notes)


def test_a_period_that_the_files_end_cuts_short_stands_for_nothing() -> None:
    whole = pl.concat([day_of_orders(d) for d in range(12)])
    history = History([facts_of(whole.head(-100))])

    assert history.parts == 12
    assert history.is_whole.tolist() == [True] * 11 + [False]
    assert history.part_rows[-1] < np.median(history.part_rows) / 2


def test_a_declared_time_column_without_times_is_said_to_be_unused() -> None:
    frame = pl.DataFrame({"on": [date(2026, 1, 1)] * 60, "n": range(60)})

    rules = learn_rules([facts_of(frame)], source=SourceSettings(name="x", time_column="n"))

    assert "time_column n holds no times in these files, so it is not used" in rules.notes


@pytest.mark.parametrize("dtype", [pl.Datetime("us"), pl.Date()])
@pytest.mark.parametrize("many", [1, 400])
def test_moments_that_no_calendar_has_are_no_times(dtype: pl.DataType, many: int) -> None:
    rows = rows_at(timedelta(hours=1), 24 * 20).with_columns(pl.col("at").dt.date().cast(dtype))
    physical, infinity = INFINITY[dtype]
    ends = pl.Series([infinity] * many, dtype=physical).cast(dtype)
    at = pl.concat([rows["at"].head(rows.height - many), ends.alias("at")])

    parts = split_by_time([rows.with_columns(at.alias("at"))], None)

    assert (parts is None) == (many > 1)
