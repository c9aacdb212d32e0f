"""The sheet of an experiment: planned as a table to fill in, and read back with its responses.

What belongs here: from factors to rows, and from filled rows to effects. Files and words are the
command line's.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import NOT_NEGATIVE, takes
from dmaic_assets.sixsigma.designs.effects import Effects, estimate_effects
from dmaic_assets.sixsigma.designs.factorial import Trial, full_factorial
from dmaic_assets.sixsigma.designs.fractional import TwoLevelDesign, best_fraction

ORDER, STANDARD, REPLICATE = "run", "standard", "replicate"
OWN = (ORDER, STANDARD, REPLICATE)


@dataclass(frozen=True, slots=True)
class Plan:
    """The trials in the order to run them; `design` is None when not all factors have 2 levels."""

    trials: tuple[Trial, ...]
    design: TwoLevelDesign | None

    def rows(self) -> list[dict[str, str]]:
        """One row per trial: its place, what it repeats, and the level of each factor."""
        return [
            {
                ORDER: str(place),
                STANDARD: str(trial.standard),
                REPLICATE: str(trial.replicate),
                **{name: str(level) for name, level in trial.settings.items()},
            }
            for place, trial in enumerate(self.trials, 1)
        ]


@dataclass(frozen=True, slots=True)
class Findings:
    """What an experiment shows: the mean response of each level, and effects of two-level ones.

    `best` is the filled row with the highest mean response over its replicates.
    """

    response: str
    means: Mapping[str, Mapping[str, float]]
    effects: Effects | None
    best: Mapping[str, str]
    best_mean: float


@takes(seed=NOT_NEGATIVE)
def plan_of(
    levels: Mapping[str, Sequence[str]], *, seed: int, runs: int | None = None, replicates: int = 1
) -> Plan:
    """Plans every combination of levels, or the best two-level fraction with so many runs.

    Args:
        levels: Levels by factor, at least two different ones each.
        seed: Makes the order of the runs.
        runs: A power of two for a fraction; None for every combination.
        replicates: How often each combination is run.

    Raises:
        BadInputError: Names or levels do not make a design; names what is wrong.
    """
    taken = [name for name in levels if name in OWN or not name]
    if taken:
        raise BadInputError("a factor", f"is called {taken[0]!r}", "Give it another name.")
    trials = full_factorial(levels, seed=seed, replicates=replicates) if runs is None else ()
    if any(len(found) != 2 for found in levels.values()):
        if runs is not None:
            fix = "Give two levels to every factor, or leave --runs out."
            raise BadInputError("a fraction", "a factor has more than two levels", fix)
        return Plan(trials, None)
    design = best_fraction(list(levels), runs or 2 ** len(levels)) if len(levels) > 1 else None
    if runs is not None and design is not None:
        pairs = {name: (found[0], found[1]) for name, found in levels.items()}
        trials = design.trials(pairs, seed=seed, replicates=replicates)
    return Plan(trials, design)


def findings_of(
    rows: Sequence[Mapping[str, str]], response: str, *, sheet: str = "the sheet"
) -> Findings:
    """Reads a filled sheet.

    Args:
        rows: The rows of a plan in any order, with a column of numbers more.
        response: The name of that column.
        sheet: What errors call the sheet.

    Raises:
        BadInputError: A column is missing, a response is no number, or runs are missing.
    """
    first = rows[0] if rows else {}
    missing = [name for name in (STANDARD, response) if name not in first]
    if missing:
        fix = "Fill in a sheet of dmaic experiment plan, one column more for the response."
        raise BadInputError(sheet, f"has no column {missing[0]!r}", fix)
    names = [name for name in first if name not in OWN and name != response]
    settings: dict[int, dict[str, str]] = {}
    values: defaultdict[int, list[float]] = defaultdict(list)
    for line, row in enumerate(rows, 2):
        place = f"{sheet}, line {line}"
        standard = int(_number(row[STANDARD], place, STANDARD))
        mine = {name: row[name] for name in names}
        if settings.setdefault(standard, mine) != mine:
            raise BadInputError(place, "repeats a run with other levels", "Correct it.")
        values[standard].append(_number(row[response], place, response))
    means = {name: _level_means(name, settings, values) for name in names}
    best = max(values, key=lambda run: (sum(values[run]) / len(values[run]), -run))
    mean = sum(values[best]) / len(values[best])
    effects = _effects(names, settings, values, sheet)
    return Findings(response, means, effects, settings[best], mean)


def _level_means(
    name: str, settings: Mapping[int, Mapping[str, str]], values: Mapping[int, Sequence[float]]
) -> dict[str, float]:
    found: defaultdict[str, list[float]] = defaultdict(list)
    for run in sorted(values):
        found[settings[run][name]] += values[run]
    return {level: sum(those) / len(those) for level, those in found.items()}


def _effects(
    names: Sequence[str],
    settings: Mapping[int, Mapping[str, str]],
    values: Mapping[int, Sequence[float]],
    sheet: str,
) -> Effects | None:
    levels = {name: {row[name] for row in settings.values()} for name in names}
    if len(names) < 2 or any(len(found) != 2 for found in levels.values()):
        return None
    runs = len(settings)
    planned = 1 << max(runs - 1, *settings).bit_length()
    if gone := sorted(set(range(planned)) - set(settings)):
        fix = "Fill in every run of the plan, or plan a smaller one."
        raise BadInputError(sheet, f"run {gone[0]} of the standard order is missing", fix)
    design = best_fraction(names, runs)
    for place, name in enumerate(names):
        pairs = {(int(design.coded[run, place]), settings[run][name]) for run in range(runs)}
        if len(pairs) != 2:
            fix = "Leave levels and standard order as they were planned."
            raise BadInputError(f"{sheet}, factor {name}", "does not follow the plan", fix)
    return estimate_effects(design, [values[run] for run in range(runs)])


def _number(text: str, place: str, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadInputError(place, f"{name} {text!r} is no number", "Correct the sheet.")
    return value
