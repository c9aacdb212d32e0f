"""The measures that every table has: completeness, rate of anomalies, freshness.

What belongs here: what they are, and their bands. Facts of columns are known from `statistics`,
their outliers from `statistical_quality`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import get_args

import polars as pl

from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.validation.metrics import band_of
from dmaic_assets.analysis.values.statistical_quality import StatisticalQualityValue
from dmaic_assets.analysis.values.statistics import StatisticsValue
from dmaic_assets.analysis.values.validation import MetricResult
from dmaic_assets.settings.validation import Measure

# What first digits that are far from Benford's law, as V (Nigrini's bands), add to the rate in per
# cent (R66).
_NO_BENFORD, _DIGITS = 0.12, 2.0
_DAY_S = 86_400.0
# Unit, and the bounds of the bands good and fair: dq inventory R66.
_BANDS: Mapping[Measure, tuple[str, float, float]] = {
    "completeness": ("%", 95.0, 85.0),
    "anomaly_rate": ("%", 1.0, 5.0),
    "freshness": ("days", 7.0, 30.0),
}


def measure_of(study: Study, table: str, measure: Measure) -> float | None:
    """Measures a table; None where it has nothing to measure.

    Completeness: per cent of cells that are filled, the mean over columns. Anomaly rate: per cent
    of the numbers of measures that are outliers of their column's own tail, and 2 more where first
    digits of one are far from Benford's law. Freshness: days since the newest time that is not in
    the future, of the table's time column or else of any.
    """
    if measure == "completeness":
        columns = study.value(StatisticsValue, table).columns.values()
        shares = [column.profile.null_share for column in columns if column.profile.rows]
        return 100 * (1 - sum(shares) / len(shares)) if shares else None
    return _anomaly_rate(study, table) if measure == "anomaly_rate" else _freshness(study, table)


def measures_of(study: Study) -> tuple[MetricResult, ...]:
    """All measures of all tables, each with its band, where there is something to measure."""
    found: list[MetricResult] = []
    for table in study.tables:
        for measure in get_args(Measure):
            value = measure_of(study, table, measure)
            if value is not None:
                unit, good, fair = _BANDS[measure]
                band = band_of(value, good, fair)
                status = "failed" if band == "poor" else "passed"
                found.append(MetricResult(f"{table}.{measure}", unit, status, value, band))
    return tuple(found)


def _anomaly_rate(study: Study, table: str) -> float | None:
    """Per cent of the numbers of measures that are outliers; more where digits are no chance's."""
    columns = study.value(StatisticalQualityValue, table).columns
    statistics = study.value(StatisticsValue, table).columns
    numbers, far, digits = 0, 0, 0.0
    for name, found in columns.items():
        if found.outliers is None:
            continue
        profile = statistics[name].profile
        numbers += profile.rows - profile.null_count
        far += found.outliers.far
        if not found.benford.aside and found.benford.effect >= _NO_BENFORD:
            digits = _DIGITS
    return 100 * far / numbers + digits if numbers else None


def _freshness(study: Study, table: str) -> float | None:
    named = study.tables[table].time_column
    schema = study.tables[table].scan().collect_schema()
    times = [name for name, kind in schema.items() if isinstance(kind, pl.Date | pl.Datetime)]
    wanted = [named] if named in times else times
    ages = (_age(study, study.tables[table].rows([name]).get_column(name)) for name in wanted)
    past = [age for age in ages if age is not None and (age >= 0 or named in times)]
    return max(0.0, min(past)) if past else None


def _age(study: Study, times: pl.Series) -> float | None:
    """Days from the newest time to now; None where there is none."""
    newest = times.max()
    if not isinstance(newest, date):
        return None
    if not isinstance(newest, datetime):
        return float((study.now.date() - newest).days)
    now = study.now if newest.tzinfo else study.now.replace(tzinfo=None)
    return (now - newest).total_seconds() / _DAY_S
