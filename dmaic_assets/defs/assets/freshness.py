"""Which sources wait for a file, as an asset with a check that fails when one is overdue.

What belongs here: the asset source_freshness, its check and its schedule. It looks at the clock, so
it is never memoized; it speaks of all sources at once, so it has no partition. Dagster's own
freshness policies know one rhythm per asset, and these assets hold every source.
"""

from collections.abc import Iterator

import dagster as dg

from dmaic_assets.defs.assets.materialize import refusals_as_failures
from dmaic_assets.defs.catalog.events import Materialized
from dmaic_assets.defs.checks.cell import Finding
from dmaic_assets.defs.metadata.tables import table_of
from dmaic_assets.work.assets.names import SOURCE_FRESHNESS
from dmaic_assets.work.run.platform import Platform

NONE_OVERDUE = "no_file_overdue"
_COLUMNS = ("source", "expected", "evidence", "last_at", "late_after", "overdue_since")


@dg.asset(
    name=SOURCE_FRESHNESS,
    check_specs=[
        dg.AssetCheckSpec(
            NONE_OVERDUE,
            asset=SOURCE_FRESHNESS,
            description="No source waits longer for its next file than its files ever made it "
            "usual, or than its declared `schedule` allows. A warning otherwise.",
        )
    ],
)
def source_freshness(
    context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
) -> Iterator[Materialized]:
    """Looks at the clock, and at when each source's files came."""
    with refusals_as_failures():
        result = _look(platform)
    context.log.info(result.check_results[0].description)
    yield result


def _look(platform: Platform) -> Materialized:
    # Definitions load without the core and the libraries that it brings.
    from dmaic_assets.work.state.freshness import known_freshness

    now = platform.clock()
    found = known_freshness(platform)
    overdue = [each for each in found if each.overdue_since(now)]
    rows = [{"source": each.source, **each.document(now)} for each in found]
    words = "; ".join(each.sentence(now) for each in overdue)
    check = Finding(
        passed=not overdue,
        description=words or f"none of {len(found)} sources is overdue",
        severity=dg.AssetCheckSeverity.WARN,
    )
    return dg.MaterializeResult(
        metadata={
            "sources": table_of(rows, _COLUMNS),
            "overdue": dg.MetadataValue.int(len(overdue)),
        },
        check_results=[check.as_result(SOURCE_FRESHNESS, NONE_OVERDUE)],
    )


def freshness_schedule(cron: str) -> dg.ScheduleDefinition:
    """Builds the schedule that looks at the clock, in UTC; it starts stopped like the others."""
    return dg.ScheduleDefinition(
        name="freshness_schedule",
        target=dg.AssetSelection.assets(SOURCE_FRESHNESS),
        cron_schedule=cron,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Looks which sources wait for a file that is overdue.",
    )
