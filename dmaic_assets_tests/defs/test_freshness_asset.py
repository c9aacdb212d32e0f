"""Sources that wait for a file are an asset; its check warns while one is overdue."""

from datetime import timedelta

import dagster as dg
import pytest

from dmaic_assets.defs.assets.freshness import NONE_OVERDUE, SOURCE_FRESHNESS
from dmaic_assets.store.ledger.record.files import register_files
from dmaic_assets.work.run.platform import Platform
from dmaic_assets_tests.store.ledger.conftest import HandClock
from dmaic_assets_tests.store.ledger.examples import a_file


@pytest.mark.parametrize("days", [0, 2])
def test_the_check_warns_while_a_file_is_overdue(desk, days):
    clock = HandClock()
    desk.project.platform.ledger.clock = clock
    platform = Platform(desk.project.platform.settings, desk.project.platform.ledger, clock)
    for number in range(7):
        clock.move(days=1)
        register_files(platform.ledger, [a_file(sha256=f"{number}" * 64)], "none")
    last = clock.now
    clock.move(days=days)
    asset = next(a for a in desk.definitions.assets if dg.AssetKey(SOURCE_FRESHNESS) in a.keys)

    outcome = dg.materialize(
        [asset], instance=desk.instance, resources={"platform": platform}, raise_on_error=True
    )

    (check,) = outcome.get_asset_check_evaluations()
    (event,) = desk.materializations(SOURCE_FRESHNESS)
    (row,) = event.metadata["sources"].records
    assert (check.check_name, check.passed) == (NONE_OVERDUE, days == 0)
    assert check.severity is dg.AssetCheckSeverity.WARN
    assert event.metadata["overdue"].value == (days > 0)
    assert row.data["expected"] == "every day"
    assert row.data["late_after"] > (last + timedelta(days=1)).isoformat()
    if days:
        assert check.description.startswith("orders: a file is overdue since ")
