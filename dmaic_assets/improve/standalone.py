"""Improves one delimited file without a project, or applies known changes to it.

What belongs here: reading the file and the trusted one, what fails in it, and counting rules on a
repaired table. Writing and printing are the command's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

import polars as pl

from dmaic_assets.errors import BadInputError
from dmaic_assets.gate.judge import Judgement, judge
from dmaic_assets.improve.cycle import FAILING_SCHEMA, Cycle, Improvement, improve
from dmaic_assets.improve.pilot import RuleCount, RuleCounter, Timer
from dmaic_assets.model import Rule, RuleSet, Thresholds
from dmaic_assets.settings.project import IntakeSettings, ReadOptions
from dmaic_assets.table.text_table import SourceTable
from dmaic_assets.table.types.cast import apply_types
from dmaic_assets.table.types.infer import infer_columns
from dmaic_assets.table.types.null_tokens import null_tokens


@dataclass(frozen=True)
class Judged:
    """A table as read, and the rules that judge it; types come from the rules where they say."""

    table: SourceTable
    rules: RuleSet
    thresholds: Thresholds


def text_frame(table: SourceTable) -> pl.DataFrame:
    """The rows of a table as text.

    Raises:
        BadInputError: The table is of a format with typed columns.
    """
    if not table.is_text:
        fix = "Give a CSV or TSV file; other formats have no text to repair."
        raise BadInputError(str(table.file.path), "is no delimited text", fix)
    return table.lazy.collect()


def improve_judged(judged: Judged, cycle: Cycle, *, timer: Timer | None = None) -> Improvement:
    """Runs one improvement cycle on a judged table; `cycle.failing` is filled in here."""
    frame = text_frame(judged.table)
    failing = failing_of(judged.table, _judgement(judged, judged.table))
    counter = rule_counter(judged) if judged.rules.rules else None
    return improve(frame, replace(cycle, failing=failing), count_rules=counter, timer=timer)


def failing_of(table: SourceTable, judgement: Judgement) -> pl.DataFrame:
    """The failing cells of a judgement by their position in the frame: `row`, `column`."""
    cells = judgement.cells()
    numbers = table.data_rows()
    place = pl.DataFrame(
        {
            "data_row": numbers.cast(pl.UInt32),
            "row": pl.Series(range(len(numbers)), dtype=pl.UInt32),
        }
    )
    renamed = cells.rename({cells.columns[0]: "data_row"}).filter(pl.col("column") != "")
    return renamed.join(place, on="data_row").select(list(FAILING_SCHEMA))


def rule_counter(judged: Judged) -> RuleCounter:
    """Counts failing rows per rule on any rows of the table; values that fit no type count too."""

    def count(frame: pl.DataFrame) -> Mapping[str, RuleCount]:
        table = replace(
            judged.table,
            lazy=frame.lazy(),
            row_count=frame.height,
            malformed=(),
            row_numbers=None,
            is_in_memory=True,
        )
        masked = [o for o in _judgement(judged, table).outcomes if o.mask is not None]
        unfit = {o.rule.columns[0]: o.mask for o in masked if o.rule.kind == "type"}
        return {
            o.rule.id: RuleCount(frame.height, o.rows_failed, _unread(o.rule, unfit))
            for o in masked
        }

    return count


def _unread(rule: Rule, unfit: Mapping[str, pl.Series | None]) -> int:
    """Rows of which a rule says nothing, since a value of its columns fits no type."""
    masks = [mask for name in rule.columns if (mask := unfit.get(name)) is not None]
    return 0 if rule.kind == "type" or not masks else int(reduce(or_, masks).sum())


def _judgement(judged: Judged, table: SourceTable) -> Judgement:
    """Judges a table under the types that its own text has: a repair may change them."""
    inferred = infer_columns(
        table,
        overrides={},
        expected=judged.rules.types,
        options=ReadOptions(),
        null_tokens=null_tokens(IntakeSettings().null_tokens),
    )
    typed = apply_types(table, inferred.types, ready=inferred.casts)
    return judge(typed, judged.rules, judged.thresholds, examples=0)
