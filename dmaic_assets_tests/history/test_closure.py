"""Values that come to stay show that a list is open, although none of them is rare."""

from collections.abc import Sequence

import polars as pl
import pytest

from dmaic_assets.history.baseline import History
from dmaic_assets.history.closure import Closure, arrived, closure_of, singles_of
from dmaic_assets_tests.rules.orders import facts_of, judged, learnt

FILES = 24
KNOWN = tuple(f"branch {name}" for name in ("Oslo", "Bergen", "Molde", "Hamar", "Narvik"))
LATE = ("branch Tromso", "branch Alta", "branch Bodo")


def _days(late: Sequence[str], *, every: int = 6) -> list[pl.DataFrame]:
    """From every sixth file on, one branch more opens and stays; a tenth of the rows is new."""
    frames: list[pl.DataFrame] = []
    for day in range(FILES):
        there = late[: max(0, day // every)]
        rows = [KNOWN[(day + i) % len(KNOWN)] for i in range(90)]
        new = [there[i % len(there)] for i in range(10)] if there else []
        frames.append(pl.DataFrame({"branch": [*rows, *new]}))
    return frames


def _closure(frames: Sequence[pl.DataFrame]) -> Closure:
    history = History([facts_of(f, f"{i:064x}") for i, f in enumerate(frames)])
    return closure_of(history.codes("branch"), history)


def test_values_that_came_to_stay_are_counted_by_the_files_that_brought_them() -> None:
    closure = _closure(_days(LATE))

    assert (closure.once, closure.arrivals) == (0, 3)
    assert closure.new_file_rate > 3 / FILES
    assert closure.new_row_rate >= closure.arrival_rows / closure.rows > 0


def test_values_that_are_there_from_the_start_have_not_arrived() -> None:
    closure = _closure(_days(()))

    assert (closure.arrivals, closure.new_file_rate, closure.new_row_rate) == (0, 0.0, 0.0)


def test_a_rare_value_in_files_far_from_each_other_has_not_arrived() -> None:
    frames = _days(())
    for day in (7, 13, 19):
        frames[day] = pl.concat([frames[day], pl.DataFrame({"branch": ["branch Vardo"]})])

    assert _closure(frames).arrivals == 0


def test_only_the_late_values_have_arrived() -> None:
    history = History([facts_of(f, f"{i:064x}") for i, f in enumerate(_days(LATE))])
    codes = history.codes("branch")
    rows = arrived(history.held("branch"), history)[codes.values].nonzero()[0]
    late = {history.series("branch")[int(row)] for row in rows}

    assert late == set(LATE)


@pytest.mark.parametrize(("day", "rate"), [(5, 0.0), (13, 0.1360)])
def test_a_value_that_a_later_file_brought_first_may_have_company(day: int, rate: float) -> None:
    frames = _days(())
    for place in (day, 17, 21):
        rare = pl.DataFrame({"branch": ["branch Vardo"]})
        frames[place] = pl.concat([frames[place], rare])

    closure = _closure(frames)

    assert (closure.once, closure.arrivals) == (0, 0)
    assert closure.new_file_rate == pytest.approx(rate, abs=1e-4)


@pytest.mark.parametrize(
    ("once", "twice", "expected"), [(0, 0, 0.0), (3, 1, 3.0), (0, 5, 2.5), (1, 2, 1.5)]
)
def test_fewer_things_seen_once_than_twice_are_an_accident(
    once: int, twice: int, expected: float
) -> None:
    assert singles_of(once, twice) == expected


def test_the_form_of_names_is_as_sure_as_there_are_names_and_not_rows() -> None:
    people = ["Ada Byron", "Max Born", "A.N. Kolmogorov", "Ole-Johan Dahl"]
    frames: list[pl.DataFrame] = []
    for day in range(FILES):
        people.append(f"{chr(65 + day)}nne {chr(90 - day)}ohl")
        frames.append(pl.DataFrame({"name": [people[i % len(people)] for i in range(90)]}))
    rules = learnt([facts_of(f, f"{i:064x}") for i, f in enumerate(frames)])

    (rule,) = [r for r in rules.rules if r.kind == "shape"]

    assert rule.parameters["pattern"] == "[^0-9]*"
    assert rule.severity == "high"


def test_the_next_branch_is_reported_and_its_rows_are_accepted() -> None:
    rules = learnt([facts_of(f, f"{i:064x}") for i, f in enumerate(_days(LATE))])
    rows = _days(LATE)[-1].get_column("branch").to_list()

    found = judged(pl.DataFrame({"branch": [*rows[:94], *["branch Halden"] * 6]}), rules)

    assert (found.verdict.decision, found.verdict.quarantined) == ("accept", 0)
    assert "branch.in_set" in {v.rule for v in found.verdict.violations}


def test_a_branch_that_never_was_new_is_set_apart() -> None:
    rules = learnt([facts_of(f, f"{i:064x}") for i, f in enumerate(_days(()))])
    rows = _days(())[-1].get_column("branch").to_list()

    found = judged(pl.DataFrame({"branch": [*rows[:84], *["branch Halden"] * 6]}), rules)

    assert found.verdict.quarantined == 6


def test_a_known_name_in_other_case_is_set_apart_where_new_names_come_in_every_file() -> None:
    frames = [
        pl.DataFrame({"name": [f"guest {chr(65 + (day * 5 + i) % 60)}" for i in range(20)] * 5})
        for day in range(FILES)
    ]
    late = frames[0].with_columns(pl.col("name") + pl.lit(" junior"))
    rules = learnt([facts_of(f, f"{i:064x}") for i, f in enumerate([*frames, late])])
    is_cased = pl.int_range(pl.len()) < 4
    upper = pl.col("name").str.to_uppercase()

    found = judged(
        frames[3].with_columns(name=pl.when(is_cased).then(upper).otherwise("name")), rules
    )

    assert "in_set" not in {r.kind for r in rules.rules if r.columns == ("name",)}
    assert (found.verdict.decision, found.verdict.quarantined) == ("quarantine", 4)
