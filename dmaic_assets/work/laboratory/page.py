"""What the page of a key column is drawn from, and the survey of one use that it needs besides.

The page itself is drawn by the reports, which know this layer: who draws is an argument.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.work.laboratory.machine import told
from dmaic_assets.work.laboratory.secret import hidden
from dmaic_assets.work.laboratory.values import (
    ComparisonValue,
    DnaValue,
    TrialsValue,
    WorkloadValue,
)

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.cost_model import CostTable
    from dmaic_assets.hashmaps.view.survey import Survey
    from dmaic_assets.hashmaps.workload.workload import Workload


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Everything that the page of a key column of a source tells; no key stands in it."""

    source: str
    workload: WorkloadValue
    dna: DnaValue
    matrix: TrialsValue
    comparison: ComparisonValue
    survey: "Survey"


# Draws the page as HTML that stands among the artifacts and loads the scripts that they share.
Draw = Callable[[PageFacts], str]


def surveyed(
    workload: "Workload", machine: Mapping[str, str], costs: Path, secret: bytes
) -> "Survey":
    """Plays a workload on every kind of index and on the adaptive map, and looks closely.

    Args:
        workload: What is asked of a map.
        machine: What known costs must be of.
        costs: Where the costs of a machine are kept; what is measured here is not, since it leaves
            out larger maps than this column makes.
        secret: Of the hashes by which keys are called.
    """
    from dmaic_assets.hashmaps.view.survey import Surveyor, survey_of
    from dmaic_assets.work.laboratory.machine import clocks, draw_seeds

    table = _costs(workload, machine, costs)
    labelled = Surveyor(draw_seeds, clocks(), table, lambda key: _label(key, secret), True)
    return survey_of(workload, labelled)


# Hexadecimal digits of a key's hash on the page: two of the fifty that it shows share them once in
# 14,000 pages.
_DIGITS = 6


def _label(key: str, secret: bytes) -> str:
    return hidden(key, secret)[:_DIGITS]


def _costs(workload: "Workload", machine: Mapping[str, str], costs: Path) -> "CostTable":
    """The kept costs of this machine, else those of maps up to the column's size."""
    import time

    import numpy as np

    from dmaic_assets.hashmaps.cost_file import read_costs
    from dmaic_assets.hashmaps.cost_model import SIZES, Bench, calibrate
    from dmaic_assets.work.laboratory.machine import draw_seeds

    name = told(machine)
    if known := read_costs(costs, name):
        return known
    distinct = len(workload.keys.unique())
    enough = next((at for at, size in enumerate(SIZES) if size >= distinct), len(SIZES))
    bench = Bench(draw_seeds, np.random.default_rng(), time.thread_time_ns)
    return calibrate(name, bench, SIZES[: enough + 1])
