"""Notes of studies of files: what was left out, for people on stderr and in the document.

What belongs here: telling notes. Each command has its own beside those of its files.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from dmaic_assets.model import Json

if TYPE_CHECKING:
    from dmaic_assets.analysis.tables import Table


def left_out(tables: "Iterable[Table]") -> list[str]:
    """Says which lines of files are no rows of their tables, and which have none; a note each."""
    given = list(tables)
    lines = [table.left_out for table in given if table.left_out is not None]
    empty = [name for table in given for name in table.empty_files]
    return [*lines, *(f"{name}: has a header and no row" for name in empty)]


def tell_notes(notes: Sequence[str]) -> None:
    """Tells notes on stderr, a line each."""
    for note in notes:
        click.echo(f"note: {note}", err=True)


def noted(notes: Sequence[str]) -> dict[str, Json]:
    """The part of a document that has the notes; nothing where there are none."""
    return {"notes": list[Json](notes)} if notes else {}
