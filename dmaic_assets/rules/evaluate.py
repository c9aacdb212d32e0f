"""Applies compiled rules to a frame: figures in one select, failing rows in another.

What belongs here: from expressions to results per rule. How passes run is in passes.py. A failing
row costs one bit per rule, so that knowing which rows fail costs hardly more than counting them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.passes import Frame, Passed, aggregates, first_line, masks
from dmaic_assets.phenomena.contract.rule_kind import FileJudgement, FrameContext, Obstacle
from dmaic_assets.phenomena.key.copies import copies
from dmaic_assets.rules.compile import (
    CompiledRules,
    FileCheck,
    RowCheck,
    SkippedRule,
    measure_name,
)


@dataclass(frozen=True, slots=True)
class RowResult:
    """How many rows fail a row rule, and which: Boolean per row of the frame, None when none do.

    `is_applied` is false when the column arrived as a type that the rule cannot be applied to;
    every value that is there has failed then.
    """

    rule: Rule
    rows_failed: int
    mask: pl.Series | None
    is_applied: bool = True


@dataclass(frozen=True, slots=True)
class FileResult:
    """What a file rule came to."""

    rule: Rule
    judgement: FileJudgement


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The result of every enabled rule; each rule is in exactly one of the three parts."""

    row_count: int
    rows: tuple[RowResult, ...]
    files: tuple[FileResult, ...]
    skipped: tuple[SkippedRule, ...]

    def share(self, result: RowResult) -> float:
        """Failing rows among the rows of the frame; 0 for a frame without rows."""
        return result.rows_failed / self.row_count if self.row_count else 0.0


def evaluate(
    compiled: CompiledRules, lazy: pl.LazyFrame, *, is_in_memory: bool = True
) -> Evaluation:
    """Applies compiled rules to the frame that they were compiled for.

    Args:
        compiled: The rules.
        lazy: The typed rows in file order, with the columns that `compiled` knows.
        is_in_memory: Whether the frame fits in memory. Otherwise it is only streamed, and what
            is held is one bit per row and rule, and 8 bytes per row for one key at a time.

    A rule whose expression Polars refuses at run time is skipped with that reason; it never
    keeps the others from being judged.
    """
    ctx = compiled.ctx
    frame = Frame.of(lazy, ctx.row_count, is_in_memory=is_in_memory)
    figures = aggregates(frame, {**compiled.measures(), **_screens(compiled)})
    found = _failing_rows(compiled, frame, figures)
    skipped = list(compiled.skipped)
    rows: list[RowResult] = []
    for index, check in enumerate(compiled.rows):
        reason = found.refused.get(_mask_name(index)) or figures.refused.get(_screen_name(index))
        if reason:
            skipped.append(_refused(check.rule, reason))
        else:
            rows.append(_row_result(check, found.values.get(_mask_name(index)), ctx))
    files: list[FileResult] = []
    for index, check in enumerate(compiled.files):
        result = _file_result(index, check, figures, ctx)
        (skipped if isinstance(result, SkippedRule) else files).append(result)  # pyright: ignore[reportArgumentType] - the two lists take one type each
    return Evaluation(ctx.row_count, tuple(rows), tuple(files), tuple(skipped))


def _mask_name(index: int) -> str:
    return f"rows:{index}"


def _screen_name(index: int) -> str:
    return f"screen:{index}"


def _screens(compiled: CompiledRules) -> dict[str, pl.Expr]:
    return {
        _screen_name(index): check.screen
        for index, check in enumerate(compiled.rows)
        if check.key is None and check.screen is not None
    }


def _failing_rows(compiled: CompiledRules, frame: Frame, figures: Passed) -> Passed:
    plain: dict[str, pl.Expr] = {}
    alone: dict[str, pl.Expr] = {}
    keyed: dict[str, RowCheck] = {}
    for index, check in enumerate(compiled.rows):
        name = _mask_name(index)
        if figures.values.get(_screen_name(index), 1) == 0:
            continue
        if check.key is not None:
            keyed[name] = check
        elif check.kind.is_elementwise or frame.is_in_memory:
            plain[name] = check.failing
        else:
            alone[name] = check.failing
    passed = masks(frame, plain)
    for name, expr in alone.items():
        passed.add(masks(frame, {name: expr}))
    passed.add(_keyed_rows(frame, keyed, compiled.ctx))
    return passed


def _keyed_rows(frame: Frame, keyed: Mapping[str, RowCheck], ctx: FrameContext) -> Passed:
    """The failing rows of rules on keys, one after the other: each holds a hash per row.

    Small keys come first. Where one tells all rows apart, every key around it does too.
    """
    passed = Passed()
    distinct: list[frozenset[str]] = []
    keys = [(name, check, check.key) for name, check in keyed.items() if check.key is not None]
    for name, check, key in sorted(keys, key=lambda one: len(one[2].columns)):
        if any(known.issubset(key.columns) for known in distinct):
            continue
        try:
            found = copies(frame, key, check.failing, ctx)
        except pl.exceptions.PolarsError as error:
            passed.refused[name] = first_line(error)
            continue
        if found.mask is not None:
            passed.values[name] = found.mask
        if found.is_distinct:
            distinct.append(frozenset(key.columns))
    return passed


def _row_result(check: RowCheck, mask: pl.Series | None, ctx: FrameContext) -> RowResult:
    if check.is_applied and check.kind.may_settle(check.rule, ctx):
        plain = mask if mask is not None else pl.repeat(False, ctx.row_count, eager=True)
        mask = check.kind.settle(check.rule, plain.clone(), ctx)
    failed = 0 if mask is None else int(mask.sum())
    return RowResult(check.rule, failed, mask if failed else None, check.is_applied)


def _file_result(
    index: int, check: FileCheck, figures: Passed, ctx: FrameContext
) -> FileResult | SkippedRule:
    names = {name: measure_name(index, name) for name in check.measures}
    for unique_name in names.values():
        if unique_name in figures.refused:
            return _refused(check.rule, figures.refused[unique_name])
    measured: Mapping[str, object] = {n: figures.values[u] for n, u in names.items()}
    return FileResult(check.rule, check.kind.judge(check.rule, measured, ctx))


def _refused(rule: Rule, reason: str) -> SkippedRule:
    return SkippedRule(rule, Obstacle("expression", None, reason), None)
