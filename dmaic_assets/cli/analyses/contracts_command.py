"""`dmaic contracts`: what accepted rows may be used for."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.analyses.sure import entropy_of
from dmaic_assets.cli.console import print_json, print_table, say, styled
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.table.spelled_numbers import percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmaic_assets.analysis.values.entropy import Breach, ContractVerdict, TableUncertainty
    from dmaic_assets.cli.console import TableCell
    from dmaic_assets.model import Json

# Steps of a path that are printed; --json has all.
SHOWN_STEPS = 3
_STYLES = {"green": "green", "yellow": "yellow", "orange": "dark_orange", "red": "bold red"}


@click.command(
    "contracts",
    cls=ExampleCommand,
    examples=(
        "dmaic contracts",
        "dmaic contracts orders --json | jq '.contracts[] | select(.light == \"red\") | .use'",
    ),
)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@json_option
@project_option
def contracts(*, sources: tuple[str, ...], is_json: bool, project: Path | None) -> None:
    """Tell which uses accepted rows are sure enough for.

    Six, from exploring to what regulators see, of the named sources or of all. Green keeps every
    limit, yellow is near one, orange breaks one, red breaks one that blocks. Limits are in
    config/thresholds.yaml; no contract stops a run.
    """
    value = entropy_of(project, sources, is_quiet=is_json)
    if is_json:
        print_json(document_of(value.tables))
        return
    for name, table in value.tables.items():
        say(f"\n{name}: uncertainty {table.score:.2f}", style="bold")
        headers = ("contract", "", "limits kept", "not kept", "effort")
        print_table(headers, [_row(v) for v in table.contracts], right=("limits kept",))
        _tell_path(table.contracts)


def document_of(tables: "Mapping[str, TableUncertainty]") -> "dict[str, Json]":
    """The document of --json: one entry a table and contract."""
    from dmaic_assets.store.codec import to_json

    found: list[Json] = []
    for name, table in tables.items():
        for verdict in table.contracts:
            told = to_json(verdict)
            assert isinstance(told, dict)  # noqa: S101 - a dataclass is written as one
            found.append({"table": name, "score": table.score, **told})
    return {"contracts": found}


def _row(verdict: "ContractVerdict") -> "tuple[TableCell, ...]":
    broken = [against(v, ">") for v in verdict.violations]
    near = [against(v, "near") for v in verdict.warnings]
    return (
        verdict.use.replace("_", " "),
        styled(verdict.light, _STYLES[verdict.light]),
        percent(verdict.compliance, digits=0),
        ", ".join([*broken, *near]),
        verdict.effort if verdict.violations else "",
    )


def against(found: "Breach", word: str) -> str:
    """A score with two decimals, or as many as it takes to differ from the limit beside it."""
    score, limit = found.score, found.limit
    places = next((n for n in range(2, 6) if round(score, n) != round(limit, n)), 6)
    return f"{found.dimension} {score:.{places}f} {word} {limit:g}"


def _tell_path(verdicts: "tuple[ContractVerdict, ...]") -> None:
    """The way to the least strict contract that is not kept."""
    verdict = next((v for v in verdicts if v.violations), None)
    if verdict is None or not verdict.path:
        return
    enough = "" if verdict.is_reachable else " (not enough for it)"
    say(f"towards {verdict.use.replace('_', ' ')}{enough}:", style="dim")
    for step in verdict.path[:SHOWN_STEPS]:
        say(f"  {step}", style="dim")
    if len(verdict.path) > SHOWN_STEPS:
        say(f"  {len(verdict.path) - SHOWN_STEPS} more: --json", style="dim")
