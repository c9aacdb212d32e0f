"""What the page of a source says of its columns: a line with a picture, one with values.

What belongs here: spelling the facts of a column for cells of tables.
"""

import re
from collections.abc import Sequence

from markupsafe import Markup

from dmaic_assets.model import Scalar, ValueCount
from dmaic_assets.reports.page.rendering import macro
from dmaic_assets.reports.source.sparks import bars_spark, course_spark, histogram_spark
from dmaic_assets.reports.views.source.columns import ColumnView
from dmaic_assets.reports.views.source.view import ProfileView
from dmaic_assets.reports.wording import NOTHING, figure
from dmaic_assets.table.spelled_numbers import percent, plural
from dmaic_assets.work.kept_back.columns import KEPT_BACK

# Characters of a bound in a cell: columns stay narrow, so that many fit.
_BOUND = 20
_TIME = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*$")


def column_lines(profile: ProfileView) -> list[Sequence[str]]:
    """Type, distribution, missing values and their course, distinct values, bounds, what is new.

    The last is left out where nothing is new in any column.
    """
    last = None if has_news(profile) else -1
    return [_column_line(column, profile.rows)[:last] for column in profile.columns]


def has_news(profile: ProfileView) -> bool:
    """Whether the newest file has in some column what no file before had."""
    return any(column.course.told for column in profile.columns)


def value_lines(profile: ProfileView) -> list[Sequence[str]]:
    """Frequent values, patterns, moments, the reason of the type, and warnings."""
    return [_value_line(column, profile.rows) for column in profile.columns]


def profile_note(profile: ProfileView) -> str:
    """Which file is shown, and how many are compared."""
    copies = profile.duplicate_rows
    repeated = f" {plural(copies, 'row')} repeat an earlier one." if copies else ""
    newest = profile.compared[-1] if profile.compared else profile.file
    # What is new is told of the newest file, which need not be the one whose figures stand here.
    new = "" if newest == profile.file else f": {newest}, of which no row is in the warehouse"
    return (
        f"{plural(len(profile.columns), 'column')} of {profile.file},"
        f" {plural(profile.rows, 'row')}.{repeated} The course is that of missing values over the"
        f" newest {plural(len(profile.compared), 'file')}, the newest at the right{new}."
    )


def _column_line(column: ColumnView, rows: int) -> Sequence[str]:
    bounds = (column.minimum, column.maximum)
    kept = KEPT_BACK if column.is_sensitive else None
    low, high = (kept or _bound(bound) for bound in bounds)
    unique = " (unique)" if column.is_unique else ""
    return (
        column.name,
        _type(column),
        _picture(column, rows),
        percent(column.null_share),
        course_spark(column.course.nulls),
        f"{column.distinct:,}{unique}",
        low,
        high,
        "; ".join(column.course.told),
    )


def _type(column: ColumnView) -> str:
    unit = f" in {column.unit}" if column.unit else ""
    unsure = Markup(" ") + macro("badge")("unsure", "warn") if column.is_ambiguous else ""
    is_told = column.meaning not in ("", column.type)
    meaning = f", {column.meaning.replace('_', ' ')}" if is_told else ""
    return Markup("{}{}").format(f"{column.type}{unit}{meaning}", unsure)


def _picture(column: ColumnView, rows: int) -> Markup:
    if column.histogram is not None:
        return histogram_spark(column.histogram)
    return bars_spark([v.count for v in column.top_values], rows)


def _value_line(column: ColumnView, rows: int) -> Sequence[str]:
    quartiles = column.quantiles or {}
    known = [quartiles[name] for name in ("p25", "p50", "p75") if name in quartiles]
    return (
        column.name,
        KEPT_BACK if column.is_sensitive else _counted(column.top_values, rows),
        _counted(column.shapes, rows),
        figure(column.mean),
        figure(column.std),
        " / ".join(figure(q) for q in known) or NOTHING,
        column.type_reason or NOTHING,
        "; ".join(column.warnings) or NOTHING,
    )


def _counted(values: Sequence[ValueCount], rows: int) -> str:
    if not values or not rows:
        return NOTHING
    return ", ".join(
        f"{NOTHING if v.value is None else v.value} ({percent(v.count / rows)})" for v in values
    )


def _bound(value: Scalar) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return str(value).lower()
    # A year is no thousand: whole numbers of a column stand as they are written.
    text = str(value) if isinstance(value, int | str) else figure(value)
    # A time is told to the minute: the JSON has it whole.
    text = _TIME.sub(r"\1 \2", text)
    return text if len(text) <= _BOUND else f"{text[: _BOUND - 1]}…"
