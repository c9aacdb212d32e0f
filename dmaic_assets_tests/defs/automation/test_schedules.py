from datetime import UTC, datetime

import dagster as dg
import pytest

from dmaic_assets.defs.automation.schedules import due_sources
from dmaic_assets_tests.defs.conftest import csv_of

AT = datetime(2026, 11, 21, 2, 15, tzinfo=UTC)
SOURCES = """
sources:
  - {name: fast, schedule: hourly}
  - {name: never, schedule: none}
"""


@pytest.fixture
def paced(desk):
    (desk.project.root / "config" / "sources.yaml").write_text(SOURCES)
    desk.project.reload()
    for source in ("fast", "never", "undeclared"):
        desk.project.drop("1.csv", csv_of(0), source=source)
    return desk


def tick(desk, name: str):
    definitions = desk.definitions
    with dg.build_schedule_context(
        instance=desk.instance,
        scheduled_execution_time=AT,
        resources={"platform": desk.project.platform},
    ) as context:
        return definitions.resolve_schedule_def(name).evaluate_tick(context)


def test_a_rhythm_has_its_own_sources_and_daily_is_the_default(paced):
    assert due_sources(paced.project.platform, "hourly") == ("fast",)
    assert due_sources(paced.project.platform, "daily") == ("undeclared",)


@pytest.mark.parametrize(
    ("name", "source"), [("hourly_schedule", "fast"), ("daily_schedule", "undeclared")]
)
def test_a_schedule_launches_one_run_for_its_sources(paced, name, source):
    (request,) = tick(paced, name).run_requests

    (op,) = request.run_config["ops"].values()
    assert op["config"]["sources"] == [source]
    assert op["config"]["trigger"] == "schedule"
    assert request.run_key == f"{name.removesuffix('_schedule')}-{AT.isoformat()}"


def test_nothing_to_do_is_said_and_nothing_launched(paced):
    paced.bulk()

    result = tick(paced, "daily_schedule")

    assert result.run_requests == []
    assert result.skip_message == "nothing has changed in the daily sources"
