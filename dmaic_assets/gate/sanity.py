"""The checks that need no rule: every row could be read, and every value cast to its type.

Rows that fail them are set apart whatever the rule set says, but they are no rules: failing them
breaks nothing. What holds weighs in the score of a file without history (`reading_checks`). A
column that rules name and that did not arrive does count, since those rules would otherwise pass
by silence.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from dmaic_assets.gate.rule_outcomes import Outcome, is_beyond
from dmaic_assets.model import SEVERITIES, ColumnType, Rule, RuleSet, Thresholds
from dmaic_assets.phenomena.contract.rule_kind import FrameContext
from dmaic_assets.rules.compile import SkippedRule
from dmaic_assets.table.read.malformed import ENDS_INSIDE
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.table.text_table import SourceTable
from dmaic_assets.table.types.number_style import mark_of

MALFORMED_RULE = "sanity.malformed_rows"
TYPE_RULE = "sanity.type"
HEADER_RULE = "sanity.header"
AMBIGUOUS_RULE = "sanity.ambiguous"
FILE_END_RULE = "sanity.file_end"
COLUMNS_RULE = "sanity.columns_present"


def no_columns() -> Outcome:
    """The outcome for a table without columns: nothing can be said of it, so it is broken."""
    rule = Rule(HEADER_RULE, "columns_present", (), "critical", "learnt")
    return Outcome(
        rule, "file", 1.0, is_broken=True, expected="at least one column", seen="no column"
    )


def malformed_rows(table: SourceTable, thresholds: Thresholds) -> list[Outcome]:
    """The rows that do not fit the header; none when all do."""
    if not table.malformed:
        return []
    first = table.malformed[0]
    rule = Rule(MALFORMED_RULE, "malformed_rows", (), "high", "learnt")
    count = len(table.malformed)
    return [
        Outcome(
            rule,
            "row",
            table.malformed_share,
            is_broken=is_beyond(table.malformed_share, thresholds.row_tolerance),
            expected="every row fits the header",
            seen=f"{plural(count, 'row')} not; first line {first.line}: {first.reason}",
            rows_failed=count,
            is_counted=False,
            always_quarantines=True,
            row_numbers=tuple(m.row for m in table.malformed),
        )
    ]


def cut_text(table: SourceTable, rules: RuleSet) -> list[Outcome]:
    """The end of a file within a row: what should follow is lost, so the file is broken.

    Nothing is said without history, nor where most of the newest files had such rows too: some
    senders end each file with a line that is no row.
    """
    is_known = not rules.baseline or MALFORMED_RULE in rules.habits
    if is_known or not table.malformed or not table.malformed[-1].reason.endswith(ENDS_INSIDE):
        return []
    last = table.malformed[-1]
    rule = Rule(FILE_END_RULE, "malformed_rows", (), "critical", "learnt")
    return [
        Outcome(
            rule,
            "file",
            1.0,
            is_broken=True,
            expected="the file ends behind a whole row",
            seen=f"it ends inside line {last.line}",
            cause="truncated delivery",
        )
    ]


def failed_casts(
    ctx: FrameContext, covered: frozenset[str], thresholds: Thresholds
) -> list[Outcome]:
    """The values that are not of their column's type, for columns that no type rule covers."""
    found: list[Outcome] = []
    for name in ctx.columns:
        positions = ctx.failed_casts.get(name)
        if positions is None or name in covered:
            continue
        column_type = ctx.types[name].type if name in ctx.types else "text"
        rule = Rule(
            f"{TYPE_RULE}.{name}", "type", (name,), "medium", "learnt", {"type": column_type}
        )
        share = len(positions) / ctx.row_count
        found.append(
            Outcome(
                rule,
                "row",
                share,
                is_broken=is_beyond(share, thresholds.row_tolerance),
                expected=f"{name} is of type {column_type}, as nearly all its values are",
                rows_failed=len(positions),
                mask=mask_at(positions, ctx.row_count),
                blamed=(name,),
                is_counted=False,
                always_quarantines=True,
            )
        )
    return found


