"""The judgement of a source's files, and what it holds back.

What belongs here: the assets rule_set, gate_verdict and quarantine, and the checks on the verdict.
Verdict and quarantine share a step, so that the blocking check, a step of its own, stops what would
enter the warehouse and never what keeps a held file safe.
"""

from collections.abc import Iterator

import dagster as dg

from dmaic_assets.defs.assets.materialize import (
    Materialized,
    judged_now,
    materialized,
    materialized_in_order,
)
from dmaic_assets.defs.assets.partitions import cell_of, cells
from dmaic_assets.defs.checks.cell import GATE_CHECKS, results
from dmaic_assets.work.run.platform import Platform


@dg.asset(partitions_def=cells, deps=["profile", "column_types"])
def rule_set(
    context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
) -> Iterator[Materialized]:
    """The rules that judge the source's newest files.

    Learnt from the profiles and types of the *baseline*: the files that were accepted before,
    never the file that is judged. The lineage shows the assets it is made from; the files are
    those of earlier cells. Rules and overrides that people wrote in `config/rules/` survive every
    learning. The first file of a source has no baseline and meets hand rules and sanity only.
    """
    yield from materialized(context, platform, "rule_set")


@dg.multi_asset(
    name="gate",
    partitions_def=cells,
    can_subset=True,
    specs=[
        dg.AssetSpec(
            "gate_verdict",
            deps=["raw_file", "column_types", "rule_set"],
            skippable=True,
            description="""What the gate says of each file: accept, quarantine or reject.

The rules are compiled to one pass over the rows. A file passes when its score and the share of
unbroken rules of each severity reach the thresholds in `config/thresholds.yaml`; the metadata
says in words why one does not, with the violated rules and example rows.""",
        ),
        dg.AssetSpec(
            "quarantine",
            deps=["gate_verdict"],
            skippable=True,
            description="""What the gate did not let through, with the reason beside it.

Rows that break a rule of an accepted file, as their raw text; whole files that were held. Together
with the accepted rows they are exactly the files that arrived.""",
        ),
    ],
)
def gate(
    context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
) -> Iterator[Materialized]:
    """Judges the files of a cell and sets apart what does not pass."""
    yield from materialized_in_order(context, platform, ("gate_verdict", "quarantine"))


@dg.multi_asset_check(
    name="gate_checks", specs=[check.spec() for check in GATE_CHECKS], can_subset=True
)
def gate_checks(
    context: dg.AssetCheckExecutionContext, platform: dg.ResourceParam[Platform]
) -> Iterator[dg.AssetCheckResult]:
    """Holds the thresholds against the verdicts of a cell's files."""
    files = judged_now(platform, cell_of(context.partition_key))
    yield from results(GATE_CHECKS, files, context.selected_asset_check_keys)
