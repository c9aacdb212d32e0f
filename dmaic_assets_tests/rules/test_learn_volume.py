"""Volume: peaks of a history (month ends, say) do not hide that a plain file has half its rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.history.baseline import History
from dmaic_assets.model import RuleSet
from dmaic_assets.phenomena.volume.learn import fit_rows
from dmaic_assets_tests.rules.orders import day_of_orders, facts_of, judged, learnt

PLAIN, PEAK = 120, 600
ONE_ROW = day_of_orders(0)[:1]


def rules_of(sizes: list[int]) -> RuleSet:
    frames = [day_of_orders(day, rows=rows) for day, rows in enumerate(sizes)]
    return learnt([facts_of(frame, f"{day:064x}") for day, frame in enumerate(frames)])


def is_volume_broken(rows: int, rules: RuleSet) -> bool:
    frame = day_of_orders(77, rows=4 * rows)[:rows]
    violations = judged(frame, rules).verdict.violations
    return any(v.kind == "row_count" and v.is_broken for v in violations)


@pytest.fixture(scope="module")
def with_peaks() -> RuleSet:
    sizes = np.random.default_rng(3).normal(PLAIN, 6, 40).astype(int)
    sizes[9::10] = PEAK
    return rules_of(sizes.tolist())


@pytest.mark.parametrize(
    ("rows", "is_broken"),
    [(55, True), (100, False), (PLAIN, False), (140, False), (560, False), (PEAK, False)],
)
def test_half_a_plain_file_is_seen_and_plain_and_peak_files_pass(
    rows: int, is_broken: bool, with_peaks: RuleSet
) -> None:
    assert is_volume_broken(rows, with_peaks) is is_broken


def test_peaks_are_told_in_the_evidence(with_peaks: RuleSet) -> None:
    (rule,) = (r for r in with_peaks.rules if r.kind == "row_count")

    assert rule.evidence["peaks"] == 4


def test_sizes_that_vary_without_a_gap_have_no_peaks() -> None:
    sizes = np.random.default_rng(4).lognormal(np.log(PLAIN), 0.6, 30).astype(int) + 5
    (rule,) = (r for r in rules_of(sizes.tolist()).rules if r.kind == "row_count")

    assert "peaks" not in rule.evidence


@pytest.fixture(scope="module")
def with_an_outage() -> RuleSet:
    sizes = np.random.default_rng(8).normal(PLAIN, 7, 30).astype(int)
    sizes[12] = 70
    return rules_of(sizes.tolist())


@pytest.mark.parametrize(
    ("rows", "is_broken"),
    [(40, True), (58, True), (72, False), (PLAIN, False), (170, False), (250, True), (360, True)],
)
def test_one_short_trusted_file_hides_neither_half_nor_double_files(
    rows: int, is_broken: bool, with_an_outage: RuleSet
) -> None:
    assert is_volume_broken(rows, with_an_outage) is is_broken


def test_short_files_are_told_in_the_evidence(with_an_outage: RuleSet) -> None:
    (rule,) = (r for r in with_an_outage.rules if r.kind == "row_count")

    assert rule.evidence["short_files"] == 1


def test_short_files_that_recur_are_how_the_source_is() -> None:
    sizes = np.random.default_rng(9).normal(PLAIN, 6, 35).astype(int)
    sizes[6::7] = 30
    (rule,) = (r for r in rules_of(sizes.tolist()).rules if r.kind == "row_count")

    assert "short_files" not in rule.evidence


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=40))
def test_every_file_of_history_is_within_its_own_bounds(sizes: list[int]) -> None:
    history = History([facts_of(ONE_ROW)] * len(sizes))
    history.file_rows = np.array(sizes, dtype=np.float64)
    fit = fit_rows(history, 0.003)

    assert fit is not None
    usual = sizes[1:] if len(sizes) >= 8 and sizes[0] < min(sizes[1:]) else sizes
    low, high = fit.parameters.get("min", 0), fit.parameters["max"]
    assert isinstance(low, int)
    assert isinstance(high, int)
    assert all(low <= rows <= high for rows in usual if sizes != sorted(sizes))
