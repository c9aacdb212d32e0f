"""The report of a recursion: table, text chart and drawing of the same figures."""

from xml.etree import ElementTree as ET

from dmaic_assets.phase_values.key_metrics import KeyMetrics
from dmaic_assets.reports.recursion_report import (
    RecursionReport,
    recursion_drawing,
    recursion_markdown,
    sigma_chart,
)

LEVELS = (3.0, 3.5, 4.0)


def report() -> RecursionReport:
    runs = {
        f"run-{n}": KeyMetrics(sigma=s, dpmo=1000.0 / (n + 1), promoted=1.0)
        for n, s in enumerate(LEVELS)
    }
    return RecursionReport("r1", runs, "3 runs are the most", is_stopped=True)


def test_each_run_is_a_row_and_the_reason_is_told():
    text = recursion_markdown(report())

    assert "It ended: 3 runs are the most." in text
    assert "| 1 | run-0 | 3.000 | 1,000 | – | 1 | – |" in text
    assert "| 3 | run-2 | 4.000 | 333.3 | – | 1 | – |" in text


def test_bars_grow_with_the_sigma_level():
    bars = [line.count("#") for line in sigma_chart(report()).splitlines()[1:]]

    assert bars == sorted(bars)
    assert bars[0] > 0
    assert bars[-1] > 2 * bars[0]


def test_the_drawing_has_a_point_and_a_bar_per_run():
    space = "{http://www.w3.org/2000/svg}"
    root = ET.fromstring(recursion_drawing(report()))

    assert len(root.findall(f"{space}circle")) == len(LEVELS)
    assert len([r for r in root.findall(f"{space}rect") if len(r)]) == len(LEVELS)


def test_runs_that_measured_nothing_break_nothing():
    empty = RecursionReport("r1", {"run-0": KeyMetrics()}, "no rule says stop", False)

    assert "| 1 | run-0 | – | – | – | – | – |" in recursion_markdown(empty)
    assert ET.fromstring(recursion_drawing(empty)) is not None
