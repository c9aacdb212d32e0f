"""The overview on a screen and in JSON: what waits for a person, most pressing first.

What belongs here: its form. What waits, `reports.views.overview` says.
"""

from typing import TYPE_CHECKING

from dmaic_assets.cli.console import say
from dmaic_assets.cli.gate.render_verdict import shorten
from dmaic_assets.cli.runs.history_commands import run_document
from dmaic_assets.cli.runs.render_held import group_document, print_groups
from dmaic_assets.cli.runs.tally import tally, tally_of_counts
from dmaic_assets.model import Json
from dmaic_assets.store.codec import to_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dmaic_assets.reports.views.first_steps import FirstStep
    from dmaic_assets.reports.views.overview import OverviewView, SourceStanding

# Groups that `dmaic status` prints; a hundred sources may have more.
SHOWN_GROUPS = 20
# Characters of names of sources in a line.
_NAMES = 80
# Steps of one kind that are printed: the page lists all.
_SHOWN_STEPS = 5
# Words that are too long for the column of words.
_LABELS = {"unpublished": "owed", "overdue": "late", "waiting": "unread"}
# Groups tell these themselves.
_OF_GROUPS = frozenset({"held", "split"})


def status_document(view: "OverviewView") -> dict[str, Json]:
    """Builds the JSON form: sources by name, everything held, and all steps in their order."""
    sources: list[Json] = [_source_document(s, view.at) for s in view.sources_by_name]
    return {
        "project": view.project,
        "sources": sources,
        "totals": to_json(view.totals),
        "steps": to_json(view.steps),
        "groups": [group_document(group) for group in view.held.groups],
        "held": [
            {"source": s.source, "files": s.files, "command": s.command}
            for s in view.held.sources
            if s.files and s.command
        ],
        "held_alike": [hold.document() for hold in view.held.alike],
        "unexplained": list(view.held.unexplained),
        "last_run": run_document(view.last_run) if view.last_run else None,
        "unpublished": list(view.unpublished),
    }


def print_standing(view: "OverviewView") -> None:
    """Prints what waits for a person: groups of held files, then the other steps by kind."""
    print_groups(view.held.groups, shown=SHOWN_GROUPS, rest="dmaic status --json")
    _print_alike(view)
    for kind in dict.fromkeys(step.kind for step in view.steps if step.kind not in _OF_GROUPS):
        _print_steps([step for step in view.steps if step.kind == kind])


def _print_alike(view: "OverviewView") -> None:
    """Names the sources that have perhaps changed for good; their groups have the commands."""
    told = {group.answer.command for group in view.held.groups[:SHOWN_GROUPS]}
    alike = view.held.alike
    for hold in (hold for hold in alike if hold.command not in told):
        say(f"alike  {hold.sentence}", style="yellow")
        say(f"       If that is how it is now: {hold.command}")
    known = [hold.source for hold in alike if hold.command in told]
    if known:
        named = shorten(", ".join(known), width=_NAMES)
        says = "the newest files are held by the same rules; perhaps the source changed for good"
        say(f"alike  {named}: {says}", style="yellow")


def _print_steps(steps: "Sequence[FirstStep]") -> None:
    for step in steps[:_SHOWN_STEPS]:
        whose = f"{step.source}: " if step.source else ""
        say(f"{_LABELS.get(step.kind, step.kind):<7}{whose}{step.says}", style="yellow")
        say(f"       {step.when}{f': {step.command}' if step.command else '.'}")
    if len(steps) > _SHOWN_STEPS:
        say(f"       and {len(steps) - _SHOWN_STEPS} more (--json lists all)", style="dim")


def _source_document(standing: "SourceStanding", now: "datetime") -> Json:
    known = standing.counts
    counts = tally_of_counts(known) if known else tally(standing.source, [])
    return {
        **counts.document(),
        "waiting": known.waiting if known else 0,
        "freshness": standing.arriving.freshness.document(now),
        "newest": to_json(standing.newest),
        "sigma": standing.sigma,
        "open_alarms": standing.open_alarms,
        "worse": list(standing.worse),
    }
