"""The DMAIC page: what it shows, what it never lets through, and that it is a function."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from dmaic_assets.phase_values.analyze import NewValue
from dmaic_assets.phase_values.measure import ColumnSpread, IndexFound
from dmaic_assets.reports.dmaic.capability import capability_part
from dmaic_assets.reports.dmaic.control_plots import control_figure
from dmaic_assets.reports.dmaic.page import dmaic_page, phases_page, whole_page
from dmaic_assets.reports.facts import SourceFacts, headline_of
from dmaic_assets.reports.page.links import ServedLinks
from dmaic_assets.reports.page.rendering import in_html
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets_tests.phase_values.made import (
    analyze_value,
    capability_figures,
    causes_of,
    measure_value,
    total_of,
)
from dmaic_assets_tests.reports.facts_of_two import CAUSE, capability, chart_of, orders, returns

LEVEL = {"measure": {"sigma": 2.0}}
SHELL = (ServedLinks(), Library("/assets/"))


class Balance(HTMLParser):
    """Follows open and closed elements; what is closed out of order is kept."""

    EMPTY = frozenset({"meta", "link", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_the_same_phases_give_the_same_bytes_in_any_order():
    assert dmaic_page([orders(), returns()], *SHELL) == dmaic_page([returns(), orders()], *SHELL)


def test_a_page_that_stands_alone_loads_nothing_from_anywhere():
    page = whole_page([orders(), returns()], Library())

    own = page.replace(str(Library().element("plotly")), "")
    assert "Plotly.newPlot" in own
    assert 1_000_000 < len(page) - len(own) < 1_310_000
    assert not re.findall(r"https?://|<script src|<link[^>]+href=\"(?!data:)", own)


def test_the_overview_leads_to_what_needs_a_person_first():
    page = dmaic_page([returns(), orders()], *SHELL)

    asking, quiet = page.split("Which sources need a person?")[1].split("1 need nobody")
    assert '<a href="/sources/orders/phases">orders</a>' in asking
    assert "returns" not in asking
    assert "amount.validity: 9.00 % of 2.csv" in asking
    assert '<a href="/sources/returns/phases">returns</a>' in quiet
    assert "2 sources; 1 needs a person. 1 open alarm." in page
    badges = re.findall(r'class="badge (\w+)">.*?</span> ([\w ]+)<', asking)
    assert badges == [("bad", "alarm"), ("warn", "below target"), ("info", "ask")]


def test_levels_are_compared_where_defects_were_seen():
    low = SourceFacts("low", {"measure": measure_value("low", total=total_of(2.0))}, LEVEL)

    assert "How far are sources from their target?" in dmaic_page([orders(), low], *SHELL)
    assert "How far are sources" not in dmaic_page([orders(), returns()], *SHELL), "a bound"


def test_every_part_of_every_phase_is_there():
    page = phases_page(orders(), *SHELL)

    for text in (
        "Bills are late.",
        "Which CTQs have most of the defects?",
        "At which stage is it lost?",
        "How much does each pilot gain?",
        "50.0 % (30.0 % to 70.0 %)",
        "amount.validity (limit chart): 2 files, 1 beyond their limit: 2.csv",
        "Because.",
        "Columns that change over files",
        "60.00 %",
        "9.5 (3.1 to 29)",
        "dmaic alarms ack 1f0c22d6a7b3",
        "sigma level, target 4.5",
    ):
        assert text in page, text
    assert "≥ 2.40" in phases_page(returns(), *SHELL)


def test_the_navigation_leads_to_the_phases_that_ran():
    full, bare = (phases_page(facts, *SHELL) for facts in (orders(), returns()))

    places = re.findall(r'<nav class="places".*?</nav>', full, re.DOTALL)[0]
    targets = re.findall(r'href="#([^"]+)"', places)
    assert targets == ["control", "measure", "analyze", "improve", "define"]
    assert all(f'<section id="{name}">' in full for name in targets)
    assert "#control" not in bare


def test_tables_read_in_the_order_of_their_subject():
    page = phases_page(orders(), *SHELL)

    headings = [re.findall(r"<th[^>]*>(.*?)</th>", head) for head in page.split("<thead>")[1:]]
    assert ["what", "limit", "cadence", "owner", "reaction"] in headings
    assert ["file", "owner", "request"] in headings


def test_a_table_that_is_wider_than_a_phone_becomes_records_there():
    page = phases_page(orders(), *SHELL)

    tables = re.findall(r"<table.*?</table>", page, re.DOTALL)
    wide = [one for one in tables if one.count("<th ") > 4]
    assert wide
    assert all('class="records"' in one and "data-label=" in one for one in wide)


def test_a_pilot_that_changed_nothing_tells_no_interval_and_is_not_drawn():
    page = phases_page(orders(), *SHELL)

    told = page.split('data-label="id">typo.amount</td>')[1].split("</tr>")[0]
    assert " to " not in told
    assert '"y":["trim.amount"]' in page


def test_capability_shows_the_index_of_the_method_that_suits_the_column():
    page = phases_page(orders(), *SHELL)

    lines = page.split("<h3>Capability</h3>")[1].split("All indices")[0]
    amount, weight = (
        lines.split(f'data-label="column">{name}</td>')[1].split("</tr>")[0]
        for name in ("amount", "weight")
    )
    assert "Pp (percentiles) 1.25" in amount
    assert "tight" in amount
    assert "Pp 1.50" in weight
    assert "1.25 to 1.75" in weight
    assert "enough" in weight


@pytest.mark.parametrize(
    ("value", "label", "word", "process"),
    [
        (0.9, "capability", "too little", "stable"),
        (1.0, "capability", "tight", "stable"),
        (1.34, "performance of an unstable process", "enough", "unstable"),
        (1.34, "not charted", "enough", "not charted"),
    ],
)
def test_room_is_judged_and_the_process_named(value, label, word, process):
    figures = replace(capability_figures("normal", IndexFound(value, None, None)), label=label)

    told = str(capability_part([capability("a<b", figures)]))

    line = told.split("<tbody>")[-2]
    assert word in line
    assert f">{process}<" in line
    assert "a&lt;b" in line


def test_a_stable_process_is_told_by_its_short_term_index():
    short = replace(
        capability_figures("normal", IndexFound(1.0, 0.9, 1.1)), cpk=IndexFound(2, 1, 3)
    )

    stable, moving = (
        str(capability_part([capability("a", replace(short, label=label))]))
        for label in ("capability", "performance of an unstable process")
    )

    assert "Cpk 2.00" in stable
    assert "Pp 1.00" in moving


def test_a_column_without_an_index_says_why():
    bare = replace(capability("a", capability_figures("normal", IndexFound(1, 1, 1))), figures=None)

    told = str(capability_part([replace(bare, reason="too few values")]))

    assert "too few values" in told
    assert "not known" in told


def test_a_new_value_is_the_top_cause_and_comes_before_what_goes_with_it():
    new = NewValue("sky", "fog", "6.csv", 10, 1.0)
    with_it = replace(CAUSE, group=(("wind", "calm"),))
    entry = causes_of("sky.validity", news=(new,), causes=(with_it,))
    facts = SourceFacts("orders", {"analyze": analyze_value(causes=(entry,))})

    page = phases_page(facts, *SHELL)

    assert headline_of(facts).top_cause == "new value fog of sky since 6.csv"
    section = page[page.index("Causes of sky.validity") :]
    assert section.index("new value fog") < section.index("wind = calm")
    assert '<th scope="col">new value</th>' in section


def test_columns_without_a_specification_show_where_values_lie_and_how_to_declare_limits():
    spread = ColumnSpread(
        *("a<b.validity", "a<b", 3, 30, None, 4.5, 1.0, 8.0, None, 4.0, 5.0, 5.0),
    )
    facts = SourceFacts("orders", {"measure": measure_value(spread=(spread,))})

    page = phases_page(facts, *SHELL)

    assert 'data-label="median">4.5</td>' in page
    assert "config/charters/orders.yaml" in page
    assert "id: &#34;a&lt;b.validity&#34;, lower_spec: LOW" in page


def test_all_on_one_page_has_every_place_once_and_the_markup_is_whole():
    parser = Balance()

    page = whole_page([orders(), returns()], Library("/assets/"))
    parser.feed(page)

    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets == {"main", "source-orders", "source-returns"}
    assert targets <= set(parser.ids)
    assert len(parser.ids) == len(set(parser.ids))
    assert "source-orders-control" in parser.ids
    assert parser.wrong == []
    assert parser.open == []


@pytest.mark.parametrize("make", [phases_page, lambda facts, *shell: dmaic_page([facts], *shell)])
def test_what_files_say_is_never_markup(make):
    page = make(orders(), *SHELL)

    assert "<b>2.csv</b>" not in page
    assert "file = &lt;b&gt;2.csv" in page


def test_text_in_a_figure_cannot_end_its_script():
    told = in_html({"name": "</script><script>alert(1)"})

    assert "<" not in told
    assert json.loads(told) == {"name": "</script><script>alert(1)"}


def test_a_page_without_sources_says_so():
    assert "No source has been through the phases yet." in dmaic_page([], *SHELL)


def test_the_headline_has_what_the_phases_measured():
    full, bare = headline_of(orders()), headline_of(returns())

    assert (full.sigma, full.is_bound, full.promoted, full.alarms) == (3.8, False, 1.0, 1.0)
    assert full.top_cause == "file = <b>2.csv</b>"
    assert (bare.sigma, bare.is_bound, bare.promoted, bare.alarms) == (2.4, True, None, None)


def test_a_control_chart_shows_points_limits_baseline_and_signals():
    course = chart_of((0.01, 0.05, 0.01), limits=(0.04, 0.04, 1.0), signals=(1,))
    drawn = control_figure(course, {"b" * 64: "bad.csv"})

    assert drawn is not None
    limit, share, signal = drawn.data
    assert limit["y"] == [4.0, 4.0, None], "a limit that bounds nothing is a gap"
    assert share["y"] == [1.0, 5.0, 1.0]
    assert (signal["x"], signal["y"]) == ([2], [5.0])
    assert signal["hovertext"] == ["bad.csv"]
    assert share["hovertext"] == ["file aaaaaaaa", "bad.csv", "file cccccccc"]
    assert drawn.layout["shapes"][0]["x1"] == 1.5


def test_a_chart_without_points_is_not_drawn():
    assert control_figure(chart_of((0.5,), limits=(1.0,)), {}) is None
