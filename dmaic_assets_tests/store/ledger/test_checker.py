"""The checker must be able to find what it is for."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.tasks.events import Event, EventKind
from dmaic_assets_tests.store.ledger import checker
from dmaic_assets_tests.store.ledger.checker import Operation
from dmaic_assets_tests.store.ledger.examples import a_task

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def an_operation(op: str, at: int, outcome: object, **facts: object) -> Operation:
    return Operation(op, "w", at, at + 1, outcome, **facts)


def claimed(at: int, token: int, task: int = 1) -> Operation:
    return an_operation("claim", at, [[task, token]])


def done(at: int, token: int, outcome: object = "DONE") -> Operation:
    return an_operation("complete", at, outcome, task=1, token=token)


def executed(at: int, *, replayed: bool, value: object) -> Operation:
    outcome = {"replayed": replayed, "value": value}
    return an_operation("effect", at, outcome, task=1, token=1, key="k")


def an_event(kind: EventKind, task: int = 1, **data: object) -> Event:
    return Event(0, NOW, kind, None, task, "k" if "effect" in kind else None, None, data)


PLANNED = an_event("task_planned")
LEASED = an_event("task_leased", token=1)
READ = an_event("task_state_changed", **{"from": "LEASED", "to": "READ"})
EXPIRED = an_event("lease_expired", **{"from": "LEASED", "to": "PLANNED"})
DONE = an_event("task_state_changed", **{"from": "READ", "to": "DONE"})


@pytest.mark.parametrize(
    ("find", "good", "bad", "complaint"),
    [
        (
            checker.check_grants,
            [claimed(0, 1), claimed(10, 2)],
            [claimed(0, 1), claimed(10, 1)],
            "given twice",
        ),
        (
            checker.check_grants,
            [claimed(0, 2), claimed(0, 1)],
            [claimed(0, 2), claimed(10, 1)],
            "given after",
        ),
        (
            checker.check_stale_writes,
            [claimed(0, 1), claimed(10, 2), done(20, 1, "stale"), done(10, 1)],
            [claimed(0, 1), claimed(10, 2), done(20, 1)],
            "succeeded after token 2",
        ),
        (
            checker.check_completions,
            [done(0, 1), done(5, 1, "stale")],
            [done(0, 1), done(5, 2)],
            "twice",
        ),
    ],
)
def test_a_bad_history_is_told_from_a_good_one(
    find: Callable[[Sequence[Operation]], object],
    good: list[Operation],
    bad: list[Operation],
    complaint: str,
) -> None:
    assert list(find(good)) == []
    assert complaint in " ".join(find(bad))


@pytest.mark.parametrize(
    ("operations", "events", "complaint"),
    [
        ([executed(0, replayed=False, value=1), executed(5, replayed=True, value=1)], 1, None),
        (
            [executed(0, replayed=False, value=1), executed(5, replayed=True, value=2)],
            1,
            "receipts",
        ),
        ([executed(0, replayed=False, value=1)] * 2, 1, "executed 2 times"),
        ([], 2, "recorded 2 times"),
    ],
)
def test_a_doubled_effect_is_found(
    operations: list[Operation], events: int, complaint: str | None
) -> None:
    found = list(checker.check_effects(operations, [an_event("effect_completed")] * events))

    assert (found == []) if complaint is None else (complaint in " ".join(found))


@pytest.mark.parametrize(
    ("events", "complaint"),
    [
        ([PLANNED, LEASED, READ, DONE], None),
        ([PLANNED, LEASED, DONE], "but it was LEASED"),
        ([PLANNED, LEASED, READ], "its events say READ"),
        ([PLANNED, LEASED, READ, DONE, READ], "illegal move DONE -> READ"),
        (
            [PLANNED, LEASED, EXPIRED, LEASED, READ, DONE],
            "token 1 is not new",
        ),
    ],
)
def test_an_illegal_walk_is_found(
    sqlite_ledger: Ledger, events: list[Event], complaint: str | None
) -> None:
    task = replace(a_task(sqlite_ledger), task_id=1, state="DONE")
    found = list(checker.check_moves([task], events))

    assert (found == []) if complaint is None else (complaint in " ".join(found))


def test_two_live_tasks_in_a_lane_are_found(sqlite_ledger: Ledger) -> None:
    one = replace(a_task(sqlite_ledger, lane="x"), task_id=1)
    two = replace(one, task_id=2)
    both = [LEASED, replace(LEASED, task_id=2)]
    late = [LEASED, READ, DONE, replace(LEASED, task_id=2)]
    swapped = [replace(event, task_id=2) for event in (LEASED, READ, DONE)] + [LEASED, READ, DONE]

    assert list(checker.check_lanes([one, two], late)) == []
    assert "live at once" in " ".join(checker.check_lanes([one, two], both))
    assert "out of order" in " ".join(checker.check_lanes([one, two], swapped))


def test_lost_wrong_and_superfluous_outputs_are_found(
    sqlite_ledger: Ledger, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    task = replace(a_task(sqlite_ledger), state="DONE")
    assert "missing" in " ".join(checker.check_everything_is_done([task], out))
    (out / "t.txt").write_text("t\n")
    assert list(checker.check_everything_is_done([task], out)) == []
    (out / "other.txt").write_text("")
    assert "nobody asked" in " ".join(checker.check_everything_is_done([task], out))
    assert "ended as" in " ".join(
        checker.check_everything_is_done([replace(task, state="FAILED")], out)
    )


def test_a_line_cut_short_is_left_out(tmp_path: Path) -> None:
    line = '{"op":"claim","owner":"w","began":1,"ended":2,"outcome":[]}\n'
    (tmp_path / "w.jsonl").write_text(line + line[:20])

    assert len(checker.read_history(tmp_path)) == 1
