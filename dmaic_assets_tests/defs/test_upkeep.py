import dagster as dg
import pytest

from dmaic_assets_tests.defs.conftest import csv_of


def execute(desk, *, dry_run: bool) -> list[str]:
    job = desk.definitions.resolve_job_def("reconcile_job")
    result = job.execute_in_process(
        instance=desk.instance,
        run_config={
            "ops": {"put_right": {"config": {"dry_run": dry_run}}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
        resources={"platform": desk.project.platform},
    )
    assert result.success
    return [entry.user_message for entry in desk.instance.all_logs(result.run_id)]


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_clean_project_needs_nothing(desk, dry_run):
    desk.project.drop("1.csv", csv_of(0))
    desk.bulk()

    assert "nothing to put right" in execute(desk, dry_run=dry_run)


def test_what_is_left_behind_is_said_and_put_right(desk):
    desk.project.drop("1.csv", csv_of(0))
    desk.bulk()
    for path in (desk.project.data / "warehouse" / "accepted").rglob("*.parquet"):
        path.unlink()

    seen = execute(desk, dry_run=True)

    assert any("lost_files" in line and ".parquet" in line for line in seen)


def test_it_runs_every_hour_by_itself(desk):
    schedule = desk.definitions.resolve_schedule_def("reconcile_schedule")

    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    assert schedule.cron_schedule == "35 * * * *"
