"""The report of one file as a page: served, beside the page of its source, or alone in a mail.

What belongs here: putting the view into the template. Its words are in `file_words`.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.page.shell import Page, page_html
from dmaic_assets.reports.source.file_words import came_words, cell_words
from dmaic_assets.reports.source.held_part import (
    Pager,
    asked,
    example_lines,
    pager_of,
    served,
    state_of,
    violation_lines,
)
from dmaic_assets.reports.views.source.file import FileView
from dmaic_assets.reports.views.source.rows_apart import RowsPage
from dmaic_assets.reports.wording import NOTHING, figure
from dmaic_assets.table.spelled_numbers import plural

# Rules by which rows can be asked for: what fits on a few lines.
_MOST_RULES = 12
_NUMBER = re.compile(r"[-+]?[\d.,]+(e[-+]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FileShown:
    """What the template takes."""

    view: FileView
    state: str
    tone: str
    source_address: str | None
    is_open: bool
    cards: Sequence[tuple[str, ...]]
    violations: Sequence[Sequence[str]]
    examples: Sequence[Sequence[str]]
    schema_changes: Sequence[Sequence[str]]
    rules: Sequence[tuple[str, str, bool]]
    row_headings: Sequence[str]
    row_kinds: Sequence[str]
    rows: Sequence[Sequence[str]]
    pager: Pager
    rows_note: str
    csv: str
    pairs: Sequence[tuple[str, str]]
    kept: str


def file_page(view: FileView, links: Links, library: Library) -> str:
    """Builds the page.

    Args:
        view: The file.
        links: Where other pages are; `NoLinks` for a page that is sent to somebody.
        library: How the page brings its script; it has no chart.
    """
    page = Page(
        view.line.name, links, library, here="Sources", lead=view.headline, notes=_notes(view)
    )
    return page_html("source/file.html.j2", page, f=_shown(view, links))


def _notes(view: FileView) -> Sequence[str]:
    return (f"Judged {view.judged_at:%Y-%m-%d %H:%M} UTC in run {view.verdict_run}.",)


def _shown(view: FileView, links: Links) -> FileShown:
    state, tone = state_of(view.line.disposition)
    address = served(links, links.file(view.source, view.line.sha256))
    rows = view.rows_apart
    return FileShown(
        view=view,
        state=state,
        tone=tone,
        source_address=links.source(view.source),
        is_open=view.line.disposition in ("rejected", "quarantine"),
        cards=_cards(view),
        violations=violation_lines(view.violations),
        examples=example_lines(view.violations),
        schema_changes=_schema(view),
        rules=_rules(view, address),
        row_headings=(
            "row",
            "rules",
            *rows.columns,
            *(("whole record",) if _has_raw(rows) else ()),
        ),
        row_kinds=("n", "i", *map(_cell_kind, _by_column(rows)), *["i"] * _has_raw(rows)),
        rows=_rows(view),
        pager=pager_of(
            address, "rows", page=rows.page, pages=rows.pages, rule=rows.rule, fragment="rows"
        ),
        rows_note=_rows_note(view),
        csv=_csv(view),
        pairs=came_words(view),
        kept=_kept(view),
    )


def _cards(view: FileView) -> list[tuple[str, ...]]:
    line = view.line
    broken = sum(v.is_broken for v in view.violations)
    score = NOTHING if line.score is None else f"{100 * line.score:.1f}"
    return [
        (figure(line.rows), "rows"),
        (figure(line.accepted), "accepted"),
        (figure(line.quarantined), "not accepted", "bad" if line.quarantined else ""),
        (figure(broken), "rules broken", "bad" if broken else ""),
        (score, "score of 100"),
    ]


def _schema(view: FileView) -> list[Sequence[str]]:
    return [
        (c.column, c.change.replace("_", " "), "yes" if c.is_breaking else "no", c.detail)
        for c in view.schema_changes
    ]


def _rules(view: FileView, address: str | None) -> list[tuple[str, str, bool]]:
    """The questions by rule: words, address, and whether it is asked now."""
    failing = [v for v in view.violations if v.scope == "row" and v.rows_failed]
    if address is None or not failing:
        return []
    rule = view.rows_apart.rule
    every = ("all failing rows", asked(address, fragment="rows") or "", not rule)
    named = [
        (
            f"{v.rule} ({v.rows_failed:,})",
            asked(address, rule=v.rule, fragment="rows") or "",
            v.rule == rule,
        )
        for v in failing[:_MOST_RULES]
    ]
    return [every, *named]


def _rows(view: FileView) -> list[Sequence[str]]:
    """The failing rows; cells of columns that a row's rules speak of are marked."""
    rows = view.rows_apart
    has_raw = _has_raw(rows)
    spoken = {v.rule: frozenset(v.columns) for v in view.violations}
    return [
        (
            NOTHING if r.row is None else f"{r.row:,}",
            ", ".join(r.rules),
            *(
                _cell(text, is_failing=any(name in spoken.get(rule, ()) for rule in r.rules))
                for name, text in zip(rows.columns, r.values, strict=True)
            ),
            *((r.raw or "",) if has_raw else ()),
        )
        for r in rows.rows
    ]


def _cell(text: str | None, *, is_failing: bool) -> str:
    return Markup("<mark>{}</mark>").format(cell_words(text)) if is_failing else cell_words(text)


def _by_column(rows: RowsPage) -> Sequence[Sequence[str | None]]:
    return [[row.values[place] for row in rows.rows] for place in range(len(rows.columns))]


def _cell_kind(cells: Sequence[str | None]) -> str:
    """A column of numbers is set to the right."""
    known = [cell for cell in cells if cell]
    return "n" if known and all(_NUMBER.fullmatch(cell) for cell in known) else "i"


def _has_raw(rows: RowsPage) -> bool:
    return any(r.raw is not None for r in rows.rows)


def _rows_note(view: FileView) -> str:
    rows = view.rows_apart
    if not any(v.scope == "row" and v.rows_failed for v in view.violations):
        return "No single row fails: what is wrong is the file as a whole."
    if rows.problem:
        return f"{rows.problem[:1].upper()}{rows.problem[1:]}:"
    told = [
        f"{len(rows.rows):,} of {plural(rows.total, 'failing row')};"
        " rows count from 0, behind the header."
    ]
    if rows.more_columns:
        told.append(f"{plural(rows.more_columns, 'more column')} are in the CSV.")
    if rows.unlisted:
        named = ", ".join(rows.unlisted)
        told.append(
            f"Rows that fail {named} are not among them: these rules look into other files."
        )
    return " ".join([*told, "All of them as CSV:"])


def _csv(view: FileView) -> str:
    failing = any(v.scope == "row" and v.rows_failed for v in view.violations)
    if not failing:
        return ""
    place = f"{view.source}/{view.line.name}"
    return shlex.join(["dmaic", "report", "file", place, "--csv", "rows.csv"])


def _kept(view: FileView) -> str:
    if not view.hidden:
        return ""
    shown = ", ".join(view.hidden[:_MOST_RULES])
    moved = " Values stand in other columns than theirs." if view.is_mixed else ""
    return f"Values are kept back of columns that tell of persons: {shown}.{moved}"
