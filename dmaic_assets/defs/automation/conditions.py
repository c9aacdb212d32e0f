"""When Dagster materializes something by itself.

What belongs here: automation conditions, and the sensor that looks at them.
"""

import dagster as dg


def when_versions_change() -> dg.AutomationCondition[dg.AssetKey]:
    """Asks for an asset when what it reads came out different, partition by partition.

    `eager()` alone runs again whenever an input is materialized, also to the same data version.
    Its demand that no input be missing would make one held source block the run's summary for
    ever.
    """
    return (
        dg.AutomationCondition.eager()
        .without(~dg.AutomationCondition.any_deps_missing())
        .replace("newly_updated", dg.AutomationCondition.data_version_changed())
    )


automation_sensor = dg.AutomationConditionSensorDefinition(
    "summary_automation_sensor",
    target=dg.AssetSelection.all(),
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Brings run summaries up to date after single cells were materialized by hand.",
)
