"""The timeline of runs: one line each, oldest first, as plain text and as Markdown.

What belongs here: its form. Times are UTC, to the second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dmaic_assets.reports.markdown import md_text

# Runs listed one by one, the newest.
RECENT = 20
ONGOING = "ongoing"


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run on the timeline; `finished_at` is None while it runs."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None
    status: str


def timeline_text(runs: Sequence[RunLine]) -> str:
    """Spells all runs in aligned columns of ASCII, newest last.

    Args:
        runs: The runs in any order.
    """
    ordered = _ordered(runs)
    if not ordered:
        return "no run yet\n"
    widest = max(len(run.run_id) for run in ordered)
    lines = [
        f"{_moment(run.started_at)} -> {_end(run):<20}  {run.run_id:<{widest}}  {run.status}"
        for run in ordered
    ]
    return "".join(f"{line}\n" for line in lines)


def timeline_markdown(runs: Sequence[RunLine]) -> str:
    """Spells how many runs ended how, and the newest 20 as text, newest last."""
    ordered = _ordered(runs)
    counts = dict.fromkeys(sorted({run.status for run in ordered}), 0)
    for run in ordered:
        counts[run.status] += 1
    told = ", ".join(f"{count} {md_text(status)}" for status, count in counts.items())
    recent = ordered[-RECENT:]
    return (
        "# Timeline of runs\n\n"
        f"{len(ordered)} runs{': ' + told if told else ''}. The newest {len(recent)}, newest"
        f" last:\n\n```text\n{timeline_text(recent)}```\n"
    )


def _ordered(runs: Sequence[RunLine]) -> list[RunLine]:
    return sorted(runs, key=lambda run: (run.started_at, run.run_id))


def _end(run: RunLine) -> str:
    return ONGOING if run.finished_at is None else _moment(run.finished_at)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
