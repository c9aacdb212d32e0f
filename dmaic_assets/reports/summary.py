"""The summary of one run, for programs as JSON and for people as Markdown.

What belongs here: putting the run's figures in one form. How metrics of sources and runs are put
together is decided elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.model import Json
from dmaic_assets.reports.facts import Headline
from dmaic_assets.reports.markdown import md_table, md_text
from dmaic_assets.reports.wording import NOTHING, figure, sigma
from dmaic_assets.table.spelled_numbers import percent

Metrics = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class PhaseSummary:
    """One phase of a run over all sources, and each source's own metrics."""

    phase: str
    status: str
    inputs_hash: str | None
    outputs_hash: str | None
    metrics: Metrics
    sources: Mapping[str, Metrics]


@dataclass(frozen=True, slots=True)
class RunFigures:
    """A run's metrics: its own, those of its recursion so far, and how far each moved.

    `deltas` are against the run before in the recursion; empty for the first.
    """

    run_id: str
    phases: tuple[PhaseSummary, ...]
    totals: Metrics
    cumulative: Metrics
    deltas: Mapping[str, float]


def summary_document(run: RunFigures) -> dict[str, Json]:
    """Builds the JSON form of a run's summary."""
    per_phase: dict[str, Json] = {
        p.phase: {
            "status": p.status,
            "inputs_hash": p.inputs_hash,
            "outputs_hash": p.outputs_hash,
            "metrics": {**p.metrics},
            "sources": {source: {**own} for source, own in p.sources.items()},
        }
        for p in run.phases
    }
    return {
        "run_id": run.run_id,
        "per_phase": per_phase,
        "totals": {**run.totals},
        "cumulative": {**run.cumulative},
        "deltas": {**run.deltas},
    }


def summary_markdown(run: RunFigures, headlines: Sequence[Headline], timeline: str) -> str:
    """Builds summary.md: the newest run's sources and metrics, and the timeline.

    Args:
        run: The newest run.
        headlines: Its sources in the order in which they are shown.
        timeline: The newest runs as text.
    """
    sources = md_table(
        ("source", "sigma level", "DPMO", "rolled yield", "top cause", "promoted", "alarms"),
        [
            (
                h.source,
                sigma(h.sigma, is_bound=h.is_bound),
                figure(h.dpmo),
                percent(h.rolled_throughput_yield),
                h.top_cause or NOTHING,
                figure(h.promoted),
                figure(h.alarms),
            )
            for h in headlines
        ],
    )
    names = sorted({*run.totals, *run.cumulative})
    metrics = md_table(
        ("metric", "this run", "recursion so far", "moved by"),
        [
            (
                name,
                figure(run.totals.get(name)),
                figure(run.cumulative.get(name)),
                _moved(run.deltas.get(name)),
            )
            for name in names
        ],
    )
    return (
        f"# Run {md_text(run.run_id)}\n\n{sources}\n## Metrics\n{metrics}\n"
        f"## Runs, newest last\n```text\n{timeline}```\n"
    )


def _moved(value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{'+' if value > 0 else ''}{figure(value)}"
