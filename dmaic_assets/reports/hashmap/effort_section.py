"""The sections of the laboratory's page on which keys are hot when, and on what operations cost."""

from typing import TYPE_CHECKING

from markupsafe import Markup

from dmaic_assets.model import Json
from dmaic_assets.reports.hashmap.probe_view import NAMES
from dmaic_assets.reports.page.chart import Chart, drawn, layout_of
from dmaic_assets.reports.page.markup import pair, paragraph, table
from dmaic_assets.reports.page.palette import HEAT

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.view.survey import Survey

# Operations as people call them.
OPERATIONS = {"get": "searches", "put": "insertions", "del": "deletions", "all": "all"}


def heat_of_keys(survey: "Survey") -> Chart | None:
    """Operations by the rank of their key, over the course of the workload; None without any."""
    heat = survey.heat
    if not heat.ends:
        return None
    rows: list[Json] = [[round(100 * share, 2) for share in row] for row in heat.shares]
    lasts = [*(rank - 1 for rank in heat.ranks[1:]), survey.dna.distinct]
    names: list[Json] = [
        f"{first:,}" if first == last else f"{first:,} to {last:,}"
        for first, last in zip(heat.ranks, lasts, strict=True)
    ]
    trace: dict[str, Json] = {
        "type": "heatmap",
        "x": [*heat.ends],
        "y": names,
        "z": rows,
        "colorscale": [*HEAT],
        "showscale": False,
        "hovertemplate": "keys %{y}: %{z:.1f} % of operations, up to %{x:,}<extra></extra>",
    }
    x: dict[str, Json] = {"title": {"text": "operations"}, "showgrid": False}
    y: dict[str, Json] = {
        "type": "category",
        "title": {"text": "rank of the key, the hottest first"},
        "showgrid": False,
        "autorange": "reversed",
    }
    layout = layout_of(height=400, x=x, y=y)
    told = "Operations by the rank of their key, over the workload: the darker, the more"
    return Chart("Which keys are asked for when?", [trace], layout, told)


def heat_section(survey: "Survey") -> Markup:
    """The heat map of keys, and how it is read."""
    told = paragraph(
        "A row is a range of ranks, wider from row to row; a column a stretch of the workload."
        " The darker, the more of its operations fall on these keys: rows of one shade are keys"
        " that are as hot at the end as at the beginning."
    )
    return drawn(heat_of_keys(survey)) + told


def effort_section(survey: "Survey") -> Markup:
    """Cycles and bytes of an operation by index, and cycles by operation."""
    held = {one.kind: one.each for one in survey.standings}
    ns = {one.kind: one.played.ns_each for one in survey.standings}
    kinds = [
        (
            NAMES[one.kind],
            f"{ns[one.kind]:.1f}",
            f"{one.cycles:.0f}",
            f"{one.hit_bytes:.0f}",
            f"{one.miss_bytes:.0f}",
            f"{held[one.kind]:.1f}",
        )
        for one in survey.efforts.kinds
    ]
    timed = [
        (OPERATIONS[one.operation], f"{one.timed:,}", f"{one.p50:,.0f}", f"{one.p99:,.0f}")
        for one in survey.efforts.operations
    ]
    names = ("index", "ns", "cycles", "bytes, hit", "bytes, miss", "bytes a key")
    told = paragraph(
        "Cycles are of the processor's time stamp, an operation of the whole workload on the left,"
        " single ones of the adaptive map on the right. Bytes are cache lines of 64 that a search"
        " touches, over the entries that the adaptive map ended with."
    )
    single = table(("operations", "timed", "p50, cycles", "p99, cycles"), timed)
    return pair([table(names, kinds), single]) + told
