"""A workload played on a map: how long it took, each operation too, and what the index became."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dmaic_assets.hashmaps.columns import ArrowArray, texts_of
from dmaic_assets.hashmaps.controller import Controller, Decision
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.replay import Histogram, replay
from dmaic_assets.hashmaps.kernels.store import as_values
from dmaic_assets.hashmaps.kernels.texts import words_of
from dmaic_assets.hashmaps.trial.latency import Latency, latency_of, new_histogram, ns_per_cycle
from dmaic_assets.hashmaps.workload.workload import OPS, Workload

# Operations between two ticks, as the laboratory's metrics have always had it.
TICK = 1024
# Of so many operations one is timed: a pair of stamps costs about an operation. It is a prime, so
# that of operations that follow each other in turns each is timed as often as the others.
SAMPLE = 17


@dataclass(frozen=True, slots=True)
class Clocks:
    """Nanoseconds of cpu time and of the wall clock; how often the system took the cpu away."""

    cpu: Callable[[], int]
    wall: Callable[[], int]
    preemptions: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known of a play after some operations; counts are since it began."""

    operations: int
    wall_ns: int
    counts: Mapping[str, int]
    held: DenseMap
    histogram: Histogram
    ns_per_cycle: float
    events: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """How a play went. Latencies are of operations that were timed one by one."""

    operations: int
    kind: str
    cpu_ns: int
    wall_ns: int
    preemptions: int
    latency: Mapping[str, Latency]
    events: tuple[Decision, ...]
    entries: int
    bytes: int

    @property
    def ns_each(self) -> float:
        """Nanoseconds of cpu an operation."""
        return self.cpu_ns / max(self.operations, 1)


@dataclass
class Player:
    """Plays workloads on dense maps of words; keys of text are hashed before the clock starts."""

    clocks: Clocks
    tick: int = TICK
    sample: int = SAMPLE
    on_tick: Callable[[Moment], None] | None = None
    # Who chooses the index; between two steps another one may take over.
    control: Controller | None = None
    _ns_per_cycle: float = field(init=False, default=0.0)
    # Nanoseconds of cpu and of the wall clock that telling took: no part of the play.
    _telling: list[int] = field(init=False)
    # Operations that the last tick told of, and how many of each there were.
    _told: int = field(init=False, default=0)
    _done: npt.NDArray[np.int64] = field(init=False)

    def play(
        self,
        workload: Workload,
        held: DenseMap,
        control: Controller | None = None,
        keys: Words | None = None,
    ) -> Played:
        """Plays a whole workload; ticks are told at its start, now and then, and at its end.

        Without anybody to tell, and without a controller, it is played in one piece. Keys of text
        are hashed with the map's seeds unless they come as words; what telling takes is left out.
        """
        self.control = control
        steps = self.steps(workload, held, keys)
        while True:
            try:
                next(steps)
            except StopIteration as ended:
                return ended.value

    def steps(
        self, workload: Workload, held: DenseMap, keys: Words | None = None
    ) -> Generator[None, None, Played]:
        """Plays a workload, stopping after its start and after each tick that it tells.

        The time until it is asked for the next step is no part of the play.
        """
        self._ns_per_cycle = self._ns_per_cycle or ns_per_cycle(self.clocks.wall)
        self._told, self._done, self._telling = 0, np.zeros(len(OPS), np.int64), [0, 0]
        words = words_for(workload.keys, held.seeds) if keys is None else keys
        histogram = new_histogram()
        values = workload.values.view(np.uint64).copy()
        wall, cpu, away = self.clocks.wall(), self.clocks.cpu(), self.clocks.preemptions()
        self._tell(workload, 0, held, histogram, wall)
        found, stop = np.empty(len(workload), np.bool_), 0
        columns = (workload.ops, words, values, found)
        while stop < len(workload):
            start, step = stop, self._step(len(workload))
            stop = min(start + step, len(workload))
            if self.on_tick:
                yield from self._rest()
            control = self.control
            began = control.clock() if control else 0
            if held.inline is not None:
                held.play_inline(columns, (start, stop), self.sample, histogram)
            else:
                self._stretch(workload, held, words, values, (start, stop), histogram)
            if control:
                control.look(held, stop - start, control.clock() - began)
            if stop - start == step:
                self._tell(workload, stop, held, histogram, wall)
        spent = self.clocks.cpu() - cpu, self.clocks.wall() - wall
        away = self.clocks.preemptions() - away
        told = spent[0] - self._telling[0], spent[1] - self._telling[1], away
        self._tell(workload, len(workload), held, histogram, wall)
        return self._played(workload, held, told, histogram)

    def _step(self, whole: int) -> int:
        """Operations up to the next stop: a tick, a look of the controller, or the end."""
        if self.on_tick:
            return self.tick
        return self.control.patience if self.control else max(whole, 1)

    def _rest(self) -> Generator[None, None, None]:
        """Waits to be asked for the next step, off the play's clocks."""
        cpu, wall = self.clocks.cpu(), self.clocks.wall()
        yield
        self._telling[0] += self.clocks.cpu() - cpu
        self._telling[1] += self.clocks.wall() - wall

    def _stretch(
        self,
        workload: Workload,
        held: DenseMap,
        keys: Words,
        values: Words,
        bounds: tuple[int, int],
        histogram: Histogram,
    ) -> None:
        at, stop = bounds
        told = as_values(values)
        held.thaw()
        while at < stop:
            pace = held.pace if held.is_migrating else 0
            kinds = (held.kind, held.next_kind)
            limits = (at, stop, held.most, pace, self.sample)
            at = replay(
                kinds,
                held.index,
                held.next_index,
                held.store,
                workload.ops,
                keys,
                told,
                limits,
                histogram,
            )
            if not held.follow_up() and at < stop:
                held.make_room()

    def _tell(
        self,
        workload: Workload,
        at: int,
        held: DenseMap,
        histogram: Histogram,
        began: int,
    ) -> None:
        if self.on_tick:
            cpu, now = self.clocks.cpu(), self.clocks.wall()
            self._done += np.bincount(workload.ops[self._told : at], minlength=len(OPS))
            self._told = at
            counts = {str(op): int(done) for op, done in zip(OPS, self._done, strict=True)}
            events = self.control.events if self.control else ()
            wall = now - began - self._telling[1]
            self.on_tick(Moment(at, wall, counts, held, histogram, self._ns_per_cycle, events))
            self._telling[0] += self.clocks.cpu() - cpu
            self._telling[1] += self.clocks.wall() - now

    def _played(
        self,
        workload: Workload,
        held: DenseMap,
        spent: tuple[int, int, int],
        histogram: Histogram,
    ) -> Played:
        rows = {**dict(zip(OPS, histogram, strict=True)), "all": histogram.sum(axis=0)}
        read = {name: latency_of(row, self._ns_per_cycle) for name, row in rows.items()}
        return Played(
            operations=len(workload),
            kind=held.kind_name,
            cpu_ns=spent[0],
            wall_ns=spent[1],
            preemptions=spent[2],
            latency={name: found for name, found in read.items() if found},
            events=self.control.events if self.control else (),
            entries=len(held),
            bytes=held.bytes,
        )


def words_for(keys: ArrowArray, seeds: Words) -> Words:
    """Keys of a workload as the words that a map holds: texts hashed with seeds."""
    if pa.types.is_int64(keys.type):
        return keys.to_numpy().astype(np.int64).view(np.uint64)
    words = np.empty(len(keys), np.uint64)
    words_of(texts_of(keys, "string"), seeds, words)
    return words
