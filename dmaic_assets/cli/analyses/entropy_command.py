"""`dmaic entropy`: how sure one can be of accepted rows, and what would help."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.analyses.sure import entropy_of
from dmaic_assets.cli.console import print_json, print_table, say, styled
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import settings_at

if TYPE_CHECKING:
    from dmaic_assets.analysis.values.entropy import TableUncertainty
    from dmaic_assets.cli.console import TableCell
    from dmaic_assets.settings.entropy import Mode

# What is printed of a table: its least certain columns, its first resolutions and risks. --json has
# all.
SHOWN_COLUMNS = 8
SHOWN_RESOLUTIONS = 5
SHOWN_RISKS = 5
_STYLES = {"ready": "green", "investigate": "yellow", "blocked": "bold red"}


@click.command(
    "entropy",
    cls=ExampleCommand,
    examples=(
        "dmaic entropy",
        "dmaic entropy orders",
        "dmaic entropy --json | jq '.tables[].resolutions[0]'",
    ),
)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@json_option
@project_option
def entropy(*, sources: tuple[str, ...], is_json: bool, project: Path | None) -> None:
    """Tell how sure one can be of accepted rows, and what helps.

    Of the named sources, of all where none is named. Uncertainty is in [0, 1], of structure,
    meaning, values and computation; with the risk of what people do with a table, and what would
    make it surer for the least effort. Weights and bands are in config/thresholds.yaml.
    """
    from dmaic_assets.store.codec import to_json

    value = entropy_of(project, sources, is_quiet=is_json)
    if is_json:
        print_json(to_json(value))
        return
    mode = settings_at(project).entropy.modes.used
    rows = [_row(name, table, mode) for name, table in value.tables.items()]
    headers = ("table", "", "all", *_LAYERS, "look up", "add up", "report", f"{mode} mode")
    print_table(headers, rows, right=headers[2:-1])
    for name, table in value.tables.items():
        _tell(name, table)
    for detector, reason in value.silent.items():
        say(f"{detector} says nothing: {reason}.", style="dim")


_LAYERS = ("structural", "semantic", "value", "computational")


def _row(name: str, table: "TableUncertainty", mode: "Mode") -> tuple["TableCell", ...]:
    layers = {str(layer): f"{score:.2f}" for layer, score in table.layers.items()}
    return (
        name,
        styled(table.readiness, _STYLES[table.readiness]),
        f"{table.score:.2f}",
        *(layers.get(layer, "") for layer in _LAYERS),
        *(f"{risk.score:.2f}" for risk in table.intents.values()),
        table.behaviour[mode],
    )


def _tell(name: str, table: "TableUncertainty") -> None:
    say(f"\n{name}", style="bold")
    worst = sorted(table.columns.items(), key=lambda pair: -pair[1].score)
    rows = [
        (
            column,
            f"{known.score:.2f}",
            known.aside or (known.worst.text if known.worst else ""),
        )
        for column, known in worst[:SHOWN_COLUMNS]
        if known.readings
    ]
    if rows:
        print_table(("column", "score", "mostly because"), rows, right=("score",))
    for reading in table.readings:
        say(f"table: {reading.text} ({reading.detector} {reading.score:.2f})")
    for risk in table.compounds[:SHOWN_RISKS]:
        say(f"risk {risk.score:.2f} {risk.column}: {risk.text}", style="yellow")
    for step in table.resolutions[:SHOWN_RESOLUTIONS]:
        say(f"-{step.reduction:.2f} for {step.effort} effort: {step.text}")
    more = len(table.resolutions) - SHOWN_RESOLUTIONS
    if more > 0:
        say(f"{more} more: --json", style="dim")
