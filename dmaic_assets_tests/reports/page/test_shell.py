"""The shell of pages: addresses, scripts, and the figures beside a picture."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dmaic_assets.reports.page.chart import Chart
from dmaic_assets.reports.page.chart_table import figures_of
from dmaic_assets.reports.page.links import FileLinks, Links, NoLinks, ServedLinks
from dmaic_assets.reports.page.scripts import Library, provide_scripts, shared_files
from dmaic_assets.reports.page.shell import Page, page_html

SHA = "0123456789abcdef" * 4


def test_a_served_page_names_others_by_their_address():
    links = ServedLinks()

    assert links.overview() == "/"
    assert links.source("a/b c") == "/sources/a%2Fb%20c"
    assert links.file("orders", SHA) == "/sources/orders/files/0123456789abcdef"
    assert links.run("r1") == "/runs/r1"
    assert links.entropy() == "/entropy"
    assert links.entropy("orders") == "/entropy/orders"
    assert links.artifact("artifacts/figure/ab/x.html") == "/artifacts/figure/ab/x.html"
    assert links.dagster("assets/a") == "/dagster/assets/a"


def test_a_file_names_only_files_that_are_there_and_relative_to_itself():
    links = FileLinks("sources/orders.html", {"index.html", "sources/a b.html"})

    assert links.overview() == "../index.html"
    assert links.source("a b") == "../sources/a%20b.html"
    assert links.source("orders") is None
    assert links.fleet() is None
    assert links.dagster() is None
    assert links.artifact("artifacts/x.csv") == "../../artifacts/x.csv"
    assert links.scripts() == "../../artifacts/assets/"


@pytest.mark.parametrize("links", [ServedLinks(), FileLinks("index.html", frozenset()), NoLinks()])
def test_a_page_is_marked_where_it_stands_in_the_navigation(links: Links):
    page = Page("<Fleet>", links, Library("/s/"), here="Sources", made_at=datetime(2026, 1, 2, 3))

    told = page_html("figure.html.j2", page, chart="")

    is_there = links.fleet() is not None
    assert ('<a href="/fleet" aria-current="page">Sources</a>' in told) == is_there
    assert "<title>&lt;Fleet&gt; · DMAIC Assets</title>" in told
    assert "<main" in told
    assert 'href="#main"' in told


def test_the_foot_says_when_and_of_which_run():
    made_at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    page = Page("Run", ServedLinks(), Library("/s/"), made_at=made_at, run_id="r<1>")

    told = page_html("figure.html.j2", page, chart="")

    assert "Made 2026-01-02 03:04 UTC." in told
    assert '<a href="/runs/r%3C1%3E">r&lt;1&gt;</a>' in told


def test_only_a_page_with_charts_brings_plotly():
    page = Page("p", NoLinks(), Library("/s/"))
    chart = Chart("Why?", [{"type": "bar", "x": ["a"], "y": [1]}], {}, "one bar")

    without, with_one = (page_html("figure.html.j2", page, chart=c) for c in ("", chart.html()))

    assert "/s/plotly-" not in without
    assert "/s/plotly-" in with_one
    assert "/s/page-" in without


def test_a_page_that_stands_alone_runs_its_own_scripts_only():
    page = Page("p", NoLinks(), Library())

    told = page_html("figure.html.j2", page, chart="")

    policy = told.split('Content-Security-Policy" content="')[1].split('"')[0]
    assert "default-src &#39;none&#39;" in policy
    assert "script-src &#39;sha256-" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert Library("/s/").policy(["page"]) == ""


def test_shared_scripts_are_put_where_pages_look_and_stay(tmp_path: Path):
    provide_scripts(tmp_path)
    kept = tmp_path / sorted(shared_files())[0]
    kept.write_text("kept")
    provide_scripts(tmp_path)

    assert {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.js")} == shared_files()
    assert kept.read_text() == "kept"


def test_the_figures_of_a_chart_are_told_by_name():
    found = figures_of(
        [
            {"name": "rows", "x": [1, 2], "y": ["a…", "b"], "hovertext": ["a long", "b"]},
            {"name": "share", "x": [0.5, None], "y": ["a…", "b"], "hovertext": ["a long", "b"]},
        ]
    )

    assert found is not None
    assert found.headings == ("", "rows", "share")
    assert found.lines == [("a long", "1", "0.5"), ("b", "2", "–")]


def test_names_that_stand_twice_keep_their_figures_and_long_tables_say_so():
    twice = figures_of([{"labels": ["a", "a"], "values": [1, 2]}])
    long = figures_of([{"x": list(range(200)), "y": list(range(200))}])
    heat = figures_of([{"x": ["mon"], "y": ["a", "b"], "z": [[1], [2]]}])

    assert twice is not None
    assert twice.lines == [("a", "1"), ("a (2)", "2")]
    assert long is not None
    assert (len(long.lines), long.total) == (60, 200)
    assert heat is not None
    assert heat.lines == [("a", "1"), ("b", "2")]
    assert figures_of([{"type": "box", "y": [1, 2]}]) is None


def test_text_from_data_is_no_tag_in_a_picture():
    trace = {"type": "bar", "x": ["<a href='//x'>"], "y": [1], "hovertemplate": "%{x}<br>%{y}"}

    told = Chart("Why?", [trace], {"xaxis": {"ticktext": ["<b>"]}}, "bars").html()

    assert "\\u0026lt;a href=" in told
    assert "\\u0026lt;b\\u0026gt;" in told
    assert "%{x}\\u003cbr\\u003e%{y}" in told
