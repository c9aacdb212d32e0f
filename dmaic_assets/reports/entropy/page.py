"""The pages of uncertainty: what tables can be relied on for, and which columns are unsure why.

What belongs here: the pages as functions of their view. How uncertainty is measured, the guide of
analyses says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.analysis.values.entropy import (
    ColumnUncertainty,
    ContractVerdict,
    TableUncertainty,
)
from dmaic_assets.model import Json
from dmaic_assets.reports.page.chart import Chart
from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.page.shell import Page, page_html
from dmaic_assets.reports.views.entropy import EntropyView
from dmaic_assets.settings.entropy import USE_CASES, Layer

LAYERS: tuple[Layer, ...] = ("structural", "semantic", "value", "computational")
_TONES: Mapping[str, str] = {
    "ready": "good",
    "investigate": "warn",
    "blocked": "bad",
    "green": "good",
    "yellow": "warn",
    "orange": "warn",
    "red": "bad",
}
_LIGHTS: Mapping[str, str] = {
    "green": "fit",
    "yellow": "just fit",
    "orange": "not fit",
    "red": "ruled out",
}
# Columns of a heat map: more cannot be read in one picture; the least certain are drawn.
_DRAWN = 40
# Steps that are told for a table on the first page, and readings of a column.
_STEPS, _READINGS = 3, 4
# Pixels of a heat map's line, and around all of them.
_LINE_PX, _AROUND_PX = 24, 96
_NOTE = "0 is sure, 1 is anybody's guess. Weights, bands and contracts: config/thresholds.yaml."


@dataclass(frozen=True, slots=True)
class _Word:
    """A word with its tone."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class _Table:
    """A line of the first page."""

    name: str
    address: str | None
    score: float
    readiness: _Word
    layers: Sequence[str]
    uses: Sequence[_Word]
    steps: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Column:
    """A line of a table's page."""

    name: str
    score: float
    tone: str
    layers: Sequence[str]
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Contract:
    """Whether a table may be used for something, and what is in the way."""

    use: str
    light: _Word
    broken: str
    path: Sequence[str]


def entropy_page(view: EntropyView, links: Links, library: Library) -> str:
    """Builds the page of all tables, the least certain first.

    Args:
        view: The uncertainty.
        links: Where other pages are.
        library: How the page brings its scripts.
    """
    tables = dict(view.value.tables) if view.value else {}
    ordered = sorted(tables.items(), key=lambda pair: (-pair[1].score, pair[0]))
    page = Page(
        "Uncertainty",
        links,
        library,
        here="Uncertainty",
        lead="How sure can one be of each table, and what for?",
        run_id=view.run_id or "",
        notes=(_NOTE,),
    )
    return page_html(
        "entropy/tables.html.j2",
        page,
        tables=[_line(name, table, links) for name, table in ordered],
        uses=[_words(use) for use in USE_CASES],
        layers=LAYERS,
        chart=_tables_chart(ordered).html() if ordered else "",
        silent=sorted((view.value.silent if view.value else {}).items()),
    )


def entropy_table_page(view: EntropyView, name: str, links: Links, library: Library) -> str:
    """Builds the page of one table: its columns, the least certain first, and what would help.

    Raises:
        BadInputError: The table was not studied.
    """
    table = view.table(name)
    columns = sorted(table.columns.items(), key=lambda pair: (-pair[1].score, pair[0]))
    page = Page(
        f"Uncertainty of {name}",
        links,
        library,
        here="Uncertainty",
        lead=f"{_level(table.score)}: {table.score:.2f}. Why, and what would help?",
        run_id=view.run_id or "",
        notes=(_NOTE,),
    )
    return page_html(
        "entropy/table.html.j2",
        page,
        name=name,
        source=links.source(name),
        everything=links.entropy(),
        cards=_cards(table),
        layers=LAYERS,
        columns=[_column(column, known) for column, known in columns],
        chart=_columns_chart(columns[:_DRAWN]).html() if columns else "",
        readings=[(r.text, f"{r.score:.2f}") for r in table.readings],
        risks=[(c.column or "the table", c.text, f"{c.score:.2f}") for c in table.compounds],
        steps=[(r.text, r.effort, f"{r.reduction:.2f}") for r in table.resolutions],
        contracts=[_contract(verdict) for verdict in table.contracts],
    )


