"""How facts are shown: tables, pictures, figures, links."""

import base64
import json
import re
from xml.etree import ElementTree as ET

import dagster as dg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.defs.metadata.cell import page_link
from dmaic_assets.defs.metadata.figures import (
    columns_figure,
    run_figure,
    store_figure,
    verdict_figure,
)
from dmaic_assets.defs.metadata.pictures import SHOWN_IN_PLACE, row_split, score_bar, share_bars
from dmaic_assets.defs.metadata.tables import reasons_text, schema_of, table_of
from dmaic_assets.model import ArtifactRef, Violation
from dmaic_assets.reports.page.scripts import shared_files
from dmaic_assets.work.file.file_facts import ColumnFacts, SchemaColumn
from dmaic_assets_tests.defs.checks.test_cell import HELD, files, verdict

NASTY = [
    "a<b>&c",
    "quote'\"",
    "</script><script>alert(1)</script>",
    "ключ",
    "x" * 300,
    "",
    "$%[](|",
]


def drawing(markdown: str) -> ET.Element:
    encoded = re.fullmatch(r"!\[[^\]]*\]\(data:image/svg\+xml;base64,([\w+/=]+)\)", markdown)
    assert encoded is not None
    return ET.fromstring(base64.b64decode(encoded[1]))


def texts(element: ET.Element) -> list[str]:
    return [e.text or "" for e in element.iter() if e.tag.endswith("text")]


@given(
    score=st.floats(0, 1),
    threshold=st.floats(0, 100),
    rows=st.tuples(st.integers(0), st.integers(0)),
)
@settings(max_examples=50, deadline=None)
def test_every_score_and_split_is_drawn_and_shown_in_place(score, threshold, rows):
    for markdown in (score_bar(score, threshold), row_split(*rows)):
        drawing(markdown)
        assert len(markdown) < SHOWN_IN_PLACE


def test_a_score_says_its_number_and_its_threshold():
    assert texts(drawing(score_bar(0.957, 85))) == ["score 95.7, at least 85 to pass"]


def test_bars_keep_order_and_stop_where_there_is_no_more_place():
    shares = [(f"column_{n}", 1 - n / 50) for n in range(50)]

    markdown = share_bars("Nulls", shares)

    shown = [text for text in texts(drawing(markdown)) if text.startswith("column")]
    assert len(markdown) < SHOWN_IN_PLACE
    assert 3 <= len(shown) < 50
    assert shown == [name for name, _ in shares[: len(shown)]]


@pytest.mark.parametrize("name", NASTY)
def test_names_from_files_do_not_break_a_drawing(name):
    drawing(share_bars(name, [(name, 0.5)]))


def test_numbers_of_a_table_are_short_and_lists_are_spelled_out():
    shown = table_of(
        [{"a": 1 / 60, "b": ["x", "y"], "c": {"d": 1}, "e": None}], ("a", "b", "c", "e")
    )

    (line,) = shown.records
    assert line.data == {"a": 0.0166667, "b": "x; y", "c": "{'d': 1}", "e": None}
    assert [c.type for c in shown.schema.columns] == ["float", "string", "string", "string"]


def test_a_schema_shows_type_and_evidence():
    shown = schema_of([SchemaColumn("amount", "decimal", "point", "x")])

    (column,) = shown.value.columns
    assert (column.name, column.type, column.description) == ("amount", "decimal", "point, x")


def test_reasons_stay_in_place_and_say_how_many_are_left_out():
    many = verdict("reject")
    shown = reasons_text(files(*[many] * 100)).value

    assert len(shown) < SHOWN_IN_PLACE
    listed = shown.count("why it is reject")
    assert shown.endswith(f"and {100 - listed} more")


def violation(rule: str, share: float) -> Violation:
    return Violation(rule, "range", ("a",), "high", "row", 1, share, True, "e", "s")


def data_of(page: str) -> list[dict]:
    return json.loads(re.search(r'"application/json">(.*?)</script>', page)[1])["data"]


def test_violated_rules_are_drawn_worst_last_because_bars_grow_upwards():
    judged = verdict("reject", violations=(violation("b", 0.2), violation("a", 0.9)))

    (bars,) = data_of(verdict_figure([judged, HELD], "title"))

    assert bars["y"] == ["b", "a"]
    assert bars["x"] == [20.0, 90.0]


@pytest.mark.parametrize("name", NASTY)
def test_names_from_files_cannot_end_a_figures_script(name):
    pages = [
        verdict_figure([verdict("reject", violations=(violation(name, 0.5),))], name),
        columns_figure([ColumnFacts(name, "text", 0.1, 1)], 10, name),
        run_figure([(name, 1, 2, 0.5)], name),
    ]

    for page in pages:
        assert page is not None
        assert page.count("<script") == page.count("</script>") == 3
        assert "alert(1)</script>" not in page


def test_nothing_to_draw_is_no_figure():
    assert verdict_figure([verdict()], "t") is None
    assert columns_figure([], 10, "t") is None
    assert columns_figure([ColumnFacts("a", "text", 0.0, 0)], 0, "t") is None
    assert run_figure([], "t") is None


def test_a_stored_figure_finds_its_library_beside_it(tmp_path):
    root = tmp_path / "artifacts"

    ref = store_figure(root, run_figure([("orders", 1, 2, 0.5)], "t"))
    again = store_figure(root, run_figure([("orders", 1, 2, 0.5)], "t"))

    page = tmp_path / ref.path
    scripts = re.findall(r'src="([^"]+)"', page.read_text())
    found = {(page.parent / script).resolve() for script in scripts}
    assert ref == again
    assert len(found) == 2
    assert found < {root.resolve() / name for name in shared_files()}
    assert 1_000_000 < max(script.stat().st_size for script in found) < 1_310_000
    assert page.stat().st_size < 20_000


def test_a_link_starts_at_whatever_server_shows_it():
    link = page_link(ArtifactRef("figure", "artifacts/figure/ab/x.html", "x", 1))

    assert isinstance(link, dg.MarkdownMetadataValue)
    assert link.value == "[open the figure](/artifacts/figure/ab/x.html)"
