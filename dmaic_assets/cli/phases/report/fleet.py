"""`dmaic report fleet`: which processes are stable and capable, and the quality of each table."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import count, print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import platform_at
from dmaic_assets.table.spelled_numbers import percent, plural

if TYPE_CHECKING:
    from dmaic_assets.reports.views.fleet import FleetCtq, FleetView
    from dmaic_assets.reports.views.quality_matrix import QualityMatrix

# CTQs printed: a screen; --json and the page have all.
_SHOWN = 20
_HEADERS = ("source", "CTQ", "state", "Ppk", "stability", "beyond limits", "defective", "sigma")


@click.command(
    "fleet",
    cls=ExampleCommand,
    examples=("dmaic report fleet", "dmaic report fleet --json | jq '.fleet.ctqs[0]'"),
)
@json_option
@project_option
def fleet(*, is_json: bool, project: Path | None) -> int:
    """Show every CTQ of every source: stable, capable, neither.

    What asks most of people comes first. A CTQ is stable while no file is beyond the limits of its
    chart and its stability index is at most 1.25, capable from a Ppk of 1.33 on.
    """
    from dmaic_assets.reports.views.fleet import read_fleet
    from dmaic_assets.reports.views.quality_matrix import read_quality
    from dmaic_assets.reports.views.source.known import Known
    from dmaic_assets.store.codec import to_json

    with platform_at(project) as platform:
        known = Known(platform)
        view, quality = read_fleet(platform, known=known), read_quality(platform, known=known)
    if is_json:
        print_json({"fleet": to_json(view), "quality": to_json(quality)})
        return errors.OK
    _print(view)
    _print_quality(quality)
    return errors.OK


def _print(view: "FleetView") -> None:
    if not view.ctqs:
        say("No source was measured yet: dmaic run --phase control")
        return
    told = ", ".join(f"{count(n)} {quadrant}" for quadrant, n in view.counts if n)
    say(f"{plural(len(view.ctqs), 'CTQ')} of {plural(len(view.sources), 'source')}: {told}")
    print_table(_HEADERS, [_row(c) for c in view.ctqs[:_SHOWN]], right=_HEADERS[3:])
    if len(view.ctqs) > _SHOWN:
        say(f"and {count(len(view.ctqs) - _SHOWN)} more (--json lists all)", style="dim")


def _row(ctq: "FleetCtq") -> tuple[str, ...]:
    bound = "≥ " if ctq.is_bound else ""
    return (
        ctq.source,
        ctq.ctq,
        ctq.quadrant,
        "" if ctq.ppk is None else f"{bound}{ctq.ppk:.2f}",
        "" if ctq.stability is None else f"{ctq.stability:.2f}",
        f"{ctq.signals} of {ctq.points}" if ctq.points else "",
        count(ctq.defective),
        "" if ctq.sigma is None else f"{ctq.sigma:.2f}",
    )


def _print_quality(matrix: "QualityMatrix") -> None:
    from dmaic_assets.reports.views.quality_matrix import DIMENSIONS

    if not matrix.lines:
        say("Scores by dimension need the analyses: dmaic analyze", style="dim")
        return
    rows = [
        (
            line.source,
            line.grade or "",
            *(
                percent(line.dimensions[name].score) if name in line.dimensions else ""
                for name in DIMENSIONS
            ),
        )
        for line in matrix.lines
    ]
    print_table(("source", "grade", *DIMENSIONS), rows, right=DIMENSIONS)
