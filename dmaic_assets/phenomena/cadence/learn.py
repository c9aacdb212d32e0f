"""Learns by how much the times of a source go on from file to file: gaps and repeats."""

import numpy as np
import polars as pl

from dmaic_assets.history.baseline import Floats, History
from dmaic_assets.history.facts import numbers_of
from dmaic_assets.history.proposal import Proposal, Proposals
from dmaic_assets.history.tolerance import interval
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.phenomenon import Given

# Files from which steps between them are bounded: seven steps.
FEWEST_FILES = 8
# Share of clean files whose step may break the bound; it only reports, so it is no part of the
# budget.
STEP_ALPHA = 1e-3
# Least standard deviation of a step's logarithm, a tenth: smaller changes do not matter.
STEP_FLOOR = 0.1
# Steps of which none is below this part of the usual one are those of deliveries in order: times
# that go on by accident (deadlines, birthdays) have steps of all sizes, some next to none.
LEAST_REGULAR = 0.5


def propose_steps(given: Given) -> Proposals:
    """Proposes, per time column that always went on, how far it goes on from file to file.

    Where configuration declares a time column, that one alone counts: others may be deadlines or
    birthdays that go on by accident.

    What goes on too far is only reported: rules that are not learnt again after each file would
    otherwise stop the file after the next. Going back in time is high where steps are regular.
    """
    history = given.history
    if history.is_cut or history.files < FEWEST_FILES:
        return []
    times = [n for n in history.columns if isinstance(history.dtype(n), pl.Date | pl.Datetime)]
    if history.time_column is not None:
        times = [name for name in times if name == history.time_column]
    return [proposal for name in times for proposal in _steps(history, name)]


def _steps(history: History, name: str) -> list[Proposal]:
    lasts = _last_times(history, name)
    steps = np.diff(lasts)
    if len(lasts) < FEWEST_FILES or float(steps.min()) <= 0:
        return []
    fitted = interval(steps, STEP_ALPHA, scale="log", floor=STEP_FLOOR, weight=0.0)
    low = min(fitted.low, float(steps.min()) / 2)
    high = max(fitted.high, float(steps.max()) * 1.5)
    evidence: dict[str, Json] = {
        "files": len(lasts),
        "usual_s": float(f"{np.median(steps):.6g}"),
        "worst_of_history": round(fitted.worst, 2),
    }
    parameters: dict[str, Json] = {
        "last": float(lasts[-1]),
        "min": float(np.floor(low)),
        "max": float(np.ceil(high)),
    }
    usual = Proposal("time_step", (name,), "low", parameters, evidence)
    if float(steps.min()) < LEAST_REGULAR * float(np.median(steps)):
        return [usual]
    on = {"last": float(lasts[-1]), "min": 0.0}
    return [usual, Proposal("time_step", (name,), "high", on, evidence, variant="back")]


def _last_times(history: History, name: str) -> Floats:
    found = [numbers_of(facts, name).get("max") for facts in history.facts]
    return np.array([value for value in found if value is not None], dtype=np.float64)
