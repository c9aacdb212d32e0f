"""A source of 200 columns and 1,000 files, as a view: what its page has to bear."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dmaic_assets.model import Histogram, ValueCount
from dmaic_assets.reports.views.source.columns import ColumnCourse, ColumnView
from dmaic_assets.reports.views.source.files import FileLine
from dmaic_assets.reports.views.source.rules import RuleView
from dmaic_assets.reports.views.source.view import MOST_COMPARED, MOST_FILES, SourceView

COLUMNS, FILES, RULES = 200, 1_000, 400
START = datetime(2026, 1, 1, tzinfo=UTC)


def wide(view: SourceView) -> SourceView:
    """The same source, as wide and as old as views show."""
    assert view.profile is not None
    files = tuple(_file(n) for n in range(MOST_FILES))
    columns = tuple(_column(n) for n in range(COLUMNS))
    compared = tuple(f.name for f in files[-MOST_COMPARED:])
    return replace(
        view,
        files=files,
        older_files=FILES - MOST_FILES,
        profile=replace(view.profile, columns=columns, compared=compared),
        rules=replace(view.rules, rules=tuple(_rule(n) for n in range(RULES)), left_out=1_200),
    )


def _file(n: int) -> FileLine:
    day = START + timedelta(days=n)
    return FileLine(f"delivery-{day:%Y-%m-%d}.csv", f"{n:064x}", day, "accepted", 900, 900, 0, 0.99)


def _column(n: int) -> ColumnView:
    shares = tuple((n + at) % 7 / 100 for at in range(MOST_COMPARED))
    return ColumnView(
        name=f"a_rather_long_name_of_a_column_{n:03}",
        type="decimal",
        unit=None,
        is_ambiguous=False,
        type_reason="every value is a number with a point",
        meaning="",
        is_sensitive=False,
        null_share=0.01,
        distinct=800,
        is_unique=False,
        minimum=0.5,
        maximum=99_999.5,
        mean=50.25,
        std=12.5,
        quantiles={"p25": 10.0, "p50": 50.0, "p75": 90.0},
        histogram=Histogram(tuple(range(31)), tuple((n * at) % 97 + 1 for at in range(30))),
        top_values=tuple(ValueCount(f"{v}.5", 10) for v in range(5)),
        shapes=(ValueCount("99.9", 900),),
        course=ColumnCourse(shares, (800,) * MOST_COMPARED),
    )


def _rule(n: int) -> RuleView:
    return RuleView(
        id=f"a_rather_long_name_of_a_column_{n // 2:03}.distribution",
        kind="distribution",
        columns=(f"a_rather_long_name_of_a_column_{n // 2:03}",),
        severity="critical",
        origin="learnt",
        is_enabled=True,
        expects="mean in [9.5, 26.1], q10 in [1.4, 9.3], q90 in [16.8, 46.1] (from 60 files)",
        files=60,
        stop_rate=0.00013,
        good_rows_lost=None,
        broken_in=0,
        failed_in=0,
        rows_failed=0,
        last_failed="",
        changes=0,
    )
