"""Two sources as the phases describe them: one with every part, one that was only measured."""

from dmaic_assets.improve.pilot_interval import Estimate
from dmaic_assets.improve.pilot_report import PilotCounts
from dmaic_assets.phase_values.analyze import (
    Cause,
    DistributionShift,
    MissingBySlice,
    ParetoBar,
    ParetoCharts,
    Why,
)
from dmaic_assets.phase_values.control import Alarm, ChartCourse, ControlValue, PlanLine
from dmaic_assets.phase_values.define import CharterWords, Ctq, DefineValue
from dmaic_assets.phase_values.improve import (
    Benefit,
    ChangeLine,
    Cost,
    ImproveValue,
    ProposedRepair,
    Request,
)
from dmaic_assets.phase_values.measure import (
    CapabilityFigures,
    CheckerValue,
    ColumnCapability,
    IndexFound,
    ShareFound,
    StageYield,
)
from dmaic_assets.reports.facts import SourceFacts
from dmaic_assets.sixsigma.defects.reliability import mtbf
from dmaic_assets_tests.phase_values.made import (
    analyze_value,
    capability_figures,
    causes_of,
    ctq_of,
    measure_value,
    total_of,
)

BARS = (
    ParetoBar("amount.validity", 8, share=0.8, cumulative=0.8),
    ParetoBar("id.uniqueness", 2, share=0.2, cumulative=1.0),
)
CAUSE = Cause(
    group=(("file", "<b>2.csv</b>"),),
    rows=100,
    defects=8,
    rate=0.08,
    lift=9.5,
    lift_low=3.1,
    lift_high=29.0,
    contribution=0.7,
    contribution_low=0.5,
    contribution_high=0.9,
    score=4.0,
    p_adjusted=1e-6,
)
CTQ = Ctq(
    id="amount.validity",
    name="validity of amount",
    dimension="validity",
    unit="row",
    column="amount",
    rules=("amount.range",),
    upper_limit=0.01,
    is_critical=True,
)
UPLIFT = Estimate(0.5, 0.3, 0.7)


def chart_of(
    shares: tuple[float, ...], *, limits: tuple[float, ...], signals: tuple[int, ...] = ()
) -> ChartCourse:
    return ChartCourse(
        ctq="amount.validity",
        chart="limit",
        reason="",
        files=tuple(letter * 64 for letter in "abcdef"[: len(shares)]),
        points=len(shares),
        baseline=1,
        shares=shares,
        units=(100,) * len(shares),
        limits=limits,
        signals=signals,
        state="signals" if signals else "in control",
    )


def proposal(name: str, *, changed: int, is_promoted: bool) -> ProposedRepair:
    pilot = PilotCounts(
        held_rows=500,
        control_rows=100,
        failing=9,
        changed=changed,
        confirmed=changed,
        uplift=UPLIFT,
        touched=0,
        restored=0,
        precision=UPLIFT,
        harmed=0,
        worse_rules=(),
        released_rows=0,
        changed_rows=changed,
        wrong_rows_upper=0.0,
    )
    return ProposedRepair(
        id=name,
        kind="trim",
        columns=("amount",),
        parameters={},
        is_promoted=is_promoted,
        is_proven=is_promoted,
        reason="",
        benefit_cells=2.0 * changed,
        uplift=0.5,
        pilot=pilot,
        cost=Cost(2.0 * changed, 2.0 * changed, 0.0),
        benefit=Benefit(2.0 * changed, None, None, None, None, None, is_sigma_after_bound=False),
    )


def capability(column: str, figures: CapabilityFigures) -> ColumnCapability:
    return ColumnCapability(
        f"{column}.validity",
        column,
        0.0,
        9.0,
        values=100,
        sampled_from=None,
        files=2,
        figures=figures,
    )


def orders() -> SourceFacts:
    return SourceFacts(
        "orders",
        {
            "define": DefineValue(
                source="orders",
                ctqs=(CTQ,),
                opportunities_version="0" * 64,
                opportunities_per_row=1,
                target_sigma=4.5,
                charter=CharterWords(problem="Bills are late."),
            ),
            "measure": measure_value(
                files=2,
                rows=1000,
                total=total_of(3.8),
                stages=(
                    StageYield("landed", "files", 2, 0, 1.0),
                    StageYield("judged", "rows", 1000, 10, 0.99),
                ),
                ctqs=(ctq_of("amount.validity", 1000, 8),),
                capability=(
                    capability(
                        "amount",
                        capability_figures(
                            "percentiles", IndexFound(7.0, 6.0, 8.0), percentile_pp=1.25
                        ),
                    ),
                    capability("weight", capability_figures("normal", IndexFound(1.5, 1.25, 1.75))),
                ),
                checker=CheckerValue(
                    rows=100,
                    rules=2,
                    repeat_disagreements=0,
                    engine_decisions=200,
                    engine_disagreements=0,
                    engine_kappa=None,
                    miss=ShareFound(0.0, 0, 30, 0.0, 0.1),
                    false_alarm=None,
                    kappa=None,
                    missed_dimensions=(),
                ),
            ),
            "analyze": analyze_value(
                pareto=ParetoCharts(BARS, (), ()),
                causes=(causes_of("amount.validity", causes=(CAUSE,)),),
                distribution_shifts=(DistributionShift("city", 0.5, ("cork",), ()),),
                missing_by_slice=(MissingBySlice("fee", "shop", 0.5, 0.4, 0.6, "s2", 0.6, 0.1),),
                five_whys=(Why("Why?", "Because."),),
            ),
            "improve": ImproveValue(
                source="orders",
                pilot_rows=1000,
                pilot_stands_for=1000,
                proposals=(
                    proposal("trim.amount", changed=9, is_promoted=True),
                    proposal("typo.amount", changed=0, is_promoted=False),
                ),
                promotions=(),
                changes=(ChangeLine("trim.amount", 1, "trim", ("amount",), "active", "proven"),),
                requests=(Request("kim", "3.csv", "rows", "Again?"),),
                rule_proposals=(),
            ),
            "control": ControlValue(
                source="orders",
                charts=(chart_of((0.01, 0.09), limits=(0.05, 0.05), signals=(1,)),),
                alarms=(
                    Alarm(
                        id="1f0c22d6a7b3",
                        ctq="amount.validity",
                        file="2.csv",
                        sha256="b" * 64,
                        share=0.09,
                        limit=0.05,
                        owner="",
                        words="above the limit",
                        acknowledged="",
                    ),
                ),
                mtbf=mtbf(2.0, 0),
                trend=None,
                plan=(PlanLine("x", "1 %", "1d", "kim", "ask"),),
            ),
        },
        {
            "measure": {"sigma": 3.8, "dpmo": 8000.0, "rolled_throughput_yield": 0.99},
            "improve": {"promoted": 1.0},
            "control": {"alarms": 1.0},
        },
    )


def returns() -> SourceFacts:
    value = measure_value("returns", total=total_of(None))
    return SourceFacts("returns", {"measure": value}, {"measure": {"sigma": 2.4, "dpmo": 0.0}})
