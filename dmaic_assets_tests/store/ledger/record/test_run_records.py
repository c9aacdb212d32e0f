"""What earlier versions stored of runs and phases is read as today's records."""

from datetime import UTC, datetime

import pytest

from dmaic_assets.errors import InvariantError
from dmaic_assets.phase_values.key_metrics import KeyMetrics, key_metrics
from dmaic_assets.process.cycle.phase_records import phase_metrics
from dmaic_assets.store.ledger.record.runs import PhaseRecord, RunRecord, RunTotals

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def run_with(totals: dict) -> RunRecord:
    return RunRecord("r", "cli", "succeeded", NOON, NOON, "a", "b", "c", None, None, totals)


def test_totals_of_an_earlier_version_lack_what_came_later_and_hold_what_has_gone():
    old = {"files": 3, "reject": 1, "rows": 100, "score": None, "dmaic": {"dpmo": 1.0}}

    assert run_with(old).counts == RunTotals(files=3, reject=1, rows=100)
    assert run_with({}).counts == RunTotals()


def test_a_count_that_is_no_number_is_told_with_its_place():
    with pytest.raises(InvariantError, match=r"\$\.files"):
        run_with({"files": "three"}).counts  # noqa: B018 - reading refuses


def test_phase_metrics_keep_numbers_as_they_were_stored():
    stored = {
        "all": {"defects": 25.0, "dpmo": None},
        "sources": {"orders": {"defects": 25, "mtbf_files": float("inf")}},
        "inputs": {"orders": "k"},
        "outputs": {"orders": ["s"]},
    }

    read = phase_metrics(PhaseRecord("r", "measure", 2, "succeeded", metrics=stored))

    assert read.all == {"defects": 25.0, "dpmo": None}
    assert read.sources == stored["sources"]
    assert type(read.sources["orders"]["defects"]) is int
    assert (read.outputs, read.is_memoized) == ({"orders": ("s",)}, {})


def test_key_metrics_are_picked_out_of_all_others():
    assert key_metrics({"dpmo": 3, "sigma": None, "charts": 4.0}) == KeyMetrics(dpmo=3.0)
