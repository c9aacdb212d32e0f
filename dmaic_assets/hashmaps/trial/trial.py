"""One trial: a workload played on the map that a configuration makes, recorded and summed up."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import asdict, dataclass, field

from dmaic_assets.errors import InvariantError
from dmaic_assets.hashmaps.config.modes import controller_for, map_for
from dmaic_assets.hashmaps.config.options import Config
from dmaic_assets.hashmaps.controller import Controller
from dmaic_assets.hashmaps.cost_model import CostTable
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.forecast import Forecast
from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.metrics.recorder import Recorder
from dmaic_assets.hashmaps.metrics.tick import Tick
from dmaic_assets.hashmaps.metrics.watchdog import Watchdog
from dmaic_assets.hashmaps.probes import probe_lengths
from dmaic_assets.hashmaps.trial.compare import Side
from dmaic_assets.hashmaps.trial.kept import fill
from dmaic_assets.hashmaps.trial.play import SAMPLE, TICK, Clocks, Moment, Played, Player, words_for
from dmaic_assets.hashmaps.workload.workload import Workload

# Operations that are played beforehand on a map of their own, so that no compiling is timed.
_WARM = 2048
# Fields of a tick that say what comes next.
_AHEAD = ("keys_to_growth", "ops_to_growth", "deletes_to_compact")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a trial takes beside its workload; the table of costs is asked for where it is used."""

    config: Config
    clocks: Clocks
    draw: Callable[[], Words]
    table: Callable[[], CostTable]
    # Whether the first index is kept, whatever the mode.
    is_fixed: bool = False
    tick: int = TICK

    def controller(self) -> Controller | None:
        """Who chooses the map's index; None for one that is kept."""
        if self.is_fixed:
            return None
        return controller_for(self.config.adaptive, self.table, self.clocks.cpu)


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial that has been: how the play went, and what its recorder knows."""

    played: Played
    recorder: Recorder
    told: Mapping[str, str]

    def summary(self) -> dict[str, object]:
        """The trial in one document; milliseconds as the ticks have them."""
        played, last = self.played, self.recorder.last
        seconds = played.wall_ns / 1e9
        return {
            **self.told,
            "elapsed_seconds": seconds,
            "cpu_seconds": played.cpu_ns / 1e9,
            "preemptions": played.preemptions,
            "total_ops": played.operations,
            "ops_per_second": played.operations / max(seconds, 1e-9),
            "ns_each": played.ns_each,
            "final_backend": played.kind,
            "entries": played.entries,
            "bytes": played.bytes,
            "migrations_triggered": last.migrations if last else 0,
            "compactions_triggered": last.compactions if last else 0,
            "latency_ms": last.latency_ms if last else {},
            # One operation begins when the one before it has ended: a closed loop.
            "latency_sample": {"every": SAMPLE, "timed": last.timed if last else 0, "open": False},
            "forecast": {name: getattr(last, name) for name in _AHEAD} if last else {},
            "events": [event.document() for event in self.recorder.events],
            "alerts": [
                {"change": passed.change, "t": passed.t, **asdict(passed.alert)}
                for passed in self.recorder.watchdog.transitions
            ],
        }

    def ahead(self) -> tuple[str, ...]:
        """What comes next for the map if its operations went on as at the end, in words."""
        return Forecast.of_tick(self.recorder.last).lines() if self.recorder.last else ()


@dataclass
class Session:
    """A trial that is played step by step and can be led meanwhile."""

    workload: Workload
    setting: Setting
    recorder: Recorder
    held: DenseMap
    player: Player
    words: Words
    # What the last tick was made from, and how the play went once it has ended.
    moment: Moment | None = None
    played: Played | None = None
    _steps: Generator[None, None, Played] = field(init=False)

    def __post_init__(self) -> None:
        self.player.on_tick = self._listen
        self._steps = self.player.steps(self.workload, self.held, self.words)

    def step(self) -> bool:
        """Plays up to the next tick; False when the play has ended."""
        try:
            next(self._steps)
        except StopIteration as ended:
            self.played = self.played or ended.value
            return False
        return True

    def _listen(self, moment: Moment) -> None:
        self.moment = moment
        self.recorder.record(moment)

    def trial(self) -> Trial:
        """Plays what is left, and sums up."""
        while self.step():
            pass
        if self.played is None:
            raise InvariantError("a trial", "has ended without figures", "Report this fault.")
        adaptive = self.setting.config.adaptive
        mode = "fixed" if self.setting.is_fixed else adaptive.mode
        told = {"workload": self.workload.digest, "mode": mode, "policy": adaptive.policy}
        return Trial(self.played, self.recorder, told)


def begin(
    workload: Workload,
    setting: Setting,
    hand_on: Callable[[Tick], None],
    saved: HashMap | None = None,
) -> Session:
    """Begins a trial, on what a saved map holds where there is one; ticks are handed on."""
    control = setting.controller()
    _warm(workload, setting)
    recorder = Recorder(Watchdog(setting.config.watchdog), hand_on, len(workload))
    held = map_for(setting.config.adaptive, setting.draw, is_whole=workload.key == "int64")
    # The index draws other seeds when it is made anew; keys stay hashed with the first.
    seeds = held.seeds.copy()
    if saved is not None:
        fill(held, saved, seeds)
    player = Player(setting.clocks, setting.tick, control=control)
    return Session(workload, setting, recorder, held, player, words_for(workload.keys, seeds))


def _warm(workload: Workload, setting: Setting) -> None:
    held = map_for(setting.config.adaptive, setting.draw, is_whole=workload.key == "int64")
    Player(setting.clocks).play(workload.first(_WARM), held)
    probe_lengths(held)


def side_of(workload: Workload, setting: Setting) -> Side:
    """A side of a comparison: a round is one play on a new map.

    It tells nanoseconds of an operation, bytes, and the latencies within which operations end.
    """
    # One player for all rounds: a new one would measure the time stamp anew, for 20 ms.
    player = Player(setting.clocks)

    def once() -> Mapping[str, float]:
        is_whole = workload.key == "int64"
        held = map_for(setting.config.adaptive, setting.draw, is_whole=is_whole)
        played = player.play(workload, held, setting.controller())
        told = {"ns/op": played.ns_each, "bytes": float(max(played.bytes, 1))}
        if whole := played.latency.get("all"):
            told |= {"p50 ns": whole.p50, "p99 ns": whole.p99}
        return told

    return once
