"""What Measure gives: defects by CTQ and stage, capability of values, the checker as a gauge.

What belongs here: the shape of the value. How anything is counted is the phase's.
"""

from dataclasses import dataclass, field

from dmaic_assets.phase_values.define import CtqUnit
from dmaic_assets.store.codec import INLINE, LEFT_OUT


@dataclass(frozen=True, slots=True)
class DefectFigures:
    """Defects per opportunity and the sigma level; bounds that data cannot give are None."""

    defects: int
    opportunities: int
    dpmo: float
    dpmo_lower: float | None
    dpmo_upper: float | None
    z_long_term: float | None
    sigma_level: float | None
    sigma_lower: float | None
    sigma_upper: float | None


@dataclass(frozen=True, slots=True)
class CtqFigures(DefectFigures):
    """What is measured of a CTQ that has units; shares and limit are in [0, 1]."""

    unit: CtqUnit
    is_critical: bool
    share: float
    share_lower: float | None
    share_upper: float | None
    upper_limit: float
    ppk_equivalent: float | None


@dataclass(frozen=True, slots=True)
class MeasuredCtq:
    """One CTQ; `figures` and `is_within_limit` are None without a unit to measure."""

    id: str
    units: int
    defective: int
    is_within_limit: bool | None
    figures: CtqFigures | None = field(default=None, metadata=INLINE)

    @property
    def dpmo(self) -> float | None:
        """Defects per million opportunities."""
        return self.figures.dpmo if self.figures else None

    @property
    def sigma_level(self) -> float | None:
        """The sigma level; None without a defect too."""
        return self.figures.sigma_level if self.figures else None


@dataclass(frozen=True, slots=True)
class StageYield:
    """One stage of the way from arrival to warehouse; the yield is in [0, 1]."""

    stage: str
    unit: str
    units: int
    defective: int
    first_time_yield: float


@dataclass(frozen=True, slots=True)
class DimensionQuality:
    """One dimension: units judged (rows or files, once per CTQ), and those without a defect.

    `worst` is the CTQ with the largest defective share; "" when nothing is defective.
    """

    dimension: str
    ctqs: int
    units: int
    defective: int
    share: float
    worst: str


@dataclass(frozen=True, slots=True)
class ShareFound:
    """A share of trials in [0, 1] with its bounds."""

    value: float
    count: int
    trials: int
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class CheckerValue:
    """What the study of a rule set as a gauge came to.

    `repeat_disagreements` counts decisions that differ between two judgements of the same rows;
    anything but 0 is a defect of the checker. `engine_disagreements` counts decisions on which
    the second appraiser differs, out of `engine_decisions`; `engine_kappa` is None when all
    decisions are alike. `miss`, `false_alarm` and `kappa` compare flagged rows with seeded ones;
    they are None when no rule could be broken on purpose.
    """

    rows: int
    rules: int
    repeat_disagreements: int
    engine_decisions: int
    engine_disagreements: int
    engine_kappa: float | None
    miss: ShareFound | None
    false_alarm: ShareFound | None
    kappa: float | None
    missed_dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexFound:
    """A capability index with its interval."""

    value: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class CapabilityFigures:
    """The indices of a column; `method` names those that suit: normal, or percentiles."""

    label: str
    points_charted: int
    points_signalling: int
    method: str
    mean: float
    cp: IndexFound | None
    cpk: IndexFound | None
    pp: IndexFound | None
    ppk: IndexFound | None
    percentile_pp: float | None
    percentile_ppk: float | None
    observed_share: float | None
    expected_share: float | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnCapability:
    """A column against its limits: `figures`, or the `reason` why there are none."""

    ctq: str
    column: str
    lower_spec: float | None
    upper_spec: float | None
    values: int
    sampled_from: int | None
    files: int
    reason: str | None = field(default=None, metadata=LEFT_OUT)
    figures: CapabilityFigures | None = field(default=None, metadata=INLINE)


@dataclass(frozen=True, slots=True)
class ColumnSpread:
    """Where a column's values lie, and how far the means of files lie apart."""

    ctq: str
    column: str
    files: int
    values: int
    sampled_from: int | None
    median: float
    quartile_low: float
    quartile_high: float
    sd_within: float | None
    least_file_mean: float
    greatest_file_mean: float
    newest_file_mean: float


@dataclass(frozen=True, slots=True)
class PlanPoint:
    """How likely a plan accepts a lot with this share of defective rows."""

    share: float
    accepted: float


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """A plan for one CTQ: how many rows to look at, and how many may be defective."""

    ctq: str
    sample_size: int
    acceptance: int
    aql: float
    ltpd: float
    producer_risk: float
    consumer_risk: float
    operating_characteristic: tuple[PlanPoint, ...]


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """What a person who checks rows by hand has to look at."""

    inspection: str
    rows: int
    rows_for_a_spot_check: int
    share_that_it_excludes: float
    plans: tuple[SpotCheck, ...]


@dataclass(frozen=True, slots=True)
class MeasureValue:
    """What is measured of a source; `total` is None without an opportunity."""

    source: str
    files: int
    rows: int
    stages: tuple[StageYield, ...]
    rolled_throughput_yield: float
    normalised_yield: float
    dimensions: tuple[DimensionQuality, ...]
    ctqs: tuple[MeasuredCtq, ...]
    total: DefectFigures | None
    repaired_cells: int
    checker: CheckerValue | None
    capability: tuple[ColumnCapability, ...]
    spread: tuple[ColumnSpread, ...]
    sampling_plan: SamplingPlan
