import numpy as np
import polars as pl
import pytest

from benchmarks.damage import MISSING
from benchmarks.explaining import CAUSES_OF_KINDS
from benchmarks.feeds import Damages
from benchmarks.unseen.harder import KINDS, USUAL

ROWS = 100
ORDERS = pl.DataFrame(
    {
        "day": [f"2024-03-{i % 12 + 1:02}" for i in range(ROWS)],
        "city": [("Oslo", "Bergen", "Tromso")[i % 3] for i in range(ROWS)],
        "land": [("East", "West", "North")[i % 3] for i in range(ROWS)],
        "price": [f"{10 + i * 0.25:.2f}" for i in range(ROWS)],
        "weight": [f"{3 + i * 0.5:.1f}" for i in range(ROWS)],
    }
)
ON = Damages(
    nulls="city",
    typo="city",
    unit=("price", 100.0),
    case="city",
    number="price",
    swap=("price", "weight"),
    period="day",
    negative="price",
    dependent="land",
    flood="weight",
    category="city",
    text="city",
    measure="price",
    moved="price",
    zero="price",
    decimal="price",
    date="day",
    column="weight",
)
OF_THE_WHOLE_FILE = {"half", "cut", "missing", "stale"}
OF_EVERY_ROW = {"unit", "exchanged", "frozen", "comma", "day_first", "moved"}
SHARES = {
    "nulls": 0.05,
    "flood": 0.40,
    "typo": 0.05,
    "case": 0.05,
    "number": 0.01,
    "some_units": 0.20,
    "swap": 0.05,
    "year": 0.05,
    "negative": 0.02,
    "dependency": 0.05,
    "category": 0.05,
    "mojibake": 0.05,
    "shifted": 0.03,
    "hundredfold": 0.01,
    "minus_999": 0.05,
    "zero": 0.10,
    "blank": 0.05,
}


def damaged(kind: str, on: Damages = ON):
    return KINDS[kind](ORDERS, on, np.random.default_rng(3))


def changed_rows(table: pl.DataFrame):
    pairs = zip(ORDERS.rows(), table.rows(), strict=True)
    return [a != b for a, b in pairs]


def test_there_are_fourteen_usual_kinds_of_twenty_nine_and_each_has_a_true_cause():
    assert len(USUAL) == 14
    assert len(KINDS) == 29
    assert {*CAUSES_OF_KINDS} == {*KINDS}


@pytest.mark.parametrize("kind", SHARES)
def test_the_rows_said_to_be_damaged_are_those_that_changed_and_have_their_share(kind):
    found = damaged(kind)

    assert found.rows.tolist() == changed_rows(found.table)
    assert found.rows.mean() == pytest.approx(SHARES[kind])


@pytest.mark.parametrize("kind", sorted(OF_EVERY_ROW))
def test_a_damage_throughout_marks_every_row(kind):
    assert damaged(kind).rows.mean() >= 0.97


@pytest.mark.parametrize("kind", sorted(OF_THE_WHOLE_FILE))
def test_a_damage_of_the_whole_file_marks_no_rows(kind):
    assert damaged(kind).rows is None


@pytest.mark.parametrize("kind", sorted({*KINDS} - OF_THE_WHOLE_FILE - {"duplicates", "shifted"}))
def test_a_kind_without_a_column_for_it_does_nothing(kind):
    assert damaged(kind, Damages()) is None


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_same_seed_does_the_same_damage(kind):
    one, other = damaged(kind), damaged(kind)

    assert one.table.equals(other.table)
    assert one.text == other.text


def test_a_moved_column_keeps_its_values_one_row_later():
    moved = damaged("moved").table["price"].to_list()

    assert moved[1:] == ORDERS["price"].to_list()[:-1]
    assert sorted(moved) == sorted(ORDERS["price"].to_list())


def test_a_stuck_measure_repeats_one_value_in_thirty_rows_running():
    values = damaged("stuck").table["price"]

    stuck = values.value_counts().sort("count")["price"][-1]
    places = [i for i, value in enumerate(values) if value == stuck]
    assert places == list(range(places[0], places[0] + 30))


def test_a_cut_file_ends_within_a_row():
    text = damaged("cut").text

    assert ORDERS.write_csv().startswith(text)
    assert not text.endswith("\n")
    assert not ORDERS.write_csv()[len(text) :].startswith("\n")


def test_decimal_comma_and_day_first_only_change_the_notation():
    assert damaged("comma").table["price"][1] == "10,25"
    assert damaged("day_first").table["day"][1] == "02/03/2024"


def test_a_shifted_row_has_an_empty_cell_and_loses_its_last_one():
    found = damaged("shifted")

    for old, new in zip(ORDERS.rows(), found.table.rows(), strict=True):
        if old != new:
            at = new.index("")
            assert new == (*old[:at], "", *old[at:-1])


def test_missing_values_are_never_damaged_into_something():
    table = ORDERS.with_columns(price=pl.lit(MISSING))

    assert KINDS["minus_999"](table, ON, np.random.default_rng(3)) is None
    assert KINDS["zero"](table, ON, np.random.default_rng(3)) is None
