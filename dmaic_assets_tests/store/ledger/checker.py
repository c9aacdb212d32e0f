"""Checks a recorded history of concurrent operations against what the ledger promises.

Times are of one monotonic clock that all processes of a machine share, so "before" is meant
literally: one operation ended before another began.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.tasks.events import Event, list_events
from dmaic_assets.store.ledger.tasks.states import LIVE_STATES, MOVES
from dmaic_assets.store.ledger.tasks.tasks import Task, list_tasks


@dataclass(frozen=True)
class Operation:
    """One call of one worker, with the times between which it took effect."""

    op: str
    owner: str
    began: int
    ended: int
    outcome: Any
    task: int | None = None
    token: int | None = None
    key: str | None = None
    to: str | None = None

    @property
    def succeeded(self) -> bool:
        return self.outcome != "stale"


@dataclass(frozen=True)
class Grant:
    """One lease that was given."""

    task: int
    token: int
    owner: str
    began: int
    ended: int


def read_history(folder: Path) -> list[Operation]:
    """Reads what all workers wrote; a line that a kill cut short is left out."""
    found: list[Operation] = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            try:
                found.append(Operation(**json.loads(line)))
            except json.JSONDecodeError:
                continue
    return sorted(found, key=lambda operation: operation.began)


def check(ledger: Ledger, operations: Sequence[Operation], outputs: Path) -> list[str]:
    """Lists every broken promise, in words; nothing when all were kept."""
    tasks = list_tasks(ledger)
    events = list_events(ledger)
    return [
        *check_everything_is_done(tasks, outputs),
        *check_grants(operations),
        *check_stale_writes(operations),
        *check_completions(operations),
        *check_effects(operations, events),
        *check_moves(tasks, events),
        *check_lanes(tasks, events),
    ]


def grants_of(operations: Iterable[Operation]) -> list[Grant]:
    return [
        Grant(task, token, operation.owner, operation.began, operation.ended)
        for operation in operations
        if operation.op == "claim" and operation.succeeded
        for task, token in operation.outcome
    ]


def check_everything_is_done(tasks: Sequence[Task], outputs: Path) -> Iterable[str]:
    """No task is lost and no output missing, doubled or other than it should be."""
    for task in tasks:
        path = outputs / f"{task.key}.txt"
        if task.state != "DONE":
            yield f"task {task.key} ended as {task.state}: {task.error}"
        elif not path.is_file() or path.read_text() != f"{task.key}\n":
            yield f"the output of task {task.key} is missing or wrong"
    extra = {path.name for path in outputs.iterdir()} - {f"{task.key}.txt" for task in tasks}
    if any(".part-" not in name for name in extra):
        yield f"outputs that nobody asked for: {sorted(extra)[:5]}"


def check_grants(operations: Sequence[Operation]) -> Iterable[str]:
    """Every token is given once, and later claims get higher ones."""
    by_task: defaultdict[int, list[Grant]] = defaultdict(list)
    for grant in grants_of(operations):
        by_task[grant.task].append(grant)
    for task, grants in by_task.items():
        tokens = [grant.token for grant in grants]
        if len(set(tokens)) != len(tokens):
            yield f"task {task}: a token was given twice ({sorted(tokens)})"
        for one in grants:
            for other in grants:
                if one.ended < other.began and one.token >= other.token:
                    yield f"task {task}: token {other.token} was given after {one.token}"


def check_stale_writes(operations: Sequence[Operation]) -> Iterable[str]:
    """Nothing succeeds under a lease once a later one was given."""
    taken: defaultdict[int, list[Grant]] = defaultdict(list)
    for grant in grants_of(operations):
        taken[grant.task].append(grant)
    for operation in operations:
        if operation.task is None or operation.token is None or not operation.succeeded:
            continue
        for grant in taken[operation.task]:
            if grant.token > operation.token and grant.ended < operation.began:
                yield (
                    f"task {operation.task}: {operation.op} under token {operation.token} "
                    f"succeeded after token {grant.token} was given"
                )


def check_completions(operations: Sequence[Operation]) -> Iterable[str]:
    """No task is completed twice."""
    completed: set[int] = set()
    for operation in operations:
        if operation.op == "complete" and operation.succeeded and operation.task is not None:
            if operation.task in completed:
                yield f"task {operation.task} was completed twice"
            completed.add(operation.task)


def check_effects(operations: Sequence[Operation], events: Sequence[Event]) -> Iterable[str]:
    """Every effect is recorded once, and everybody sees the same receipt."""
    completed = Counter(e.effect_key for e in events if e.kind == "effect_completed")
    for key, count in completed.items():
        if count != 1:
            yield f"effect {key} was recorded {count} times"
    outcomes: defaultdict[str, list[Any]] = defaultdict(list)
    for operation in operations:
        if operation.op == "effect" and operation.succeeded:
            outcomes[operation.key or ""].append(operation.outcome)
    for key, seen in outcomes.items():
        receipts = {json.dumps(outcome["value"], sort_keys=True) for outcome in seen}
        executions = sum(not outcome["replayed"] for outcome in seen)
        if len(receipts) != 1:
            yield f"effect {key} has {len(receipts)} different receipts"
        if executions > 1:
            yield f"effect {key} was executed {executions} times"


def check_moves(tasks: Sequence[Task], events: Sequence[Event]) -> Iterable[str]:
    """The events of every task are a walk along legal moves that ends where the task is."""
    walks: defaultdict[int, list[Event]] = defaultdict(list)
    for event in events:
        if event.task_id is not None and _move(event)[1] is not None:
            walks[event.task_id].append(event)
    for task in tasks:
        yield from _check_walk(task, walks[task.task_id])


def _check_walk(task: Task, walk: Sequence[Event]) -> Iterable[str]:
    now, newest = None, 0
    for event in walk:
        before, after, token = _move(event)
        if before is not None and now != before:
            yield f"task {task.task_id}: {event.kind} from {before}, but it was {now}"
        if now is not None and after not in MOVES[now]:
            yield f"task {task.task_id}: illegal move {now} -> {after}"
        if token is not None and token <= newest:
            yield f"task {task.task_id}: token {token} is not new"
        now, newest = after, token or newest
    if now != task.state:
        yield f"task {task.task_id} is {task.state}, its events say {now}"


def check_lanes(tasks: Sequence[Task], events: Sequence[Event]) -> Iterable[str]:
    """A lane has one live task at a time, and its tasks end in the order of planning."""
    lanes = {task.task_id: task.lane for task in tasks}
    by_lane: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for event in events:
        lane, after = lanes.get(event.task_id or -1), _move(event)[1]
        if lane is not None and after is not None and event.task_id is not None:
            by_lane[lane].append((event.task_id, after))
    for lane, moves in by_lane.items():
        yield from _check_lane(lane, moves)


def _check_lane(lane: str, moves: Sequence[tuple[int, str]]) -> Iterable[str]:
    live: int | None = None
    for task, after in moves:
        if after not in LIVE_STATES:
            live = None if live == task else live
        elif live in (None, task):
            live = task
        else:
            yield f"lane {lane}: tasks {live} and {task} were live at once"
    order = [task for task, after in moves if after == "DONE"]
    if order != sorted(order):
        yield f"lane {lane} ended out of order"


def _move(event: Event) -> "tuple[str | None, Any, int | None]":
    data: Mapping[str, Any] = event.data
    if event.kind == "task_planned":
        return None, "PLANNED", None
    if event.kind == "task_leased":
        return "PLANNED", "LEASED", data["token"]
    if event.kind == "lease_released":
        return None, "PLANNED", None
    if event.kind in ("task_state_changed", "lease_expired"):
        return data["from"], data["to"], None
    return None, None, None
