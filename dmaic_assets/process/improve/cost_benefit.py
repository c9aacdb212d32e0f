"""What a piloted repair costs and what it gains, for the whole source.

What belongs here: from a pilot's counts to cells, rows, defects and sigma level of all files. The
pilot measures (`pilot`), the decision rests on its figures alone (`pilot_report`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dmaic_assets.improve.pilot_report import PilotFigures
from dmaic_assets.phase_values.define import Ctq
from dmaic_assets.phase_values.improve import Benefit, Cost
from dmaic_assets.process.define.ctq import of_unit
from dmaic_assets.process.evidence import SourceEvidence
from dmaic_assets.process.measure.defects import FileDefects, rules_of_ctqs
from dmaic_assets.process.measure.sigma_metrics import defects_and_opportunities, sigma_metrics
from dmaic_assets.sixsigma.defects.defects import MILLION


@dataclass(frozen=True, slots=True)
class Standing:
    """How a source stands before a change: its defects, opportunities and files.

    `ctq_of` names the CTQ that each row rule measures.
    """

    defects: int
    opportunities: int
    files: int
    ctq_of: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CostBenefit:
    """Cost and benefit of one repair in all files, estimated from its pilot.

    Cost: cells and rows that it changes, and how many of these rows get a wrong value at most (by
    the 95 % bound of the precision). Benefit: failing cells that it mends, defects that are gone,
    and the sigma level before and after; None where rules or opportunities lack.
    """

    cells_touched: float
    rows_changed: float
    wrong_rows_upper: float
    cells_mended: float
    defects_removed: float | None
    per_file: float | None
    per_million: float | None
    sigma_before: float | None
    sigma_after: float | None
    is_after_bound: bool
    cpu_s_per_1000_rows: float | None = None

    @property
    def cost(self) -> Cost:
        """The cost, rounded."""
        return Cost(
            cells_touched=round(self.cells_touched, 3),
            rows_changed=round(self.rows_changed, 3),
            wrong_rows_upper=round(self.wrong_rows_upper, 3),
        )

    @property
    def benefit(self) -> Benefit:
        """The benefit, rounded."""
        return Benefit(
            cells_mended=round(self.cells_mended, 3),
            defects_removed=_rounded(self.defects_removed),
            defects_removed_per_file=_rounded(self.per_file),
            defects_removed_per_million_opportunities=_rounded(self.per_million),
            sigma_before=_rounded(self.sigma_before),
            sigma_after=_rounded(self.sigma_after),
            is_sigma_after_bound=self.is_after_bound,
        )


def standing_of(
    evidence: SourceEvidence, ctqs: Sequence[Ctq], history: Sequence[FileDefects]
) -> Standing:
    """Counts how a source stands, as Measure does."""
    defects, opportunities = defects_and_opportunities(ctqs, history)
    rules = rules_of_ctqs(evidence.files)
    ctq_of = {rule: ctq.id for ctq in of_unit(ctqs, "row") for rule in rules.get(ctq.id, ())}
    return Standing(defects, opportunities, len(evidence.files), ctq_of)


def cost_benefit(figures: PilotFigures, standing: Standing, *, scale: float) -> CostBenefit:
    """Estimates cost and benefit of a repair.

    A defect is a row that breaks some rule of a CTQ, so the rules of one CTQ count once: by the
    one that gains most.

    Args:
        figures: Counts of the held-out half.
        standing: The source before the repair.
        scale: How many rows of the source one held-out failing row stands for.
    """
    removed = _defects_removed(figures, standing)
    gone = None if removed is None else min(float(standing.defects), scale * removed)
    return CostBenefit(
        cells_touched=scale * figures.changed,
        rows_changed=scale * figures.changed_rows,
        wrong_rows_upper=scale * figures.wrong_rows_upper,
        cells_mended=scale * figures.confirmed,
        defects_removed=gone,
        per_file=gone / standing.files if gone is not None and standing.files else None,
        per_million=_per_million(gone, standing),
        sigma_before=_level(standing, 0.0),
        sigma_after=None if gone is None else _level(standing, gone),
        is_after_bound=gone is not None and _left(standing, gone) == 0,
        cpu_s_per_1000_rows=figures.cpu_s_per_1000_rows,
    )


def _defects_removed(figures: PilotFigures, standing: Standing) -> float | None:
    if figures.fewer_violations is None:
        return None
    best: dict[str, int] = {}
    for rule, fewer in figures.fewer_violations.items():
        ctq = standing.ctq_of.get(rule)
        if ctq is not None:
            best[ctq] = max(best.get(ctq, fewer), fewer)
    return float(max(0, sum(best.values())))


def _per_million(gone: float | None, standing: Standing) -> float | None:
    chances = standing.opportunities
    return MILLION * gone / chances if gone is not None and chances else None


def _level(standing: Standing, gone: float) -> float | None:
    if not standing.opportunities:
        return None
    return sigma_metrics(_left(standing, gone), standing.opportunities)["sigma"]


def _left(standing: Standing, gone: float) -> int:
    return max(0, round(standing.defects - gone))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
