"""Values that are right but for how or where they are written."""

import numpy as np
import polars as pl

from dmaic_assets.improve.cell_errors import find_cell_errors

ROWS = 200
PRIORITIES = ("1-URGENT", "2-HIGH", "5-LOW")


def orders() -> pl.DataFrame:
    rng = np.random.default_rng(5)
    days = rng.integers(1, 29, ROWS)
    return pl.DataFrame(
        {
            "day": [
                f"2024-{m:02d}-{d:02d}"
                for m, d in zip(rng.integers(1, 13, ROWS), days, strict=True)
            ],
            "priority": rng.choice(PRIORITIES, ROWS).tolist(),
            "clerk": [f"Clerk {chr(65 + n)}" for n in rng.integers(0, 6, ROWS)],
        }
    )


def spoiled(changes: dict[tuple[str, int], str]) -> pl.DataFrame:
    columns = orders().to_dict(as_series=False)
    for (name, row), value in changes.items():
        columns[name][row] = value
    return pl.DataFrame(columns)


def found(frame: pl.DataFrame) -> set[tuple[str, int]]:
    return set(find_cell_errors(frame).select("column", "row").iter_rows())


def test_orders_without_errors_have_none() -> None:
    assert not found(orders())


def test_dates_in_another_notation_are_found_though_they_are_not_rare() -> None:
    dates = orders()["day"].to_list()
    changes = {("day", i): f"{d[8:]}/{d[5:7]}/{d[:4]}" for i, d in enumerate(dates) if i % 14 == 3}

    cells = find_cell_errors(spoiled(changes))

    assert set(cells.select("column", "row").iter_rows()) == set(changes)
    assert set(cells["reason"]) == {"date not written as year-month-day"}


def test_a_column_of_several_notations_has_no_odd_one() -> None:
    dates = [d if i % 2 else d.replace("-", "/") for i, d in enumerate(orders()["day"].to_list())]

    assert not found(orders().with_columns(day=pl.Series(dates)))


def test_a_frequent_value_in_other_case_or_spacing_is_found_though_it_recurs() -> None:
    low = [i for i, p in enumerate(orders()["priority"].to_list()) if p == "5-LOW"]
    changes = {("priority", i): "5-low" for i in low[:4]} | {("clerk", 7): "Clerk  B"}

    assert found(spoiled(changes)) == set(changes)


def test_two_values_that_changed_places_are_both_found() -> None:
    frame = orders()
    clerks = frame["clerk"].to_list()
    rows = [clerks.index(clerk) for clerk in ("Clerk A", "Clerk C", "Clerk E")]
    changes = {("priority", i): str(frame["clerk"][i]) for i in rows}
    changes |= {("clerk", i): str(frame["priority"][i]) for i in rows}

    cells = find_cell_errors(spoiled(changes))

    assert set(cells.select("column", "row").iter_rows()) == set(changes)
    assert all("exchanged with" in reason for reason in cells["reason"])


def test_columns_that_share_their_values_exchange_nothing() -> None:
    rng = np.random.default_rng(6)
    towns = [f"Town {chr(65 + n)}" for n in range(8)]
    frame = pl.DataFrame({side: rng.choice(towns, ROWS).tolist() for side in ("home", "away")})

    assert not found(frame)


def test_letters_before_many_numbers_are_a_kind_of_number_and_no_unit() -> None:
    licences = [f"S{1000 + i}" if i % 3 == 0 else str(9000 + i) for i in range(ROWS)]

    assert not found(orders().with_columns(licence=pl.Series(licences)))


def test_free_texts_may_be_odd_in_many_ways() -> None:
    rng = np.random.default_rng(8)
    letters = "bcdfghklmn"
    names = ["".join(rng.choice(list(letters), 6)).title() for _ in range(600)]
    odd = ["a b", "1", "A.", "x-y", "(c)", "D/e", "f'g", "H I", "j,k", "l&m", "N!", "o?", "P:q"]
    frame = pl.DataFrame({"name": [*names, *odd]})

    assert not found(frame)
