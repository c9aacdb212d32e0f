"""The DMAIC page: what it shows, what it never lets through, and that it is a function."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

from dmaic_assets.reports.page.control_plots import control_figure
from dmaic_assets.reports.page.dmaic_page import dmaic_page

from dmaic_assets.phase_values.analyze import NewValue
from dmaic_assets.phase_values.measure import ColumnSpread
from dmaic_assets.reports.facts import SourceFacts, headline_of
from dmaic_assets.reports.page.links import NoLinks, ServedLinks
from dmaic_assets.reports.page.rendering import in_html
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets_tests.phase_values.made import analyze_value, causes_of, measure_value
from dmaic_assets_tests.reports.facts_of_two import CAUSE, chart_of, orders, returns

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


def test_the_page_loads_nothing_from_anywhere():
    page = dmaic_page([orders(), returns()], NoLinks(), Library())

    own = page.replace(str(Library().element("plotly")), "")
    assert "Plotly.newPlot" in own
    assert 1_000_000 < len(page) - len(own) < 1_310_000
    assert not re.findall(r"https?://|<script src|<link[^>]+href=\"(?!data:)", own)


def test_every_part_of_every_phase_is_there():
    page = dmaic_page([orders(), returns()], *SHELL)

    for text in (
        "Bills are late.",
        "Which CTQs have most of the defects?",
        "At which stage is it lost?",
        "How much does each pilot gain?",
        "50.0 % (30.0 % to 70.0 %)",
        "amount.validity (limit chart): 2 files, 1 beyond",
        "Because.",
        "Columns that change over files",
        "60.00 %",
        "9.5 (3.1 to 29)",
        "≥ 2.40",
    ):
        assert text in page, text


def test_tables_read_in_the_order_of_their_subject():
    page = dmaic_page([orders()], *SHELL)

    headings = [re.findall(r"<th[^>]*>(.*?)</th>", head) for head in page.split("<thead>")[1:]]
    assert ["what", "limit", "cadence", "owner", "reaction"] in headings
    assert ["file", "owner", "request"] in headings


def test_a_pilot_that_changed_nothing_tells_no_interval_and_is_not_drawn():
    page = dmaic_page([orders()], *SHELL)

    told = page.split("<td>typo.amount</td>")[1].split("</tr>")[0]
    assert "to" not in told
    assert '"y":["trim.amount"]' in page


def test_capability_shows_the_index_of_the_method_that_suits_the_column():
    page = dmaic_page([orders()], *SHELL)

    amount, weight = (page.split(f"<td>{name}</td>")[1] for name in ("amount", "weight"))
    assert "1.25" in amount.split("</tr>")[0]
    assert "7" not in amount.split("</tr>")[0]
    assert "1.5 (1.25 to 1.75)" in weight.split("</tr>")[0]


def test_a_new_value_is_the_top_cause_and_comes_before_what_goes_with_it():
    new = NewValue("sky", "fog", "6.csv", 10, 1.0)
    with_it = replace(CAUSE, group=(("wind", "calm"),))
    entry = causes_of("sky.validity", news=(new,), causes=(with_it,))
    facts = SourceFacts("orders", {"analyze": analyze_value(causes=(entry,))})

    page = dmaic_page([facts], *SHELL)

    assert headline_of(facts).top_cause == "new value fog of sky since 6.csv"
    section = page[page.index("Causes of sky.validity") :]
    assert section.index("new value fog") < section.index("wind = calm")
    assert '<th scope="col">new value</th>' in section


def test_columns_without_a_specification_show_where_values_lie_and_how_to_declare_limits():
    spread = ColumnSpread(
        *("a<b.validity", "a<b", 3, 30, None, 4.5, 1.0, 8.0, None, 4.0, 5.0, 5.0),
    )
    facts = SourceFacts("orders", {"measure": measure_value(spread=(spread,))})

    page = dmaic_page([facts], *SHELL)

    assert '<td class="n">4.5</td>' in page
    assert "config/charters/orders.yaml" in page
    assert "id: &#34;a&lt;b.validity&#34;, lower_spec: LOW" in page


def test_sources_link_to_each_other_and_the_markup_is_whole():
    parser = Balance()

    page = dmaic_page([orders(), returns()], *SHELL)
    parser.feed(page)

    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets == {"main", "source-orders", "source-returns"}
    assert targets <= set(parser.ids)
    assert parser.wrong == []
    assert parser.open == []


def test_what_files_say_is_never_markup():
    page = dmaic_page([orders()], *SHELL)

    assert "<b>2.csv</b>" not in page
    assert "file = &lt;b&gt;2.csv" in page


def test_text_in_a_figure_cannot_end_its_script():
    told = in_html({"name": "</script><script>alert(1)"})

    assert "<" not in told
    assert json.loads(told) == {"name": "</script><script>alert(1)"}


def test_a_page_without_sources_says_so():
    assert "No source has a judged file yet." in dmaic_page([], *SHELL)


def test_the_headline_has_what_the_phases_measured():
    full, bare = headline_of(orders()), headline_of(returns())

    assert (full.sigma, full.is_bound, full.promoted, full.alarms) == (3.8, False, 1.0, 1.0)
    assert full.top_cause == "file = <b>2.csv</b>"
    assert (bare.sigma, bare.is_bound, bare.promoted, bare.alarms) == (2.4, True, None, None)


def test_a_control_chart_shows_points_limits_baseline_and_signals():
    drawn = control_figure(chart_of((0.01, 0.05, 0.01), limits=(0.04, 0.04, 1.0), signals=(1,)))

    assert drawn is not None
    limit, share, signal = drawn.data
    assert limit["y"] == [4.0, 4.0, None], "a limit that bounds nothing is a gap"
    assert share["y"] == [1.0, 5.0, 1.0]
    assert (signal["x"], signal["y"]) == ([2], [5.0])
    assert signal["hovertext"] == ["b" * 16]
    assert drawn.layout["shapes"][0]["x1"] == 1.5


def test_a_chart_without_points_is_not_drawn():
    assert control_figure(chart_of((0.5,), limits=(1.0,))) is None
