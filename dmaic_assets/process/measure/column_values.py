"""The values of columns with value limits, file by file: what capability is measured on.

What belongs here: picking the numbers. What is made of them is in `value_capability` (Measure) and
`value_differences` (Analyze).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from dmaic_assets.phase_values.define import Ctq
from dmaic_assets.phenomena.contract.rule_kind import column as column_of
from dmaic_assets.process.analyze.factors import Floats
from dmaic_assets.process.evidence import FileEvidence

# Values of a column that are measured, sampled beyond: quantiles are known within .005.
MOST_VALUES = 100_000
# Files, the newest, that a column is measured in: bounds reading.
MOST_FILES = 60

RowsOf = Callable[[FileEvidence], pl.DataFrame]


@dataclass(frozen=True)
class ColumnValues:
    """Finite values of one column by file in arrival order, each in the order of its rows.

    `sampled_from` counts the values that a sample stands for; None when all are here. The rows are
    all that could be read, those set apart too: a gate would cut the tails off.
    """

    column: str
    by_file: Mapping[str, Floats]
    sampled_from: int | None

    @property
    def all(self) -> Floats:
        """The values of all files, oldest file first."""
        parts = list(self.by_file.values())
        return np.concatenate(parts) if parts else np.empty(0)


def specified(ctqs: Sequence[Ctq]) -> tuple[Ctq, ...]:
    """The CTQs whose column has value limits, one per column; a specification comes first."""
    found: dict[str, Ctq] = {}
    for ctq in sorted(ctqs, key=lambda c: not c.has_specification):
        if ctq.unit == "row" and (ctq.lower_spec, ctq.upper_spec) != (None, None):
            found.setdefault(ctq.column, ctq)
    return tuple(found.values())


def column_values(
    files: Sequence[FileEvidence],
    rows_of: RowsOf,
    columns: Sequence[str],
    *,
    rng: np.random.Generator,
    most: int = MOST_VALUES,
) -> dict[str, ColumnValues]:
    """Reads the numeric columns of the newest readable files (60 at most).

    Args:
        files: The judged files in arrival order.
        rows_of: Gives a file's typed rows.
        columns: The columns wanted; those that are not numeric are left out.
        rng: Which values a sample keeps.
        most: More values of one column than this are sampled, every file in the same share.
    """
    readable = [file for file in files if file.is_readable][-MOST_FILES:]
    found: dict[str, dict[str, Floats]] = {name: {} for name in columns}
    for file in readable if columns else ():
        rows = rows_of(file)
        for name in columns:
            if name in rows.columns and rows.schema[name].is_numeric():
                values = _finite(rows.select(column_of(name)).to_series())
                if len(values):
                    before = found[name].get(file.arrival.name, np.empty(0))
                    found[name][file.arrival.name] = np.concatenate([before, values])
    return {name: _sampled(name, v, rng, most) for name, v in found.items() if v}


def _finite(series: pl.Series) -> Floats:
    values = series.drop_nulls().cast(pl.Float64).to_numpy()
    return values[np.isfinite(values)]


def _sampled(
    name: str, by_file: Mapping[str, Floats], rng: np.random.Generator, most: int
) -> ColumnValues:
    total = sum(map(len, by_file.values()))
    if total <= most:
        return ColumnValues(name, by_file, None)
    share = most / total
    kept = {
        file: values[np.sort(rng.choice(len(values), int(len(values) * share), replace=False))]
        for file, values in by_file.items()
        if int(len(values) * share)
    }
    return ColumnValues(name, kept, total)
