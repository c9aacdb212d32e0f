"""Writes the pages that stand beside the reports of a run: sources, their files, fleet and runs.

What belongs here: which pages there are and what each is made from. They show how things stand, not
what one run came to. A page is written only when its bytes change; one that nothing is shown on any
more is taken away.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from dmaic_assets.errors import DmaicError
from dmaic_assets.reports.fleet.page import fleet_page
from dmaic_assets.reports.page.links import (
    FLEET_FILE,
    OVERVIEW_FILE,
    RUNS_FILE,
    FileLinks,
    file_file,
    pages_in,
    run_file,
    source_file,
)
from dmaic_assets.reports.page.scripts import Library, provide_scripts
from dmaic_assets.reports.runs.page import runs_page
from dmaic_assets.reports.runs.run_page import run_page
from dmaic_assets.reports.source.file_page import file_page
from dmaic_assets.reports.source.page import source_page
from dmaic_assets.reports.views.fleet import read_fleet
from dmaic_assets.reports.views.periods import read_periods
from dmaic_assets.reports.views.quality_matrix import read_quality
from dmaic_assets.reports.views.runs import RunsView, read_run, read_runs
from dmaic_assets.reports.views.source.file import read_file
from dmaic_assets.reports.views.source.known import Known
from dmaic_assets.reports.views.source.view import SourceView, read_source
from dmaic_assets.store.effect_files import write_bytes_if_changed
from dmaic_assets.store.ledger.record.file_queries import newest_sequences
from dmaic_assets.work.run.platform import Platform

# Runs on the page of runs: some months of hourly ones.
_MOST_RUNS = 2_000
# Runs that have a page as a file, the newest: the server has one for each.
_MOST_RUN_PAGES = 20
# The folders that only this module writes into.
_OWN = ("sources", "runs")
OnPage: TypeAlias = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages below data/reports: all of them, those written now, and those taken away."""

    files: tuple[str, ...]
    written: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class PagePlan:
    """The pages that there are to be, below data/reports, and the views that they are made from."""

    files: frozenset[str]
    known: Known
    views: Sequence[SourceView]
    runs: RunsView

    @property
    def has_files(self) -> bool:
        """Whether any file was judged, so that there is something to show."""
        return any(view.totals.files for view in self.views)


def plan_pages(platform: Platform) -> PagePlan:
    """Reads what the pages of sources, of held and split files, of fleet and runs show."""
    known = Known(platform)
    views = [read_source(platform, name, known=known) for name in _sources(platform)]
    runs = read_runs(platform, limit=_MOST_RUNS)
    own = {FLEET_FILE, RUNS_FILE, *(run_file(run.run_id) for run in runs.runs[:_MOST_RUN_PAGES])}
    own |= {file for view in views for file in _files_of(view)}
    return PagePlan(frozenset(own), known, views, runs)


def write_pages(
    platform: Platform, plan: PagePlan, on_page: OnPage = lambda _done, _total, _file: None
) -> Pages:
    """Writes the planned pages; those of others beside them are linked to.

    Args:
        platform: The stores.
        plan: The pages.
        on_page: Hears of each page as it is made: how many were, of how many, and which it is.

    Raises:
        StoreError: A folder refuses.
    """
    folder = platform.paths.reports
    provide_scripts(platform.paths.artifacts)
    others = {page for page in pages_in(folder) if page.partition("/")[0] not in _OWN}
    # The overview leads to all others and is written last.
    others.add(OVERVIEW_FILE)
    written: list[str] = []
    for done, (file, text) in enumerate(_made(platform, plan, plan.files | others)):
        on_page(done, len(plan.files), file)
        if write_bytes_if_changed(folder / file, text.encode()):
            written.append(file)
    removed = tuple(_removed(folder, plan.files))
    return Pages(tuple(sorted(plan.files)), tuple(written), removed)


def _sources(platform: Platform) -> list[str]:
    declared = (source.name for source in platform.settings.sources)
    return sorted({*newest_sequences(platform.ledger), *declared})


def _files_of(view: SourceView) -> Iterator[str]:
    yield source_file(view.source)
    for held in view.held.files:
        yield file_file(view.source, held.line.sha256)


def _made(platform: Platform, plan: PagePlan, every: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each page with its bytes, one after the other: no more than one is held in memory."""
    known, runs = plan.known, plan.runs
    for view in plan.views:
        at = source_file(view.source)
        yield at, source_page(view, *_place(at, every))
        yield from _held_files(platform, known, view, every)
    fleet, quality = read_fleet(platform, known=known), read_quality(platform, known=known)
    yield FLEET_FILE, fleet_page(fleet, quality, read_periods(platform), *_place(FLEET_FILE, every))
    yield RUNS_FILE, runs_page(runs, *_place(RUNS_FILE, every))
    for run in runs.runs[:_MOST_RUN_PAGES]:
        at = run_file(run.run_id)
        yield at, run_page(read_run(platform, run.run_id), *_place(at, every))


def _held_files(
    platform: Platform, known: Known, view: SourceView, every: frozenset[str]
) -> Iterator[tuple[str, str]]:
    for held in view.held.files:
        at, sha256 = file_file(view.source, held.line.sha256), held.line.sha256
        # A file whose bytes somebody took away has no rows to show, and no page.
        with suppress(DmaicError):
            file = read_file(platform, view.source, sha256, known=known, rule=None)
            yield at, file_page(file, *_place(at, every))


def _place(at: str, every: frozenset[str]) -> tuple[FileLinks, Library]:
    links = FileLinks(at, every)
    return links, Library(links.scripts())


def _removed(folder: Path, own: AbstractSet[str]) -> Iterator[str]:
    """Takes away pages of sources, files and runs that nobody shows any more."""
    for path in sorted(page for place in _OWN for page in (folder / place).rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        if name not in own:
            path.unlink(missing_ok=True)
            yield name
