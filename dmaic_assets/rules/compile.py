"""Turns a rule set into Polars expressions for one frame, and says which rules cannot be applied.

What belongs here: names, expressions and obstacles. Running them is `evaluate`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from dmaic_assets.model import Rule, RuleSet
from dmaic_assets.phenomena.contract.rule_kind import FileKind, FrameContext, Key, Obstacle, RowKind
from dmaic_assets.phenomena.contract.type_names import is_compatible, type_name
from dmaic_assets.phenomena.registry import kind_of
from dmaic_assets.table.text_table import column


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A row rule as a Boolean expression, with what spares evaluating it.

    `is_applied` is false when the column arrived as a type that the rule cannot be applied to:
    then every value that is there fails.
    """

    rule: Rule
    kind: RowKind
    failing: pl.Expr
    screen: pl.Expr | None = None
    key: Key | None = None
    is_applied: bool = True


@dataclass(frozen=True, slots=True)
class FileCheck:
    """A file rule and the aggregates that it decides from, by the names that its kind gave."""

    rule: Rule
    kind: FileKind
    measures: Mapping[str, pl.Expr]


@dataclass(frozen=True, slots=True)
class SkippedRule:
    """A rule that cannot be evaluated on the frame.

    `reported_by` is the id of the rule that already tells so (columns_present for a missing
    column, type for one of another type); None when no rule does.
    """

    rule: Rule
    obstacle: Obstacle
    reported_by: str | None


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """The enabled rules of a rule set for one frame, each in exactly one of the three parts."""

    ctx: FrameContext
    rows: tuple[RowCheck, ...]
    files: tuple[FileCheck, ...]
    skipped: tuple[SkippedRule, ...]

    def measures(self) -> dict[str, pl.Expr]:
        """The aggregates of all file rules, under names that are unique in the rule set."""
        return {
            measure_name(index, name): expr
            for index, check in enumerate(self.files)
            for name, expr in check.measures.items()
        }


def measure_name(index: int, name: str) -> str:
    """Names an aggregate of the file rule at `index`."""
    return f"{index}:{name}"


def compile_rules(rule_set: RuleSet, ctx: FrameContext) -> CompiledRules:
    """Compiles the enabled rules of a rule set for a frame.

    Args:
        rule_set: The rules; disabled ones are left out.
        ctx: Columns, types and counts of the frame.

    Raises:
        BadInputError: A rule is of an unknown kind or its parameters have no meaning.
    """
    rows: list[RowCheck] = []
    files: list[FileCheck] = []
    skipped: list[SkippedRule] = []
    reporters = _reporters(rule_set, ctx)
    for rule in rule_set.rules:
        if not rule.is_enabled:
            continue
        kind = kind_of(rule)
        kind.validate(rule)
        obstacle = kind.obstacle(rule, ctx)
        reporter = _reporter(obstacle, reporters, rule)
        if obstacle is None and isinstance(kind, RowKind):
            rows.append(_row_check(rule, kind, ctx))
        elif obstacle is None and isinstance(kind, FileKind):
            files.append(_file_check(rule, kind, ctx))
        elif isinstance(kind, RowKind) and obstacle and _fails_every_value(obstacle, reporter):
            present = column(str(obstacle.column)).is_not_null()
            rows.append(RowCheck(rule, kind, present, is_applied=False))
        elif obstacle:
            skipped.append(SkippedRule(rule, obstacle, reporter))
    return CompiledRules(ctx, tuple(rows), tuple(files), tuple(skipped))


def only(compiled: CompiledRules, rule: Rule) -> CompiledRules:
    """The same compiled rules, but for one of them only."""
    return replace(
        compiled,
        rows=tuple(c for c in compiled.rows if c.rule.id == rule.id),
        files=tuple(c for c in compiled.files if c.rule.id == rule.id),
        skipped=tuple(s for s in compiled.skipped if s.rule.id == rule.id),
    )


def _row_check(rule: Rule, kind: RowKind, ctx: FrameContext) -> RowCheck:
    return RowCheck(
        rule, kind, kind.failing(rule, ctx), kind.screen(rule, ctx), kind.key(rule, ctx)
    )


def _file_check(rule: Rule, kind: FileKind, ctx: FrameContext) -> FileCheck:
    measures = {expr.meta.output_name(): expr for expr in kind.measure(rule, ctx)}
    return FileCheck(rule, kind, measures)


def _reporters(rule_set: RuleSet, ctx: FrameContext) -> dict[tuple[str, str], str]:
    """Which rule tells that a column is missing or arrived as another type, by both."""
    found: dict[tuple[str, str], str] = {}
    for rule in rule_set.rules:
        if not rule.is_enabled:
            continue
        if rule.kind == "columns_present":
            missing = [name for name in rule.columns if name not in ctx.schema]
            found |= {("missing", name): rule.id for name in missing}
        elif rule.kind == "type" and rule.columns[0] in ctx.schema:
            arrived = type_name(rule.columns[0], ctx)
            if not is_compatible(arrived, str(rule.parameters.get("type"))):
                found["incompatible", rule.columns[0]] = rule.id
    return found


def _reporter(
    obstacle: Obstacle | None, reporters: Mapping[tuple[str, str], str], rule: Rule
) -> str | None:
    if obstacle is None or obstacle.column is None:
        return None
    found = reporters.get((obstacle.reason, obstacle.column))
    return None if found == rule.id else found


def _fails_every_value(obstacle: Obstacle, reporter: str | None) -> bool:
    return obstacle.reason == "incompatible" and obstacle.column is not None and reporter is None
