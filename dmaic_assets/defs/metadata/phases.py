"""What a phase came to in words, as a picture, and with the way to its page.

What belongs here: how a phase's value is shown at a glance. Its figures and tables stand beside it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dagster as dg

from dmaic_assets.defs.checks.phases import PHASE_CHECKS
from dmaic_assets.defs.metadata.cell import Metadata
from dmaic_assets.defs.metadata.pictures import share_bars
from dmaic_assets.reports.markdown import md_text
from dmaic_assets.reports.page.links import ServedLinks
from dmaic_assets.reports.wording import figure
from dmaic_assets.reports.wording import sigma as sigma_words

if TYPE_CHECKING:
    from dmaic_assets.process.cycle.phase_memo import PhaseResult


def phase_at_a_glance(result: "PhaseResult", sigma: float | None) -> Metadata:
    """Builds what comes first of a phase of a source: words, picture, sigma level, page.

    Args:
        result: What the phase came to.
        sigma: The sigma level of the source as Measure has it; None where it did not measure.
    """
    said = [c.look(result.output).description for c in PHASE_CHECKS if c.asset == result.phase]
    dpmo = result.output.metrics.get("dpmo")
    measured = [f"sigma level {sigma_words(sigma)}, DPMO {figure(dpmo)}"] if dpmo else []
    shown: Metadata = {
        "state": dg.MetadataValue.text("; ".join([*measured, *said])),
        "page": _page(result.source),
    }
    if sigma is not None:
        shown["sigma_level"] = dg.MetadataValue.float(round(sigma, 3))
    title, bars = _bars(result)
    if bars:
        shown["picture"] = dg.MetadataValue.md(share_bars(title, bars))
    return shown


def _page(source: str) -> dg.MetadataValue:
    address = ServedLinks().phases(source)
    return dg.MetadataValue.md(f"[open the phases of {md_text(source)}]({address})")


def _bars(result: "PhaseResult") -> tuple[str, Sequence[tuple[str, float]]]:
    """The question that a picture of the phase answers, and its bars, largest first."""
    from dmaic_assets.phase_values.analyze import AnalyzeValue
    from dmaic_assets.phase_values.control import ControlValue
    from dmaic_assets.phase_values.improve import ImproveValue
    from dmaic_assets.phase_values.measure import MeasureValue

    value = result.output.value
    if isinstance(value, MeasureValue):
        title = "Defective units by CTQ"
        found = [(c.id, c.defective / c.units) for c in value.ctqs if c.units and c.defective]
    elif isinstance(value, AnalyzeValue):
        title, found = "Defects by CTQ", [(bar.name, bar.share) for bar in value.pareto.ctq]
    elif isinstance(value, ImproveValue):
        title = "Uplift of proposed repairs"
        found = [(f"{p.kind} {' '.join(p.columns)}", p.uplift) for p in value.proposals]
    elif isinstance(value, ControlValue):
        title = "Points beyond their limit by CTQ"
        found = [(c.ctq, len(c.signals) / c.points) for c in value.charts if c.signals]
    else:
        return "", ()
    return title, sorted(found, key=lambda pair: -pair[1])
