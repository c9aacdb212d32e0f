"""Follows a run from outside: how far it is, which cells are complete, whether it is to stop.

What belongs here: looking at the tasks of a run, whoever works them. Working them is `loops`.
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from dmaic_assets.model import Cell
from dmaic_assets.store.ledger.tasks.states import TERMINAL_STATES
from dmaic_assets.store.ledger.tasks.tasks import Task, open_task_count, tasks_of_run
from dmaic_assets.work.run.cell_outcomes import CellResult
from dmaic_assets.work.run.closing import close_cell
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.stopping import is_left, stop_run, stops_a_run

_REST = 9.0  # so that listing tasks takes at most a tenth of the watching thread


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
        on_cell: Told each cell.
        on_progress: Told each file that ended, and what is in `doing`.
        doing: What is done for long, the newest text of it; whoever works appends to it.
        fail_fast: Whether to end what nobody has begun once a file is held or failed.
    """

    def __init__(
        self,
        platform: Platform,
        run_id: str,
        on_cell: Callable[[CellResult], None],
        on_progress: Callable[[Progress], None],
        *,
        doing: deque[str],
        fail_fast: bool,
    ) -> None:
        self._platform = platform
        self._doing = doing
        self._run_id = run_id
        self._on_cell = on_cell
        self._on_progress = on_progress
        self._fail_fast = fail_fast
        self._ended: set[str] = set()
        self._closed: set[str] = set()
        self._open = -1
        self._total = 0
        self.rest_s = 0.0
        self.cells: list[CellResult] = []

    def is_over(self) -> bool:
        """Looks at the run once; when it is over, `cells` are all there are."""
        if self._doing and self._total:
            now = self._doing.pop()
            self._on_progress(Progress(len(self._ended), self._total, now))
        # Counting is cheap, listing a thousand tasks is not: list only when some have ended.
        still_open = open_task_count(self._platform.ledger, self._run_id)
        if still_open == self._open:
            return still_open == 0
        self._open = still_open
        return self._look()

    def _look(self) -> bool:
        started = time.perf_counter()
        tasks = tasks_of_run(self._platform.ledger, self._run_id)
        self.rest_s = _REST * (time.perf_counter() - started)
        self._total = len(tasks)
        for task in tasks:
            is_new = task.state in TERMINAL_STATES and task.key not in self._ended
            if is_new and not is_left(task):
                self._ended.add(task.key)
                name = task.of_file.name or task.key
                self._on_progress(Progress(len(self._ended), len(tasks), name))
                if self._fail_fast and stops_a_run(task):
                    # Another process may have ended it: a worker begins nothing more of the run.
                    stop_run(self._platform, self._run_id, task)
        by_source: defaultdict[str, list[Task]] = defaultdict(list)
        for task in tasks:
            by_source[source_of(task)].append(task)
        for source, mine in by_source.items():
            if source not in self._closed and all(t.state in TERMINAL_STATES for t in mine):
                self._closed.add(source)
                begun = [task for task in mine if not is_left(task)]
                if not begun:
                    continue
                cell = close_cell(self._platform, Cell(self._run_id, source), begun)
                self.cells.append(cell)
                self._on_cell(cell)
        return all(task.state in TERMINAL_STATES for task in tasks)


def source_of(task: Task) -> str:
    """The source whose file a task of a run is about; its lane may be that of several sources."""
    return task.of_file.source or task.lane or ""
