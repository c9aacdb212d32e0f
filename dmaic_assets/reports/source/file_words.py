"""What the report of a file says, in words that its page and its text share."""

from dmaic_assets.model import Dialect, Example, Violation
from dmaic_assets.reports.views.source.file import FileView
from dmaic_assets.reports.wording import figure
from dmaic_assets.table.spelled_numbers import percent

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blank"}
# Characters of a cell in an example: a line, not a page.
_LONGEST = 60


def came_words(view: FileView) -> list[tuple[str, str]]:
    """What came, as pairs of what it is and its value; what there is none of is left out."""
    came, line = view.came, view.line
    pairs = [
        ("arrived", f"{line.arrived_at:%Y-%m-%d %H:%M} UTC"),
        ("judged", f"{view.judged_at:%Y-%m-%d %H:%M} UTC, run {view.verdict_run}"),
        ("size", f"{came.size_bytes:,} bytes, {came.format}{_written(came.dialect)}"),
        ("rows", f"{came.rows:,}: {line.accepted:,} accepted, {line.quarantined:,} not"),
        ("columns", figure(came.columns) if came.columns else ""),
        ("score", f"{line.score * 100:.2f} of 100" if line.score is not None else ""),
        ("rules asked", f"{view.rules_evaluated:,}, learnt from {view.baseline_files:,} files"),
        ("rows that do not fit the header", figure(came.malformed) if came.malformed else ""),
        ("lines above the table", figure(came.lines_above) if came.lines_above else ""),
        ("cells repaired before", figure(came.repaired_cells) if came.repaired_cells else ""),
        ("copies dropped before", figure(came.dropped_rows) if came.dropped_rows else ""),
        ("could not be read", came.problem),
        *(("note", note) for note in came.notes),
        ("SHA-256", line.sha256),
    ]
    return [(name, value) for name, value in pairs if value]


def severity_words(violation: Violation) -> str:
    """How grave a violation is: of what severity, broken or within what is tolerated."""
    state = "broken" if violation.is_broken else "within its tolerance"
    usual = ", usual here" if violation.habit is not None else ""
    return f"{violation.severity}, {state}{usual}"


def example_words(example: Example) -> str:
    """Spells one failing row: `row 17: distance = -4`. Rows count from 0, behind the header."""
    cells = ", ".join(f"{name} = {cell_words(text)}" for name, text in example.values.items())
    return f"row {example.row:,}: {cells}" if cells else f"row {example.row:,}"


def cell_words(text: str | None) -> str:
    """Spells a cell; one without a value says so."""
    if text is None:
        return "(no value)"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def rows_words(violation: Violation) -> str:
    """How many rows fail; a rule about the file as a whole has none."""
    if violation.scope == "file":
        return "the file"
    return f"{violation.rows_failed:,} ({percent(violation.share)})"


def _written(dialect: Dialect | None) -> str:
    if dialect is None:
        return ""
    mark = _DELIMITERS.get(dialect.delimiter, repr(dialect.delimiter))
    header = "" if dialect.has_header else ", no header"
    return f", {dialect.encoding}, {mark} between values{header}"
