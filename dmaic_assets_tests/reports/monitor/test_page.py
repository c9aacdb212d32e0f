"""The monitor's page: every section is there, nothing from data is markup, nothing is asked for."""

import base64
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dmaic_assets.reports.monitor.export import report_document
from dmaic_assets.reports.monitor.page import SECTIONS, monitor_page
from dmaic_assets.reports.page.links import FileLinks, ServedLinks
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.views.monitor.read import read_monitor
from dmaic_assets.reports.views.monitor.view import MonitorView
from dmaic_assets_tests.reports.views.hand_log import (
    DAY_ONE,
    HandLog,
    broken,
    hand_log,
    seven_lines,
)

LINKS = FileLinks("monitor.html", frozenset({"monitor.html"}))
LINKED = Library("scripts/")


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MonitorView]:
    with hand_log(tmp_path_factory.mktemp("log")) as log:
        seven_lines(log)
        yield read_monitor(log.platform)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[HandLog]:
    with hand_log(tmp_path) as log:
        yield log


def test_all_fifteen_sections_are_there_with_or_without_files(
    view: MonitorView, empty: HandLog
) -> None:
    nothing = monitor_page(read_monitor(empty.platform), LINKS, LINKED)
    full = monitor_page(view, LINKS, LINKED)

    for page in (nothing, full):
        assert re.findall(r'<section id="(\w+)">', page) == [name for name, _ in SECTIONS]
    assert len(SECTIONS) == 15
    assert "dmaic run-all" in nothing
    assert "6 files judged, 66.7 % passed; 2 files held now; 1 source overdue or stale." in full


def test_the_page_holds_everything_and_asks_nobody(view: MonitorView) -> None:
    page = monitor_page(view, LINKS, Library())

    own = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert "Plotly" in page
    assert not re.findall(r"https?://|<script src|<link[^>]+href=\"(?!data:)", own)
    assert "script-src &#39;sha256-" in page
    assert not re.findall(r"\son\w+=", own)


def test_the_same_view_gives_the_same_bytes(view: MonitorView) -> None:
    assert monitor_page(view, LINKS, LINKED) == monitor_page(view, LINKS, LINKED)


def test_the_export_in_the_page_is_the_export(view: MonitorView) -> None:
    page = monitor_page(view, LINKS, LINKED)

    held = re.search(r'id="dq-report" data-name="(.*?)">(.*?)</script>', page)
    assert held is not None
    assert held[1] == "dq_report_20261121T220000Z.json"
    document = json.loads(gzip.decompress(base64.b64decode(held[2])))
    assert document == json.loads(json.dumps(report_document(view)))


def test_what_data_says_is_never_markup(empty: HandLog) -> None:
    bad = "</script><b onclick=alert(1)>"
    with empty.run(DAY_ONE):
        empty.judge(
            f"orders/{bad}.csv", "reject", 0.5, broken(f"{bad}.range", bad, rows=1, cause=bad)
        )

    page = monitor_page(read_monitor(empty.platform), LINKS, LINKED)

    assert bad not in page
    assert page.count("</script>") == page.count("<script")


def test_links_lead_to_sources_files_and_runs_where_there_are_such_pages(
    view: MonitorView,
) -> None:
    served = monitor_page(view, ServedLinks(), LINKED)
    alone = monitor_page(view, LINKS, LINKED)

    sha = view.failures.listed[0].file.file_sha256[:16]
    assert f'href="/sources/orders/files/{sha}"' in served
    assert 'href="/sources/returns"' in served
    assert "/sources/" not in alone


def test_lines_of_the_list_name_their_cells(view: MonitorView) -> None:
    page = monitor_page(view, LINKS, LINKED)

    lines = re.findall(r'<tr data-source="(\w+)" data-outcome="(\w+)" data-band="(.*?)"', page)
    assert lines == [
        ("orders", "accept", "90–99"),
        ("returns", "unreadable", "no score"),
        ("returns", "reject", "below 70"),
        ("orders", "quarantine", "90–99"),
    ]
    assert 'data-cells="1.1 2.0 3.2"' in page
    assert '<option value="3.2">returns.state · in_set</option>' in page
