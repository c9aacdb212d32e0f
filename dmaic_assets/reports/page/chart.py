"""A chart of a page: a question, the picture that answers it, and the same in words and figures.

What belongs here: the type, and the box in which the page's script draws. The look of charts is in
library/page.js, in one place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dmaic_assets.model import Json
from dmaic_assets.reports.page.chart_table import figures_of
from dmaic_assets.reports.page.rendering import in_html, macro

# Height of a chart whose layout names none, in pixels: two fit on a laptop's screen.
_HEIGHT = 320
# Characters of a label; longer ones lose their middle.
_LABEL = 44
# What Plotly shows as text, and would read tags in: it comes from data.
_TEXTS = frozenset(
    {"x", "y", "name", "text", "hovertext", "customdata", "labels", "parents", "ids", "ticktext"}
    | {"categoryarray"}
)


@dataclass(frozen=True, slots=True)
class Chart:
    """One Plotly figure as JSON under the question that it answers.

    `told` says what the picture shows, for those who cannot see it. Colours are names of
    `palette`, so that they suit light and dark. A layout names no title: that is the question.
    """

    question: str
    data: Sequence[Mapping[str, Json]]
    layout: Mapping[str, Json]
    told: str

    def html(self) -> Markup:
        """The question, the box in which the page's script draws, and the figures, folded."""
        content = {
            "data": [_plain(trace) for trace in self.data],
            "layout": _plain(self.layout),
        }
        height = self.layout.get("height", _HEIGHT)
        figures = figures_of(self.data)
        return macro("chart")(self.question, self.told, height, in_html(content), figures)


def _plain(part: Mapping[str, Json]) -> dict[str, Json]:
    """A trace or a layout in which no text is a tag, whatever stands in the data."""
    return {key: _escaped(value, is_text=key in _TEXTS) for key, value in part.items()}


def _escaped(value: Json, *, is_text: bool) -> Json:
    if isinstance(value, dict):
        return _plain(value)
    if isinstance(value, list):
        return [_escaped(item, is_text=is_text) for item in value]
    if isinstance(value, str) and is_text:
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value


def drawn(found: Chart | None) -> Markup:
    """The box of a chart, or nothing where there is no chart."""
    return found.html() if found else Markup()


def layout_of(*, height: int, x: Mapping[str, Json], y: Mapping[str, Json]) -> dict[str, Json]:
    """The layout of a chart with two axes; its look is in library/page.js."""
    return {
        "height": height,
        "xaxis": {**x},
        "yaxis": {**y},
        "bargap": 0.35,
    }


def short(text: str) -> str:
    """Cuts a label in the middle: what it starts and what it ends with tell it apart."""
    if len(text) <= _LABEL:
        return text
    return f"{text[: _LABEL // 2]}…{text[-_LABEL // 2 + 1 :]}"
