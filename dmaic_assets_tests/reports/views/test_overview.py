"""The overview puts every source's standing side by side, those that need a person first."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dmaic_assets.reports.views.overview import OverviewView, read_overview
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.ledger.record.metrics import record_metrics
from dmaic_assets_tests.reports.views.made_ledger import (
    file_verdict,
    fill,
    judged_run,
    statements_of,
)
from dmaic_assets_tests.work.conftest import Project, make_project
from dmaic_assets_tests.work.state.test_hold_groups import violation

UNITS = violation("price.distribution", "unit change")


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A declared source without files, a fine one, one that got worse, and one with a held file."""
    project = make_project(tmp_path_factory.mktemp("fleet"))
    (project.root / "config" / "sources.yaml").write_text(
        "sources:\n  - {name: late, owner: kim, schedule: daily, criticality: critical}\n"
        "  - {name: never}\n",
        encoding="utf-8",
    )
    project.reload()
    judged_run(project.platform, [file_verdict("late", 0), file_verdict("fine", 0)])
    scores = [1.0, 0.99, 1.0, 0.98, 1.0, 0.99, 1.0, 0.9, 0.91, 0.9]
    worse = [file_verdict("worse", n, score=score) for n, score in enumerate(scores)]
    runs = [judged_run(project.platform, worse)]
    held = file_verdict("held", 0, "reject", UNITS)
    runs.append(judged_run(project.platform, [held]))
    for run_id, sigma in zip(runs, (4.5, 3.5), strict=True):
        metrics = {"sigma": sigma, "sigma_se": 0.1}
        record_metrics(project.platform.ledger, run_id, "measure", "worse", metrics)
    (project.data / "incoming" / "folder").mkdir(parents=True)
    yield project
    project.platform.close()


@pytest.fixture(scope="module")
def seen(fleet: Project) -> OverviewView:
    """What the overview says two days later."""
    object.__setattr__(fleet.platform, "clock", _later(fleet))
    return read_overview(fleet.platform)


def _later(fleet: Project):
    now = fleet.platform.clock()
    return lambda: now + timedelta(days=2)


def test_sources_that_need_a_person_come_first(seen: OverviewView) -> None:
    assert [s.source for s in seen.sources] == ["held", "late", "worse", "fine", "folder", "never"]
    assert [(s.kind, s.source) for s in seen.steps] == [
        ("held", "held"),
        ("overdue", "late"),
        ("worse", "worse"),
        ("worse", "worse"),
    ]
    assert [s.source for s in seen.sources_by_name][:2] == ["fine", "folder"]


def test_it_says_whether_everything_arrived(seen: OverviewView) -> None:
    arriving = {s.source: s.arriving for s in seen.sources}

    assert {name: a.state for name, a in arriving.items()} == {
        "held": "nothing expected",
        "late": "overdue",
        "worse": "nothing expected",
        "fine": "nothing expected",
        "folder": "no file yet",
        "never": "no file yet",
    }
    assert arriving["late"].overdue_s > 0
    assert (seen.totals.expected, seen.totals.overdue) == (1, 1)
    (late,) = [step for step in seen.steps if step.kind == "overdue"]
    assert (late.when, late.command) == ("Ask kim where it is", None)


def test_it_says_what_gets_worse_and_by_how_much(seen: OverviewView) -> None:
    (worse,) = [s for s in seen.sources if s.worse]

    assert (
        worse.worse[0]
        == "the newest 3 files that were let in score 90.3, all lower than the 7 before"
    )
    assert worse.worse[1].startswith("the sigma level fell from 4.50 to 3.50 in run ")
    assert (worse.sigma, len(worse.scores)) == (3.5, 10)
    assert seen.totals.worse == 1


def test_totals_are_those_of_the_sources(seen: OverviewView) -> None:
    totals = seen.totals

    assert (totals.sources, totals.files, totals.held, totals.split) == (6, 13, 1, 0)
    assert (totals.rows, totals.accepted, totals.waiting) == (1300, 1200, 0)
    assert seen.last_run is not None
    assert seen.last_run.counts.reject == 1


def test_it_is_spelled_as_json(seen: OverviewView) -> None:
    document = to_json(seen)

    assert isinstance(document, dict)
    assert document["project"] == seen.project
    assert isinstance(held := document["held"], dict)
    assert isinstance(groups := held["groups"], list)
    assert len(groups) == 1


def test_files_that_are_held_make_no_source_worse(tmp_path) -> None:
    project = make_project(tmp_path)
    fine = [file_verdict("orders", n) for n in range(7)]
    low = [file_verdict("orders", n, "reject", UNITS, score=0.5) for n in range(7, 10)]
    judged_run(project.platform, [*fine, *low])

    found = read_overview(project.platform)

    assert [step.kind for step in found.steps] == ["held"]
    assert [hold.source for hold in found.held.alike] == ["orders"]
    project.platform.close()


def test_an_empty_project_has_nothing_to_say(tmp_path) -> None:
    project = make_project(tmp_path)

    found = read_overview(project.platform)

    assert (found.sources, found.steps, found.last_run) == ((), (), None)
    assert (found.totals.files, found.totals.score) == (0, None)
    assert found.held.sentence == "nothing is held"
    project.platform.close()


def test_more_sources_and_files_cost_no_statement(tmp_path_factory) -> None:
    counts: list[int] = []
    for sources, files in ((2, 10), (8, 40)):
        project = make_project(tmp_path_factory.mktemp("many"))
        fill(project.platform, sources=sources, files=files)
        with statements_of(project.platform) as said:
            found = read_overview(project.platform)
        assert found.totals.held == sources * files // 10
        counts.append(len(said))
        project.platform.close()

    assert counts[0] == counts[1]
