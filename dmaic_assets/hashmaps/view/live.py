"""A running trial on one screen of text: how fast it is, what the map is, and what comes next."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from dmaic_assets.hashmaps.forecast import Forecast
from dmaic_assets.hashmaps.kernels.replay import Histogram
from dmaic_assets.hashmaps.metrics.tick import Event, Tick
from dmaic_assets.hashmaps.trial.latency import latency_of
from dmaic_assets.hashmaps.trial.play import Moment

# Steps that a line of history shows: as many signs as fit beside a label in 80 columns.
SHOWN = 52
# Events that stay on the screen.
EVENTS = 10
_BLOCKS = "▁▂▃▄▅▆▇█"
# Types of events after which another index, or none other than before, answers.
_CHANGES = ("start", "switch", "compaction", "growth", "reseed", "freeze", "thaw")


@dataclass
class History:
    """The last steps of a trial: operations a second, and p99 of each step in nanoseconds."""

    speeds: deque[float] = field(default_factory=lambda: deque[float](maxlen=SHOWN))
    slowest: deque[float] = field(default_factory=lambda: deque[float](maxlen=SHOWN))
    _last: tuple[int, int] = (0, 0)
    _before: Histogram | None = None

    def add(self, moment: Moment) -> None:
        """Reads what came since the last step; a step without operations is none."""
        at, wall = moment.operations, moment.wall_ns
        asked, took = at - self._last[0], wall - self._last[1]
        whole = moment.histogram.sum(axis=0)
        if asked and took > 0:
            self.speeds.append(asked / took * 1e9)
            since = whole if self._before is None else whole - self._before
            if found := latency_of(since, moment.ns_per_cycle):
                self.slowest.append(found.p99)
        self._last, self._before = (at, wall), whole


def spark(values: Sequence[float]) -> str:
    """Draws numbers as blocks: the largest is a whole one, 0 the lowest."""
    most = max(values, default=0.0)
    if most <= 0:
        return _BLOCKS[0] * len(values)
    return "".join(_BLOCKS[round(value / most * (len(_BLOCKS) - 1))] for value in values)


def state_bar(tick: Tick, width: int) -> str:
    """Draws the places: █ with a key, ▒ with a tombstone, · empty."""
    dead = round(tick.tombstone_ratio * width)
    live = min(round((tick.load_factor - tick.tombstone_ratio) * width), width - dead)
    return "█" * live + "▒" * dead + "·" * (width - live - dead)


def speed_lines(history: History) -> list[str]:
    """Operations a second and p99, each with its last steps."""
    if not history.speeds:
        return ["ops/s  -", "p99    -"]
    speed = f"ops/s  {_short(history.speeds[-1]):>8}  {spark(history.speeds)}"
    if not history.slowest:
        return [speed, "p99    -"]
    slow = f"{history.slowest[-1]:,.0f} ns"
    return [speed, f"p99    {slow:>8}  {spark(history.slowest)}"]


def state_lines(tick: Tick) -> list[str]:
    """The places of the index, and what it weighs."""
    live = tick.load_factor - tick.tombstone_ratio
    each = tick.bytes / max(tick.entries, 1)
    told = [
        f"{state_bar(tick, SHOWN)}",
        f"live {live:.1%}, tombstones {tick.tombstone_ratio:.1%}, empty {tick.empties:.1%} "
        f"of {tick.places:,}",
        f"{tick.entries:,} keys, {each:.1f} bytes each; a search looks at "
        f"{tick.avg_probe_estimate:.2f} places",
    ]
    if tick.migrating:
        told.append(f"next index: {tick.migrated:,} of {tick.entries:,} entries")
    return told


def kind_line(tick: Tick, events: Sequence[Event]) -> str:
    """The index that answers now, and why."""
    last = next((event for event in reversed(events) if event.type in _CHANGES), None)
    why = "the trial began with it" if last is None or last.type == "start" else last.reason
    layout = "inline " if tick.frozen else ""
    return f"{layout}{tick.backend}: {why}"


def next_lines(tick: Tick) -> list[str]:
    """How far the next exchanges are."""
    return list(Forecast.of_tick(tick).lines())


def alert_lines(tick: Tick) -> list[str]:
    """The limits that are reached now."""
    return [f"{alert.severity}: {alert.message}" for alert in tick.alerts] or ["none"]


def event_lines(events: Sequence[Event]) -> list[str]:
    """The last events, the newest first."""
    return [_event_line(event) for event in islice(reversed(events), EVENTS)]


def _event_line(event: Event) -> str:
    kinds = " to ".join(dict.fromkeys(kind for kind in (event.before, event.after) if kind))
    gain = f", expected gain {event.predicted_ns:.0f} ns" if event.predicted_ns else ""
    told = " ".join(part for part in (event.type, kinds) if part)
    why = f": {event.reason}" if event.reason else ""
    return f"{event.t:7.3f} s {event.ops:>10,}  {told}{why}{gain}"


def _short(number: float) -> str:
    """A rate in three or four signs."""
    return f"{number / 1e6:.2f} M" if number >= 1e6 else f"{number / 1e3:.1f} k"
