"""What Analyze gives: Pareto charts, causes, trends, and how columns change from file to file.

What belongs here: the shape of the value, and each finding in words. How anything is found is the
phase's.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from dmaic_assets.sixsigma.tests.posthoc import Comparison

Method: TypeAlias = Literal["scan", "anova"]
Course: TypeAlias = Literal["trend", "hidden", "compensating"]
# Levels of a shift named in words, the most frequent: a sentence lists no more.
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class ParetoBar:
    """One bar: its count, its share of all, and the share of it and all larger ones, in [0, 1]."""

    name: str
    count: int
    share: float
    cumulative: float


@dataclass(frozen=True, slots=True)
class NewValue:
    """A value of a column that first came in the file `since`; `share` is its share of defects."""

    column: str
    value: str
    since: str
    defects: int
    share: float
    words: str = field(init=False)

    def __post_init__(self) -> None:
        told = f"new value {self.value} of {self.column} since {self.since}"
        object.__setattr__(self, "words", told)


@dataclass(frozen=True, slots=True)
class Cause:
    """One group of rows that has more defects than its rows were expected to have.

    `group` names factors and levels (one or two). `lift` is the defect rate of the group over
    that of the other rows, rows of stronger causes left out of both, with a 95 % interval (Katz,
    on the log scale). `contribution` is the share of all defects that the group has beyond
    expectation, in [0, 1]; its bounds are what those of the lift come to. Both intervals cover at
    least their level: a group is a cause only when it has many defects, and few would be below.
    `p_adjusted` is Bonferroni-adjusted over every group of its kind that was tested.
    """

    group: tuple[tuple[str, str], ...]
    rows: int
    defects: int
    rate: float
    lift: float
    lift_low: float
    lift_high: float
    contribution: float
    contribution_low: float
    contribution_high: float
    score: float
    p_adjusted: float
    words: str = field(init=False)

    def __post_init__(self) -> None:
        told = " and ".join(f"{name} = {level}" for name, level in self.group)
        object.__setattr__(self, "words", told)


@dataclass(frozen=True, slots=True)
class JointEffect:
    """What one cause adds beside the others: a logistic regression of defects over all of them.

    `odds_ratio` is that of its rows against rows outside it, the other causes held equal, with a
    95 % interval; `p` is that of no effect (Wald). `words` are the cause's.
    """

    words: str
    odds_ratio: float
    low: float
    high: float
    p: float

    @property
    def holds(self) -> bool:
        """Whether the cause has more defects beside the others, beyond chance."""
        return self.low > 1.0


@dataclass(frozen=True, slots=True)
class FactorVariance:
    """One factor: F test of equal defect rates, and effect size.

    `omega_squared` = (SSB - (k - 1) MSW) / (SST + MSW), unlike eta squared not biased upwards; it
    may be below 0. `f` is None where nothing varies within the levels. `p_adjusted` is
    Holm-adjusted over all factors.
    """

    factor: str
    levels: int
    f: float | None
    p: float
    p_adjusted: float
    omega_squared: float


@dataclass(frozen=True, slots=True)
class SliceTrend:
    """One level of one factor: shares of defective rows in earlier and later files.

    `change` is the relative change of the share; a share of none counts as half a defective row.
    `p_adjusted` is Holm-adjusted over all levels of all factors. `course` tells whether the whole
    shows the trend, hides it, or other levels of the factor make up for it.
    """

    factor: str
    level: str
    rows: int
    share_before: float
    share_after: float
    change: float
    p_adjusted: float
    course: Course

    @property
    def words(self) -> str:
        """The trend in one sentence."""
        told = {
            "trend": "",
            "hidden": "; the source as a whole hides it",
            "compensating": "; other values make up for it",
        }[self.course]
        shares = f"({100 * self.share_before:.2g} % to {100 * self.share_after:.2g} %)"
        return f"{self.factor} = {self.level} is defective {self._often} {shares}{told}."

    @property
    def _often(self) -> str:
        if not self.share_before:
            return "in later files only"
        if not self.share_after:
            return "in earlier files only"
        if self.change > 1:
            return f"{1 + self.change:.2g} times as often in later files"
        way = "more" if self.change > 0 else "less"
        return f"{100 * abs(self.change):.0f} % {way} often in later files"


@dataclass(frozen=True, slots=True)
class Trend:
    """The slope of a share per file, with a 95 % interval and its two-sided p-value."""

    slope: float
    slope_low: float
    slope_high: float
    p: float
    files: int

    @property
    def words(self) -> str:
        """The trend in one sentence."""
        if self.p > 0.05:
            return f"No trend in the share of defective rows over {self.files} files."
        way = "rises" if self.slope > 0 else "falls"
        return (
            f"The share of defective rows {way} by {100 * abs(self.slope):.3g} points per file"
            f" (95 % interval {100 * self.slope_low:.3g} to {100 * self.slope_high:.3g})."
        )


@dataclass(frozen=True, slots=True)
class ValueDifference:
    """How far a column's mean differs among files.

    `omega_squared` is the share of variance between files with a 95 % interval in [0, 1]; it may
    itself be below 0. `pairs` are the pairs of files whose means differ (Games-Howell, simultaneous
    95 % intervals), among the `compared` files whose means are furthest out. `p` is that of Welch's
    test.
    """

    column: str
    files: int
    f: float
    p: float
    omega_squared: float
    omega_low: float
    omega_high: float
    compared: int
    pairs: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class DistributionShift:
    """One factor whose values are distributed otherwise in later files.

    `divergence` is Jensen and Shannon's, in nats: 0 for the same distribution, ln 2 for two
    without a common value. `new` and `vanished` are the levels of only later and only earlier
    files, the most frequent first.
    """

    factor: str
    divergence: float
    new: tuple[str, ...]
    vanished: tuple[str, ...]

    @property
    def words(self) -> str:
        """The shift in one sentence."""
        told = [
            f"{word}: {', '.join(levels[:_MOST_NAMED])}"
            for word, levels in (("new", self.new), ("gone", self.vanished))
            if levels
        ]
        more = f" ({'; '.join(told)})" if told else ""
        return (
            f"{self.factor} is distributed otherwise in later files: {self.divergence:.2g}{more}."
        )


@dataclass(frozen=True, slots=True)
class MissingBySlice:
    """Missing values of one factor that go with the values of another.

    `association` is Cramer's V with its 95 % interval; `level` is the value of `by` of which the
    largest share is missing, `share` that share, and `overall` the share of all rows.
    """

    factor: str
    by: str
    association: float
    lower: float
    upper: float
    level: str
    share: float
    overall: float

    @property
    def words(self) -> str:
        """The finding in one sentence."""
        return (
            f"{self.factor} is missing in {100 * self.share:.2g} % of the rows with"
            f" {self.by} = {self.level}, in {100 * self.overall:.2g} % of all"
            f" (V {self.association:.2f}, {self.lower:.2f} to {self.upper:.2f})."
        )


@dataclass(frozen=True, slots=True)
class Why:
    """One question with its answer; `is_open` when only the owner of the source can answer."""

    question: str
    answer: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class ParetoCharts:
    """The bars of a source by CTQ, rule and file."""

    ctq: tuple[ParetoBar, ...]
    rule: tuple[ParetoBar, ...]
    file: tuple[ParetoBar, ...]


@dataclass(frozen=True, slots=True)
class CtqCauses:
    """The causes found for one CTQ, and how much each factor explains as a whole.

    `explained` is the share of its defects that the `causes` have together beyond expectation;
    `suspects` are the next groups, which the number of defects cannot tell from chance. `joint` has
    what each cause adds beside the others, where there are several.
    """

    ctq: str
    defects: int
    groups_tested: int
    new_values: tuple[NewValue, ...]
    causes: tuple[Cause, ...]
    suspects: tuple[Cause, ...]
    explained: float
    factors: tuple[FactorVariance, ...]
    slice_trends: tuple[SliceTrend, ...]
    joint: tuple[JointEffect, ...] = ()


@dataclass(frozen=True, slots=True)
class AnalyzeValue:
    """Where the defects of a source are; `rows` were searched, of `sampled_from` if not all.

    `trend` is None with too few files or no variation.
    """

    source: str
    method: Method
    rows: int
    sampled_from: int | None
    pareto: ParetoCharts
    causes: tuple[CtqCauses, ...]
    trend: Trend | None
    value_differences: tuple[ValueDifference, ...]
    distribution_shifts: tuple[DistributionShift, ...]
    missing_by_slice: tuple[MissingBySlice, ...]
    five_whys: tuple[Why, ...]

    @property
    def top_cause(self) -> str:
        """The first cause told: a new value before groups of rows that go with it."""
        found = ([*entry.new_values, *entry.causes] for entry in self.causes)
        return next((first[0].words for first in found if first), "")
