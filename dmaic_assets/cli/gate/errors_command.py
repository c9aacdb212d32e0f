"""`dmaic errors`: suspicious cells of one file, without rules, history or a project."""

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.console import count, print_json, print_table, say, seconds
from dmaic_assets.cli.framework import ExampleCommand, json_option
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.improve.cell_errors_file import CellErrorReport

# Cells printed: one screen; -o and --json have all.
SHOWN_CELLS = 20
# Characters of a reason: column, row and reason fit on one line.
LONGEST_REASON = 90


@click.command(
    "errors",
    cls=ExampleCommand,
    examples=(
        "dmaic errors survey.csv",
        "dmaic errors survey.csv -o cells.csv",
        "dmaic errors survey.csv --json | jq '.cells[0]'",
        "dmaic errors survey.csv --min-score 0.8 --null-token unknown",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every suspicious cell as CSV: row (0-based data row), column, reason, score.",
)
@click.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    metavar="SCORE",
    help="Leave out cells below this score.",
)
@click.option(
    "--null-token",
    "null_tokens",
    multiple=True,
    metavar="TEXT",
    help="A spelling of a missing value beside the usual ones; may be repeated.",
)
@json_option
def errors(
    *,
    file: Path,
    output: Path | None,
    min_score: float,
    null_tokens: tuple[str, ...],
    is_json: bool,
) -> None:
    """List the suspicious cells of one file, without any rules.

    Looks for what the file itself contradicts: spelled null tokens, rare shapes, typos near
    frequent values, values that disagree with rows that are otherwise alike, numbers far beyond
    all others. Each cell has a reason and a score in [0, 1]; the highest come first. Suspicion is
    no error: the exit code is 0 whatever is found.
    """
    from dmaic_assets.improve.cell_errors_file import cell_errors_of, write_cell_errors

    started = time.perf_counter()
    if output is not None and output.resolve() == file.resolve():
        raise BadInputError(str(output), "is FILE itself", "Name another file for the cells.")
    report = cell_errors_of(file, least_score=min_score, null_tokens=null_tokens)
    if output is not None:
        write_cell_errors(report, output)
    elapsed_s = time.perf_counter() - started
    if is_json:
        print_json(_document(report, file, output, elapsed_s))
    else:
        _print(report, file, output, elapsed_s)


def _document(
    report: "CellErrorReport", file: Path, output: Path | None, elapsed_s: float
) -> dict[str, Json]:
    cells: list[Json] = list(report.cells.to_dicts())
    by_column = report.cells.get_column("column").to_list()
    columns: dict[str, Json] = dict(Counter[str](by_column).items())
    return {
        "file": str(file),
        "rows": report.rows,
        "columns": list(report.columns),
        "malformed": report.malformed,
        "count": report.cells.height,
        "by_column": columns,
        "cells": cells,
        "output": None if output is None else str(output),
        "notes": list(report.notes),
        "elapsed_s": elapsed_s,
    }


def _print(report: "CellErrorReport", file: Path, output: Path | None, elapsed_s: float) -> None:
    found = report.cells.height
    size = f"{count(report.rows)} rows x {plural(len(report.columns), 'column')}"
    say(f"{file}: {plural(found, 'suspicious cell')} in {size}")
    rows = [
        (f"{score:.2f}", str(row), column, _cut(reason))
        for column, row, reason, score in report.cells.head(SHOWN_CELLS).iter_rows()
    ]
    if rows:
        print_table(("score", "row", "column", "reason"), rows, right=("score", "row"))
    if found > SHOWN_CELLS and output is None:
        say(f"{count(found - SHOWN_CELLS)} more: add -o cells.csv, or --json", style="dim")
    for note in report.notes:
        say(f"note: {note}", style="dim")
    written = f"; all cells are in {output}" if output else ""
    say(f"looked at in {seconds(elapsed_s)}{written}", style="dim")


def _cut(reason: str) -> str:
    return reason if len(reason) <= LONGEST_REASON else f"{reason[: LONGEST_REASON - 1]}…"
