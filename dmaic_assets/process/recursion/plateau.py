"""When a recursion stops: plateau, target and budget, decided from the metric of each run.

What belongs here: the stop rules of config/dmaic.yaml as functions of a series. Noise is the trap:
comparing the last two values stops early as soon as noise is about as large as the wanted gain.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scipy import stats

from dmaic_assets.phase_values.key_metrics import KeyMetrics, key_metrics
from dmaic_assets.process.recursion.saturation import fit_saturation
from dmaic_assets.settings.phases import (
    BudgetRule,
    PlateauRule,
    RecursionSettings,
    StopRule,
    TargetRule,
    WindowRule,
)

# Runs from which a fit's own scatter tells the noise: seven degrees of freedom.
_RUNS_THAT_TELL_NOISE = 10


@dataclass(frozen=True, slots=True)
class CyclePoint:
    """One run of a recursion: its metrics, their standard errors where known, and its time."""

    metrics: Mapping[str, float | None]
    standard_errors: Mapping[str, float | None] = field(default_factory=dict)
    elapsed_s: float = 0.0

    def value(self, metric: str) -> float | None:
        """The metric, or None when it is missing or not finite."""
        found = self.metrics.get(metric)
        return found if found is not None and math.isfinite(found) else None

    @property
    def key(self) -> KeyMetrics:
        """The figures that are told of a run; None when missing or not finite."""
        return key_metrics({name: self.value(name) for name in self.metrics})


@dataclass(frozen=True, slots=True)
class Stop:
    """Whether the recursion stops after its newest run, by which rule, and why."""

    is_stop: bool
    rule: str
    reason: str


def decide_stop(points: Sequence[CyclePoint], settings: RecursionSettings) -> Stop:
    """Decides after each run whether another one follows.

    Args:
        points: The runs so far, oldest first; at least one.
        settings: The rules; the first that says stop is named.
    """
    reasons: list[str] = []
    for rule in settings.stop_rules:
        found = _decide(rule, points)
        if found.is_stop:
            return found
        reasons.append(found.reason)
    if len(points) >= settings.max_iterations:
        return Stop(True, "max_iterations", f"{len(points)} runs are the most that are allowed")
    return Stop(False, "", "; ".join(reasons) or "no rule says stop")


def _decide(rule: StopRule, points: Sequence[CyclePoint]) -> Stop:
    match rule:
        case PlateauRule():
            return _awaiting(points[-1], plateau(points, rule))
        case WindowRule():
            return _window(points, rule)
        case TargetRule():
            return _target(points, rule)
        case BudgetRule():
            return _budget(points, rule)


def _awaiting(newest: CyclePoint, found: Stop) -> Stop:
    """Goes on while the newest run promoted a change: no run has shown yet what it gains."""
    promoted = int(newest.key.promoted or 0)
    if not found.is_stop or not promoted:
        return found
    changes = "1 change" if promoted == 1 else f"{promoted} changes"
    return Stop(False, found.rule, f"the newest run promoted {changes}, not in effect yet")


def plateau(points: Sequence[CyclePoint], rule: PlateauRule) -> Stop:
    """Stops when a further run is not expected to gain `min_delta`.

    By patience: for `patience` runs the metric has surely stayed within `min_delta` of its best;
    "surely" allows for the noise of the metric, so that noise neither feigns nor hides a gain. By
    slope: the upper confidence bound of the next gain, from a curve through all runs that levels
    off, is below `min_delta`. A run without the metric counts as no gain.
    """
    metric, delta = rule.metric, rule.min_delta
    values = [p.value(metric) for p in points]
    known = [v for v in values if v is not None]
    if not known:
        words = f"{metric} was not measured in {len(points)} runs"
        return Stop(len(points) > rule.patience, "plateau", words)
    errors = [e for p in points if (e := p.standard_errors.get(metric)) is not None]
    sampling = math.sqrt(sum(e * e for e in errors) / len(errors)) if errors else None
    curve = None
    if len(known) >= rule.window:
        curve = fit_saturation(known, confidence=rule.confidence, noise=sampling)
    # The scatter around a curve through a few runs is as likely its shape as noise.
    is_told = curve is not None and len(known) >= _RUNS_THAT_TELL_NOISE
    noise = curve.noise if curve is not None and is_told else sampling or 0.0
    since = _runs_since_gain(values, delta)
    if since >= rule.patience and _is_sure(values, rule, noise):
        words = f"{metric} has not risen by {delta:g} over its best for {since} runs"
        return Stop(True, "plateau", words)
    if curve is not None and curve.next_gain_upper < delta:
        words = f"{metric} is expected to rise by {curve.next_gain:.3g} in a further run, at most"
        level = f"{100 * rule.confidence:g} % bound over {len(known)} runs"
        return Stop(True, "plateau", f"{words} {curve.next_gain_upper:.3g} ({level})")
    return Stop(False, "plateau", f"{metric} may still rise by {delta:g}")


def _runs_since_gain(values: Sequence[float | None], min_delta: float) -> int:
    """How many runs have passed since the anchor was last beaten by `min_delta`.

    The anchor moves only by gains of `min_delta`, so that many small gains add up to one.
    """
    anchor: float | None = None
    since = 0
    for value in values:
        if value is not None and (anchor is None or value >= anchor + min_delta):
            anchor, since = value, 0
        else:
            since += 1
    return since


def _is_sure(values: Sequence[float | None], rule: PlateauRule, noise: float) -> bool:
    """Whether noise cannot have hidden a gain of `min_delta` in the last `patience` runs."""
    if noise == 0:
        return True
    newest = [v for v in values[-rule.patience :] if v is not None]
    before = [v for v in values[: -rule.patience] if v is not None]
    if not newest or not before:
        return not newest
    if all(value == before[-1] for value in newest):
        # The same value to the last bit is the same rows again, which have no new noise.
        return True
    gain = sum(newest) / len(newest) - before[-1]
    margin = float(stats.norm.ppf(rule.confidence)) * noise * math.sqrt(1 + 1 / len(newest))
    return gain + margin < rule.min_delta


def _window(points: Sequence[CyclePoint], rule: WindowRule) -> Stop:
    """The windowed rule of the original (D14): the last value against each of those before."""
    values = [p.value(rule.metric) for p in points][-(rule.window + 1) :]
    last = values[-1]
    if len(values) <= rule.window or last is None or any(v is None for v in values):
        return Stop(False, rule.name, f"{rule.metric} has no {rule.window + 1} values yet")
    if all(v is not None and abs(last - v) < rule.min_delta for v in values[:-1]):
        return Stop(
            True,
            rule.name,
            f"{rule.metric} differs by less than {rule.min_delta:g} from the {rule.window} before",
        )
    return Stop(False, rule.name, f"{rule.metric} still moves by {rule.min_delta:g}")


def _target(points: Sequence[CyclePoint], rule: TargetRule) -> Stop:
    value = points[-1].value(rule.metric)
    if value is None:
        return Stop(False, "target", f"{rule.metric} was not measured")
    if rule.at_least is not None:
        return Stop(
            value >= rule.at_least, "target", f"{rule.metric} is {value:.4g} of {rule.at_least:g}"
        )
    limit = rule.at_most if rule.at_most is not None else -math.inf
    return Stop(value <= limit, "target", f"{rule.metric} is {value:.4g}, wanted {limit:g}")


def _budget(points: Sequence[CyclePoint], rule: BudgetRule) -> Stop:
    spent = sum(p.elapsed_s for p in points)
    return Stop(
        spent >= rule.max_elapsed_s,
        "budget",
        f"{spent:.0f} of {rule.max_elapsed_s:.0f} seconds are spent",
    )
