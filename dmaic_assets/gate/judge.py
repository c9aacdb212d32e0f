"""Judges a typed table by a rule set: the verdict, and which rows and cells it is about.

What belongs here: the order of the steps. Arithmetic is in score.py, words in reasons.py, the
rows' way out in split.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

import polars as pl

from dmaic_assets.gate.cells import failing_cells, failing_rows
from dmaic_assets.gate.context import frame_context, rows_of
from dmaic_assets.gate.examples import raw_examples
from dmaic_assets.gate.explain import explained
from dmaic_assets.gate.misread import misread_texts
from dmaic_assets.gate.reasons import seen_rows, verdict_reasons
from dmaic_assets.gate.rule_outcomes import Outcome, rule_outcomes, skipped_notes, with_habits
from dmaic_assets.gate.sanity import (
    ambiguous_readings,
    cut_text,
    failed_casts,
    malformed_rows,
    missing_columns,
    no_columns,
    reading_checks,
    uncast_rows,
)
from dmaic_assets.gate.score import decide, missed_thresholds, score_of, severity_rates
from dmaic_assets.gate.short_history import without_doubted
from dmaic_assets.gate.unfit import unfit_rules
from dmaic_assets.gate.unseen import missed_unseen, with_unseen
from dmaic_assets.model import (
    Decision,
    Example,
    RuleSet,
    Severity,
    Thresholds,
    Verdict,
    Violation,
)
from dmaic_assets.phenomena.columns.change import schema_changes
from dmaic_assets.phenomena.contract.passes import Frame
from dmaic_assets.phenomena.contract.rule_kind import FrameContext
from dmaic_assets.rules.compile import compile_rules
from dmaic_assets.rules.evaluate import evaluate
from dmaic_assets.store.once import once
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.table.text_table import ROW, SourceTable
from dmaic_assets.table.types.cast import TypedTable

FIRST_FILE_NOTE = (
    "No history: judged by hand rules, and by whether rows and values can be read, only."
)
EMPTY_NOTE = "The file has a header and no data rows."


@dataclass(frozen=True)
class Judgement:
    """A verdict with the rows behind it.

    `apart` tells per row of the frame whether a rule sets it apart (None when none does); the
    malformed rows are apart too, but not in the frame. When the verdict is reject the whole file
    is held, whatever `apart` says.
    """

    verdict: Verdict
    outcomes: tuple[Outcome, ...]
    table: SourceTable
    apart: pl.Series | None

    @once
    def quarantined_rows(self) -> pl.Series:
        """The data row numbers set apart: sorted, unique, UInt32.

        Malformed rows are, and rows that a change dropped.
        """
        numbers = [pl.Series(ROW, [m.row for m in self.table.malformed], dtype=pl.UInt32)]
        if self.table.before is not None:
            numbers.append(self.table.before.dropped.get_column(ROW))
        if self.apart is not None:
            numbers.append(rows_of(self.table, self.apart.arg_true()))
        return pl.concat(numbers).sort()

    @once
    def failing(self) -> pl.DataFrame:
        """Every failing row of every rule, whatever its severity: `ROW` and "rule", sorted."""
        return failing_rows(self.table, self.outcomes)

    def cells(self) -> pl.DataFrame:
        """Every failing cell: `ROW`, "column" and "rule"; see `failing_cells`."""
        return failing_cells(self.table, self.outcomes)


def judge(
    typed: TypedTable,
    rule_set: RuleSet,
    thresholds: Thresholds,
    *,
    examples: int = 5,
    references: Mapping[str, pl.Series] | None = None,
) -> Judgement:
    """Applies a rule set to a file.

    The same table, rules and thresholds always give the same verdict.

    Args:
        typed: The table under its types.
        rule_set: The rules; disabled ones are left out.
        thresholds: When the file passes.
        examples: How many example rows a violation carries at most.
        references: Keys of other sources, by "source.column", for inclusion rules.

    Raises:
        BadInputError: A rule has no meaning; names the rule and the key.
    """
    table = typed.table
    ctx = frame_context(typed, references)
    outcomes, notes = _outcomes(typed, rule_set, thresholds, ctx)
    frame = Frame.of(typed.lazy, table.row_count, is_in_memory=table.is_in_memory)
    outcomes, doubts = without_doubted(outcomes, rule_set)
    outcomes += misread_texts(frame, ctx, rule_set, thresholds)
    outcomes = with_habits(with_unseen(outcomes, frame, ctx, thresholds), rule_set.habits)
    apart = _apart(outcomes, thresholds, ctx)
    violated = [o for o in outcomes if o.is_violated]
    shown = raw_examples(table, violated, examples)
    explanations = explained(violated, frame, rule_set.rules, ctx, shown)
    ordered = sorted(explanations, key=lambda outcome: outcome.rank)
    violations = [_violation(o, table.row_count, shown.get(o.rule.id, ())) for o in ordered]
    checks = reading_checks(table, ctx, thresholds) if table.columns else ()
    score = score_of(outcomes, () if rule_set.baseline else checks)
    rates = severity_rates(outcomes, checks)
    verdict = _verdict((score, rates), outcomes, violations, thresholds, table, apart)
    verdict = replace(
        verdict,
        baseline_files=len(rule_set.baseline),
        schema_changes=schema_changes(rule_set.types, typed.types),
        notes=(*table.notes, *_notes(rule_set, table), *notes, *doubts),
    )
    return Judgement(verdict, tuple(outcomes), table, apart)


def _outcomes(
    typed: TypedTable,
    rule_set: RuleSet,
    thresholds: Thresholds,
    ctx: FrameContext,
) -> tuple[list[Outcome], list[str]]:
    table = typed.table
    if not table.columns:
        return [no_columns(), *malformed_rows(table, thresholds)], []
    unfit = unfit_rules(rule_set, ctx)
    fitting = tuple(rule for rule in rule_set.rules if rule.id not in unfit)
    compiled = compile_rules(replace(rule_set, rules=fitting), ctx)
    evaluation = evaluate(compiled, typed.lazy, is_in_memory=table.is_in_memory)
    typing_rules = [r.rule for r in evaluation.rows if r.rule.kind == "type"]
    covered = frozenset(name for rule in typing_rules for name in rule.columns)
    outcomes = [
        *rule_outcomes(evaluation, thresholds),
        *unfit.values(),
        *missing_columns(evaluation.skipped),
        *failed_casts(ctx, covered, thresholds),
        *malformed_rows(table, thresholds),
        *cut_text(table, rule_set),
        *ambiguous_readings(typed.types),
    ]
    return outcomes, skipped_notes(evaluation)


def _apart(
    outcomes: Sequence[Outcome], thresholds: Thresholds, ctx: FrameContext
) -> pl.Series | None:
    masks = [o.mask for o in outcomes if o.mask is not None and o.quarantines(thresholds)]
    uncast = uncast_rows(ctx)
    if uncast is not None:
        masks.append(uncast)
    return reduce(or_, masks) if masks else None


def _violation(outcome: Outcome, rows: int, examples: tuple[Example, ...]) -> Violation:
    values = [e.values.get(c) for e in examples for c in outcome.blamed[:1]]
    return Violation(
        rule=outcome.rule.id,
        kind=outcome.rule.kind,
        columns=outcome.rule.columns,
        severity=outcome.rule.severity,
        scope=outcome.scope,
        rows_failed=outcome.rows_failed,
        share=outcome.share,
        is_broken=outcome.is_broken,
        expected=outcome.expected,
        seen=outcome.seen or seen_rows(outcome.rows_failed, rows, values),
        cause=outcome.cause,
        examples=examples,
        habit=outcome.habit,
    )


def _verdict(
    figures: tuple[float, Mapping[Severity, float]],
    outcomes: Sequence[Outcome],
    violations: Sequence[Violation],
    thresholds: Thresholds,
    table: SourceTable,
    apart: pl.Series | None,
) -> Verdict:
    rows = table.total_rows
    failing = len(table.malformed) + (0 if apart is None else int(apart.sum()))
    quarantined = failing + table.dropped_count
    score, rates = figures
    # Rows dropped as copies fail nothing: they count for no threshold.
    missed = missed_thresholds(score, rates, failing / rows if rows else 0.0, thresholds)
    missed = (*missed, *missed_unseen(outcomes))
    if not table.columns:
        missed = (*missed, "the file has no columns")
    decision = decide(missed, quarantined)
    held = rows if decision == "reject" else quarantined
    return Verdict(
        source=table.file.source,
        file_sha256=table.file.sha256,
        decision=decision,
        score=score,
        rows=rows,
        accepted=rows - held,
        quarantined=held,
        violations=tuple(violations),
        severity_rates=rates,
        thresholds=thresholds,
        rules_evaluated=sum(o.is_counted for o in outcomes),
        baseline_files=0,
        reasons=(
            *verdict_reasons(decision, missed, violations, quarantined=quarantined, rows=rows),
            *_dropped(table, decision),
        ),
        lines_above=len(table.above),
    )


def _dropped(table: SourceTable, decision: Decision) -> tuple[str, ...]:
    count = table.dropped_count
    if decision != "quarantine" or not count:
        return ()
    return (f"{plural(count, 'row')} dropped by a change, as copies of others",)


def _notes(rule_set: RuleSet, table: SourceTable) -> list[str]:
    notes = [] if rule_set.baseline else [FIRST_FILE_NOTE]
    if rule_set.notes:
        # What finds drift and admits values reads history; hand rules are judged without it.
        from dmaic_assets.phenomena.spread.drift import NOTE as DRIFT_NOTE
        from dmaic_assets.rules.recurring import NOTE as ADMITTED_NOTE

        notes += [note for note in rule_set.notes if note.startswith((DRIFT_NOTE, ADMITTED_NOTE))]
    return [*notes, EMPTY_NOTE] if table.columns and not table.total_rows else notes
