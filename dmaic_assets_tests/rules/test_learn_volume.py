"""Volume: peaks of a history (month ends, say) do not hide that a plain file has half its rows."""

import numpy as np
import pytest

from dmaic_assets.model import RuleSet
from dmaic_assets_tests.rules.orders import day_of_orders, facts_of, judged, learnt

PLAIN, PEAK = 120, 600


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
