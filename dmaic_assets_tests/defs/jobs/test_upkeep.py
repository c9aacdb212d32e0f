"""What dead workers left is put right by a Dagster job, which its schedule launches when needed."""

import os
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from dmaic_assets.defs.jobs.upkeep import RECONCILE
from dmaic_assets_tests.defs.conftest import csv_of

AT = datetime(2026, 11, 21, 2, 10, tzinfo=UTC)


@pytest.fixture
def tidy(desk):
    desk.project.drop("1.csv", csv_of(0))
    desk.bulk()
    return desk


def execute(desk, *, dry_run: bool) -> tuple[list[str], dict[str, int]]:
    """Runs the job as the UI would; what it said, and the counts that it showed."""
    job = desk.definitions.resolve_job_def(RECONCILE)
    result = job.execute_in_process(
        instance=desk.instance,
        run_config={
            "ops": {"put_stores_right": {"config": {"dry_run": dry_run}}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
    )
    assert result.success
    said = [entry.user_message for entry in desk.instance.all_logs(result.run_id)]
    (output,) = (e for e in result.all_events if e.event_type == dg.DagsterEventType.STEP_OUTPUT)
    counts = output.step_output_data.metadata
    return said, {name: value.value for name, value in counts.items() if value.value}


def tick(desk):
    with dg.build_schedule_context(
        instance=desk.instance,
        scheduled_execution_time=AT,
        resources={"platform": desk.project.platform},
    ) as context:
        return desk.definitions.resolve_schedule_def("reconcile_schedule").evaluate_tick(context)


def leave_a_part(desk) -> Path:
    part = desk.project.data / "warehouse" / "accepted" / "orders" / "x.parquet.part-00ff"
    part.write_bytes(b"half")
    # The change time cannot be set back, so what counts as old is what the settings say.
    desk.project.root.joinpath("config", "dmaic.yaml").write_text("ledger: {stale_part_s: 0}\n")
    desk.project.reload()
    os.utime(part, (0, 0))
    return part


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_tidy_project_needs_nothing(tidy, dry_run):
    said, counts = execute(tidy, dry_run=dry_run)

    assert "ledger and disk agree" in said
    assert counts == {}


def test_a_dry_run_tells_and_a_run_puts_right(tidy):
    part = leave_a_part(tidy)

    said, counts = execute(tidy, dry_run=True)
    assert "would put right: stale parts 1" in said
    assert counts == {"stale_parts": 1}
    assert part.exists()

    said, counts = execute(tidy, dry_run=False)
    assert "found: stale parts 1" in said
    assert counts == {"stale_parts": 1}
    assert not part.exists()


def test_the_schedule_launches_the_job_only_when_something_is_left(tidy):
    before = tick(tidy)
    leave_a_part(tidy)
    after = tick(tidy)

    assert before.run_requests == []
    assert before.skip_message == "ledger and disk agree"
    assert [request.run_key for request in after.run_requests] == [f"reconcile-{AT.isoformat()}"]


def test_what_only_a_run_can_make_again_launches_nothing(tidy):
    for path in (tidy.project.data / "warehouse" / "accepted").rglob("*.parquet"):
        path.unlink()
    # The receipt of the lost file is forgotten; from then on there is nothing to put right.
    assert execute(tidy, dry_run=False)[1]["lost_files"] == 1

    result = tick(tidy)

    assert result.run_requests == []
    assert result.skip_message == "would put right: lost files 1"
