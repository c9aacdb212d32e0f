"""A benchmark is measured once: again only for other code, another machine, or other rows."""

import gzip
import re
from statistics import median

import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.reports.hashmap.source_page import source_page
from dmaic_assets.work.assets.names import (
    HASHMAP_COMPARISON,
    HASHMAP_DNA,
    HASHMAP_PAGE,
    HASHMAP_TRIALS,
    HASHMAP_WORKLOAD,
)
from dmaic_assets.work.laboratory import known
from dmaic_assets.work.laboratory.laboratory import (
    Experiment,
    asked_of,
    known_laboratory,
    page_path,
    work_laboratory,
)
from dmaic_assets.work.laboratory.machine import fingerprint, missing
from dmaic_assets_tests.work.conftest import csv_of, make_project

ALL = (HASHMAP_WORKLOAD, HASHMAP_DNA, HASHMAP_TRIALS, HASHMAP_COMPARISON, HASHMAP_PAGE)
MEASURED = ALL[2:]


def customer(number: int) -> str:
    return f"customer-{number * number % 61:03d}"


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A project with one measured source, and what the laboratory gave."""
    project = make_project(tmp_path_factory.mktemp("laboratory"))
    for day in range(4):
        project.drop(f"{day}.csv", csv_of(1000 * day, kind=customer))
    project.run()
    asked = asked_of(project.platform, "orders", "kind", recompute=False)
    assert known_laboratory(project.platform, asked) is None
    yield project, asked, work_laboratory(project.platform, asked, source_page)
    project.platform.close()


def computed(results):
    return tuple(r.asset for r in results if not r.is_memoized)


def test_a_second_run_executes_nothing(measured):
    project, asked, first = measured

    again = known_laboratory(project.platform, asked)

    assert computed(first) == ALL
    assert [r.version for r in again] == [r.version for r in first]
    assert computed(again) == computed(work_laboratory(project.platform, asked, source_page)) == ()
    assert {r.computed_in_run for r in again} == {asked.cell.run_id}


def test_another_machine_measures_and_keeps_what_it_need_not(measured):
    project, asked, _ = measured
    other = {**fingerprint(), "cpu": "another one"}
    elsewhere = Experiment(asked.cell, column="kind", machine=other)

    found = work_laboratory(project.platform, elsewhere, source_page)

    assert computed(found) == MEASURED
    (trials,) = (r.value for r in found if r.asset == HASHMAP_TRIALS)
    assert all(trial.before is None for trial in trials.trials)
    assert trials.machine == other
    assert computed(known_laboratory(project.platform, asked)) == ()


def test_other_code_measures_again_and_is_held_against_the_last_figure(measured, monkeypatch):
    project, asked, first = measured
    version = known.asset_code
    monkeypatch.setattr(
        known, "asset_code", lambda name: "new" if name == HASHMAP_TRIALS else version(name)
    )

    found = work_laboratory(project.platform, asked, source_page)

    assert HASHMAP_TRIALS in computed(found)
    assert {HASHMAP_WORKLOAD, HASHMAP_DNA}.isdisjoint(computed(found))
    (before,) = (r.value for r in first if r.asset == HASHMAP_TRIALS)
    (after,) = (r.value for r in found if r.asset == HASHMAP_TRIALS)
    assert [t.before for t in after.trials] == [t.fastest for t in before.trials]


def test_a_page_that_is_gone_is_drawn_again_and_nothing_else(measured):
    project, asked, first = measured
    (page,) = (r.value for r in first if r.asset == HASHMAP_PAGE)
    path = project.data / page.ref.path
    path.unlink()

    found = work_laboratory(project.platform, asked, source_page)

    assert computed(found) == (HASHMAP_PAGE,)
    # It is measured anew, so that its content is another.
    (drawn,) = (r.value for r in found if r.asset == HASHMAP_PAGE)
    path = project.data / drawn.ref.path
    assert path.is_file()
    report = page_path(project.platform, "orders")
    shared = (project.data / "artifacts" / "assets").resolve()
    for page in (path, report):
        scripts = re.findall(r'src="([^"]+)"', page.read_text())
        assert {(page.parent / script).resolve().parent for script in scripts} == {shared}
    assert len(report.read_bytes()) < 500_000


def test_the_page_shows_trials_heat_cycles_and_decisions_and_asks_nobody(measured):
    project, _, first = measured
    page = page_path(project.platform, "orders").read_text()
    (trials,) = (r.value for r in first if r.asset == HASHMAP_TRIALS)

    for heading in ("fastest for which use", "hot when", "costs the machine", "map decided"):
        assert heading in page
    assert all(f"{median(t.ns):.1f}" in page for t in trials.trials)
    assert not re.search(r'(src|href)="(?!#|data:|\.\./\.\./artifacts/assets/)', page)
    assert "the project&#39;s secret" in page


def test_no_key_is_written(measured):
    project, _, _ = measured
    written = b""
    for path in (project.data / "artifacts").glob("hashmap_*/*/*"):
        content = path.read_bytes()
        written += gzip.decompress(content) if path.suffix == ".gz" else content

    assert b"distinct" in written
    assert not any(customer(number).encode() in written for number in range(100))


def test_new_rows_are_another_workload(project):
    project.drop("1.csv", csv_of(0, kind=customer))
    project.run()
    work_laboratory(
        project.platform, asked_of(project.platform, "orders", "", recompute=False), source_page
    )
    project.drop("2.csv", csv_of(1000, kind=customer))
    project.run()

    found = work_laboratory(
        project.platform,
        asked_of(project.platform, "orders", "", recompute=False),
        source_page,
    )

    assert computed(found) == ALL
    assert found[0].value.rows == 200
    assert found[0].value.column == "id"


def test_it_stops_where_it_was_asked_to(measured):
    project, asked, _ = measured

    found = work_laboratory(
        project.platform, Experiment(asked.cell, HASHMAP_DNA, "kind"), source_page
    )

    assert [r.asset for r in found] == [HASHMAP_WORKLOAD, HASHMAP_DNA]


def test_without_numba_the_reason_is_said(measured):
    project, asked, _ = measured
    bare = {**fingerprint(), "numba": "none"}

    assert missing() is None
    assert "pip install 'dmaic-assets[hashmaps]'" in (missing(bare) or "")
    with pytest.raises(BadInputError, match="numba"):
        work_laboratory(project.platform, Experiment(asked.cell, machine=bare), source_page)


def test_a_source_without_accepted_rows_is_refused(project):
    with pytest.raises(BadInputError, match="no accepted rows"):
        asked_of(project.platform, "orders", "", recompute=False)
