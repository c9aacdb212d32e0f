"""`dmaic dependencies`: which columns of one file determine others, and which identify a row."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.console import count, print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option
from dmaic_assets.cli.studies.notes import left_out, noted, tell_notes
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.analysis.dependencies.search import Dependencies

# Lines printed of each list: two screens; --json has all.
SHOWN = 40


@click.command(
    "dependencies",
    cls=ExampleCommand,
    examples=(
        "dmaic dependencies orders.csv",
        "dmaic dependencies orders.csv --max-lhs 3",
        "dmaic dependencies orders.csv --max-lhs 2 --json | jq .keys",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--max-lhs",
    type=click.IntRange(0),
    default=2,
    show_default=True,
    metavar="N",
    help="Columns that may determine another together.",
)
@json_option
def dependencies(*, file: Path, max_lhs: int, is_json: bool) -> None:
    """List which columns determine others, and the keys of a file.

    These are exact functional dependencies and candidate keys.
    Every row is looked at, and a note tells lines that are no rows; all minimal dependencies with
    at most N columns on the left side are listed, and all minimal keys. A constant column is
    determined by nothing: its left side is empty. A missing value is a value like any other and
    equal to itself. Where there is too much to look at, only smaller ones are searched, and a note
    says so.
    """
    from dmaic_assets.analysis.dependencies.search import dependencies_of
    from dmaic_assets.analysis.standalone import read_typed

    table = read_typed(file, is_exact=True)
    frame = table.rows()
    found = dependencies_of(frame, max_lhs)
    notes = [*left_out([table]), *_notes(found, max_lhs)]
    tell_notes(notes)
    if is_json:
        print_json({**_document(found), **noted(notes)})
        return
    size = f"{plural(frame.height, 'row')} x {plural(frame.width, 'column')}"
    listed = plural(len(found.functional), "dependency").replace("ys", "ies")
    say(f"{file}: {listed} and {plural(len(found.keys), 'key')} in {size}")
    _list(("determined by", "column"), [(_set(d.lhs), d.rhs) for d in found.functional])
    _list(("key", "columns"), [(_set(key), str(len(key))) for key in found.keys])


def _notes(found: "Dependencies", asked: int) -> list[str]:
    notes: list[str] = []
    if found.most_lhs < asked:
        left = plural(max(found.most_lhs, 0), "column")
        notes.append(f"too much to look at: dependencies with left sides up to {left} only")
    if found.most_key_columns is not None:
        columns = plural(found.most_key_columns, "column")
        notes.append(f"too much to look at: keys of up to {columns} only")
    return notes


def _document(found: "Dependencies") -> dict[str, Json]:
    pairs: list[Json] = [{"lhs": list(d.lhs), "rhs": d.rhs} for d in found.functional]
    keys: list[Json] = [list(key) for key in found.keys]
    return {"functional_dependencies": pairs, "keys": keys}


def _set(columns: Sequence[str]) -> str:
    return ", ".join(columns) or "(constant)"


def _list(header: tuple[str, str], rows: Sequence[tuple[str, str]]) -> None:
    if not rows:
        return
    print_table(header, rows[:SHOWN])
    if len(rows) > SHOWN:
        say(f"{count(len(rows) - SHOWN)} more: add --json", style="dim")
