"""A profile as JSON and for people: one line per column with a bar for its nulls."""

from typing import TYPE_CHECKING

from dmaic_assets.cli.console import bar, count, percent, plural, print_table, say, size
from dmaic_assets.cli.render_verdict import shorten
from dmaic_assets.model import ColumnProfile, ColumnType, Dialect, Json, Profile, Scalar

if TYPE_CHECKING:
    from dmaic_assets.runs.file_work import FileWork

SHOWN_COLUMNS = 100
SHOWN_MALFORMED = 3
HEADERS = ("column", "type", "nulls", "", "distinct", "least", "most", "mean", "most frequent")
RIGHT = ("", "distinct", "mean")


def profile_document(work: "FileWork", profile: Profile) -> dict[str, Json]:
    """Builds the JSON form: the file, how it is written, its types with evidence, its profile."""
    from dmaic_assets.ledger.codec import to_json

    table = work.table
    return {
        "file": str(work.file.path),
        "sha256": work.file.sha256,
        "size_bytes": work.file.size_bytes,
        "format": work.file.format,
        "dialect": to_json(table.dialect),
        "rows": table.total_rows,
        "malformed": [to_json(row) for row in table.malformed[:100]],
        "malformed_count": len(table.malformed),
        "notes": list(table.notes),
        "column_types": to_json(work.types),
        "profile": to_json(profile),
    }


def print_profile(work: "FileWork", profile: Profile) -> None:
    """Prints what the file is, one line per column, and what is odd about it."""
    table = work.table
    shape = f"{plural(table.total_rows, 'row')} x {plural(len(table.columns), 'column')}"
    how = _dialect_words(table.dialect)
    say(
        f"{work.file.path.name}  {work.file.format}{how}; {shape}; {size(work.file.size_bytes)}; "
        f"profile score {profile.score * 100:.1f}"
    )
    types = {t.column: t for t in work.types}
    rows = [_row(column, types.get(column.column)) for column in profile.columns[:SHOWN_COLUMNS]]
    print_table(HEADERS, rows, right=RIGHT)
    if len(profile.columns) > SHOWN_COLUMNS:
        say(f"and {len(profile.columns) - SHOWN_COLUMNS} more columns (--json lists all)")
    _print_oddities(work, profile)


def _print_oddities(work: "FileWork", profile: Profile) -> None:
    malformed = work.table.malformed
    for row in malformed[:SHOWN_MALFORMED]:
        say(f"malformed: row {row.row} (line {row.line}): {row.reason}", style="yellow")
    if len(malformed) > SHOWN_MALFORMED:
        say(f"malformed: {count(len(malformed) - SHOWN_MALFORMED)} more rows", style="yellow")
    if profile.duplicate_rows:
        say(f"{plural(profile.duplicate_rows, 'row')} repeat an earlier one", style="yellow")
    for note in (*work.table.notes, *profile.notes):
        say(f"note: {note}", style="dim")
    for column in profile.columns:
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
