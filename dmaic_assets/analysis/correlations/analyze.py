"""The analysis `correlations`: which columns of a table say something about others.

What belongs here: what is looked at, and the value. Words are in `findings`.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl
import polars.selectors as cs

from dmaic_assets.analysis.correlations.approximate import approximate
from dmaic_assets.analysis.correlations.associations import associations
from dmaic_assets.analysis.correlations.collinearity import collinear
from dmaic_assets.analysis.correlations.derived import derived
from dmaic_assets.analysis.correlations.findings import findings_of
from dmaic_assets.analysis.correlations.numbers import MOST_COLUMNS, columns_of
from dmaic_assets.analysis.dependencies.agree import AgreeSets
from dmaic_assets.analysis.dependencies.codes import coded
from dmaic_assets.analysis.dependencies.functional import functional
from dmaic_assets.analysis.study import Outcome, Study
from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.correlations import CorrelationsValue, FunctionalDependency
from dmaic_assets.analysis.values.statistics import StatisticsValue

# Columns that a left side may have (issue 15).
MOST_LHS = 2
# Rows that correlations are taken from; a sample beyond: an interval at 100,000 rows is within
# .007 of the effect. Dependencies are of all rows.
SAMPLED_ROWS = 100_000
# Columns among which dependencies are looked for.
_MOST_DEPENDENT = 100
# Exact dependencies that are kept: the smallest left sides come first.
_MOST_KEPT = 1_000
# Different values from which numbers with fractions measure: few are rates and codes.
_LEAST_MEASURED = 30
# Roles of columns that identify something and measure nothing.
_IDENTITIES = ("key", "foreign_key")
# Seed of the sample: the same rows give the same value.
_SEED = 30


def analyze(study: Study) -> Outcome:
    """Looks for what goes together among the columns of a table that carry something."""
    table = study.table
    statistics = study.value(StatisticsValue, table.name)
    aside = {name: c.aside for name, c in statistics.columns.items() if c.aside}
    names = [name for name in table.columns() if name not in aside]
    if statistics.rows < 2 or not names:
        return Outcome(CorrelationsValue(statistics.rows, None, aside=aside))
    dependencies, bounds = _dependencies(table, names[:_MOST_DEPENDENT])
    if len(names) > _MOST_DEPENDENT:
        bounds = (*bounds, f"dependencies among the first {_MOST_DEPENDENT} columns only")
    said = {n: study.settings.columns.get(f"{table.name}.{n}") for n in names}
    identities = {
        n: f"{s.role}, as settings say: no measure"
        for n, s in said.items()
        if s and s.role in _IDENTITIES
    }
    value = _correlations(table, names, dependencies, {**aside, **identities}, bounds)
    return Outcome(value, findings_of(table.name, value))


def _dependencies(
    table: Table, names: list[str]
) -> tuple[tuple[FunctionalDependency, ...], tuple[str, ...]]:
    frame = table.rows(names)
    codes = coded(frame)
    found = functional(AgreeSets(codes), MOST_LHS)
    exact = [
        FunctionalDependency(tuple(names[c] for c in lhs), names[rhs])
        for lhs, rhs in sorted(found.pairs, key=lambda pair: (len(pair[0]), pair[1], pair[0]))
    ]
    singles = {(d.lhs[0], d.rhs) for d in exact if len(d.lhs) == 1}
    bounds: list[str] = []
    if found.most_lhs < MOST_LHS:
        bounds.append(f"dependencies with left sides up to {max(found.most_lhs, 0)} only")
    if len(exact) > _MOST_KEPT:
        bounds.append(f"{_MOST_KEPT:,} of {len(exact):,} exact dependencies")
    return (*exact[:_MOST_KEPT], *approximate(codes, singles, _measures(frame))), tuple(bounds)


def _measures(frame: pl.DataFrame) -> frozenset[str]:
    """Numbers with fractions and many different values: prices of two things may be equal."""
    numbers = frame.select(cs.float() | cs.decimal())
    return frozenset(
        one.name
        for one in numbers
        if one.n_unique() >= _LEAST_MEASURED and bool((one.drop_nulls() % 1 != 0).any())
    )


def _correlations(
    table: Table,
    names: list[str],
    dependencies: tuple[FunctionalDependency, ...],
    aside: Mapping[str, str],
    bounds: tuple[str, ...],
) -> CorrelationsValue:
    frame = table.rows(names)
    rows = frame.height
    if rows > SAMPLED_ROWS:
        frame = _sample(frame)
    columns = columns_of(frame, aside)
    if MOST_COLUMNS in {len(columns.numbers), len(columns.categories)}:
        bounds = (*bounds, f"correlations among the first {MOST_COLUMNS} columns of a kind")
    index, groups = collinear(columns)
    return CorrelationsValue(
        rows=rows,
        sampled_rows=frame.height if frame.height < rows else None,
        associations=tuple(associations(columns)),
        dependencies=dependencies,
        derived=derived(frame, columns),
        collinear=groups,
        condition_index=index,
        aside=aside,
        bounds=bounds,
    )


def _sample(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows drawn without return, in their order."""
    drawn = np.random.default_rng(_SEED).choice(frame.height, SAMPLED_ROWS, replace=False)
    return frame[np.sort(drawn)]
