"""The judgement of a source's files, and what it holds back.

What belongs here: the assets gate_verdict and quarantine, and the checks on the verdict.
Verdict and quarantine share a step, so that the blocking check, a step of its own, stops what would
enter the warehouse and never what keeps a held file safe.
"""

from collections.abc import Iterator

import dagster as dg

from dmaic_assets.defs.assets.materialize import asked_cell, judged_now, materialized_in_order
from dmaic_assets.defs.assets.partitions import cells
from dmaic_assets.defs.catalog.events import Materialized
from dmaic_assets.defs.checks.cell import GATE_CHECKS, results
from dmaic_assets.work.assets.names import GATE_VERDICT, QUARANTINE
from dmaic_assets.work.assets.registry import ASSETS
from dmaic_assets.work.run.platform import Platform

GATE_STEP = (GATE_VERDICT, QUARANTINE)


@dg.multi_asset(
    name="gate",
    partitions_def=cells,
    can_subset=True,
    specs=[dg.AssetSpec(n, deps=list(ASSETS[n].upstream), skippable=True) for n in GATE_STEP],
)
def gate(
    context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
) -> Iterator[Materialized]:
    """Judges the files of a cell and sets apart what does not pass."""
    yield from materialized_in_order(context, platform, GATE_STEP)


@dg.multi_asset_check(
    name="gate_checks", specs=[check.spec() for check in GATE_CHECKS], can_subset=True
)
def gate_checks(
    context: dg.AssetCheckExecutionContext, platform: dg.ResourceParam[Platform]
) -> Iterator[dg.AssetCheckResult]:
    """Holds the thresholds against the verdicts of a cell's files."""
    files = judged_now(platform, asked_cell(context))
    yield from results(GATE_CHECKS, files, context.selected_asset_check_keys)
