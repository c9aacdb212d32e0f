"""Dates that can be read in two ways, and codes that lost zeros: repaired on evidence only."""

from datetime import date, timedelta

import polars as pl
import pytest

from dmaic_assets.improve.cycle import Cycle, improve
from dmaic_assets_tests.improve.repair_tables import changed

FIRST = date(2024, 1, 1)


def repaired(frame: pl.DataFrame) -> pl.DataFrame:
    return improve(frame, Cycle("deliveries", "2026-01-01T00:00:00+00:00")).applied.frame


def days(count: int = 400, *, step: int = 1) -> pl.DataFrame:
    """One row a day, or days that come in no order (another step)."""
    found = [(FIRST + timedelta(days=i * step % count)).isoformat() for i in range(count)]
    return pl.DataFrame({"day": found, "row": [str(i) for i in range(count)]})


def written(frame: pl.DataFrame, form: str, *, every: int) -> pl.DataFrame:
    """Every nth day that may be read in two ways, in another format; not the very last ones."""
    moments = [date.fromisoformat(text) for text in frame["day"]]
    inner = range(5, frame.height - 5)
    doubtful = [i for i in inner if moments[i].day <= 12 and moments[i].day != moments[i].month]
    return changed(frame, "day", {i: moments[i].strftime(form) for i in doubtful[::every]})


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%m/%d/%Y"])
@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_the_rows_tells_which_day_is_meant(form: str, order: int) -> None:
    clean = days()[::order]

    assert repaired(written(clean, form, every=4)).equals(clean)


def test_the_period_tells_which_day_is_meant_where_rows_are_in_no_order() -> None:
    clean = pl.concat([days(20, step=7)] * 30).with_row_index("row_number").cast(pl.String)

    assert repaired(written(clean, "%d/%m/%Y", every=4)).equals(clean)


def test_a_day_that_nothing_settles_stays_as_it_is() -> None:
    frame = written(days(step=7), "%d/%m/%Y", every=4)

    assert repaired(frame).equals(frame)


def test_a_text_that_two_formats_of_one_column_read_stays_as_it_is() -> None:
    clean = days(800)
    texts = clean["day"].to_list()
    plain = [i for i, text in enumerate(texts) if int(text[-2:]) > 12]
    first, second = plain[::12], plain[6::12]
    both = {i: date.fromisoformat(texts[i]).strftime("%d/%m/%Y") for i in first}
    both |= {i: date.fromisoformat(texts[i]).strftime("%m/%d/%Y") for i in second}
    doubtful = texts.index("2024-05-03")

    found = repaired(changed(clean, "day", both | {doubtful: "03/05/2024"}))

    assert found.equals(changed(clean, "day", {doubtful: "03/05/2024"}))


def codes(rows: int = 400) -> pl.DataFrame:
    found = [f"{1000 + i * 37 % 60:05}" if i % 3 else str(20_000 + i % 30) for i in range(rows)]
    return pl.DataFrame({"zip": found, "row": [str(i) for i in range(rows)]})


def respelt(frame: pl.DataFrame, rows: range) -> pl.DataFrame:
    texts = frame["zip"].to_list()
    short = {i: texts[i].lstrip("0") for i in rows}
    return changed(frame, "zip", {i: v if v != texts[i] else f"00{v}" for i, v in short.items()})


def test_codes_get_the_zeros_back_that_they_lost_and_lose_those_that_were_added() -> None:
    clean = codes()

    assert repaired(respelt(clean, range(0, 400, 11))).equals(clean)


def test_shorter_codes_of_a_group_of_their_own_are_no_errors() -> None:
    """Postal codes of two countries: one has four digits where the other has five."""
    abroad = {i: str(1000 + i * 37 % 60) for i in range(0, 400, 11)}
    land = pl.Series("land", ["at" if i in abroad else "us" for i in range(400)])
    frame = changed(codes(), "zip", abroad).with_columns(land)

    assert repaired(frame).equals(frame)


@pytest.mark.parametrize("other", ["012", "0123456"])
def test_one_code_that_lost_no_zero_says_that_widths_differ(other: str) -> None:
    frame = changed(respelt(codes(), range(0, 400, 11)), "zip", {5: other})

    assert repaired(frame)["zip"][5] == other


def test_shorter_codes_that_no_other_row_has_stay_as_they_are() -> None:
    frame = changed(codes(), "zip", {i: str(3000 + i) for i in range(0, 400, 11)})

    assert repaired(frame).equals(frame)
