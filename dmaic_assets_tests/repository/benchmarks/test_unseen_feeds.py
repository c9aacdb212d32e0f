import numpy as np
import polars as pl
import pytest

from benchmarks.unseen.columns import candidates, draw
from benchmarks.unseen.fresh import FRESH
from benchmarks.unseen.halves import halves
from benchmarks.unseen.run import chosen
from benchmarks.unseen.still import is_still
from benchmarks.unseen.tables import NEWCOMER, TABLES, Cut, files_of


def day(number: int, *, level: float = 20.0, rows: int = 60) -> pl.DataFrame:
    rng = np.random.default_rng(number)
    kinds = rng.integers(0, 3, rows)
    return pl.DataFrame(
        {
            "id": [str(number * 1000 + i) for i in range(rows)],
            "date": [f"2024-01-{number % 28 + 1:02}"] * rows,
            "born": [str(1950 + int(v)) for v in rng.integers(0, 40, rows)],
            "code": [("A1", "B2", "C3")[k] for k in kinds],
            "name": [("Apples", "Bananas", "Cherries")[k] for k in kinds],
            "price": [f"{v:.2f}" for v in rng.normal(level, 2, rows)],
            "currency": ["EUR"] * rows,
        }
    )


def test_columns_are_chosen_for_what_damage_would_show_in_them():
    found = candidates([day(i) for i in range(6)])

    assert found.measure == found.decimal == ("price",)
    assert found.period == found.date == ("date",)
    assert found.typo == ("name",)
    assert found.category == ("code", "name")
    assert found.dependent == ("code", "name")
    assert found.swap == (("code", "name"),)
    assert "currency" not in found.category


def test_a_draw_takes_only_candidates_and_nothing_where_there_are_none():
    found = candidates([day(i).select("id", "currency") for i in range(6)])

    on = draw(found, np.random.default_rng(1))

    assert on.nulls in ("id", "currency")
    assert on.measure is on.unit is on.swap is on.dependent is None


def test_a_feed_whose_files_are_draws_of_one_world_stands_still():
    assert is_still([day(i) for i in range(30)], [day(i) for i in range(30, 90)])


@pytest.mark.parametrize("later", [{"level": 23.0}, {"rows": 90}])
def test_a_feed_whose_level_or_size_changes_does_not_stand_still(later):
    assert not is_still([day(i) for i in range(30)], [day(i, **later) for i in range(30, 90)])


def test_the_halves_are_disjoint_equal_and_do_not_depend_on_the_order():
    names = [table.name for table in TABLES]

    of = halves(names)

    assert of == halves(names[::-1])
    assert list(of.values()).count("work") == list(of.values()).count("locked") == 20


def test_the_halves_are_those_that_were_drawn():
    assert sorted(n for n, half in halves([t.name for t in TABLES]).items() if half == "work") == [
        "air",
        "art",
        "cities",
        "crashes",
        "diseases",
        "dow",
        "exams",
        "homegames",
        "incidents",
        "indices",
        "inspections",
        "meals",
        "mothers",
        "nations",
        "newborn",
        "pitches",
        "pitching",
        "polls",
        "power",
        "sea",
    ]


def test_the_fresh_feeds_are_split_as_drawn():
    of = halves([t.name for t in FRESH], ("fresh", "kept"))

    assert sorted(name for name, half in of.items() if half == "fresh") == [
        "bribes",
        "cells",
        "courses",
        "elections",
        "exports",
        "fares",
        "headaches",
        "ice",
        "liver",
        "planes",
        "rates",
        "subscribers",
        "visits",
        "votes",
    ]


def test_a_feed_of_the_other_half_cannot_be_named():
    with pytest.raises(SystemExit, match="not in the half work: taxis"):
        chosen("work", ["taxis"])
    with pytest.raises(SystemExit, match="not in the half fresh: rain"):
        chosen("fresh", ["rain"])


def test_no_table_is_used_twice():
    sources = [table.source for table in (*TABLES, *NEWCOMER, *FRESH)]
    names = [table.name for table in (*TABLES, *NEWCOMER, *FRESH)]

    assert len({*sources}) == len(sources)
    assert len({*names}) == len(names)


def test_a_cut_keeps_every_row_in_order_but_a_rest():
    table = pl.DataFrame({"key": ["b", "a", "b", "NA"], "value": ["1", "2", "10", "3"]})

    by_key = files_of(table, Cut("key"))
    by_rows = files_of(table, Cut(rows=3, sort="value"))

    assert [file["value"].to_list() for file in by_key] == [["2"], ["1", "10"]]
    assert [file["value"].to_list() for file in by_rows] == [["1", "2", "3"]]
