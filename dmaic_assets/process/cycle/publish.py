"""Writes the reports of a run: page, notebooks, timeline, summaries, recursion.

What belongs here: which files there are and when they are written. Their contents are made by
`dmaic_assets.reports`. A file is written atomically, and only when its bytes change.
"""

import hashlib
import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from dmaic_assets.model import ArtifactRef
from dmaic_assets.process.cycle.run_facts import (
    RunOutputs,
    newest_dmaic_run,
    run_figures,
    run_outputs,
)
from dmaic_assets.process.recursion.recursion import recursion_state
from dmaic_assets.reports.dmaic.page import dmaic_page, phases_page
from dmaic_assets.reports.facts import Headline, SourceFacts, headline_of
from dmaic_assets.reports.notebooks import (
    TEMPLATE,
    PhaseNotebook,
    notebook_name,
    phase_notebook,
    template_notebook,
)
from dmaic_assets.reports.page.links import (
    DMAIC_FILE,
    OVERVIEW_FILE,
    FileLinks,
    pages_in,
    phases_file,
)
from dmaic_assets.reports.page.scripts import Library, provide_scripts
from dmaic_assets.reports.recursion_report import (
    DRAWING,
    RecursionReport,
    recursion_drawing,
    recursion_markdown,
)
from dmaic_assets.reports.summary import summary_document, summary_markdown
from dmaic_assets.reports.timeline import RECENT, RunLine, timeline_markdown, timeline_text
from dmaic_assets.store.artifacts import record_artifacts
from dmaic_assets.store.effect_files import write_bytes_if_changed
from dmaic_assets.store.ledger.record.runs import get_run, list_phases, list_runs
from dmaic_assets.work.kept_back.quality_log import sync_shown_mirrors
from dmaic_assets.work.run.platform import Platform

PAGE = DMAIC_FILE
KIND = "report"
_NOTEBOOKS = "notebooks"
_TEMPLATE_FILE = f"{_NOTEBOOKS}/{TEMPLATE}"


@dataclass(frozen=True, slots=True)
class Published:
    """The reports of a run. `files` are relative to the data folder, `written` those that changed.

    `sources` are what the page shows, for a page elsewhere.
    """

    run_id: str
    files: tuple[ArtifactRef, ...]
    written: tuple[str, ...]
    sources: tuple[SourceFacts, ...]

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """The headline of each source, by name."""
        return tuple(headline_of(facts) for facts in self.sources)


def publish(platform: Platform, run_id: str, beside: AbstractSet[str] = frozenset()) -> Published:
    """Writes the reports of any run from what the ledger and the artifacts have of it.

    The page and summary.md show the newest run and stay when an older one is published again.

    Args:
        platform: The stores.
        run_id: The run.
        beside: Pages that are about to be written beside these, below data/reports.

    Raises:
        BadInputError: There is no such run.
        StoreError: A folder refuses, or an artifact is gone.
        InvariantError: An artifact was changed.
    """
    # Notebooks read the mirrors, which do not have the phases yet.
    sync_shown_mirrors(platform)
    outputs = run_outputs(platform, run_id)
    contents = {
        f"json/summary-{run_id}.json": _summary_json(platform, run_id),
        **_notebooks(platform, outputs),
        **timeline_files(platform),
        **_recursion(platform),
    }
    if _is_newest(platform, run_id):
        provide_scripts(platform.paths.artifacts)
        contents |= _pages(platform, outputs, beside)
        contents |= _summary(platform, outputs)
    files, written = _write(platform, contents)
    record_artifacts(platform.ledger, run_id, KIND, files)
    return Published(run_id, files, written, outputs.sources)


def _pages(platform: Platform, outputs: RunOutputs, beside: AbstractSet[str]) -> dict[str, str]:
    """The page of all sources and one for each, by file name."""
    files = {facts.source: phases_file(facts.source) for facts in outputs.sources}
    # Every run that did something writes the overview, behind these pages.
    pages = pages_in(platform.paths.reports) | {OVERVIEW_FILE, PAGE, *files.values()} | beside
    first = FileLinks(PAGE, pages)
    made = {PAGE: dmaic_page(outputs.sources, first, Library(first.scripts()))}
    for facts in outputs.sources:
        links = FileLinks(files[facts.source], pages)
        made[files[facts.source]] = phases_page(facts, links, Library(links.scripts()))
    return made


