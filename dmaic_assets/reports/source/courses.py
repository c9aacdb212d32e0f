"""Charts of a source's page: how files fared, and whether what matters stays in control.

What belongs here: drawing the courses, and the figures of the phases that come first. The phases as
a whole have a page of their own.
"""

from collections.abc import Sequence

from markupsafe import Markup

from dmaic_assets.model import Json
from dmaic_assets.reports.dmaic.control_plots import control_figure
from dmaic_assets.reports.page.chart import Chart
from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.page.markup import anchor, cards, pair, paragraph
from dmaic_assets.reports.page.palette import GREEN, ORANGE, RED
from dmaic_assets.reports.page.rendering import macro
from dmaic_assets.reports.views.source.files import FileLine, disposition_words
from dmaic_assets.reports.views.source.quality import QualityView
from dmaic_assets.reports.views.source.view import SourceView
from dmaic_assets.reports.wording import NOTHING, figure, sigma
from dmaic_assets.table.spelled_numbers import are, percent, plural

# Control charts on the page: those that ask most; all phases have a page of their own.
_MOST_CHARTS = 3
# Labels on the axis of files: as many as can be told apart.
_MOST_LABELS = 12


def fared_chart(files: Sequence[FileLine]) -> Markup:
    """The rows of each file by what became of them, the newest at the right."""
    if len(files) < 2:
        return Markup()
    names: list[Json] = [_name(line) for line in files]
    places: list[Json] = list(range(1, len(files) + 1))
    held = [line.disposition == "rejected" for line in files]
    parts: list[tuple[str, str, list[Json]]] = [
        ("accepted", GREEN, [line.accepted for line in files]),
        (
            "set apart",
            ORANGE,
            [0 if h else x.quarantined for x, h in zip(files, held, strict=True)],
        ),
        ("held", RED, [x.quarantined if h else 0 for x, h in zip(files, held, strict=True)]),
    ]
    data: list[dict[str, Json]] = [
        {
            "type": "bar",
            "name": name,
            "x": places,
            "y": rows,
            "hovertext": names,
            "marker": {"color": colour, **_shape(name)},
        }
        for name, colour, rows in parts
        if any(rows)
    ]
    count, apart = sum(held), sum(x.disposition == "quarantine" for x in files)
    told = (
        f"Rows of the newest {plural(len(files), 'file')} in the order of arrival: {count} held,"
        f" {apart} with rows set apart"
    )
    return Chart("How many rows of each file were accepted?", data, _layout(files), told).html()


def quality_part(view: SourceView, links: Links) -> Markup:
    """Sigma, yield and alarms, the charts that ask most, and the way to all phases."""
    quality, head = view.quality, view.quality.headline
    if head is None:
        words = "The phases have not run for this source."
        return macro("empty")(words, "They measure it and chart it:", "dmaic run --phase control")
    shown = cards(
        [
            (sigma(head.sigma, is_bound=head.is_bound), "sigma level (Z.LT + 1.5)"),
            (figure(head.dpmo), "defects per million opportunities"),
            (percent(head.rolled_throughput_yield), "rolled throughput yield"),
            (head.top_cause or "none found", "top cause"),
        ]
    )
    names = {line.sha256: line.name for line in view.files}
    moving = [chart for chart in quality.charts if any(chart.shares)][:_MOST_CHARTS]
    drawn = [
        chart.html() for course in moving if (chart := control_figure(course, names)) is not None
    ]
    return shown + _controlled(quality) + pair(drawn) + _phases(view.source, links)


def _controlled(quality: QualityView) -> Markup:
    if not quality.charted:
        return Markup()
    calm = quality.charted - quality.signalling
    charts = plural(quality.charted, "control chart")
    return paragraph(
        f"{calm} of {charts} {are(calm)} without a signal;"
        f" {plural(len(quality.alarms), 'open alarm')}."
    )


def _phases(source: str, links: Links) -> Markup:
    """The way to all phases: a page of the source, else its place on the page of all sources."""
    whole = links.dmaic()
    address = links.phases(source) or (f"{whole}#{anchor(source)}" if whole else None)
    if address is None:
        return Markup()
    return Markup('<p><a href="{}">All phases of this source</a></p>').format(address)


def _shape(name: str) -> dict[str, Json]:
    """A hatch beside the colour: red and green look alike to some."""
    return {"pattern": {"shape": "/", "solidity": 0.4}} if name == "held" else {}


def _name(line: FileLine) -> str:
    score = NOTHING if line.score is None else f"{100 * line.score:.1f}"
    return f"{line.name}: {disposition_words(line.disposition)}, score {score}"


def _layout(files: Sequence[FileLine]) -> dict[str, Json]:
    step = -(-len(files) // _MOST_LABELS)
    at: list[Json] = list(range(1, len(files) + 1, step))
    return {
        "height": 260,
        "barmode": "stack",
        "bargap": 0.15,
        "xaxis": {
            "title": {"text": "file, in the order of arrival"},
            "tickvals": at,
            "range": [0.4, len(files) + 0.6],
        },
        "yaxis": {"title": {"text": "rows"}, "rangemode": "tozero"},
    }
