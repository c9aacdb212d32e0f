"""The states of a task and the legal moves between them, as data.

The database holds the same table and refuses every other move, whoever asks
(docs/adr/0012).
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

TaskState: TypeAlias = Literal[
    "PLANNED",
    "LEASED",
    "READ",
    "JUDGED",
    "STORED",
    "QUARANTINED",
    "DONE",
    "FAILED",
    "SKIPPED_DUPLICATE",
]

TASK_STATES: tuple[TaskState, ...] = get_args(TaskState)
# Held by a worker under a lease.
LIVE_STATES: tuple[TaskState, ...] = ("LEASED", "READ", "JUDGED", "STORED", "QUARANTINED")
TERMINAL_STATES: tuple[TaskState, ...] = ("DONE", "FAILED", "SKIPPED_DUPLICATE")
OPEN_STATES: tuple[TaskState, ...] = ("PLANNED", *LIVE_STATES)

# From every live state a task can fail, or go back to PLANNED: given back, to be tried again, or
# left by a worker that died. From FAILED only a new request brings it back. A task that was asked
# to profile or to judge only is done after READ or JUDGED.
MOVES: Mapping[TaskState, frozenset[TaskState]] = {
    "PLANNED": frozenset({"LEASED", "FAILED", "SKIPPED_DUPLICATE"}),
    "LEASED": frozenset({"READ", "PLANNED", "FAILED", "SKIPPED_DUPLICATE"}),
    "READ": frozenset({"JUDGED", "DONE", "PLANNED", "FAILED", "SKIPPED_DUPLICATE"}),
    "JUDGED": frozenset({"STORED", "QUARANTINED", "DONE", "PLANNED", "FAILED"}),
    "STORED": frozenset({"DONE", "PLANNED", "FAILED"}),
    "QUARANTINED": frozenset({"DONE", "PLANNED", "FAILED"}),
    "DONE": frozenset(),
    "FAILED": frozenset({"PLANNED"}),
    "SKIPPED_DUPLICATE": frozenset(),
}


def predecessors(state: TaskState) -> tuple[TaskState, ...]:
    """Lists the states from which a task may move to the given one."""
    return tuple(before for before in TASK_STATES if state in MOVES[before])