def notebooks_of(platform: Platform, published: Published) -> tuple[Path, ...]:
    """The notebooks of a published run, in the order of its phases; the template is none."""
    folder = platform.paths.reports / _NOTEBOOKS
    phases = list_phases(platform.ledger, published.run_id)
    return tuple(folder / notebook_name(published.run_id, phase.phase) for phase in phases)


def publish_timeline(platform: Platform) -> str:
    """Writes the timeline of all runs, and gives it as text.

    Raises:
        StoreError: The folder refuses.
    """
    contents = timeline_files(platform)
    _write(platform, contents)
    return contents["timeline.txt"]


def timeline_files(platform: Platform) -> dict[str, str]:
    """The timeline as text and as Markdown, by file name."""
    runs = _run_lines(platform)
    return {"timeline.txt": timeline_text(runs), "timeline.md": timeline_markdown(runs)}


def _run_lines(platform: Platform, limit: int | None = None) -> list[RunLine]:
    return [
        RunLine(r.run_id, r.started_at, r.finished_at, r.status)
        for r in list_runs(platform.ledger, limit)
    ]


def _is_newest(platform: Platform, run_id: str) -> bool:
    newest = newest_dmaic_run(platform)
    if newest is None:
        return True
    ledger = platform.ledger
    return get_run(ledger, run_id).started_at >= get_run(ledger, newest).started_at


def _summary_json(platform: Platform, run_id: str) -> str:
    document = summary_document(run_figures(platform, run_id))
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _summary(platform: Platform, outputs: RunOutputs) -> dict[str, str]:
    headlines = [headline_of(facts) for facts in outputs.sources]
    recent = timeline_text(_run_lines(platform, RECENT))
    figures = run_figures(platform, outputs.run_id)
    return {"summary.md": summary_markdown(figures, headlines, recent)}


def _notebooks(platform: Platform, outputs: RunOutputs) -> dict[str, str]:
    run = get_run(platform.ledger, outputs.run_id)
    books = {
        notebook_name(run.run_id, phase.phase): phase_notebook(
            PhaseNotebook(
                run_id=run.run_id,
                phase=phase.phase,
                inputs_hash=phase.inputs_hash or "",
                config_hash=run.config_hash,
                outputs=_paths(outputs.outputs.get(phase.phase, {})),
            )
        )
        for phase in list_phases(platform.ledger, run.run_id)
    }
    books[TEMPLATE] = template_notebook()
    return {f"{_NOTEBOOKS}/{name}": text for name, text in books.items()}


def _paths(refs: Mapping[str, ArtifactRef]) -> dict[str, str]:
    return {source: ref.path for source, ref in refs.items()}


def _recursion(platform: Platform) -> dict[str, str]:
    ids = (run.recursion_id for run in list_runs(platform.ledger, None))
    newest = next((found for found in ids if found), None)
    if newest is None:
        return {}
    state = recursion_state(platform, newest)
    runs = {r.run_id: point.key for r, point in zip(state.runs, state.points, strict=True)}
    report = RecursionReport(newest, runs, state.stop.reason, state.stop.is_stop)
    return {"recursion.md": recursion_markdown(report), DRAWING: recursion_drawing(report)}


def _write(
    platform: Platform, contents: Mapping[str, str]
) -> tuple[tuple[ArtifactRef, ...], tuple[str, ...]]:
    folder = platform.paths.reports
    files: list[ArtifactRef] = []
    written: list[str] = []
    for name, text in contents.items():
        content = text.encode()
        if name == _TEMPLATE_FILE and (folder / name).is_file():
            # It is there to be edited: what somebody made of it is theirs.
            continue
        digest = hashlib.sha256(content).hexdigest()
        path = f"{folder.relative_to(platform.paths.data).as_posix()}/{name}"
        files.append(ArtifactRef(KIND, path, digest, len(content)))
        if write_bytes_if_changed(folder / name, content):
            written.append(name)
    return tuple(files), tuple(written)
