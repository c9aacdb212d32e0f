"""A profile for people: one line per column with a bar for its nulls."""

from collections.abc import Sequence

from dmaic_assets.cli.console import bar, count, print_table, say, size
from dmaic_assets.cli.gate.render_verdict import shorten
from dmaic_assets.cli.profile.view import ProfileView
from dmaic_assets.model import ColumnProfile, ColumnType, Dialect, Scalar
from dmaic_assets.table.spelled_numbers import percent, plural

# Columns printed; --json lists all.
SHOWN_COLUMNS = 100
# Malformed rows printed as examples.
SHOWN_MALFORMED = 3
HEADERS = ("column", "type", "nulls", "", "distinct", "least", "most", "mean", "most frequent")
RIGHT = ("", "distinct", "mean")


def print_profile(view: ProfileView) -> None:
    """Prints what the file is, one line per column, and what is odd about it."""
    profile = view.profile
    shape = f"{plural(view.rows, 'row')} x {plural(len(profile.columns), 'column')}"
    how = f"{view.format}{_dialect_words(view.dialect)}"
    score = f"profile score {profile.score * 100:.1f}"
    say(f"{view.path.name}  {how}; {shape}; {size(view.size_bytes)}; {score}")
    types = {t.column: t for t in view.types}
    rows = [_row(column, types.get(column.column)) for column in profile.columns[:SHOWN_COLUMNS]]
    print_table(HEADERS, rows, right=RIGHT)
    if len(profile.columns) > SHOWN_COLUMNS:
        say(f"and {len(profile.columns) - SHOWN_COLUMNS} more columns (--json lists all)")
    _print_oddities(view)


def print_profile_lines(views: Sequence[ProfileView]) -> None:
    """Prints one line per file."""
    rows = [
        (
            view.path.parent.name,
            view.path.name,
            count(view.rows),
            count(len(view.profile.columns)),
            size(view.size_bytes),
            f"{view.profile.score * 100:.1f}",
            count(view.malformed_count) if view.malformed_count else "",
        )
        for view in views
    ]
    headers = ("source", "file", "rows", "columns", "size", "profile score", "malformed")
    print_table(headers, rows, right=headers[2:])


def _print_oddities(view: ProfileView) -> None:
    for row in view.malformed[:SHOWN_MALFORMED]:
        say(f"malformed: row {row.row} (line {row.line}): {row.reason}", style="yellow")
    more = view.malformed_count - min(len(view.malformed), SHOWN_MALFORMED)
    if more:
        say(f"malformed: {plural(more, 'row')}{' more' if view.malformed else ''}", style="yellow")
    if view.profile.duplicate_rows:
        say(f"{plural(view.profile.duplicate_rows, 'row')} repeat an earlier one", style="yellow")
    for note in (*view.notes, *view.profile.notes):
        say(f"note: {note}", style="dim")
    for column in view.profile.columns:
        for warning in column.warnings:
            say(f"{column.column}: {warning}", style="yellow")


def _row(column: ColumnProfile, column_type: ColumnType | None) -> tuple[str, ...]:
    mean = "" if column.mean is None else f"{column.mean:,.6g}"
    top = column.top_values[0] if column.top_values else None
    share = top.count / column.rows if top and column.rows else 0.0
    return (
        column.column,
        _type_words(column, column_type),
        bar(column.null_share, width=6) if column.null_count else "",
        percent(column.null_share) if column.null_count else "0",
        count(column.distinct_count) + (" (unique)" if column.is_unique else ""),
        _value(column.minimum),
        _value(column.maximum),
        mean,
        f"{_value(top.value)} ({percent(share)})" if top and top.count > 1 else "",
    )


def _type_words(column: ColumnProfile, column_type: ColumnType | None) -> str:
    if column_type is None:
        return column.type
    unit = f" [{column_type.unit}]" if column_type.unit else ""
    return f"{column.type}{unit}{' ?' if column_type.is_ambiguous else ''}"


def _dialect_words(dialect: Dialect | None) -> str:
    if dialect is None:
        return ""
    delimiter = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}.get(
        dialect.delimiter, repr(dialect.delimiter)
    )
    return f", {dialect.encoding}, {delimiter}{'' if dialect.has_header else ', no header'}"


def _value(value: Scalar) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.6g}"
    return shorten(str(value), width=24)
