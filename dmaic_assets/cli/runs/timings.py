"""Where the time of a command went, stage by stage: what `--timings` shows.

What belongs here: taking times and showing them. Which stages there are, those who work say.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from dmaic_assets.cli.console import print_table, seconds
from dmaic_assets.model import Json

_START = "starting Python"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: seconds that passed, and seconds of cpu that all threads of the process used."""

    name: str
    wall_s: float
    cpu_s: float


@dataclass(slots=True)
class Timings:
    """Takes the time of stages that follow each other; one that comes again is added up."""

    clock: Callable[[], float] = time.perf_counter
    cpu_clock: Callable[[], float] = time.process_time
    _taken: dict[str, Stage] = field(default_factory=dict)
    _name: str = _START
    _since: tuple[float, float] | None = None

    def stage(self, name: str) -> None:
        """Begins a stage; the one before it has ended."""
        self._end()
        self._name = name

    def stages(self) -> list[Stage]:
        """Ends the stage at work, and gives all in the order in which they began."""
        self._end()
        return list(self._taken.values())

    def _end(self) -> None:
        now, cpu = self.clock(), self.cpu_clock()
        # What came before the first stage the process's own cpu clock tells; elapsed, nobody.
        wall_s, cpu_s = (0.0, cpu) if self._since is None else _passed(self._since, (now, cpu))
        before = self._taken.get(self._name, Stage(self._name, 0.0, 0.0))
        self._taken[self._name] = Stage(
            self._name, before.wall_s + (wall_s or cpu_s), before.cpu_s + cpu_s
        )
        self._since = (now, cpu)


def _passed(since: tuple[float, float], now: tuple[float, float]) -> tuple[float, float]:
    return now[0] - since[0], now[1] - since[1]


def timings_document(stages: list[Stage]) -> list[Json]:
    """Builds the JSON form, in seconds."""
    return [
        {"stage": s.name, "wall_s": round(s.wall_s, 4), "cpu_s": round(s.cpu_s, 4)} for s in stages
    ]


def print_timings(stages: list[Stage]) -> None:
    """Prints one line per stage, and the total."""
    total = Stage("in all", sum(s.wall_s for s in stages), sum(s.cpu_s for s in stages))
    rows = [(s.name, seconds(s.wall_s), seconds(s.cpu_s)) for s in (*stages, total)]
    print_table(("stage", "elapsed", "cpu"), rows, right=("elapsed", "cpu"))
