"""The first day of a source: its history is dropped at once, and judged by itself."""

from collections.abc import Callable

import polars as pl
import pytest

from dmaic_assets.rules.people import Signature
from dmaic_assets.store.ledger.record.files import arrivals
from dmaic_assets.work.people.release import find_held, write_release
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run, work_run
from dmaic_assets.work.run.watch import Progress
from dmaic_assets_tests.work.conftest import Project, csv_of

FILES = 12


def amounts(day: int, *, factor: float = 1.0) -> Callable[[int], object]:
    """Amounts of a day: around 50, in no order, and every day others."""
    return lambda n: f"{factor * (20 + (n * 7919 + day * 104729) % 601 / 10):.1f}"


def drop_days(project: Project, **odd: str) -> None:
    """Drops all days at once; `odd` has the text of some of them, as `day_3`."""
    for day in range(FILES):
        text = odd.get(f"day_{day}", csv_of(1_000 * day, amount=amounts(day)))
        project.drop(f"day_{day:02}.csv", text)


def decisions(project: Project) -> dict[str, str]:
    return {name: arrival.disposition for name, arrival in sorted(project.arrivals().items())}


def held(project: Project) -> list[str]:
    return [name for name, what in decisions(project).items() if what != "accepted"]


def test_two_files_in_another_unit_are_held_though_one_is_the_first(project: Project) -> None:
    cents = {f"day_{d}": csv_of(1_000 * d, amount=amounts(d, factor=100)) for d in (0, 7)}
    drop_days(project, **cents)

    project.run()

    assert held(project) == ["day_00.csv", "day_07.csv"]
    assert decisions(project)["day_07.csv"] == "rejected"


def test_a_second_run_has_nothing_to_do_and_a_later_file_meets_the_history(
    project: Project,
) -> None:
    drop_days(project)
    project.run()
    assert held(project) == []
    assert project.plan().is_empty

    project.drop("day_90.csv", csv_of(90_000, amount=amounts(90)))
    project.drop("day_91.csv", csv_of(91_000, amount=amounts(91, factor=100)))
    result = project.run()

    assert result is not None
    assert [(v.decision, v.baseline_files) for cell in result.cells for v in cell.verdicts] == [
        ("accept", FILES),
        ("reject", FILES + 1),
    ]


def test_a_history_of_two_levels_is_not_held(project: Project) -> None:
    later = {f"day_{d}": csv_of(1_000 * d, amount=amounts(d, factor=2)) for d in range(8, FILES)}
    drop_days(project, **later)

    project.run()

    assert held(project) == []


def test_a_release_lets_its_likes_pass_and_the_damaged_one_stays(project: Project) -> None:
    odd = {f"day_{d}": csv_of(1_000 * d, amount=amounts(d, factor=3)) for d in (10, 11)}
    odd["day_4"] = csv_of(4_000, kind=lambda _: "")
    drop_days(project, **odd)
    project.run()
    assert held(project) == ["day_04.csv", "day_10.csv", "day_11.csv"]

    ada = Signature("2026-11-25T12:00:00+00:00", "ada", "prices rose")
    write_release(project.platform, find_held(project.platform, "day_11.csv"), ada)
    project.run()

    assert held(project) == ["day_04.csv"]
    assert project.plan().is_empty


def test_codes_that_most_files_have_among_numbers_are_part_of_the_column(
    project: Project,
) -> None:
    for day in range(FILES):
        number = amounts(day)
        project.drop(
            f"day_{day:02}.csv",
            csv_of(1_000 * day, amount=lambda n, of=number: "10+" if n % 25 == 3 else of(n)),
        )

    project.run()

    assert held(project) == []
    rows = pl.read_parquet(next((project.data / "warehouse").glob("accepted/orders/*.parquet")))
    assert rows["amount"].to_list().count("10+") == 4


def test_an_unreadable_file_is_held_and_no_model_for_the_others(project: Project) -> None:
    drop_days(project, day_2="")

    project.run()

    assert held(project) == ["day_02.csv"]


def test_what_was_learnt_is_not_learnt_again_by_a_run_that_takes_over(project: Project) -> None:
    drop_days(project)
    project.run()
    artifacts = sorted((project.data / "artifacts").rglob("*"))
    written = {p: p.stat().st_mtime_ns for p in artifacts if p.is_file()}
    # As after a crash: the ledger has lost what became of the files, and not what was learnt.
    source = arrivals(project.platform.ledger, ["orders"])
    assert len({a.run_id for a in source}) == 1
    for path in (project.data / "warehouse").glob("accepted/orders/*.parquet"):
        path.unlink()

    project.run()

    now = {p: p.stat().st_mtime_ns for p in written if "cohort" in str(p)}
    assert now
    assert all(written[path] == at for path, at in now.items())
    assert held(project) == []


def again(day: int, *, without: int = 0, ending: str = "\n") -> str:
    """The rows of a day as they were, of which the first so many may lack; other bytes."""
    head, *rows = csv_of(1_000 * day, amount=amounts(day)).splitlines()
    return ending.join((head, *rows[without:], ""))


@pytest.mark.parametrize("second", [7, 8])
def test_stale_copies_that_vouch_for_each_other_are_held_and_the_first_stays(
    project: Project, second: int
) -> None:
    # The same rows as on day 2, once with other line ends and once less nine rows.
    drop_days(project, day_5=again(2, ending="\r\n"), **{f"day_{second}": again(2, without=9)})

    result = project.run()

    assert held(project) == ["day_05.csv", f"day_{second:02}.csv"]
    assert result is not None
    verdicts = [v for cell in result.cells for v in cell.verdicts if v.decision == "reject"]
    first = project.arrivals()["day_02.csv"].sha256[:12]
    assert {v.violations[0].cause for v in verdicts} == {f"delivered again (file {first})"}


@pytest.mark.parametrize(("first", "second"), [(6, 7), (2, 7), (0, 11)])
def test_of_two_files_alike_the_later_one_is_held(
    project: Project, first: int, second: int
) -> None:
    drop_days(project, **{f"day_{second}": again(first, ending="\r\n")})

    project.run()

    assert held(project) == [f"day_{second:02}.csv"]


def test_of_three_copies_among_few_files_two_are_held(project: Project) -> None:
    for day in range(5):
        project.drop(f"day_{day}.csv", csv_of(1_000 * day, amount=amounts(day)))
    project.drop("day_5.csv", again(3, ending="\r\n"))
    project.drop("day_6.csv", again(3, without=1))

    project.run()

    assert held(project) == ["day_5.csv", "day_6.csv"]


def test_what_is_done_before_the_first_file_is_judged_is_told(project: Project) -> None:
    drop_days(project)
    told: list[Progress] = []

    run_id = open_run(project.platform, project.plan(), RunRequest())
    work_run(project.platform, run_id, workers=2, on_progress=told.append)

    before = [now.name for now in told if now.done == 0]
    assert before
    assert all(name.startswith("orders: ") for name in before)
    assert {now.total for now in told} == {FILES}
    assert told[-1].done == FILES


def test_files_that_repeat_their_rows_as_a_rule_are_not_held(project: Project) -> None:
    # A list that changes once a quarter and is delivered every month.
    same = {
        f"day_{d}": again(d - d % 3, ending="\n" if d % 3 == 1 else "\r\n")
        for d in range(FILES)
        if d % 3
    }
    drop_days(project, **same)

    project.run()

    assert held(project) == []
