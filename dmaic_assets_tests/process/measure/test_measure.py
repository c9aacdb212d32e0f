"""Measure: yields, their product, sigma with bounds, and capability of values."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from dmaic_assets.phase_values.define import Ctq
from dmaic_assets.process.cycle.phase import PhaseOutput
from dmaic_assets.process.evidence import FileEvidence
from dmaic_assets.process.measure.column_values import ColumnValues, column_values, specified
from dmaic_assets.process.measure.defects import Count, count_defects
from dmaic_assets.process.measure.dimensions import DimensionQuality, quality_by_dimension
from dmaic_assets.process.measure.measure import measure, stages_of
from dmaic_assets.process.measure.spot_checks import plan_words, sampling_plan
from dmaic_assets.process.measure.value_capability import stability_of, value_capability
from dmaic_assets.store.codec import to_json
from dmaic_assets_tests.process.evidence_of_tables import (
    file_of,
    rule,
    source_of,
    text_or,
    with_rows,
)

AMOUNT = Ctq("amount.validity", "", "validity", "row", "amount", ("amount.range",), 0.05)
RULES = (rule("amount.range", "range", "amount"), rule("key.in", "inclusion", "key"))
TYPES = (text_or("amount", "decimal"),)


def measured(*files: FileEvidence, ctqs: Sequence[Ctq] = (AMOUNT,)) -> PhaseOutput:
    return measure(source_of(*files), ctqs, [count_defects(f) for f in files], None)


def test_each_stage_counts_what_fails_in_it() -> None:
    cells = [
        (1, "amount", "sanity.type.amount"),
        (2, "key", "key.in"),
        (3, "amount", "amount.range"),
        (4, "amount", "amount.range"),
    ]
    files = (
        file_of("a", rows=102, rules=RULES, types=TYPES, cells=cells, raw={"malformed": 2}),
        file_of("b", rows=0, raw={"problem": "no text"}),
    )

    stages = stages_of(source_of(*files), [count_defects(f) for f in files])

    assert [(s.stage, s.units, s.defective) for s in stages] == [
        ("landed", 2, 1),
        ("read", 102, 2),
        ("typed", 100, 1),
        ("judged", 100, 2),
        ("joined", 100, 1),
    ]


def test_rolled_throughput_yield_is_the_product_of_the_stages() -> None:
    cells = [(1, "amount", "sanity.type.amount"), (3, "amount", "amount.range")]
    output = measured(file_of(rows=100, rules=RULES, types=TYPES, cells=cells))

    yields = [s["first_time_yield"] for s in to_json(output.value)["stages"]]  # pyright: ignore

    assert yields == [1.0, 1.0, 0.99, 0.99, 1.0]
    assert to_json(output.value)["rolled_throughput_yield"] == pytest.approx(math.prod(yields))
    assert output.metrics["yield_typed"] == 0.99


def test_without_a_defect_a_bound_is_told_and_never_an_infinity() -> None:
    output = measured(file_of(rows=1_000, rules=RULES))

    assert output.metrics["dpmo"] == 0.0
    assert output.metrics["sigma"] == output.metrics["sigma_lower"]
    assert all(v is None or math.isfinite(v) for v in output.metrics.values())
    assert "sigma level at least 4." in output.documents[0].text
    assert "inf" not in output.documents[0].text.replace("information", "")


def test_sigma_is_that_of_defects_per_opportunity() -> None:
    cells = [(n, "amount", "amount.range") for n in range(62)]
    output = measured(file_of(rows=10_000, rules=RULES, cells=cells))

    assert output.metrics["dpmo"] == pytest.approx(6_200)
    assert output.metrics["sigma"] == pytest.approx(4.0, abs=0.01)
    assert output.metrics["sigma_lower"] < 4.0  # pyright: ignore[reportOptionalOperand]


def test_a_ctq_beyond_its_limit_is_told() -> None:
    cells = [(n, "amount", "amount.range") for n in range(6)]

    (inside,) = to_json(measured(file_of(rows=200, rules=RULES, cells=cells)).value)["ctqs"]  # pyright: ignore
    (beyond,) = to_json(measured(file_of(rows=100, rules=RULES, cells=cells)).value)["ctqs"]  # pyright: ignore

    assert (inside["is_within_limit"], beyond["is_within_limit"]) == (True, False)
    assert beyond["ppk_equivalent"] == pytest.approx(0.518, abs=0.001), "Phi^-1(.94) / 3"


def test_a_ctq_that_no_file_was_judged_for_is_told_as_such() -> None:
    ghost = Ctq("ghost.mix", "", "mix", "file", "", ("r",), 0.05)

    (found,) = to_json(measured(file_of(), ctqs=[ghost]).value)["ctqs"]  # pyright: ignore

    assert found == {"id": "ghost.mix", "units": 0, "defective": 0, "is_within_limit": None}


LIMITS = Ctq("a.validity", "", "validity", "row", "a", (), 0.1, lower_spec=0.0, upper_spec=12.0)
DECLARED = replace(LIMITS, id="a.mix", has_specification=True)


def values_of(*files: np.ndarray) -> ColumnValues:
    return ColumnValues("a", {f"{i}.csv": v for i, v in enumerate(files)}, None)


def capable(*files: np.ndarray, ctq: Ctq = LIMITS) -> dict[str, object]:
    found = value_capability(ctq, values_of(*files), rng=np.random.default_rng(0))
    return to_json(found)  # pyright: ignore


def test_a_stable_normal_column_has_capability() -> None:
    rng = np.random.default_rng(1)

    found = capable(*(rng.normal(6, 1, 200) for _ in range(12)))

    assert (found["label"], found["method"], found["points_charted"]) == (
        "capability",
        "normal",
        12,
    )
    assert found["cpk"]["value"] == pytest.approx(2.0, abs=0.1)  # pyright: ignore
    assert found["percentile_ppk"] is None


def test_a_file_far_from_the_others_makes_it_performance_only() -> None:
    rng = np.random.default_rng(2)
    files = [rng.normal(6, 1, 200) for _ in range(12)]
    files[7] = files[7] + 4

    found = capable(*files)

    assert found["label"] == "performance of an unstable process"
    assert found["points_signalling"] == 1


def test_a_skewed_column_is_measured_by_percentiles() -> None:
    rng = np.random.default_rng(3)

    found = capable(*(rng.exponential(1, 500) for _ in range(9)))

    assert found["method"] == "percentiles"
    # Exponential: median ln 2, 0.135 % point .00135; (ln 2 - 0) / (ln 2 - .00135) = 1.002.
    assert found["percentile_ppk"] == pytest.approx(1.002, abs=0.01)
    assert found["expected_share"] is None


@pytest.mark.parametrize(
    ("values", "ctq", "reason"),
    [
        (np.ones(50), LIMITS, "the values do not vary"),
        (np.arange(5.0), LIMITS, "fewer than 20 values"),
        (
            np.arange(50.0),
            Ctq("a.validity", "", "validity", "row", "a", (), 0.1, lower_spec=1.0, upper_spec=1.0),
            "the limits leave no room between them",
        ),
    ],
)
def test_without_an_index_the_reason_is_told(values: np.ndarray, ctq: Ctq, reason: str) -> None:
    found = capable(values, ctq=ctq)

    assert found["reason"] == reason
    assert "cpk" not in found


def test_numbers_that_name_something_have_no_capability_whatever_is_declared() -> None:
    values = ColumnValues("day", {"a.csv": np.arange(1.0, 32.0)}, None)

    found = value_capability(DECLARED, values, rng=np.random.default_rng(0))

    assert found.reason == "only measures have a capability, and these are parts of a calendar"


def test_few_files_are_charted_in_stretches_of_rows() -> None:
    rng = np.random.default_rng(4)
    drifting = np.concatenate([rng.normal(0, 1, 500), rng.normal(3, 1, 500)])

    calm = stability_of({"a": rng.normal(0, 1, 1_000)})
    moved = stability_of({"a": drifting})

    assert calm is not None
    assert moved is not None
    assert (calm.points, calm.is_stable, moved.is_stable) == (25, True, False)


def test_a_stable_process_is_seldom_called_unstable() -> None:
    rng = np.random.default_rng(5)
    charts = (stability_of({str(i): rng.normal(0, 1, 50) for i in range(20)}) for _ in range(200))

    assert sum(chart is not None and not chart.is_stable for chart in charts) <= 10


def test_one_ctq_per_column_with_limits_is_measured() -> None:
    again = Ctq("a.mix", "", "mix", "row", "a", (), 0.1, lower_spec=1.0)

    assert specified([AMOUNT, LIMITS, again]) == (LIMITS,)
    assert specified([AMOUNT, LIMITS, DECLARED]) == (DECLARED,), "what a person says comes first"


def test_values_are_finite_numbers_and_a_sample_keeps_every_files_share() -> None:
    import polars as pl

    files = [file_of("a"), file_of("b"), file_of("c", raw={"problem": "no text"})]
    frames = {
        "a": pl.DataFrame({"a": [1.0, None, float("nan"), float("inf")] + [2.0] * 98}),
        "b": pl.DataFrame({"a": [3.0] * 300}),
    }

    def values(most: int) -> ColumnValues:
        found = column_values(
            files,
            lambda f: with_rows(frames[f.arrival.name]),
            ["a", "gone"],
            rng=np.random.default_rng(0),
            most=most,
        )
        assert list(found) == ["a"]
        return found["a"]

    assert {n: len(v) for n, v in values(1_000).by_file.items()} == {"a": 99, "b": 300}
    assert values(1_000).sampled_from is None
    assert {n: len(v) for n, v in values(200).by_file.items()} == {"a": 49, "b": 150}
    assert values(200).sampled_from == 399


def test_each_dimension_is_scored_over_its_ctqs() -> None:
    other = Ctq("size.validity", "", "validity", "row", "size", ("size.in",), 0.05)
    empty = Ctq("key.uniqueness", "", "uniqueness", "row", "key", ("key.unique",), 0.05)
    counts = {
        "amount.validity": Count(100, 5),
        "size.validity": Count(60, 3),
        empty.id: Count(0, 0),
    }

    found = quality_by_dimension((AMOUNT, other, empty), counts)

    assert found == (DimensionQuality("validity", 2, 160, 8, 1 - 8 / 160, "size.validity"),)


def test_the_dimensions_are_measured_told_and_metrics() -> None:
    cells = [(row, "amount", "amount.range") for row in range(4)]

    output = measured(file_of(rows=100, rules=RULES, types=TYPES, cells=cells))

    assert output.metrics["quality_validity"] == 0.96
    assert to_json(output.value)["dimensions"][0]["worst"] == "amount.validity"  # pyright: ignore
    assert "## Quality by dimension" in output.documents[0].text


def limited(name: str, limit: float, *, is_critical: bool = False) -> Ctq:
    rules = (f"{name}.in",)
    key = f"{name}.validity"
    return Ctq(key, "", "validity", "row", name, rules, limit, is_critical=is_critical)


def test_spot_checks_are_planned_for_critical_ctqs_and_small_limits_first() -> None:
    ctqs = [limited("a", 0.05), limited("b", 0.001), limited("c", 0.02, is_critical=True)]
    unplanned = [limited("d", 0.0), limited("e", 0.2), limited("f", 1e-7)]

    plans = sampling_plan([*ctqs, *unplanned], rows=500).plans

    assert [p.ctq for p in plans] == ["c.validity", "b.validity", "a.validity"]
    for plan in plans:
        assert plan.producer_risk <= 0.05
        assert plan.consumer_risk <= 0.10
        curve = [point.accepted for point in plan.operating_characteristic]
        assert curve[0] == 1.0
        assert curve == sorted(curve, reverse=True)
        assert curve[-1] == plan.consumer_risk


def test_a_spot_check_is_told_in_words() -> None:
    (plan,) = sampling_plan([limited("a", 0.01)], rows=500).plans

    assert plan_words(plan) == (
        "a.validity: look at 132 rows and accept with at most 3 defective (tells 1 % from 5 %)."
    )
    text = measured(file_of(rows=100, rules=RULES, types=TYPES)).documents[0].text
    assert "## Spot checks\n- Every row is judged. 299 rows without a defect exclude" in text
