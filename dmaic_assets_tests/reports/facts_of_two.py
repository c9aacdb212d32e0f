"""Two sources as the phases describe them: one with every part, one that was only measured."""

from dmaic_assets.improve.pilot_interval import Interval
from dmaic_assets.model import Json
from dmaic_assets.phase_values.control import Alarm, ChartCourse, ControlValue, PlanLine
from dmaic_assets.phase_values.define import CharterWords, Ctq, DefineValue
from dmaic_assets.phase_values.improve import (
    Benefit,
    ChangeLine,
    Cost,
    ImproveValue,
    PilotCounts,
    ProposedRepair,
    Request,
)
from dmaic_assets.reports.facts import SourceFacts
from dmaic_assets.sixsigma.defects.reliability import mtbf

BARS: list[Json] = [
    {"name": "amount.validity", "count": 8, "share": 0.8, "cumulative": 0.8},
    {"name": "id.uniqueness", "count": 2, "share": 0.2, "cumulative": 1.0},
]
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
UPLIFT = Interval(0.5, 0.3, 0.7)


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


def orders() -> SourceFacts:
    cause: dict[str, Json] = {
        "words": "file = <b>2.csv</b>",
        "rows": 100,
        "defects": 8,
        "lift": 9.5,
        "lift_low": 3.1,
        "lift_high": 29.0,
        "contribution": 0.7,
        "contribution_low": 0.5,
        "contribution_high": 0.9,
        "p_adjusted": 1e-6,
    }
    analysis: dict[str, Json] = {"ctq": "amount.validity", "causes": [cause], "factors": []}
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
            "measure": {
                "files": 2,
                "rows": 1000,
                "total": {"sigma_level": 3.8},
                "stages": [
                    {"stage": "landed", "unit": "files", "first_time_yield": 1.0},
                    {"stage": "judged", "unit": "rows", "first_time_yield": 0.99},
                ],
                "ctqs": [{"id": "amount.validity", "units": 1000, "defective": 8, "share": 0.008}],
                "capability": [
                    {
                        "column": "amount",
                        "method": "percentiles",
                        "pp": {"value": 7.0, "lower": 6.0, "upper": 8.0},
                        "percentile_pp": 1.25,
                    },
                    {
                        "column": "weight",
                        "method": "normal",
                        "pp": {"value": 1.5, "lower": 1.25, "upper": 1.75},
                    },
                ],
                "checker": {"repeat_disagreements": 0, "miss": {"value": 0.0, "upper": 0.1}},
            },
            "analyze": {
                "pareto": {"ctq": BARS, "file": []},
                "causes": [analysis],
                "distribution_shifts": [
                    {"factor": "city", "divergence": 0.5, "new": ["cork"], "vanished": []}
                ],
                "missing_by_slice": [{"factor": "fee", "by": "shop", "level": "s2", "share": 0.6}],
                "five_whys": [{"question": "Why?", "answer": "Because.", "is_open": False}],
            },
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
    value: dict[str, Json] = {"files": 1, "rows": 10, "total": {"sigma_level": None}}
    return SourceFacts("returns", {"measure": value}, {"measure": {"sigma": 2.4, "dpmo": 0.0}})
