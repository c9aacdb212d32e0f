"""Shifted rows: moved back where that is certain and loses nothing, and left alone otherwise."""

import polars as pl
import pytest

from dmaic_assets.improve.cycle import Cycle, Improvement, improve
from dmaic_assets.phenomena.exchange.shift import LEFT, RIGHT, moved, shape_of

NAMES = ("id", "kind", "amount", "day", "note")
ROWS = 900
KINDS = ("north", "south", "east")


def clean(rows: int = ROWS) -> pl.DataFrame:
    """Clean rows; every second note is missing, and some kinds are."""
    return pl.DataFrame(
        {
            "id": [str(1000 + n) for n in range(rows)],
            "kind": [None if n % 10 == 7 else KINDS[n % 3] for n in range(rows)],
            "amount": [f"{10 + (n * 37) % 977}.5" for n in range(rows)],
            "day": [f"2026-01-{1 + n % 28:02d}" for n in range(rows)],
            "note": [None if n % 2 else f"see order {n}" for n in range(rows)],
        }
    )


def shifted(frame: pl.DataFrame, rows: list[int], way: str, first: int = 1) -> pl.DataFrame:
    """The table with the cells of some rows moved on, from a column to the last."""
    made = [list(row) for row in frame.iter_rows()]
    for row in rows:
        further = moved(made[row][first:], way)
        assert further is not None, "a value would be lost"
        made[row][first:] = further
    return pl.DataFrame(made, schema=dict.fromkeys(NAMES, pl.String), orient="row")


def improved(frame: pl.DataFrame, rows: list[int]) -> Improvement:
    """One cycle that knows the cells of these rows which are of the wrong type."""
    cells = [(row, name) for row in rows for name in ("amount", "day")]
    failing = pl.DataFrame(cells, schema={"row": pl.UInt32, "column": pl.String}, orient="row")
    return improve(frame, Cycle("orders", "2026-01-01T00:00:00+00:00", failing=failing))


@pytest.mark.parametrize(
    ("way_wrong", "rows", "repair"),
    [
        (RIGHT, [n for n in range(ROWS) if n % 15 == 1 and n % 2], "kind.shift.left"),
        (LEFT, [n for n in range(ROWS) if n % 20 == 7], "kind.shift.right"),
    ],
)
def test_shifted_rows_are_moved_back_as_they_were(
    way_wrong: str, rows: list[int], repair: str
) -> None:
    right = clean()
    if way_wrong == LEFT:
        # A row that was moved to the left has lost its kind, and nothing else.
        assert right["kind"][rows].null_count() == len(rows)
    frame = shifted(right, rows, way_wrong)

    found = improved(frame, rows)

    reasons = {r.repair.id: (r.is_promoted, r.reason) for r in found.reports}
    assert reasons[repair][0], reasons
    assert found.applied.frame.equals(right)


def test_a_clean_table_has_no_shifted_rows() -> None:
    found = improved(clean(), list(range(0, ROWS, 15)))

    assert not [r for r in found.reports if r.repair.kind == "shift"]


def test_a_break_between_columns_that_look_alike_is_not_moved() -> None:
    # Which of two names is missing cannot be told from the row.
    right = clean().with_columns(pl.col("kind").fill_null("east").alias("id"))
    rows = [n for n in range(ROWS) if n % 20 == 7]

    found = improved(shifted(right, rows, LEFT), rows)

    assert not [r for r in found.reports if r.repair.kind == "shift"]


def test_a_value_that_was_pushed_out_is_not_made_up() -> None:
    # The first four cells are moved over the day, which is lost and never missing otherwise.
    right = clean().drop("note")
    rows = [n for n in range(ROWS) if n % 15 == 1]
    made = [list(row) for row in right.iter_rows()]
    for row in rows:
        made[row][1:] = [None, *made[row][1:-1]]
    frame = pl.DataFrame(made, schema=right.schema, orient="row")

    found = improved(frame, rows)

    assert not [r for r in found.promoted if r.repair.kind == "shift"]


def test_a_shape_is_runs_of_digits_and_letters() -> None:
    assert shape_of(" 2026-01-31 ") == "9-9-9"
    assert shape_of("Zürich 8a, -1.50") == "a 9a, -9.9"
