"""The page of one run: its files, what was held with the command that answers it, its outputs.

What belongs here: putting the view into the template.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dmaic_assets.model import Decision
from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.page.rendering import macro
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.page.shell import GroupLine, Page, page_html
from dmaic_assets.reports.runs.page import moment, took
from dmaic_assets.reports.source.held_part import state_badge
from dmaic_assets.reports.views.runs import RunArtifact, RunFile, RunView
from dmaic_assets.reports.wording import NOTHING, figure, sigma
from dmaic_assets.store.ledger.record.files import Disposition
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.state.hold_answers import Answer
from dmaic_assets.work.state.hold_groups import Group

# Groups of held files: what is beyond asks no one first.
_MOST_GROUPS = 20
# Files and outputs listed: a first day may have thousands, and --json has all.
_MOST_FILES = 1_000
_MOST_OUTPUTS = 400
# Broken rules named of a file.
_MOST_RULES = 3
_DISPOSITIONS: Mapping[Decision, Disposition] = {
    "accept": "accepted",
    "quarantine": "quarantine",
    "reject": "rejected",
}


@dataclass(frozen=True, slots=True)
class RunShown:
    """What the template takes."""

    status: str
    relation: str
    cards: Sequence[tuple[str, ...]]
    groups: Sequence[GroupLine]
    failed: Sequence[Sequence[str]]
    files: Sequence[Sequence[str]]
    phases: Sequence[Sequence[str]]
    artifacts: Sequence[Sequence[str]]


def run_page(view: RunView, links: Links, library: Library) -> str:
    """Builds the page.

    Args:
        view: The run.
        links: Where other pages are.
        library: How the page brings its script; it has no chart.
    """
    run = view.run
    finish = "still at work" if run.finished_at is None else f"to {moment(run.finished_at)}"
    lead = f"From {moment(run.started_at)} {finish} (UTC), git {run.git_sha or 'not known'}."
    odd = [*view.odd_files, *(f for f in view.files if f.decision == "accept")]
    shown = RunShown(
        status=run.status,
        relation=_relation(view),
        cards=_cards(view),
        groups=[_group(g, links) for g in view.groups[:_MOST_GROUPS]],
        failed=[(f.file, figure(f.attempts), f.why, f"{f.task_id}") for f in view.failed],
        files=[_file(file, links) for file in odd[:_MOST_FILES]],
        phases=[(p.phase, macro("state")(p.status), took(p.elapsed_s)) for p in view.phases],
        artifacts=[_artifact(a, links) for a in view.artifacts[:_MOST_OUTPUTS]],
    )
    page = Page(f"Run {run.run_id}", links, library, here="Runs", lead=lead)
    return page_html("runs/run.html.j2", page, r=shown)


def _relation(view: RunView) -> str:
    run = view.run
    told = [run.why] if run.why else []
    told += [f"called {', '.join(run.tags)}"] if run.tags else []
    told += [f"a branch of {run.branch_of}"] if run.branch_of else []
    if run.iteration is not None:
        told.append(f"number {run.iteration} of recursion {run.recursion_id}")
    if run.parent:
        told.append(f"after {run.parent}")
    return ", ".join(told)


def _cards(view: RunView) -> list[tuple[str, ...]]:
    counts, run = view.run.counts, view.run
    score = NOTHING if counts.score is None else f"{100 * counts.score:.2f}"
    cards: list[tuple[str, ...]] = [
        (took(run.elapsed_s), "took"),
        (figure(counts.files), "files judged"),
        (figure(counts.reject), "held", "bad" if counts.reject else ""),
        (figure(counts.quarantine), "split", "warn" if counts.quarantine else ""),
        (figure(counts.rows), "rows"),
        (score, "score of 100"),
    ]
    return cards if run.sigma is None else [*cards, (sigma(run.sigma), "sigma level")]


def _group(group: Group, links: Links) -> GroupLine:
    """A group with the command that answers it now; no values, which stand on the file's page."""
    held = len(group.held)
    likely = f"Likely: {group.cause}. " if group.cause else ""
    return GroupLine(
        tone="bad" if held else "warn",
        word="held" if held else "split",
        heading=f"{group.source}: {group.rule}",
        count=f"{plural(len(group.files), 'file')}, {plural(group.rows, 'row')}",
        detail=f"{likely}{_leading(group.answer)}",
        command=group.answer.command or "",
        address=links.source(group.source) or "",
    )


def _leading(answer: Answer) -> str:
    """What is said of the answer: it leads to its command, or is a sentence of its own."""
    return f"{answer.says}:" if answer.command else f"{answer.says}."


def _file(file: RunFile, links: Links) -> Sequence[str]:
    more = len(file.broken) - _MOST_RULES
    broken = ", ".join(file.broken[:_MOST_RULES]) + (f" and {more} more" if more > 0 else "")
    return (
        macro("link")(file.source, links.source(file.source)),
        macro("link")(file.name, links.file(file.source, file.sha256)),
        state_badge(_DISPOSITIONS[file.decision]),
        figure(file.rows),
        figure(file.accepted),
        figure(file.quarantined),
        NOTHING if file.score is None else f"{100 * file.score:.2f}",
        broken or NOTHING,
    )


def _artifact(artifact: RunArtifact, links: Links) -> Sequence[str | Markup]:
    shown = macro("link")(artifact.path, links.artifact(artifact.path))
    return (artifact.phase, artifact.source, artifact.kind, shown, figure(artifact.size_bytes))
