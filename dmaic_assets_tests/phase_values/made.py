"""Phase values for tests, whole, from the few figures that a test is about."""

from typing import Any

from dmaic_assets.phase_values.analyze import AnalyzeValue, Cause, CtqCauses, NewValue, ParetoCharts
from dmaic_assets.phase_values.define import CtqUnit
from dmaic_assets.phase_values.measure import (
    CapabilityFigures,
    CtqFigures,
    DefectFigures,
    IndexFound,
    MeasuredCtq,
    MeasureValue,
    SamplingPlan,
)


def total_of(sigma_level: float | None) -> DefectFigures:
    return DefectFigures(1, 1_000, 1_000.0, None, None, None, sigma_level, None, None)


def ctq_of(name: str, units: int, defective: int, *, unit: CtqUnit = "row") -> MeasuredCtq:
    share = defective / units
    figures = CtqFigures(
        defects=defective,
        opportunities=units,
        dpmo=1e6 * share,
        dpmo_lower=None,
        dpmo_upper=None,
        z_long_term=None,
        sigma_level=None,
        sigma_lower=None,
        sigma_upper=None,
        unit=unit,
        is_critical=False,
        share=share,
        share_lower=None,
        share_upper=None,
        upper_limit=1.0,
        ppk_equivalent=None,
    )
    return MeasuredCtq(name, units, defective, is_within_limit=True, figures=figures)


def capability_figures(
    method: str, pp: IndexFound, *, percentile_pp: float | None = None
) -> CapabilityFigures:
    return CapabilityFigures(
        label="capability",
        points_charted=25,
        points_signalling=0,
        method=method,
        mean=1.0,
        cp=None,
        cpk=None,
        pp=pp,
        ppk=None,
        percentile_pp=percentile_pp,
        percentile_ppk=None,
        observed_share=None,
        expected_share=None,
        notes=(),
    )


def measure_value(source: str = "orders", **parts: Any) -> MeasureValue:
    whole: dict[str, Any] = {
        "files": 1,
        "rows": 10,
        "stages": (),
        "rolled_throughput_yield": 1.0,
        "normalised_yield": 1.0,
        "dimensions": (),
        "ctqs": (),
        "total": None,
        "repaired_cells": 0,
        "checker": None,
        "capability": (),
        "spread": (),
        "sampling_plan": SamplingPlan("every row of every file", 10, 299, 0.01, ()),
    }
    return MeasureValue(source, **{**whole, **parts})


def causes_of(
    ctq: str, *, causes: tuple[Cause, ...] = (), news: tuple[NewValue, ...] = ()
) -> CtqCauses:
    return CtqCauses(
        ctq=ctq,
        defects=10,
        groups_tested=10,
        new_values=news,
        causes=causes,
        suspects=(),
        explained=0.0,
        factors=(),
        slice_trends=(),
    )


def analyze_value(source: str = "orders", **parts: Any) -> AnalyzeValue:
    empty: dict[str, Any] = dict.fromkeys(
        ("causes", "value_differences", "distribution_shifts", "missing_by_slice", "five_whys"), ()
    )
    known: dict[str, Any] = {
        **empty,
        "source": source,
        "method": "scan",
        "rows": 100,
        "sampled_from": None,
        "pareto": ParetoCharts((), (), ()),
        "trend": None,
    }
    return AnalyzeValue(**{**known, **parts})