def _line(name: str, table: TableUncertainty, links: Links) -> _Table:
    lights = {v.use: v.light for v in table.contracts}
    uses = [lights.get(use) for use in USE_CASES]
    return _Table(
        name=name,
        address=links.entropy(name),
        score=table.score,
        readiness=_Word(table.readiness, _TONES[table.readiness]),
        layers=_layers(table.layers),
        uses=[_Word(_LIGHTS[u], _TONES[u]) if u else _Word("", "quiet") for u in uses],
        steps=[r.text for r in table.resolutions[:_STEPS]],
    )


def _column(name: str, known: ColumnUncertainty) -> _Column:
    reasons = sorted(known.readings, key=lambda r: -r.score)[:_READINGS]
    told = [f"{r.text} ({r.score:.2f})" for r in reasons if r.score > 0]
    return _Column(
        name=name,
        score=known.score,
        tone="bad" if known.score >= 0.6 else "warn" if known.score >= 0.3 else "good",
        layers=_layers(known.layers),
        reasons=[known.aside] if known.aside else told,
    )


def _contract(verdict: ContractVerdict) -> _Contract:
    breaches = [f"{b.dimension} {b.score:.2f}, at most {b.limit:g}" for b in verdict.violations]
    return _Contract(
        use=_words(verdict.use),
        light=_Word(_LIGHTS[verdict.light], _TONES[verdict.light]),
        broken="; ".join(breaches),
        path=verdict.path,
    )


def _cards(table: TableUncertainty) -> list[tuple[str, str, str]]:
    found = [(f"{table.score:.2f}", "all together", _TONES[table.readiness])]
    found += [
        (f"{table.layers[layer]:.2f}", layer, "") for layer in table.layers if layer in LAYERS
    ]
    risks = [(f"{risk.score:.2f}", f"risk: {intent}", "") for intent, risk in table.intents.items()]
    return [*found, *risks]


def _layers(layers: Mapping[Layer, float]) -> list[str]:
    return [f"{layers[layer]:.2f}" if layer in layers else "" for layer in LAYERS]


def _level(score: float) -> str:
    return "Unsure" if score >= 0.6 else "Sure enough for some uses" if score >= 0.3 else "Sure"


def _words(use: str) -> str:
    return use.replace("_", " ")


def _tables_chart(ordered: Sequence[tuple[str, TableUncertainty]]) -> Chart:
    drawn = ordered[:_DRAWN]
    rows = [[table.layers.get(layer) for layer in LAYERS] for _, table in drawn]
    told = f"{drawn[0][0]} is the least certain table: {drawn[0][1].score:.2f}."
    return _heat("Where is each table unsure?", [name for name, _ in drawn], rows, told)


def _columns_chart(columns: Sequence[tuple[str, ColumnUncertainty]]) -> Chart:
    rows = [[known.layers.get(layer) for layer in LAYERS] for _, known in columns]
    told = f"{columns[0][0]} is the least certain column: {columns[0][1].score:.2f}."
    return _heat(
        "Which columns are unsure, and in what?", [name for name, _ in columns], rows, told
    )


def _heat(question: str, names: list[str], rows: list[list[float | None]], told: str) -> Chart:
    """A heat map, the first line on top; figures stand in the cells, so colour is not needed."""
    texts: list[Json] = [["" if v is None else f"{v:.2f}" for v in row] for row in rows]
    trace: dict[str, Json] = {
        "type": "heatmap",
        "x": list[Json](LAYERS),
        "y": list[Json](names),
        "z": [list[Json](row) for row in rows],
        "text": texts,
        "texttemplate": "%{text}",
        "hovertemplate": "%{y}, %{x}: %{z:.2f}<extra></extra>",
        "zmin": 0,
        "zmax": 1,
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
        "colorscale": [[0, "var(--panel)"], [1, "var(--orange)"]],
    }
    layout: dict[str, Json] = {
        "height": _AROUND_PX + _LINE_PX * len(names),
        "xaxis": {"side": "top", "type": "category", "fixedrange": True},
        "yaxis": {"autorange": "reversed", "type": "category", "fixedrange": True},
    }
    return Chart(question, (trace,), layout, told)
