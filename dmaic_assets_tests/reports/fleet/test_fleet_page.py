"""The fleet page: nothing, one source, a hundred; the newest days; and scores by dimension."""

from dataclasses import replace
from datetime import UTC, datetime

from dmaic_assets.analysis.values.quality_summary import DimensionScore
from dmaic_assets.reports.facts import SourceFacts
from dmaic_assets.reports.fleet.page import fleet_page
from dmaic_assets.reports.page.links import ServedLinks
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.views.fleet import FleetView, fleet_view
from dmaic_assets.reports.views.periods import Period, PeriodsView, RulePeriods, SourcePeriods
from dmaic_assets.reports.views.quality_matrix import QualityLine, QualityMatrix
from dmaic_assets_tests.reports.facts_of_two import orders, returns

AT = datetime(2026, 1, 1, tzinfo=UTC)
EMPTY = Period(AT, AT, 0, 0, 0, 0, 0, 0, 0, None)
NO_DAYS = PeriodsView(7, EMPTY, EMPTY, (), (), 0)
NO_QUALITY = QualityMatrix("", ())
HOSTILE = "<script>alert(1)</script>"


def many(count: int) -> FleetView:
    """As many sources, all alike."""
    facts = orders()
    return fleet_view(SourceFacts(f"source-{n:03}", facts.values) for n in range(count))


def days() -> PeriodsView:
    now = replace(EMPTY, files=4, held_files=1, accepted_files=3, rows=400, score=0.98)
    before = replace(EMPTY, files=3, accepted_files=3, rows=300, score=1.0)
    source = SourcePeriods("orders", 4, 3, 1, 0, 0.98, 1.0)
    return PeriodsView(7, now, before, (source,), (RulePeriods("orders", HOSTILE, 1, 0),), 0)


def page(
    view: FleetView, quality: QualityMatrix = NO_QUALITY, periods: PeriodsView = NO_DAYS
) -> str:
    return fleet_page(view, quality, periods, ServedLinks(), Library("/artifacts/assets/"))


def test_without_a_source_the_page_says_what_to_do() -> None:
    text = page(fleet_view([]))

    assert "No source has been measured yet." in text
    assert "dmaic run --phase control" in text
    assert "dmaic analyze" in text
    assert "No file was judged in the last 14 days." in text


def test_every_ctq_has_its_line_and_its_source_a_link() -> None:
    text = page(fleet_view([orders(), returns()]))

    assert 'href="/sources/orders"' in text
    assert "amount.validity" in text
    assert "Which processes need work, and of what kind?" in text


def test_a_hundred_sources_stay_bounded() -> None:
    view = many(100)
    text = page(view)

    assert len(text) < 700_000
    assert len(view.ctqs) > 400 or "dmaic report fleet --json" not in text


def test_the_last_days_stand_beside_those_before() -> None:
    text = page(fleet_view([]), periods=days())

    assert "+1" in text
    assert "-2.00" in text
    assert HOSTILE not in text
    assert "&lt;script&gt;" in text


def test_dimensions_have_scores_and_what_they_rest_on() -> None:
    scores = {
        "completeness": DimensionScore(0.9, "1 of 10 cells is missing"),
        "validity": DimensionScore(None, "nothing tells it"),
    }
    text = page(fleet_view([]), QualityMatrix("r1", (QualityLine("orders", 10, 0.9, "B", scores),)))

    assert "90.0 %" in text
    assert "1 of 10 cells is missing" in text
    assert "From the summary of quality of run r1." in text
