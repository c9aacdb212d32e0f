"""Slow change of a source, reported before it becomes a rejection.

What belongs here: comparing the newest accepted files with the older ones, figure by figure, and
saying how far each has moved towards the bound that would stop a file. Nothing is decided here.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from dmaic_assets.history.facts import FileFacts, numbers_of
from dmaic_assets.model import Json, Rule, RuleSet
from dmaic_assets.phenomena.spread.learn import bounds_before
from dmaic_assets.phenomena.spread.learn_growing import PREDICTED

# Newest files that are compared with the older ones.
RECENT_FILES = 5
# Older files from which a usual spread is known.
FEWEST_OLDER = 8
# Share of the way to the bound from which a drift is urgent enough to be told.
USED_ROOM = 0.5
# Standard errors of the newest files' mean, doubled, that a drift must exceed.
LEAST_EFFECT = 2.0
# Drifts told, the most urgent first.
MOST_TOLD = 10
NOTE = "drift: "
EVIDENCE = "drift"


@dataclass(frozen=True, slots=True)
class Drift:
    """One figure that is moving.

    `effect` is the change of the newest files' mean in standard deviations of the older files;
    `used_room` the part of the way from the usual value to the rule's bound, 1 being the bound.
    `files_left` estimates how many more files at this pace reach it (None: moving too slowly).
    """

    rule: str
    columns: tuple[str, ...]
    figure: str
    before: float
    now: float
    bound: float
    effect: float
    used_room: float
    files_left: int | None

    @property
    def sentence(self) -> str:
        """Says it in words."""
        where = f" of {self.columns[0]}" if self.columns else ""
        soon = "" if self.files_left is None else f", reached in about {self.files_left} files"
        return (
            f"{self.figure}{where} moved from {self.before:.4g} to {self.now:.4g}, "
            f"{self.used_room:.0%} of the way to {self.bound:.4g} ({self.rule}){soon}"
        )

    @property
    def document(self) -> dict[str, Json]:
        """Gives the figures for a rule's evidence, rounded to what a reader needs."""
        return {
            "figure": self.figure,
            "before": float(f"{self.before:.6g}"),
            "now": float(f"{self.now:.6g}"),
            "bound": float(f"{self.bound:.6g}"),
            "used_room": round(self.used_room, 4),
            "files_left": self.files_left,
        }


def find_drift(facts: Sequence[FileFacts], rules: RuleSet) -> list[Drift]:
    """Finds the figures of accepted files that move towards a bound of a file rule.

    Args:
        facts: Accepted files in arrival order, the newest last.
        rules: The rules in force, best learnt before the newest files.

    Returns:
        What moved by at least `LEAST_EFFECT` standard deviations and has used at least
        `USED_ROOM` of its room, the most urgent first; nothing for a short history.
    """
    usable = [f for f in facts if f.rows > 0]
    if len(usable) < RECENT_FILES + FEWEST_OLDER:
        return []
    found: list[Drift] = []
    for rule in rules.rules:
        if not rule.is_enabled:
            continue
        for figure, values, low, high in _figures(rule, usable):
            drift = _moved(rule, figure, values, low, high)
            if drift is not None:
                found.append(drift)
    return sorted(found, key=lambda d: (-d.used_room, d.rule, d.figure))


def with_drift(rules: RuleSet, facts: Sequence[FileFacts]) -> RuleSet:
    """Adds what drifts to rules that were learnt from all of these files.

    A slow change has moved such a rule's own bounds, so drift is measured by the bounds that the
    older half of the files alone would give.

    Returns:
        The rules, those whose figure moves with `drift` in their evidence (of several figures
        the most urgent one), and a note of each, the most urgent first, at most `MOST_TOLD`.
    """
    usable = [f for f in facts if f.rows > 0]
    if len(usable) < RECENT_FILES + FEWEST_OLDER:
        return rules
    older = usable[: max(FEWEST_OLDER, len(usable) // 2)]
    before = replace(rules, rules=tuple(bounds_before(rule, older) for rule in rules.rules))
    worst: dict[str, Drift] = {}
    for drift in find_drift(usable, before):
        worst.setdefault(drift.rule, drift)
    moving = tuple(
        replace(r, evidence={**r.evidence, EVIDENCE: worst[r.id].document}) if r.id in worst else r
        for r in rules.rules
    )
    notes = tuple(f"{NOTE}{drift.sentence}" for drift in list(worst.values())[:MOST_TOLD])
    return replace(rules, rules=moving, notes=(*rules.notes, *notes))


def drift_documents(rules: RuleSet) -> list[dict[str, Json]]:
    """Lists what drifts, as `with_drift` kept it: a rule each, in the order of the rules."""
    return [
        {"rule": rule.id, **kept}
        for rule in rules.rules
        if rule.is_enabled and isinstance(kept := rule.evidence.get(EVIDENCE), Mapping)
    ]


_Bound = float | None
_Figure = tuple[str, "np.ndarray", _Bound, _Bound]


def _figures(rule: Rule, facts: Sequence[FileFacts]) -> Iterator[_Figure]:
    """The series behind a file rule, with its bounds."""
    if rule.kind == "row_count":
        rows = np.array([f.rows for f in facts], dtype=np.float64)
        yield "rows", rows, _number(rule, "min"), _number(rule, "max")
    elif rule.kind == "null_share":
        yield "missing share", _null_shares(rule, facts), None, _number(rule, "max")
    elif rule.kind == "distribution" and PREDICTED not in rule.evidence:
        bounds = cast("Mapping[str, Sequence[float | None]]", rule.parameters["bounds"])
        for key, (low, high) in bounds.items():
            values = [numbers_of(f, rule.columns[0]).get(key, math.nan) for f in facts]
            yield key, np.array(values), low, high


def _null_shares(rule: Rule, facts: Sequence[FileFacts]) -> "np.ndarray":
    columns = [f.profile.column(rule.columns[0]) for f in facts]
    return np.array([c.null_share if c else math.nan for c in columns])


def _number(rule: Rule, key: str) -> _Bound:
    value: Json = rule.parameters.get(key)
    return float(value) if isinstance(value, int | float) else None


def _moved(
    rule: Rule, figure: str, values: "np.ndarray", low: _Bound, high: _Bound
) -> Drift | None:
    known = values[~np.isnan(values)]
    if len(known) < RECENT_FILES + FEWEST_OLDER:
        return None
    older, newer = known[:-RECENT_FILES], known[-RECENT_FILES:]
    before, now = float(older.mean()), float(newer.mean())
    spread = max(float(older.std(ddof=1)), 1e-12)
    bound = high if now > before else low
    if bound is None or abs(now - before) < LEAST_EFFECT * spread / math.sqrt(RECENT_FILES) * 2:
        return None
    used = (now - before) / (bound - before) if bound != before else 1.0
    if used < USED_ROOM:
        return None
    pace = (now - before) / (len(older) / 2 + RECENT_FILES / 2)
    left = math.ceil((bound - now) / pace) if pace and (bound - now) / pace > 0 else 0
    effect = (now - before) / spread
    return Drift(rule.id, rule.columns, figure, before, now, bound, effect, used, left)
