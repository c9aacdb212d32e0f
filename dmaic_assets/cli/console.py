"""What commands print: tables, bars, progress and JSON.

What belongs here: forms that more than one command uses. What does not: the wording of any one
command (`render_*`). rich is imported only when something is drawn.
"""

import json
import math
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, TypeAlias

import click

from dmaic_assets.model import Decision, Json, Severity

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

Advance: TypeAlias = Callable[[int, int, str], None]
TableCell: TypeAlias = "str | Text | None"

# Columns where output is no terminal: wide enough for the columns of our tables.
PIPE_WIDTH = 200
DECISION_STYLES: Mapping[Decision, str] = {
    "accept": "green",
    "quarantine": "yellow",
    "reject": "bold red",
}
SEVERITY_STYLES: Mapping[Severity, str] = {
    "critical": "bold red",
    "high": "red",
    "medium": "yellow",
    "low": "dim",
}
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def print_json(payload: Json) -> None:
    """Prints one JSON document; numbers that JSON does not have become null."""
    click.echo(_spelled(payload, "\n"))


def out() -> "Console":
    """Builds the console of standard output: as wide as the terminal, wide in a pipe.

    NO_COLOR is respected, and a pipe gets no colour.
    """
    from rich.console import Console

    width = None if sys.stdout.isatty() else PIPE_WIDTH
    return Console(file=sys.stdout, width=width, highlight=False, soft_wrap=False)


def print_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[TableCell]],
    *,
    right: Sequence[str] = (),
) -> None:
    """Prints a table without frames; the columns named in `right` are aligned to the right.

    Text is taken literally, never as markup; None is an empty cell.
    """
    console = out()
    table = _table(headers, right=right)
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    with console.capture() as drawn:
        console.print(table)
    lines = [line.rstrip() for line in drawn.get().splitlines()]
    click.echo("\n".join(line for line in lines if line))


def say(text: str, *, style: str = "") -> None:
    """Prints one line to standard output, literally, in a style where colour is welcome."""
    if not style:
        click.echo(text)
        return
    from rich.text import Text

    out().print(Text(text, style=style), soft_wrap=True)


def styled(text: str, style: str) -> "Text":
    """Builds a table cell in a style."""
    from rich.text import Text

    return Text(text, style=style)


def decision_cell(decision: Decision) -> "Text":
    """Builds the table cell of a verdict's decision."""
    return styled(decision, DECISION_STYLES[decision])


def bar(share: float, *, width: int = 12) -> str:
    """Draws a share in [0, 1] as a bar of `width` characters, to an eighth of a character."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def count(number: int) -> str:
    """Spells a count with thousands apart: 336,776."""
    return f"{number:,}"


def size(size_bytes: int) -> str:
    """Spells a size in the largest decimal unit that leaves a digit before the point."""
    value = float(size_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def seconds(elapsed_s: float) -> str:
    """Spells a duration: 0.42 s, 12.3 s, 4 min 05 s."""
    if elapsed_s < 10:
        return f"{elapsed_s:.2f} s"
    if elapsed_s < 120:
        return f"{elapsed_s:.1f} s"
    minutes, rest = divmod(round(elapsed_s), 60)
    return f"{minutes} min {rest:02d} s"


@contextmanager
def progress(label: str, *, is_quiet: bool = False) -> Generator[Advance]:
    """Shows progress on a terminal's standard error; nothing in a pipe.

    Yields:
        A function to call with (done, total, what is at work now).
    """
    if is_quiet or not sys.stderr.isatty():
        yield _no_advance
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[now]}", style="dim"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(label, total=None, now="")

        def advance(done: int, total: int, now: str) -> None:
            shown.update(task, completed=done, total=total, now=now)

        yield advance


def _no_advance(done: int, total: int, now: str) -> None:
    del done, total, now


def _table(headers: Sequence[str], *, right: Sequence[str]) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for header in headers:
        justify = "right" if header in right else "left"
        table.add_column(header, justify=justify, overflow="fold", header_style="bold")
    return table


def _cell(value: TableCell) -> "Text":
    from rich.text import Text

    return value if isinstance(value, Text) else Text(value or "")


def _spelled(value: Json, line: str) -> str:
    """Spells as `json.dumps` with an indent of 2 does, in a third of the time.

    `line` begins a line at the value's own depth.
    """
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict) and value:
        deeper = line + "  "
        parts = [
            f"{encode_basestring(key)}: {_spelled(item, deeper)}" for key, item in value.items()
        ]
        return f"{{{deeper}{f',{deeper}'.join(parts)}{line}}}"
    if isinstance(value, list) and value:
        deeper = line + "  "
        return f"[{deeper}{f',{deeper}'.join([_spelled(item, deeper) for item in value])}{line}]"
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return float.__repr__(value)
    return int.__repr__(value) if isinstance(value, int) else json.dumps(value)
