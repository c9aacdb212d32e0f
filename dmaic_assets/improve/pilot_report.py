"""What a pilot found of one repair, and the decision that follows from it.

What belongs here: the figures, the settings that bound them, and the order of the reasons. What
does not: how the figures are measured (`pilot`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from dmaic_assets.improve.changes import Promotion
from dmaic_assets.improve.pilot_interval import Estimate
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import DECLINED, Repair
from dmaic_assets.store.codec import LEFT_OUT, to_json


@dataclass(frozen=True, slots=True)
class PilotSettings:
    """What a repair must show. The defaults are right for nearly every file.

    `least_precision` bounds the lower 95 % bound of the estimated precision, `least_confirmed`
    the held-out cells that must be confirmed, `most_unconfirmed` the share of the changed cells
    that may be without confirmation. `most_control` and `most_masked` bound the work.
    `may_drop_rows` is the consent without which no rows are dropped.
    """

    seed: int = 0
    least_precision: float = 0.95
    least_confirmed: int = 5
    most_unconfirmed: float = 0.1
    most_control: int = 5_000
    most_masked: int = 400
    may_drop_rows: bool = False


@dataclass(frozen=True, slots=True)
class PilotFigures:
    """Counts of cells in the held-out half, unless they say otherwise.

    `failing` are the cells of the repaired columns that fail or that the repair changes;
    `changed` of them it changes, `confirmed` of those are confirmed independently. `touched` and
    `restored` count masked cells. `harmed` are clean cells changed without confirmation, in the
    held-out rows and the control. `released_rows` have no failing cell left. `changed_rows` have
    a changed cell. `fewer_violations` tells by how many held-out and control rows each rule is
    broken less (more, where it is negative); None when there are no rules. `cpu_s` is what
    applying the repair to the held-out rows took; None unless a clock was given.
    """

    failing: int
    changed: int
    confirmed: int
    touched: int
    restored: int
    harmed: int
    released_rows: int
    held_rows: int
    control_rows: int
    worse_rules: tuple[str, ...]
    uplift: Estimate
    precision: Estimate
    changed_rows: int = 0
    fewer_violations: Mapping[str, int] | None = None
    cpu_s: float | None = None

    @property
    def wrong_rows_upper(self) -> float:
        """At most so many changed rows got a wrong value, by the lower bound of the precision."""
        wrong_cells = (1.0 - self.precision.low) * self.changed
        return min(float(self.changed_rows), wrong_cells)

    @property
    def cpu_s_per_1000_rows(self) -> float | None:
        """Seconds of cpu that the repair costs in a thousand rows."""
        if self.cpu_s is None or not self.held_rows:
            return None
        return 1000.0 * self.cpu_s / self.held_rows


@dataclass(frozen=True, slots=True)
class PilotCounts:
    """What a pilot counted, as `PilotFigures` explains; no `fewer_violations` without rules."""

    held_rows: int
    control_rows: int
    failing: int
    changed: int
    confirmed: int
    uplift: Estimate
    touched: int
    restored: int
    precision: Estimate
    harmed: int
    worse_rules: tuple[str, ...]
    released_rows: int
    changed_rows: int
    wrong_rows_upper: float
    fewer_violations: Mapping[str, int] | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True, slots=True)
class PilotReport:
    """One proposal, what its pilot found, and whether it is promoted; `reason` says why."""

    repair: Repair
    figures: PilotFigures
    is_promoted: bool
    reason: str

    @property
    def promotion(self) -> Promotion:
        """The report as the reason of a change."""
        return Promotion(self.repair, self.reason, figures_document(self.figures))

    def document(self) -> dict[str, Json]:
        """Builds the JSON form."""
        return {
            "repair": repair_document(self.repair),
            "pilot": figures_document(self.figures),
            "is_promoted": self.is_promoted,
            "reason": self.reason,
        }


def repair_document(repair: Repair) -> dict[str, Json]:
    """Builds the JSON form of a repair."""
    return {
        "id": repair.id,
        "kind": repair.kind,
        "columns": [*repair.columns],
        "parameters": {**repair.parameters},
        "evidence": {**repair.evidence},
    }


def counts_of(figures: PilotFigures) -> PilotCounts:
    """The figures as they are kept: rounded, and without what a clock said."""
    return PilotCounts(
        held_rows=figures.held_rows,
        control_rows=figures.control_rows,
        failing=figures.failing,
        changed=figures.changed,
        confirmed=figures.confirmed,
        uplift=_rounded(figures.uplift),
        touched=figures.touched,
        restored=figures.restored,
        precision=_rounded(figures.precision),
        harmed=figures.harmed,
        worse_rules=figures.worse_rules,
        released_rows=figures.released_rows,
        changed_rows=figures.changed_rows,
        wrong_rows_upper=round(figures.wrong_rows_upper, 3),
        fewer_violations=figures.fewer_violations,
    )


def figures_document(figures: PilotFigures) -> dict[str, Json]:
    """Builds the JSON form of a pilot's figures; cpu time is left out when not measured."""
    cost = figures.cpu_s_per_1000_rows
    timed: dict[str, Json] = {} if cost is None else {"cpu_s_per_1000_rows": cost}
    return {**cast("dict[str, Json]", to_json(counts_of(figures))), **timed}


def _rounded(interval: Estimate) -> Estimate:
    return Estimate(round(interval.estimate, 6), round(interval.low, 6), round(interval.high, 6))


def decided(repair: Repair, figures: PilotFigures, settings: PilotSettings) -> PilotReport:
    """Decides by the figures; the first condition that fails gives the reason."""
    if repair.kind == "dedupe":
        return _dedupe(repair, figures, settings)
    unconfirmed = figures.changed - figures.confirmed
    advice = repair.evidence.get(DECLINED)
    reasons = (
        (advice is not None, str(advice)),
        (not figures.changed, "changes nothing in the held-out half"),
        (
            figures.confirmed < settings.least_confirmed,
            f"thin evidence: {figures.confirmed} confirmed cells in the held-out half, not"
            f" {settings.least_confirmed}",
        ),
        (
            unconfirmed > settings.most_unconfirmed * figures.changed,
            f"{unconfirmed} of {figures.changed} changed cells have no independent confirmation",
        ),
        (figures.uplift.low <= 0, f"the uplift may be none: at least {figures.uplift.low:.3f}"),
        (
            figures.precision.low < settings.least_precision,
            f"precision is at least {figures.precision.low:.3f} only, not"
            f" {settings.least_precision:g}",
        ),
        (figures.harmed > 0, f"changes {figures.harmed} clean cells"),
        (bool(figures.worse_rules), f"breaks rules: {', '.join(figures.worse_rules)}"),
    )
    found = next((text for is_so, text in reasons if is_so), None)
    promoted = (
        f"uplift at least {figures.uplift.low:.3f}, precision at least"
        f" {figures.precision.low:.3f}, no harm"
    )
    return PilotReport(repair, figures, found is None, found or promoted)


def _dedupe(repair: Repair, figures: PilotFigures, settings: PilotSettings) -> PilotReport:
    if not settings.may_drop_rows:
        return PilotReport(repair, figures, False, "drops rows, which nobody has allowed")
    return PilotReport(repair, figures, True, "equal rows of a table with a key; allowed")
