"""What operations may cost: canonical workloads measured again and held against a baseline.

A baseline is true of one machine. Another machine's is neither compared nor replaced silently.
"""

import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dmaic_assets.errors import BadInputError
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.indexes import KINDS
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.trial.play import Player
from dmaic_assets.hashmaps.workload.generate import Recipe, generate

SCHEMA = "adhash.budget.v1"
# Share by which an operation may cost more than in the baseline before that is a regression.
ALLOWED = 0.10
# Rounds of a measurement, taken in turn: the least and the middle one are compared.
ROUNDS = 7
# Maps within the first cache, the second, and beyond the third.
CANONICAL = {
    "small": Recipe(ops=100_000, key_space=1_000, is_whole=True),
    "medium": Recipe(ops=400_000, key_space=50_000, skew=0.8, is_whole=True),
    "large": Recipe(ops=1_000_000, key_space=2_000_000, is_whole=True),
}
_MEASURED_KINDS = ("swiss", "robinhood")


@dataclass(frozen=True, slots=True)
class Baseline:
    """Nanoseconds an operation of every round, by workload and kind of index, on one machine."""

    machine: str
    figures: Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure compares with the baseline: ratios of the least and of the middle round."""

    name: str
    before: float
    now: float
    least: float
    middle: float

    @property
    def is_regression(self) -> bool:
        """Tells whether both ratios are above what is allowed: one round alone may be unlucky."""
        return min(self.least, self.middle) > 1 + ALLOWED


def measure(machine: str, player: Player, draw: Callable[[], Words]) -> Baseline:
    """Plays every canonical workload on every measured kind, round by round."""
    workloads = {name: generate(recipe) for name, recipe in CANONICAL.items()}
    cells = [(name, kind) for name in workloads for kind in _MEASURED_KINDS]
    told: dict[str, list[float]] = {f"{name} {kind}": [] for name, kind in cells}
    for round_ in range(ROUNDS + 1):
        for name, kind in cells:
            held = DenseMap(draw, KINDS.index(kind), is_whole=True)
            each = player.play(workloads[name], held).ns_each
            if round_:  # the first one compiles
                told[f"{name} {kind}"].append(each)
    return Baseline(machine, told)


def changes(before: Baseline, now: Baseline) -> tuple[Change, ...]:
    """Compares what both have measured.

    Raises:
        BadInputError: The baseline is another machine's.
    """
    if before.machine != now.machine:
        culprit = f"is of another machine: {before.machine}"
        raise BadInputError("the baseline", culprit, "Measure this one: add --keep.")
    return tuple(
        Change(
            name,
            min(was),
            min(now.figures[name]),
            min(now.figures[name]) / min(was),
            statistics.median(now.figures[name]) / statistics.median(was),
        )
        for name, was in before.figures.items()
        if name in now.figures
    )


def baseline_text(told: Baseline) -> str:
    """A baseline as the text of its file."""
    return json.dumps({"schema": SCHEMA, **asdict(told)}, indent=1) + "\n"


def read_baseline(path: Path) -> Baseline | None:
    """Reads a baseline; None without a file.

    Raises:
        BadInputError: The file is no baseline.
    """
    if not path.exists():
        return None
    try:
        read: Any = json.loads(path.read_text(encoding="utf-8"))
        if read["schema"] == SCHEMA:
            figures = {
                str(name): [float(ns) for ns in rounds] for name, rounds in read["figures"].items()
            }
            if all(min(rounds, default=0) > 0 for rounds in figures.values()):
                return Baseline(str(read["machine"]), figures)
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    raise BadInputError(str(path), f"is no file of {SCHEMA}", "Measure it anew: add --keep.")
