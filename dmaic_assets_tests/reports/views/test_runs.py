"""Runs as people look at them: newest first, and one with its files, groups and outputs."""

from collections.abc import Iterator

import pytest

from dmaic_assets.reports.views.runs import read_run, read_runs
from dmaic_assets.store.ledger.record.files import settle
from dmaic_assets_tests.reports.views.made_ledger import (
    file_verdict,
    judged_run,
    settlement,
    statements_of,
)
from dmaic_assets_tests.work.conftest import Project, make_project
from dmaic_assets_tests.work.state.test_hold_groups import FLOOD, UNITS


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Two runs; of the second one file was released since, and one was not."""
    made = make_project(tmp_path_factory.mktemp("runs"))
    judged_run(made.platform, [file_verdict("orders", n) for n in range(4)])
    odd = [file_verdict("orders", 5, "reject", UNITS), file_verdict("orders", 6, "reject", FLOOD)]
    run_id = judged_run(made.platform, [file_verdict("orders", 4), *odd])
    _, was = odd[0]
    _, fine = file_verdict("orders", 5)
    settle(made.platform.ledger, "orders", was.file_sha256, settlement(fine, run_id))
    yield made
    made.platform.close()


def test_runs_are_listed_newest_first_and_said_to_be_all(project: Project) -> None:
    every, one = read_runs(project.platform), read_runs(project.platform, limit=1)

    assert [run.counts.files for run in every.runs] == [3, 4]
    assert (every.is_all, one.is_all, len(one.runs)) == (True, False, 1)
    assert one.runs[0].elapsed_s is not None
    assert one.runs[0].sigma is None


def test_a_run_has_its_files_and_the_rules_that_they_broke(project: Project) -> None:
    newest = read_runs(project.platform, limit=1).runs[0].run_id

    view = read_run(project.platform, newest)

    assert [(f.name, f.decision, f.broken) for f in view.files] == [
        ("0004.csv", "accept", ()),
        ("0005.csv", "reject", ("price.distribution",)),
        ("0006.csv", "reject", ("price.null_share",)),
    ]
    assert [f.name for f in view.odd_files] == ["0005.csv", "0006.csv"]


def test_only_what_is_still_held_has_a_command(project: Project) -> None:
    newest = read_runs(project.platform, limit=1).runs[0].run_id

    answers = {g.rule: g.answer.command for g in read_run(project.platform, newest).groups}

    assert answers == {
        "price.distribution": None,
        "price.null_share": "dmaic gate release orders/0006.csv --reason TEXT",
    }


def test_a_run_costs_as_many_statements_as_it_has_kinds_of_things(project: Project) -> None:
    few, many = read_runs(project.platform).runs[::-1]
    counts: list[int] = []
    for run in (few, many):
        with statements_of(project.platform) as said:
            read_run(project.platform, run.run_id)
        counts.append(len(said))

    # What is held now is asked only where a run held something.
    assert counts == [6, 10]
