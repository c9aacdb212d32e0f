import os
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dmaic_assets.model import ArtifactRef, Json
from dmaic_assets.settings.project import utc_clock
from dmaic_assets.store.artifacts import is_intact, path_of, put_bytes, put_json
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.effects.effects import run_effect
from dmaic_assets.store.ledger.record.catalogue import enqueue_outcomes, mark_published, unpublished
from dmaic_assets.store.ledger.record.files import Settlement, register_files, settle
from dmaic_assets.store.ledger.record.memo import MemoRecord, lookup, remember
from dmaic_assets.store.ledger.record.metrics import record_metrics
from dmaic_assets.store.ledger.record.retention import prune, vacuum
from dmaic_assets.store.ledger.record.runs import finish_run, list_runs
from dmaic_assets.store.ledger.record.verdicts import latest_verdicts, record_verdict, verdicts
from dmaic_assets.store.ledger.tasks.events import list_events
from dmaic_assets.store.ledger.tasks.leases import complete
from dmaic_assets.store.ledger.tasks.tasks import list_tasks
from dmaic_assets_tests.store.ledger.conftest import HandClock, Opener
from dmaic_assets_tests.store.ledger.examples import (
    a_file,
    a_lease,
    a_run,
    a_task,
    a_verdict,
    find_receipt,
    stored,
)
from dmaic_assets_tests.store.ledger.record.test_catalogue import an_outcome

LONG_S = timedelta(days=100).total_seconds()


@pytest.fixture
def ledger(open_ledger: Opener, clock: HandClock) -> Ledger:
    clock.now = utc_clock()
    return open_ledger()


def a_finished_run(ledger: Ledger, clock: HandClock, *, branch_of: str | None = None) -> str:
    run_id = a_run(ledger, branch_of=branch_of).run_id
    record_metrics(ledger, run_id, "gate", "orders", {"rows": 1.0})
    finish_run(ledger, run_id, status="succeeded", totals={})
    clock.move(seconds=1)
    return run_id


def run_ids(ledger: Ledger) -> list[str]:
    return [run.run_id for run in list_runs(ledger, None)][::-1]


def memo_of(key: str, clock: HandClock, facts: Json, artifact: ArtifactRef | None) -> MemoRecord:
    return MemoRecord(key, "x", "d", "c", artifact, "r", clock.now, facts)


def test_old_runs_go_with_all_they_have_and_the_newest_stay(
    ledger: Ledger, clock: HandClock
) -> None:
    runs = [a_finished_run(ledger, clock) for _ in range(5)]
    clock.move(seconds=LONG_S)
    young = a_finished_run(ledger, clock)

    pruned = prune(ledger, keep_runs=3)

    assert pruned.rows["runs"] == 3
    assert run_ids(ledger) == [*runs[3:], young]


def test_a_run_stays_while_something_live_needs_it(ledger: Ledger, clock: HandClock) -> None:
    origin = a_finished_run(ledger, clock)
    needed = {
        "settled a file": a_finished_run(ledger, clock),
        "judged a file last": a_finished_run(ledger, clock),
        "has an open task": a_finished_run(ledger, clock),
        "runs": a_run(ledger).run_id,
        "branch of the first": a_finished_run(ledger, clock, branch_of=origin),
    }
    superseded = a_finished_run(ledger, clock)
    file, other = a_file(sha256="a" * 64), a_file(sha256="b" * 64)
    register_files(ledger, [file], needed["settled a file"])
    settle(ledger, "orders", file.sha256, Settlement("accepted", needed["settled a file"]))
    settle(ledger, "orders", file.sha256, Settlement("accepted", needed["branch of the first"]))
    record_verdict(ledger, superseded, other, a_verdict(other))
    record_verdict(ledger, needed["judged a file last"], other, a_verdict(other))
    a_task(ledger, run_id=needed["has an open task"])
    clock.move(seconds=LONG_S)

    pruned = prune(ledger, keep_runs=0)

    assert set(run_ids(ledger)) == {origin, *needed.values()}
    assert pruned.rows["runs"] == 1
    assert latest_verdicts(ledger, "orders")[other.sha256].run_id == needed["judged a file last"]
    assert len(verdicts(ledger)) == 1


def test_a_dry_run_counts_the_same_and_removes_nothing(ledger: Ledger, clock: HandClock) -> None:
    for _ in range(3):
        a_finished_run(ledger, clock)
    put_bytes(ledger.artifacts, "profile", b'{"a":1}', suffix=".json")
    clock.move(seconds=LONG_S)

    dry = prune(ledger, keep_runs=1, dry_run=True)
    assert len(run_ids(ledger)) == 3
    real = prune(ledger, keep_runs=1)

    assert dry.is_dry_run
    assert (dry.rows, dry.files, dry.size_bytes) == (real.rows, real.files, real.size_bytes)
    assert real.rows["runs"] == 2
    assert (real.files, real.size_bytes) == (1, 7)


def test_finished_tasks_and_events_go_open_ones_stay(ledger: Ledger, clock: HandClock) -> None:
    a_task(ledger, "done")
    complete(ledger, stored(ledger, a_lease(ledger)))
    a_task(ledger, "open")
    clock.move(seconds=LONG_S)

    prune(ledger)

    assert [task.key for task in list_tasks(ledger)] == ["open"]
    assert [event.kind for event in list_events(ledger)] == ["task_planned"]


