"""Limits of a map's measures: what is beyond one is told once when it begins and once when it ends.

Measured limits: docs/guides/hashmaps.md.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from dmaic_assets.hashmaps.metrics.tick import Alert, Tick

Change = Literal["set", "resolve"]
# Kinds of indexes whose searches grow long with their load; chains and numbered places do not.
_CROWDED = ("swiss", "robinhood", "linear")
# Entries below which a few long searches of a sample are chance.
_ENTRIES = 256


@dataclass(frozen=True, slots=True)
class Limits:
    """Values from which on a measure is told; None switches a limit off.

    The first three are the source document's. `probe_ratio` compares searches with those of random
    keys: bad keys, or an attack. `empties_warn` is a least share of empty places, which says what
    tombstones do to a Swiss index long before their own share does.
    """

    enabled: bool = True
    load_factor_warn: float | None = 0.9
    avg_probe_warn: float | None = 8.0
    tombstone_ratio_warn: float | None = 0.35
    empties_warn: float | None = 0.1
    probe_ratio_warn: float | None = 1.5
    probe_ratio_critical: float | None = 2.0
    large_map_warn: float | None = 1_000_000


@dataclass(frozen=True, slots=True)
class _Rule:
    limit: str
    metric: str
    severity: str
    reads: Callable[[Tick], float | None]
    message: str
    is_beyond: Callable[[float, float], bool] = operator.ge


_RULES = (
    _Rule(
        "load_factor_warn",
        "load_factor",
        "warning",
        lambda tick: tick.load_factor if tick.backend in _CROWDED else None,
        "{value:.0%} of the places are in use",
    ),
    _Rule(
        "avg_probe_warn",
        "avg_probe_estimate",
        "warning",
        lambda tick: tick.avg_probe_estimate,
        "a search looks at {value:.1f} places on average",
    ),
    _Rule(
        "tombstone_ratio_warn",
        "tombstone_ratio",
        "warning",
        lambda tick: tick.tombstone_ratio,
        "{value:.0%} of the places are tombstones",
    ),
    _Rule(
        "empties_warn",
        "empties",
        "warning",
        # While the next index is made this one may fill up.
        lambda tick: tick.empties if tick.backend == "swiss" and not tick.migrating else None,
        "only {value:.1%} of the places are empty: searches for absent keys are long",
        operator.le,
    ),
    *(
        _Rule(
            f"probe_ratio_{name}",
            "probe_ratio",
            severity,
            lambda tick: tick.probe_ratio if tick.entries >= _ENTRIES else None,
            "searches are {value:.1f} times as long as for random keys",
        )
        for name, severity in (("warn", "warning"), ("critical", "critical"))
    ),
    _Rule(
        "large_map_warn",
        "migrating_entries",
        "warning",
        lambda tick: float(tick.entries) if tick.migrating else 0.0,
        "an index of {value:,.0f} entries is being exchanged",
    ),
)


@dataclass(frozen=True, slots=True)
class Transition:
    """An alert that has begun or ended, `t` seconds after the play began."""

    change: Change
    t: float
    alert: Alert


@dataclass
class Watchdog:
    """Compares ticks with limits and remembers what is beyond them."""

    limits: Limits
    transitions: tuple[Transition, ...] = ()
    _active: dict[str, Alert] = field(default_factory=dict[str, Alert])

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """What is beyond its limit now."""
        return tuple(self._active.values())

    def look(self, tick: Tick) -> Tick:
        """Gives the tick with its alerts; what has begun or ended is added to `transitions`."""
        if not self.limits.enabled:
            return tick
        for rule in _RULES:
            found, before = _judged(rule, self.limits, tick), self._active.pop(rule.limit, None)
            if found:
                self._active[rule.limit] = found
            if (found is None) != (before is None):
                change: Change = "set" if found else "resolve"
                told = found or _told(rule, tick, before)
                self.transitions = (*self.transitions, Transition(change, tick.t, told))
        return replace(tick, alerts=self.alerts)


def _judged(rule: _Rule, limits: Limits, tick: Tick) -> Alert | None:
    threshold: float | None = getattr(limits, rule.limit)
    value = rule.reads(tick)
    if threshold is None or value is None or not rule.is_beyond(value, threshold):
        return None
    message = rule.message.format(value=value)
    return Alert(rule.metric, value, threshold, rule.severity, tick.backend, message)


def _told(rule: _Rule, tick: Tick, before: Alert | None) -> Alert:
    """An alert that has ended, with the value that ended it."""
    value = rule.reads(tick)
    now = 0.0 if value is None else value
    threshold = before.threshold if before else 0.0
    text = rule.message.format(value=now) if value is not None else "is judged no longer"
    return Alert(rule.metric, now, threshold, rule.severity, tick.backend, text)
