"""The page of all runs and that of one run."""

import re

import pytest

from dmaic_assets.reports.page.links import ServedLinks
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.runs.page import runs_page, took
from dmaic_assets.reports.runs.run_page import run_page
from dmaic_assets.reports.views.runs import RunsView, read_run, read_runs
from dmaic_assets_tests.reports.hostile import HELD
from dmaic_assets_tests.work.conftest import Project

LIBRARY = Library("/artifacts/assets/")


def test_runs_stand_newest_first_with_start_finish_status_and_git(hostile: Project) -> None:
    view = read_runs(hostile.platform)
    page = runs_page(view, ServedLinks(), LIBRARY)

    linked = re.findall(r'href="/runs/([^"]+)"', page)
    assert linked == [run.run_id for run in view.runs]
    assert linked == sorted(linked, reverse=True)
    for heading in ("run", "start (UTC)", "finish (UTC)", "status", "git"):
        assert f">{heading}</th>" in page
    assert "succeeded" in page
    assert f"-&gt; {view.runs[0].finished_at:%Y-%m-%dT%H:%M:%SZ}" in page


def test_without_a_run_the_page_says_what_to_do() -> None:
    page = runs_page(RunsView((), is_all=True), ServedLinks(), LIBRARY)

    assert "There was no run yet." in page
    assert "dmaic run-all" in page


def test_a_run_shows_its_files_held_ones_first_with_what_answers_them(hostile: Project) -> None:
    newest = read_runs(hostile.platform).runs[0]
    page = run_page(read_run(hostile.platform, newest.run_id), ServedLinks(), LIBRARY)

    assert HELD.replace("&", "&amp;") in page
    assert "dmaic gate release" in page
    assert "How did its files fare?" in page
    assert "What did the phases do?" in page
    assert 'href="/artifacts/' in page
    assert "@example.com" not in page


@pytest.mark.parametrize(
    ("elapsed_s", "words"),
    [(None, "–"), (0.25, "0.2 s"), (59.9, "59.9 s"), (61, "1 min 01 s"), (7322, "2 h 02 min")],
)
def test_how_long_a_run_took_reads_as_people_say_it(elapsed_s: float | None, words: str) -> None:
    assert took(elapsed_s) == words
