"""Where the defects of a run are, over all its sources."""

from dmaic_assets.phase_values.analyze import ParetoBar, ParetoCharts
from dmaic_assets.phase_values.measure import MeasureValue
from dmaic_assets.process.analyze.run_causes import rank_run_causes
from dmaic_assets_tests.phase_values.made import analyze_value, ctq_of, measure_value


def measured(**counts: tuple[int, int]) -> MeasureValue:
    """A value of Measure; keys are column_dimension."""
    ctqs = tuple(ctq_of(key.replace("_", "."), *found) for key, found in counts.items())
    return measure_value(ctqs=ctqs)


def test_the_source_with_most_defects_beyond_expectation_comes_first() -> None:
    values = {
        "orders": measured(a_validity=(1_000, 90), b_completeness=(1_000, 80)),
        "returns": measured(a_validity=(1_000, 2), b_completeness=(1_000, 3)),
    }

    first = rank_run_causes(values, {}).causes[0]

    assert first.group == (("source", "orders"),)
    assert (first.defects, first.units, round(first.share, 3)) == (170, 2_000, 0.971)
    assert first.lift is not None
    assert round(first.lift, 6) == 34.0


def test_a_dimension_that_fails_everywhere_comes_before_any_source() -> None:
    values = {
        name: measured(a_validity=(1_000, 1), b_completeness=(1_000, 50))
        for name in ("orders", "returns", "visits")
    }

    assert rank_run_causes(values, {}).causes[0].words == "dimension = completeness"


def test_one_dimension_of_one_source_is_told_as_a_pair() -> None:
    clean = measured(a_validity=(1_000, 0), b_completeness=(1_000, 0))
    bad = measured(a_validity=(1_000, 0), b_completeness=(1_000, 60))

    first = rank_run_causes({"orders": bad, "returns": clean, "visits": clean}, {}).causes[0]

    assert first.words == "source = orders and dimension = completeness"
    assert first.lift is None, "nothing else has a defect"


def test_without_defects_or_contrast_there_is_no_cause() -> None:
    assert rank_run_causes({}, {}).causes == ()
    assert rank_run_causes({"orders": measured(a_validity=(10, 0))}, {}).causes == ()
    assert rank_run_causes({"orders": measured(a_validity=(10, 4))}, {}).causes == ()


def test_bars_of_rules_and_files_name_their_source() -> None:
    bars = (ParetoBar("r", 4, 1.0, 1.0),)
    analyzed = {
        "orders": analyze_value("orders", pareto=ParetoCharts((), bars, bars)),
        "returns": analyze_value("returns"),
    }

    found = rank_run_causes({}, analyzed)

    assert [(bar.name, bar.count) for bar in found.rules] == [("orders: r", 4)]
    assert [bar.name for bar in found.files] == ["orders: r"]
