"""Follows a run from outside: how far it is, which cells are complete, whether it is to stop.

What belongs here: looking at the tasks of a run, whoever works them. Working them is `loops`.
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.model import Cell
from dmaic_assets.store.ledger.tasks.states import TERMINAL_STATES, TaskState
from dmaic_assets.store.ledger.tasks.tasks import (
    Task,
    open_task_count,
    task_states,
    tasks_numbered,
)
from dmaic_assets.work.run.cell_outcomes import CellResult
from dmaic_assets.work.run.closing import close_cell
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.stopping import is_left, stop_run, stops_a_run

_REST = 9.0  # so that looking takes at most a tenth of the watching thread
_LEAST_REST_S = 0.2  # what a person who waits for a cell does not notice


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: files ended of all, and the one that ended last or what is done now."""

    done: int
    total: int
    name: str


class Watch:
    """Follows the tasks of a run and hands over each cell whose last task has ended.

    Args:
        platform: The stores.
        run_id: The run.
        on_cells: Told the cells that a look found complete, all at once.
        on_progress: Told each file that ended, and what is in `doing`.
        doing: What is done for long, the newest text of it; whoever works appends to it.
        fail_fast: Whether to end what nobody has begun once a file is held or failed.
    """

    def __init__(
        self,
        platform: Platform,
        run_id: str,
        on_cells: Callable[[Sequence[CellResult]], None],
        on_progress: Callable[[Progress], None],
        *,
        doing: deque[str],
        fail_fast: bool,
    ) -> None:
        self._platform = platform
        self._doing = doing
        self._run_id = run_id
        self._on_cells = on_cells
        self._on_progress = on_progress
        self._fail_fast = fail_fast
        self._tasks: dict[int, Task] = {}
        self._of_source: defaultdict[str, set[int]] = defaultdict(set)
        self._ended: set[str] = set()
        self._closed: set[str] = set()
        self.still_open = -1
        self.rest_s = 0.0
        self.cells: list[CellResult] = []

    def cut_short(self) -> list[CellResult]:
        """Takes what was judged of cells that are not complete when the run is stopped.

        Nobody is told of them, and progress is no longer.
        """
        self._news(task_states(self._platform.ledger, self._run_id))
        found: list[CellResult] = []
        for source in [*self._of_source]:
            mine = [self._tasks[number] for number in sorted(self._of_source[source])]
            begun = [t for t in mine if t.state in TERMINAL_STATES and not is_left(t)]
            if source not in self._closed and begun:
                self._closed.add(source)
                found.append(close_cell(self._platform, Cell(self._run_id, source), begun))
        return found

    def is_over(self) -> bool:
        """Looks at the run once; when it is over, `cells` are all there are."""
        if self._doing and self._tasks:
            now = self._doing.pop()
            self._on_progress(Progress(len(self._ended), len(self._tasks), now))
        # Counting is cheap: look only when some have ended.
        still_open = open_task_count(self._platform.ledger, self._run_id)
        if still_open == self.still_open:
            return still_open == 0
        self.still_open = still_open
        return self._look()

    def _look(self) -> bool:
        started = time.perf_counter()
        states = task_states(self._platform.ledger, self._run_id)
        news = self._news(states)
        self.rest_s = max(_LEAST_REST_S, _REST * (time.perf_counter() - started))
        for task in news:
            if task.state in TERMINAL_STATES and task.key not in self._ended and not is_left(task):
                self._ended.add(task.key)
                name = task.of_file.name or task.key
                self._on_progress(Progress(len(self._ended), len(states), name))
                if self._fail_fast and stops_a_run(task):
                    # Another process may have ended it: a worker begins nothing more of the run.
                    stop_run(self._platform, self._run_id, task)
        cells = [*self._complete(dict.fromkeys(source_of(task) for task in news))]
        self.cells += cells
        if cells:
            self._on_cells(cells)
        return all(state in TERMINAL_STATES for state in states.values())

    def _complete(self, sources: Iterable[str]) -> Iterator[CellResult]:
        for source in sources:
            mine = [self._tasks[number] for number in sorted(self._of_source[source])]
            is_open = not mine or any(t.state not in TERMINAL_STATES for t in mine)
            if source in self._closed or is_open:
                continue
            self._closed.add(source)
            begun = [task for task in mine if not is_left(task)]
            if begun:
                yield close_cell(self._platform, Cell(self._run_id, source), begun)

    def _news(self, states: Mapping[int, TaskState]) -> list[Task]:
        """Reads the tasks that ended or came back since the last look, as they are now."""
        gone = [self._tasks.pop(number) for number in [*self._tasks] if number not in states]
        for task in gone:
            self._of_source[source_of(task)].discard(task.task_id)
        changed = [
            number
            for number, state in states.items()
            if number not in self._tasks
            or (state in TERMINAL_STATES) != (self._tasks[number].state in TERMINAL_STATES)
        ]
        found = tasks_numbered(self._platform.ledger, changed)
        for task in found:
            self._tasks[task.task_id] = task
            self._of_source[source_of(task)].add(task.task_id)
        return [*found, *gone]


def source_of(task: Task) -> str:
    """The source whose file a task of a run is about; its lane may be that of several sources."""
    return task.of_file.source or task.lane or ""
