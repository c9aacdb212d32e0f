"""`dmaic changes`: the promoted repairs of each source, and people's last word on them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from dmaic_assets.cli.console import TableCell, print_json, print_table, say, styled
from dmaic_assets.cli.framework import (
    DefaultGroup,
    ExampleCommand,
    LazyCommand,
    json_option,
    project_option,
)
from dmaic_assets.cli.rules.scope import Signed, signing_options
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.improve.changes import Change, Status

_HERE = "dmaic_assets.cli.phases.changes_commands"
_FIGURES = ("confirmed", "uplift", "precision")
MEMBERS: tuple[LazyCommand, ...] = (
    LazyCommand("retire", f"{_HERE}:retire", "Apply a change no longer, and keep it on record."),
    LazyCommand("activate", f"{_HERE}:activate", "Apply a change again that was retired."),
)


@click.group(
    "changes",
    cls=DefaultGroup,
    lazy=MEMBERS,
    default=LazyCommand("changes", f"{_HERE}:list_changes", ""),
)
def changes() -> None:
    """List the promoted repairs of sources, their pilots and cells."""


@click.command(
    "changes",
    cls=ExampleCommand,
    examples=("dmaic changes", "dmaic changes orders --json | jq .changes"),
)
@click.argument("source", required=False, metavar="[SOURCE]")
@project_option
@json_option
def list_changes(*, source: str | None, project: Path | None, is_json: bool) -> None:
    """List the promoted repairs of sources, their pilots and cells.

    "cells" counts the repaired cells of files whose rows are in the warehouse now. Members:
    `dmaic changes retire SOURCE ID` and `dmaic changes activate SOURCE ID`.
    """
    from dmaic_assets.cli.project import settings_at
    from dmaic_assets.work.people.change_edits import repaired_cells, source_changes

    settings = settings_at(project)
    folder = settings.paths.changes
    names = [source] if source else sorted(path.stem for path in folder.glob("*.yaml"))
    found: list[tuple[Change, int]] = []
    for name in names:
        cells = repaired_cells(settings.paths, name)
        found += [(c, cells.get(c.label, 0)) for c in source_changes(settings, name)]
    if is_json:
        listed: list[Json] = [{**_document(c), "cells": cells} for c, cells in found]
        print_json({"folder": str(folder), "changes": listed})
        return
    say(f"{plural(len(found), 'change')} in {folder}")
    if found:
        headers = ("source", "change", "kind", "status", "cells", "pilot", "reason")
        print_table(headers, [_row(c, cells) for c, cells in found], right=("cells",))


@click.command(
    "retire",
    cls=ExampleCommand,
    examples=("dmaic changes retire orders city.trim --reason 'the sender repaired it'",),
)
@click.argument("source", metavar="SOURCE")
@click.argument("change", metavar="ID")
@signing_options
def retire(source: str, change: str, **signed: Unpack[Signed]) -> None:
    """Apply a change no longer. It needs a --reason, and stays in the change file as retired.

    ID is a change's id or its label (city.trim@2). The next run judges the files of the source
    without it.
    """
    if not signed["reason"].strip():
        raise BadInputError(f"change {change}", "no reason is given", "Add --reason TEXT.")
    _set(source, change, "retired", signed)


@click.command(
    "activate",
    cls=ExampleCommand,
    examples=("dmaic changes activate orders city.trim", "dmaic changes activate orders a.case@1"),
)
@click.argument("source", metavar="SOURCE")
@click.argument("change", metavar="ID")
@signing_options
def activate(source: str, change: str, **signed: Unpack[Signed]) -> None:
    """Apply a change again; its newest version, unless ID names one (city.trim@1)."""
    _set(source, change, "active", signed)


def _set(source: str, change: str, status: "Status", signed: Signed) -> None:
    from dmaic_assets.cli.project import platform_at
    from dmaic_assets.work.people.change_edits import set_status
    from dmaic_assets.work.people.rule_edits import signature

    with platform_at(signed["project"]) as platform:
        mine = signature(platform.clock(), by=signed["by"], reason=signed["reason"])
        edit = set_status(platform, source, change, status, mine)
    if signed["is_json"]:
        document = {"file": str(edit.path), "is_changed": edit.is_new, **_document(edit.change)}
        print_json(document)
    elif edit.is_new:
        say(f"{edit.change.label} is {status} in {edit.path}; the next run goes by it")
    else:
        say(f"nothing to change: {edit.change.label} is {status} already")


def _document(change: "Change") -> dict[str, Json]:
    return {
        "source": change.source,
        "id": change.id,
        "version": change.version,
        "kind": change.repair.kind,
        "columns": [*change.repair.columns],
        "status": change.status,
        "promoted_at": change.promoted_at,
        "reason": change.reason,
        "pilot": {**change.pilot},
    }


def _row(change: "Change", cells: int) -> tuple[TableCell, ...]:
    style = "green" if change.status == "active" else "dim"
    status = styled(change.status, style)
    pilot = _figures(change.pilot)
    return (
        change.source,
        change.label,
        change.repair.kind,
        status,
        f"{cells:,}",
        pilot,
        change.reason,
    )


def _figures(pilot: Mapping[str, Json]) -> str:
    """The confirmed cells, and the lower bounds that the promotion rested on."""
    told: list[str] = []
    for name in _FIGURES:
        value = pilot.get(name)
        if isinstance(value, int | float):
            told.append(f"{name} {value:.3g}")
        elif isinstance(value, dict) and isinstance(value.get("low"), int | float):
            told.append(f"{name} from {value['low']:.3g}")
    return ", ".join(told)
