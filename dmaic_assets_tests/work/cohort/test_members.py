"""Which files are judged by each other: those that came at once, before there was a history."""

import pytest

from dmaic_assets.history.baseline import FEWEST_FILES
from dmaic_assets.work.cohort import members
from dmaic_assets.work.cohort.members import FEWEST_OTHERS, cohorts_of, members_of, peers_of
from dmaic_assets_tests.work.conftest import Project, csv_of


def files(*counts: tuple[str, int]) -> list[tuple[str, str]]:
    """So many files for each run, called by it and a number."""
    return [(f"{run}{at}", run) for run, count in counts for at in range(count)]


def test_files_that_come_at_once_to_a_new_source_are_one_cohort() -> None:
    found = cohorts_of(files(("a", 5)), {}, window=60)

    assert {c.members for c in found.values()} == {("a0", "a1", "a2", "a3", "a4")}
    assert set(found) == {"a0", "a1", "a2", "a3", "a4"}


def test_too_few_files_are_judged_one_after_the_other() -> None:
    assert cohorts_of(files(("a", 4)), {}, window=60) == {}


def test_a_trial_with_a_few_files_does_not_spoil_the_first_day() -> None:
    found = cohorts_of(files(("a", 3), ("b", 6)), {}, window=60)

    assert set(found) == {f"b{at}" for at in range(6)}


def test_what_comes_to_a_history_is_judged_by_it() -> None:
    found = cohorts_of(files(("a", 9), ("b", 40)), {}, window=60)

    assert set(found) == {f"a{at}" for at in range(9)}


def test_years_of_files_are_cut_into_cohorts_of_neighbours() -> None:
    found = cohorts_of(files(("a", 150)), {}, window=60)

    cohorts = list(dict.fromkeys(c.members for c in found.values()))
    assert [len(members) for members in cohorts] == [50, 50, 50]
    assert [m for members in cohorts for m in members] == [f"a{at}" for at in range(150)]
    assert {c.first for c in found.values()} == {"a0"}


def test_a_window_that_is_too_short_for_a_cohort_leaves_none() -> None:
    assert cohorts_of(files(("a", 30)), {}, window=3) == {}


def test_a_released_member_changes_what_the_others_depend_on() -> None:
    before = cohorts_of(files(("a", 6)), {}, window=60)["a0"]
    after = cohorts_of(files(("a", 6)), {"a5": (), "elsewhere": ()}, window=60)["a0"]

    assert after.released == ("a5",)
    assert after.version != before.version


def test_planning_counts_as_learning_does() -> None:
    assert FEWEST_OTHERS == FEWEST_FILES


def test_the_files_of_a_first_day_are_asked_for_once_until_another_arrives(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(FEWEST_OTHERS + 1):
        project.drop(f"day_{day}.csv", csv_of(1_000 * day))
    project.run()
    asked: list[str] = []
    ask = members.arrived_together
    monkeypatch.setattr(
        members, "arrived_together", lambda *told: (asked.append(told[2]), ask(*told))[1]
    )
    project.platform.cohorts.keep("let go", None, 1 << 30)
    first_day = list(project.arrivals().values())

    found = [peers_of(project.platform, arrival, {}) for arrival in first_day]

    assert len(asked) == 1
    assert all(peers is not None and peers == found[0] for peers in found)
    assert [m.name for m in members_of(project.platform, found[0])] == [a.name for a in first_day]

    project.drop("day_9.csv", csv_of(9_000))
    project.run()
    asked.clear()

    assert peers_of(project.platform, project.arrivals()["day_9.csv"], {}) is None
    assert peers_of(project.platform, first_day[0], {}) == found[0]
    assert len(asked) == 1