def test_receipts_stay_while_their_task_or_their_file_is_in_use(
    ledger: Ledger, clock: HandClock
) -> None:
    version = "e" * 64
    register_files(ledger, [a_file()], "r")
    settle(ledger, "orders", "a" * 64, Settlement("accepted", "r", accepted_version=version))
    a_task(ledger)
    lease = a_lease(ledger)
    run_effect(ledger, "of a live task", lambda: 1, kind="write", lease=lease)
    run_effect(ledger, "of a current file", lambda: {"sha256": version}, kind="write")
    run_effect(ledger, "of the past", lambda: 1, kind="write")
    clock.move(seconds=LONG_S)

    assert prune(ledger).rows["effects"] == 1
    assert find_receipt(ledger, "of the past") is None
    assert find_receipt(ledger, "of a live task") == 1
    assert find_receipt(ledger, "of a current file") == {"sha256": version}


def test_a_receipt_in_a_file_of_its_own_stays_as_what_it_names_is_not_seen(
    ledger: Ledger, clock: HandClock
) -> None:
    large: Json = {"sha256": "b" * 64, "names": ["n" * 100] * 300}
    run_effect(ledger, "large", lambda: large, kind="write")
    clock.move(seconds=LONG_S)

    prune(ledger)

    assert find_receipt(ledger, "large") == large


def test_memo_records_and_artifacts_in_use_stay_however_old(
    ledger: Ledger, clock: HandClock
) -> None:
    refs = {n: put_json(ledger.artifacts, "profile", n) for n in ("used", "named", "unused")}
    keys = {"file": "1" * 64, "asset": "2" * 64, "deeper": "3" * 64, "unused": "4" * 64}
    remember(
        ledger,
        [
            memo_of(keys["file"], clock, {"assets": {"profile": keys["asset"]}}, None),
            memo_of(keys["asset"], clock, {"from": keys["deeper"]}, refs["used"]),
            memo_of(keys["deeper"], clock, {"baseline": refs["named"].sha256}, None),
            memo_of(keys["unused"], clock, {}, refs["unused"]),
        ],
    )
    register_files(ledger, [a_file()], "r")
    settle(ledger, "orders", "a" * 64, Settlement("accepted", "r", file_key=keys["file"]))
    clock.move(seconds=LONG_S)

    pruned = prune(ledger)

    assert lookup(ledger, keys.values()).keys() == {keys[n] for n in ("file", "asset", "deeper")}
    assert {n for n, ref in refs.items() if is_intact(ledger.artifacts, ref)} == {"used", "named"}
    assert (pruned.rows["memo"], pruned.files) == (1, 1)


def test_artifacts_written_lately_stay_even_without_a_record(
    ledger: Ledger, clock: HandClock
) -> None:
    ref = put_json(ledger.artifacts, "profile", 1)
    path = path_of(ledger.artifacts, ref)
    clock.move(days=80)
    assert prune(ledger).files == 0
    os.utime(path)
    other = Path(ledger.artifacts, "not an artifact.txt")
    other.write_text("x")
    clock.move(days=20)

    assert prune(ledger).files == 1
    assert other.exists()


def test_putting_an_artifact_again_makes_it_young(ledger: Ledger) -> None:
    ref = put_json(ledger.artifacts, "profile", 1)
    path = path_of(ledger.artifacts, ref)
    os.utime(path, (0, 0))

    put_json(ledger.artifacts, "profile", 1)

    assert path.stat().st_mtime > 1e9


def test_only_published_outcomes_go(ledger: Ledger, clock: HandClock) -> None:
    enqueue_outcomes(ledger, [an_outcome("r1"), an_outcome("r2")])
    mark_published(ledger, [unpublished(ledger)[0].event_id])
    clock.move(seconds=LONG_S)

    assert prune(ledger).rows == {"catalogue_events": 1}
    assert [event.outcome.cell.run_id for event in unpublished(ledger)] == ["r2"]


def test_history_that_is_young_enough_stays(ledger: Ledger, clock: HandClock) -> None:
    a_finished_run(ledger, clock)
    remember(ledger, [memo_of("k", clock, {}, None)])
    clock.move(days=89)

    assert prune(ledger, keep_runs=0).rows == {}


def test_vacuum_gives_space_back(sqlite_ledger: Ledger, clock: HandClock) -> None:
    facts = [{"x": "y" * 150} for _ in range(9000)]
    remember(sqlite_ledger, [memo_of(f"{n}", clock, x, None) for n, x in enumerate(facts)])
    with sqlite_ledger.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM memo")

    freed = vacuum(sqlite_ledger)

    assert freed > 1_000_000
    assert lookup(sqlite_ledger, ["1"]) == {}


def test_vacuum_is_possible_on_both_databases(ledger: Ledger) -> None:
    assert vacuum(ledger) >= 0
    with ledger.reading() as connection:
        assert connection.execute(sa.select(sa.literal(1))).scalar() == 1
