"""A change of settings takes accepted rows away only with a yes, and `plan` tells it before."""

import pytest

from dmaic_assets.errors import PolicyError
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.failed_files import refusal_of_files
from dmaic_assets_tests.work.conftest import Project, csv_of


def configure(project: Project, sources: str = "sources: []\n", thresholds: str = "") -> None:
    (project.root / "config" / "sources.yaml").write_text(sources)
    if thresholds:
        (project.root / "config" / "thresholds.yaml").write_text(thresholds)
    project.reload()


def settled(project: Project) -> None:
    for number in range(3):
        project.drop(f"day{number}.csv", csv_of(number * 1000))
    project.run()
    assert len(project.accepted_ids()) == 300


@pytest.mark.parametrize(
    "entry",
    [
        "read: {delimiter: ';'}",
        "read: {skip_lines: 50}",
        "read: {skip_lines: 5000}",
        "read: {has_header: false}",
        "types: {kind: integer}",
        "primary_key: [kind]",
        "primary_key: [kidn]",
    ],
)
def test_settings_that_would_take_rows_away_move_nothing_without_a_yes(
    project: Project, entry: str
) -> None:
    settled(project)
    configure(project, f"sources:\n  - {{name: orders, {entry}}}\n")

    plan = project.plan()
    result = project.run()

    assert {(each.rows, "only with a yes" in each.why) for each in plan.leaving} == {(100, True)}
    assert len(plan.leaving) == 3
    assert result is not None
    refusal = refusal_of_files(project.platform, result.run_id)
    assert isinstance(refusal, PolicyError)
    assert "rows would leave the warehouse, since settings changed (" in refusal.culprit
    assert "--force" in refusal.fix
    assert len(project.accepted_ids()) == 300
    assert len(list((project.data / "incoming" / "orders").iterdir())) == 3
    assert {a.disposition for a in project.arrivals().values()} == {"accepted"}


def test_with_a_yes_they_leave(project: Project) -> None:
    settled(project)
    configure(project, "sources:\n  - {name: orders, read: {skip_lines: 5000}}\n")
    wanted = RunRequest(sources=("orders",), force=True)

    plan = project.plan(wanted)
    result = project.run(wanted)

    assert all(f.stake is None for f in plan.files)
    assert result is not None
    assert not result.errors
    assert project.accepted_ids() == []


def test_the_old_settings_make_all_known_again(project: Project) -> None:
    settled(project)
    configure(project, "sources:\n  - {name: orders, read: {skip_lines: 5000}}\n")
    project.run()

    configure(project)

    assert project.run() is None
    assert len(project.accepted_ids()) == 300


def test_settings_that_take_nothing_away_need_no_yes(project: Project) -> None:
    settled(project)
    configure(
        project,
        "sources:\n  - {name: orders, primary_key: [id], read: {delimiter: ','}}\n",
        "overall: 90\n",
    )

    result = project.run()

    assert result is not None
    assert not result.errors
    assert len(project.accepted_ids()) == 300


def test_a_file_that_is_new_under_the_settings_is_judged_by_them(project: Project) -> None:
    settled(project)
    configure(project, "sources:\n  - {name: orders, read: {delimiter: ';'}}\n")
    project.drop("new.csv", csv_of(9000))

    project.run()

    assert project.arrivals()["new.csv"].disposition == "rejected"
    assert len(project.accepted_ids()) == 300