def ambiguous_readings(types: Sequence[ColumnType]) -> list[Outcome]:
    """The columns whose decimal mark, or whose order of day and month, nothing tells.

    A guess could be wrong a thousandfold, or by months. A column that history has in the same
    notation is read as there.
    """
    asked = [t for t in types if t.is_ambiguous and t.decided_by == "automatic"]
    return [
        Outcome(
            Rule(f"{AMBIGUOUS_RULE}.{t.column}", "type", (t.column,), "critical", "learnt"),
            "file",
            1.0,
            is_broken=True,
            expected=what,
            seen=f"both fit; set read.{setting} or types.{t.column} in config/sources.yaml"
            f" (a release reads {t.pattern})",
            cause="the notation does not tell the value",
        )
        for t in asked
        for what, setting in _asked_of(t)
    ]


def _asked_of(column_type: ColumnType) -> list[tuple[str, str]]:
    """What is open in a reading, and the setting that decides it."""
    if mark_of(column_type.pattern):
        return [("one decimal mark", "decimal_mark")]
    # No region writes the month first between dots (CLDR 44, date formats).
    is_told = column_type.pattern.startswith("eu_dotted")
    if column_type.type in {"date", "datetime"} and not is_told:
        return [("one order of day and month", "day_first")]
    return []


def reading_checks(
    table: SourceTable, ctx: FrameContext, thresholds: Thresholds
) -> tuple[Outcome, ...]:
    """What reading showed of a file with columns: header, shape of the rows, types of the values.

    Three checks whatever the number of columns, so that hundreds of columns that are fine never
    drown one broken rule.
    """
    uncast = uncast_rows(ctx)
    untyped = int(uncast.sum()) / ctx.row_count if uncast is not None else 0.0
    kept: tuple[tuple[Rule, float, str], ...] = (
        (Rule(HEADER_RULE, "columns_present", (), "critical", "learnt"), 0.0, "a column"),
        (
            Rule(MALFORMED_RULE, "malformed_rows", (), "high", "learnt"),
            table.malformed_share,
            "rows that fit the header",
        ),
        (Rule(TYPE_RULE, "type", (), "medium", "learnt"), untyped, "values of their types"),
    )
    return tuple(
        Outcome(
            rule,
            "row",
            share,
            is_broken=is_beyond(share, thresholds.row_tolerance),
            expected=expected,
            is_counted=False,
        )
        for rule, share, expected in kept
    )


def missing_columns(skipped: Sequence[SkippedRule]) -> list[Outcome]:
    """The columns that rules name and that are missing without any rule that says so."""
    silent = [s for s in skipped if s.obstacle.reason == "missing" and s.reported_by is None]
    if not silent:
        return []
    names = tuple(dict.fromkeys(str(s.obstacle.column) for s in silent))
    ranks = [SEVERITIES.index(s.rule.severity) for s in silent]
    rule = Rule(COLUMNS_RULE, "columns_present", names, SEVERITIES[min(ranks)], "learnt")
    dependent = ", ".join(s.rule.id for s in silent[:5])
    return [
        Outcome(
            rule,
            "file",
            1.0,
            is_broken=True,
            expected=f"the columns that rules name ({dependent})",
            seen=f"missing: {', '.join(names[:10])}",
        )
    ]


def uncast_rows(ctx: FrameContext) -> pl.Series | None:
    """The rows with any failed cast, None without one: accepting them would lose values."""
    found = list(ctx.failed_casts.values())
    return mask_at(pl.concat(found).unique(), ctx.row_count) if found else None


def mask_at(positions: pl.Series, row_count: int) -> pl.Series:
    """A Boolean per row of the frame: true at the positions."""
    mask = np.zeros(row_count, dtype=np.bool_)
    mask[positions.to_numpy()] = True
    return pl.Series(mask)
