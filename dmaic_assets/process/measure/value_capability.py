"""Capability of columns with a specification, behind the question whether they are stable.

What belongs here: choosing the chart, the sigma and the index that suit a column's values, and
spelling them. The indices themselves are in `sixsigma.capability`.
"""

from collections.abc import Mapping

import numpy as np
from scipy import stats

from dmaic_assets.phase_values.define import Ctq
from dmaic_assets.phase_values.measure import CapabilityFigures, ColumnCapability, IndexFound
from dmaic_assets.process.analyze.factors import Floats
from dmaic_assets.process.measure.column_values import ColumnValues
from dmaic_assets.process.measure.measure_columns import no_measure
from dmaic_assets.sixsigma.capability.normal import Index, capability
from dmaic_assets.sixsigma.capability.other import PercentileCapability, percentile_capability
from dmaic_assets.sixsigma.capability.specification import Specification
from dmaic_assets.sixsigma.capability.stability_gate import Stability
from dmaic_assets.sixsigma.charts.measures import individuals_chart
from dmaic_assets.sixsigma.charts.model import ChartOptions
from dmaic_assets.sixsigma.charts.within_sigma import (
    CapabilitySigma,
    moving_range_sigma,
    pooled_sigma,
)
from dmaic_assets.sixsigma.tests.normality import anderson_darling

# Files below which a chart cannot tell whether the process is stable.
_LEAST_FILES = 8
# Values below which a capability index has no digit that means something.
_LEAST_VALUES = 20
_STRETCHES, _LEAST_STRETCH = 25, 4
# Chance that a stable process is called unstable, over all its points together (Bonferroni).
_FALSE_ALARM = 0.01
# A sample of this size tells what matters; among more values every departure is significant.
_TESTED = 500
# p-value of Anderson-Darling below which percentiles take the place of normal indices.
_NORMAL_ALPHA = 0.005


def value_capability(
    ctq: Ctq, values: ColumnValues, *, rng: np.random.Generator
) -> ColumnCapability:
    """Measures one column against its limits; without an index, `reason` says why.

    `label` tells what the indices may be called: those of an unstable process are performance, no
    capability. `method` names the index that suits: normal, or percentiles (ISO 22514-2).

    Args:
        ctq: A CTQ with at least one limit that a person declared or confirmed.
        values: The column's values.
        rng: Which values normality is tested on.
    """
    reason = _refusal(ctq, values)
    return ColumnCapability(
        ctq=ctq.id,
        column=ctq.column,
        lower_spec=ctq.lower_spec,
        upper_spec=ctq.upper_spec,
        values=len(values.all),
        sampled_from=values.sampled_from,
        files=len(values.by_file),
        reason=reason or None,
        figures=None if reason else _figures(ctq, values, rng),
    )


def _figures(ctq: Ctq, values: ColumnValues, rng: np.random.Generator) -> CapabilityFigures:
    found = values.all
    specification = Specification(ctq.lower_spec, ctq.upper_spec)
    stability = stability_of(values.by_file)
    is_normal = _is_normal(found, rng)
    measured = capability(
        found.tolist(), specification, within=_within(values.by_file), stability=stability
    )
    overall, within = measured.overall, measured.within
    percentiles = None if is_normal else _percentiles(found, specification)
    return CapabilityFigures(
        label=measured.label,
        points_charted=stability.points if stability else 0,
        points_signalling=stability.signalling if stability else 0,
        method="normal" if percentiles is None else "percentiles",
        mean=measured.mean,
        cp=_index(within.potential) if within else None,
        cpk=_index(within.actual) if within else None,
        pp=_index(overall.potential),
        ppk=_index(overall.actual),
        percentile_pp=percentiles.potential if percentiles else None,
        percentile_ppk=percentiles.actual if percentiles else None,
        observed_share=measured.observed_share,
        # A normal distribution's tail says nothing of values that do not follow it.
        expected_share=overall.expected_share if is_normal else None,
        notes=tuple(percentiles.notes) if percentiles else (),
    )


def stability_of(by_file: Mapping[str, Floats]) -> Stability | None:
    """Charts file means; with fewer than 8 files, means of 25 stretches of rows.

    Points signal beyond limits that all points of a stable process together cross once in a
    hundred charts. None when there are too few points, or nothing varies between them.
    """
    points = np.array([values.mean() for values in by_file.values()])
    if len(points) < _LEAST_FILES:
        values = np.concatenate([*by_file.values()])
        stretches = np.array_split(values, min(_STRETCHES, len(values) // _LEAST_STRETCH) or 1)
        points = np.array([stretch.mean() for stretch in stretches])
    if len(points) < _LEAST_FILES or not np.abs(np.diff(points)).any():
        return None
    nsigmas = float(stats.norm.isf(_FALSE_ALARM / 2 / len(points)))
    chart = individuals_chart(points, ChartOptions(nsigmas=nsigmas, rules=("nelson1",)))
    return Stability(len(points), {"beyond limits": tuple(chart.beyond_limits)})


def _refusal(ctq: Ctq, column: ColumnValues) -> str:
    low, high, values = ctq.lower_spec, ctq.upper_spec, column.all
    kind = no_measure(column)
    if kind:
        return f"only measures have a capability, and these are {kind}"
    if low is not None and high is not None and low >= high:
        return "the limits leave no room between them"
    if len(values) < _LEAST_VALUES:
        return f"fewer than {_LEAST_VALUES} values"
    return "the values do not vary" if values.min() == values.max() else ""


def _within(by_file: Mapping[str, Floats]) -> CapabilitySigma | None:
    """Sigma within files, or from moving ranges in the only one; None when neither varies."""
    groups = [values for values in by_file.values() if len(values) > 1]
    if not any(values.min() < values.max() for values in groups):
        return None
    if len(groups) > 1:
        return pooled_sigma([values.tolist() for values in groups])
    return moving_range_sigma(groups[0].tolist())


def _is_normal(values: Floats, rng: np.random.Generator) -> bool:
    tested = rng.choice(values, _TESTED, replace=False) if len(values) > _TESTED else values
    if tested.min() == tested.max():
        return False
    return anderson_darling(tested.tolist()).p >= _NORMAL_ALPHA


def _percentiles(values: Floats, specification: Specification) -> PercentileCapability | None:
    # Values that pile up at one of the three percentiles have no distance to measure in.
    low, middle, high = np.quantile(values, (0.00135, 0.5, 0.99865))
    if not low < middle < high:
        return None
    return percentile_capability(values.tolist(), specification)


def _index(index: Index | None) -> IndexFound | None:
    if index is None:
        return None
    return IndexFound(index.value, index.interval.lower, index.interval.upper)
