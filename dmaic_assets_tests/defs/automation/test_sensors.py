"""Sensors on real folders: what they see, what they wait for, what they launch."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from dmaic_assets.defs.automation.landing import Mark, digest_of, is_settled, mark_of
from dmaic_assets.defs.jobs.bulk import WORKER_TAG, BulkWatch, this_worker
from dmaic_assets.work.plan.plan import plan_run
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets_tests.defs.conftest import BAD_AMOUNTS, Desk, csv_of

NEW, CHANGED = "new_files_sensor", "changed_files_sensor"


class Sensor:
    """One sensor of a desk, ticked by hand, whose runs are executed at once when asked."""

    def __init__(self, desk: Desk, name: str) -> None:
        self.desk = desk
        self.name = name
        self.cursor: str | None = None
        self.run_keys: list[str] = []

    def tick(self) -> dg.SensorResult:
        definitions = self.desk.definitions
        with dg.build_sensor_context(
            instance=self.desk.instance,
            cursor=self.cursor,
            definitions=definitions,
            resources={"platform": self.desk.project.platform},
        ) as context:
            result = definitions.resolve_sensor_def(self.name)(context)
        self.cursor = result.cursor
        return result

    def execute(self, result: dg.SensorResult) -> None:
        """Does what the daemon does with a result."""
        for request in result.dynamic_partitions_requests:
            self.desk.instance.add_dynamic_partitions(
                request.partitions_def_name, request.partition_keys
            )
        for request in result.run_requests:
            self.run_keys.append(request.run_key)
            self.desk.definitions.resolve_job_def("ingest_job").execute_in_process(
                instance=self.desk.instance,
                run_config={
                    **request.run_config,
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
                tags=request.tags,
                resources={"platform": self.desk.project.platform, "watch": BulkWatch()},
            )

    def settle(self) -> dg.SensorResult:
        """Ticks until something is launched or nothing waits to be written to the end."""
        first = self.tick()
        return first if first.run_requests else self.tick()


@pytest.fixture
def new(desk) -> Sensor:
    return Sensor(desk, NEW)


@pytest.fixture
def changed(desk) -> Sensor:
    return Sensor(desk, CHANGED)


def files_of(result: dg.SensorResult) -> list[str]:
    (request,) = result.run_requests
    (op,) = request.run_config["ops"].values()
    return [Path(file).name for file in op["config"].get("files", [])]


def test_a_new_file_is_launched_at_the_second_look(desk, new):
    desk.project.drop("1.csv", csv_of(0))

    first = new.tick()
    second = new.tick()

    assert not first.run_requests
    assert "waiting until 1 files are written to the end: 1.csv" in first.skip_reason.skip_message
    assert files_of(second) == ["1.csv"]
    (grid,) = second.dynamic_partitions_requests
    assert (grid.partitions_def_name, grid.partition_keys) == ("source", ["orders"])


def test_its_run_judges_the_file_and_nothing_more_is_launched(desk, new):
    desk.project.drop("1.csv", csv_of(0))

    new.execute(new.settle())
    after = [new.tick(), new.tick()]

    assert len(desk.materializations("accepted_rows")) == 1
    assert [r.run_requests for r in after] == [[], []]
    assert "no file came, went or changed" in after[0].skip_reason.skip_message


def test_one_run_takes_the_whole_batch(desk, new):
    for number in range(3):
        desk.project.drop(f"{number}.csv", csv_of(1000 * number))
    desk.project.drop("x.csv", csv_of(0), source="returns")

    result = new.settle()

    assert sorted(files_of(result)) == ["0.csv", "1.csv", "2.csv", "x.csv"]


def test_a_growing_file_is_left_alone_until_it_stops(desk, new):
    path = desk.project.drop("1.csv", "id,kind,amount\n")
    seen = []
    for number in range(3):
        seen.append(new.tick())
        with path.open("a") as file:
            file.write(f"{number},north,1.5\n")

    waiting = new.tick()
    launched = new.tick()

    assert all(not result.run_requests for result in (*seen, waiting))
    assert files_of(launched) == ["1.csv"]


def test_a_growing_file_does_not_hold_up_the_others(desk, new):
    growing = desk.project.drop("growing.csv", csv_of(0))
    desk.project.drop("done.csv", csv_of(1000))
    new.tick()
    growing.write_text(csv_of(0, rows=101))

    result = new.tick()

    assert files_of(result) == ["done.csv"]


def test_a_file_that_was_there_long_ago_is_not_waited_for(desk, new):
    path = desk.project.drop("1.csv", csv_of(0))
    old = (datetime.now(UTC) - timedelta(hours=1)).timestamp()
    os.utime(path, (old, old))
    # The time of change cannot be set back; the platform's clock is set forward instead.
    object.__setattr__(
        desk.project.platform, "clock", lambda: datetime.now(UTC) + timedelta(minutes=5)
    )

    result = new.tick()

    assert files_of(result) == ["1.csv"]


def test_a_copy_of_a_known_file_under_another_name_is_no_work(desk, new):
    desk.project.drop("1.csv", csv_of(0))
    new.execute(new.settle())

    desk.project.drop("again.csv", csv_of(0))
    result = new.settle()

    assert not result.run_requests


def test_a_file_that_comes_back_is_launched_again(desk, new, changed):
    path = desk.project.drop("1.csv", csv_of(0))
    new.execute(new.settle())
    path.unlink()
    changed.execute(changed.settle())

    desk.project.drop("1.csv", csv_of(0))
    result = new.settle()

    assert files_of(result) == ["1.csv"]
    assert result.run_requests[0].run_key not in new.run_keys


def test_the_same_batch_has_the_same_run_key(desk, new):
    desk.project.drop("1.csv", csv_of(0))
    other = Sensor(desk, NEW)

    one, two = new.settle(), other.settle()

    assert one.run_requests[0].run_key == two.run_requests[0].run_key


def running(desk: Desk, config: dict[str, object], **tags: str) -> dg.DagsterRun:
    """Puts a run of the ingest job into the instance, as if it was at work."""
    job = desk.definitions.resolve_job_def("ingest_job")
    run = desk.instance.create_run_for_job(
        job, run_config={"ops": {"ingest_cells": {"config": config}}}, tags=tags
    )
    desk.instance.report_dagster_event(
        dg.DagsterEvent(event_type_value="PIPELINE_START", job_name=job.name), run.run_id
    )
    return desk.instance.get_run_by_id(run.run_id)


def test_what_a_running_run_works_on_is_not_launched_twice(desk, new):
    mine = desk.project.drop("1.csv", csv_of(0))
    desk.project.drop("2.csv", csv_of(1000))
    running(desk, {"files": [str(mine)]}, **{WORKER_TAG: this_worker()})

    result = new.settle()

    assert files_of(result) == ["2.csv"]


def test_a_run_over_everything_is_waited_for(desk, new):
    desk.project.drop("1.csv", csv_of(0))
    running(desk, {}, **{WORKER_TAG: this_worker()})

    result = new.settle()

    assert not result.run_requests
    assert "a running run works on these files already" in result.skip_reason.skip_message


def test_a_run_whose_process_is_gone_blocks_nobody_and_is_ended(desk, new):
    path = desk.project.drop("1.csv", csv_of(0))
    gone = f"{this_worker().rpartition(':')[0]}:{2**22 + 1}"
    dead = running(desk, {"files": [str(path)]}, **{WORKER_TAG: gone})

    result = new.settle()

    assert files_of(result) == ["1.csv"]
    assert desk.instance.get_run_by_id(dead.run_id).status == dg.DagsterRunStatus.FAILURE


def test_changed_content_is_for_the_other_sensor(desk, new, changed):
    desk.project.drop("1.csv", csv_of(0))
    new.execute(new.settle())
    assert not changed.settle().run_requests

    desk.project.drop("1.csv", csv_of(0, rows=120))
    from_new, from_changed = new.settle(), changed.settle()

    assert not from_new.run_requests
    (request,) = from_changed.run_requests
    (op,) = request.run_config["ops"].values()
    assert op["config"]["sources"] == ["orders"]


def test_changed_content_replaces_the_rows(desk, new, changed):
    desk.project.drop("1.csv", csv_of(0))
    new.execute(new.settle())
    desk.project.drop("1.csv", csv_of(0, rows=120))

    changed.execute(changed.settle())

    assert len(desk.project.accepted_ids()) == 120
    assert not changed.settle().run_requests


def test_a_removed_file_is_noted_once(desk, new, changed):
    path = desk.project.drop("1.csv", csv_of(0))
    desk.project.drop("2.csv", csv_of(1000))
    new.execute(new.settle())
    changed.settle()

    path.unlink()
    noticed = changed.settle()
    changed.execute(noticed)
    after = changed.settle()

    assert noticed.run_requests
    assert desk.project.arrivals()["1.csv"].disposition == "removed"
    assert not after.run_requests


def test_a_source_with_a_file_still_being_written_waits_as_a_whole(desk, new, changed):
    path = desk.project.drop("1.csv", csv_of(0))
    new.execute(new.settle())
    changed.settle()
    desk.project.drop("1.csv", csv_of(0, rows=120))
    changed.tick()
    path.with_name("2.csv").write_text(csv_of(5000))

    result = changed.tick()

    assert not result.run_requests


def test_changed_rules_launch_nothing_by_themselves(desk, new, changed):
    desk.project.drop("1.csv", csv_of(0))
    new.execute(new.settle())
    thresholds = desk.project.root / "config" / "thresholds.yaml"
    thresholds.write_text(thresholds.read_text().replace("overall: 85", "overall: 90"))
    desk.project.reload()
    assert not plan_run(desk.project.platform, RunRequest()).is_empty

    os.utime(desk.project.data / "incoming" / "orders" / "1.csv")
    results = [new.settle(), changed.settle()]

    assert [r.run_requests for r in results] == [[], []]


def test_a_corrected_file_after_a_held_one_is_new(history):
    history.project.drop("5.csv", csv_of(5000, **BAD_AMOUNTS))
    history.bulk()
    sensor = Sensor(history, NEW)

    history.project.drop("5.csv", csv_of(5000))
    result = sensor.settle()

    assert files_of(result) == ["5.csv"]


@pytest.mark.parametrize("cursor", [None, "", "nonsense", "[]", "3", '{"pending": 3}'])
def test_a_cursor_that_says_nothing_means_nothing_was_seen(cursor):
    assert mark_of(cursor) == Mark()


def test_a_mark_survives_the_way_through_a_cursor():
    mark = Mark("digest", {"/a/b.csv": "1:2:3:4"})

    assert mark_of(mark.to_cursor()) == mark


NOW = datetime(2026, 11, 21, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("modified_ago_s", "changed_ago_s", "pending", "settled"),
    [
        (1, 1, None, False),
        (1, 1, "same", True),
        (1, 1, "other", False),
        (3600, 3600, None, True),
        (3600, 1, None, False),
        (1, 3600, None, False),
        (-3600, 1, None, False),
        (-3600, 1, "same", True),
        (10, 10, None, True),
        (9, 9, None, False),
    ],
)
def test_a_file_is_settled(modified_ago_s, changed_ago_s, pending, settled):
    now_ns = int(NOW.timestamp() * 1e9)
    words = f"10:{now_ns - modified_ago_s * 10**9}:{now_ns - changed_ago_s * 10**9}:7"
    seen = {"same": words, "other": "9:1:1:7"}.get(pending or "")
    mark = Mark("", {"/in/a.csv": seen} if seen else {})

    assert is_settled(Path("/in/a.csv"), words, mark, now=NOW, quiet_s=10.0) is settled


def test_a_listing_has_one_digest_in_any_order():
    one = {Path("/a"): "1", Path("/b"): "2"}
    two = {Path("/b"): "2", Path("/a"): "1"}

    assert digest_of(one) == digest_of(two)
    assert digest_of(one) != digest_of({Path("/a"): "2", Path("/b"): "1"})
