"""The assets of phases, of whole runs, and of the project: what is made from files' assets.

What belongs here: their entries.
"""

from dmaic_assets.model import PhaseName
from dmaic_assets.work.assets.asset import Asset, Code, Shown
from dmaic_assets.work.assets.names import (
    ACCEPTED_ROWS,
    ANALYZE,
    CONTROL,
    DEFINE,
    DMAIC_REPORT,
    GATE_VERDICT,
    IMPROVE,
    MEASURE,
    MONITOR,
    OVERVIEW,
    QUARANTINE,
    RULE_SET,
    RUN_SUMMARY,
    SOURCE_FRESHNESS,
)


def _phase_code(*modules: str) -> Code:
    evidence = "dmaic_assets.process.evidence"
    return Code((*modules, evidence), ("numpy", "polars", "scipy"))


_RUN_CODE = Code(("dmaic_assets.defs.assets.runs", "dmaic_assets.work.run.bulk"), is_closed=True)

PHASE_ASSETS: tuple[Asset[PhaseName], ...] = (
    Asset(
        DEFINE,
        group="dmaic",
        kinds=frozenset({"python", "markdown"}),
        upstream=(GATE_VERDICT, RULE_SET),
        holds="what is critical to quality (CTQs), with limits and owners",
        description="What is critical to the quality of the source: CTQs with limits, "
        "opportunities, owners and reasons, proposed from rules and history and merged with the "
        "charter.",
        code=_phase_code("dmaic_assets.process.define.define"),
        shown=(
            Shown(
                "ctqs",
                "table, if any",
                columns=("id", "unit", "upper_limit", "is_critical", "confidence", "owner"),
            ),
        ),
    ),
    Asset(
        MEASURE,
        group="dmaic",
        kinds=frozenset({"python", "scipy"}),
        upstream=(GATE_VERDICT, DEFINE),
        holds="defects, DPMO and sigma level of each CTQ, with bounds",
        description="Defects and opportunities per CTQ and stage, yields, DPMO and sigma level "
        "with their bounds, and the checker itself measured as a gauge.",
        code=_phase_code(
            "dmaic_assets.process.measure.measure",
            "dmaic_assets.process.measure.value_capability",
        ),
        shown=(
            Shown(
                "ctqs",
                "table, if any",
                columns=("id", "units", "defective", "dpmo", "sigma_level", "is_within_limit"),
            ),
        ),
    ),
    Asset(
        ANALYZE,
        group="dmaic",
        kinds=frozenset({"polars", "scipy"}),
        upstream=(GATE_VERDICT, DEFINE, MEASURE),
        holds="where defects come from",
        description="Where defects come from: Pareto charts, groups of rows in which they "
        "concentrate, and the chain of whys.",
        code=_phase_code("dmaic_assets.process.analyze.analyze"),
    ),
    Asset(
        IMPROVE,
        group="dmaic",
        kinds=frozenset({"polars", "yaml"}),
        upstream=(QUARANTINE, DEFINE, ANALYZE),
        holds="repairs proposed, piloted and promoted",
        description="Repairs proposed for what is in quarantine, each piloted on held-out rows; "
        "those that are proven are promoted and applied before the gate from the next run on.",
        code=_phase_code("dmaic_assets.process.improve.improve"),
        shown=(
            Shown(
                "proposals",
                "table, if any",
                columns=("id", "kind", "columns", "is_promoted", "uplift", "reason"),
            ),
        ),
    ),
    Asset(
        CONTROL,
        group="dmaic",
        kinds=frozenset({"python", "scipy"}),
        upstream=(GATE_VERDICT, DEFINE, MEASURE),
        holds="a control chart for each CTQ, its alarms, and the control plan",
        description="A control chart per CTQ within the alarm budget, alarms with owner and "
        "reason, MTBF, and the control plan.",
        code=_phase_code("dmaic_assets.process.control.control"),
        shown=(
            Shown(
                "charts",
                "table, if any",
                columns=("ctq", "chart", "points", "signals", "state"),
            ),
        ),
    ),
)

RUN_ASSETS: tuple[Asset[str], ...] = (
    Asset(
        RUN_SUMMARY,
        group="runs",
        kinds=frozenset({"python", "plotly"}),
        upstream=(GATE_VERDICT, ACCEPTED_ROWS, QUARANTINE),
        holds="files, rows, decisions and scores of one run",
        description="""What a run came to: files and rows per source, decisions, scores, time.

Reads every source of the run from the ledger, so that sources whose gate was closed count
too.""",
        code=_RUN_CODE,
        partition="run",
    ),
    Asset(
        DMAIC_REPORT,
        group="runs",
        kinds=frozenset({"python", "plotly"}),
        upstream=(DEFINE, MEASURE, ANALYZE, IMPROVE, CONTROL),
        holds="the phases of all sources of a run on one page",
        description="The phases of all sources of a run on one page, with the run's figures.",
        code=_RUN_CODE,
        partition="run",
    ),
    Asset(
        MONITOR,
        group="runs",
        kinds=frozenset({"python", "plotly"}),
        upstream=(GATE_VERDICT, ACCEPTED_ROWS, QUARANTINE),
        holds="how all files of the project stand after a run, and the page that shows it",
        description="""How all files of all sources stand after a run: passed, held, scores.

A run tells the figures and no more, so that it costs nothing. Materialize it here, or call
`dmaic monitor`, to write data/reports/monitor.html; `dmaic serve` shows the same page live.""",
        code=Code(
            ("dmaic_assets.defs.assets.monitor", "dmaic_assets.reports.monitor.page"),
            is_closed=True,
        ),
        partition="run",
    ),
    Asset(
        SOURCE_FRESHNESS,
        group="intake",
        kinds=frozenset({"python"}),
        upstream=(),
        holds="no partition: when each source's next file is late, and which are overdue",
        description="How often each source's files come, when the next is late, and which are "
        "overdue.",
        code=Code(
            ("dmaic_assets.work.state.freshness", "dmaic_assets.phenomena.cadence.cadence"),
            is_closed=True,
        ),
        partition="none",
    ),
    Asset(
        OVERVIEW,
        group="runs",
        kinds=frozenset({"python"}),
        upstream=(),
        holds="no partition: how every source stands, what is held and why, what to do first",
        description="How every source stands now: what arrived, what is held and why, what gets "
        "worse, what to do first. Told at the end of every run that did something; its check is "
        "red as long as a file is held.",
        code=Code(
            (
                "dmaic_assets.reports.views.overview",
                "dmaic_assets.reports.overview.page",
                "dmaic_assets.work.state.hold_groups",
            ),
            is_closed=True,
        ),
        partition="none",
    ),
)
