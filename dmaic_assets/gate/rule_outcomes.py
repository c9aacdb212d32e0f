"""What each rule came to for one file: the value that score, violations, cells and split all read.

What belongs here: an outcome, and building one per rule from an evaluation: tolerance, words, and
rules that could not be run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from dmaic_assets.gate.reasons import expected_words
from dmaic_assets.model import SEVERITIES, Rule, RuleScope, Thresholds
from dmaic_assets.phenomena.contract.rule_kind import RowKind
from dmaic_assets.phenomena.registry import kind_of
from dmaic_assets.rules.compile import SkippedRule
from dmaic_assets.rules.evaluate import Evaluation, FileResult, RowResult


@dataclass(frozen=True)
class Outcome:
    """One rule's result.

    `mask` tells the failing rows of the frame (Boolean, None when none fail). `rows_failed` may
    count rows beyond the frame: malformed ones. `is_counted` is false for the sanity checks of
    reading and typing: they set rows apart but are no rules, so score and severity rates pass
    them over. `blamed` are the columns of the cells at fault; none blames the row as a whole.
    `unseen_share` estimates the share of rows that are wrong and that the rule cannot judge.
    `habit` is the greatest share with which most of the newest accepted files failed it, where that
    is no less than this one's.
    """

    rule: Rule
    scope: RuleScope
    share: float
    is_broken: bool
    expected: str
    seen: str = ""
    cause: str | None = None
    rows_failed: int = 0
    mask: pl.Series | None = None
    blamed: tuple[str, ...] = ()
    is_counted: bool = True
    always_quarantines: bool = False
    row_numbers: tuple[int, ...] = field(default=())
    unseen_share: float = 0.0
    habit: float | None = None

    @property
    def is_violated(self) -> bool:
        """Whether a row fails it, or the file breaks it."""
        return self.rows_failed > 0 or self.is_broken

    @property
    def passed(self) -> float:
        """The share of the rule's weight that counts as passed: by rows, or all or nothing."""
        return 1.0 - self.share

    @property
    def rank(self) -> tuple[bool, int, float, str]:
        """Sorts what tells most of this file first: what every file fails tells least."""
        severity = SEVERITIES.index(self.rule.severity)
        return self.habit is not None, severity, -self.share, self.rule.id

    def quarantines(self, thresholds: Thresholds) -> bool:
        """Whether the rows that fail it are set apart."""
        if self.always_quarantines:
            return True
        rank = SEVERITIES.index(self.rule.severity)
        return self.scope == "row" and rank <= SEVERITIES.index(thresholds.quarantine_from)


def is_beyond(share: float, limit: float) -> bool:
    """Whether a share exceeds a limit by more than rounding."""
    return share > limit + 1e-12


def with_habits(outcomes: Sequence[Outcome], habits: Mapping[str, float]) -> list[Outcome]:
    """Marks violated rules that most of the newest accepted files failed too, and no less."""
    usual = ((o, habits.get(o.rule.id)) for o in outcomes)
    return [
        replace(o, habit=habit)
        if habit is not None and o.is_violated and not is_beyond(o.share, habit)
        else o
        for o, habit in usual
    ]


def rule_outcomes(evaluation: Evaluation, thresholds: Thresholds) -> list[Outcome]:
    """Builds the outcome of every rule that was evaluated, or that should have been and could not.

    A rule that cannot be applied is broken, unless another rule already reports why (a missing
    column, a column of another type) or the reason is none of the file's: a reference that is
    not there yet.
    """
    outcomes = [_row_outcome(result, evaluation, thresholds) for result in evaluation.rows]
    outcomes += [_file_outcome(result) for result in evaluation.files]
    outcomes += [_unusable(skipped) for skipped in evaluation.skipped if _is_to_report(skipped)]
    return outcomes


def skipped_notes(evaluation: Evaluation) -> list[str]:
    """Says which rules were not evaluated, and why."""
    return [
        f"{s.rule.id} was not evaluated: {s.obstacle.detail}"
        + (f" (see {s.reported_by})" if s.reported_by else "")
        for s in evaluation.skipped
    ]


def _row_outcome(result: RowResult, evaluation: Evaluation, thresholds: Thresholds) -> Outcome:
    rule = result.rule
    kind = kind_of(rule)
    share = evaluation.share(result)
    tolerance = thresholds.row_tolerance if rule.tolerance is None else rule.tolerance
    return Outcome(
        rule,
        "row",
        share,
        is_broken=is_beyond(share, tolerance),
        expected=_expected(rule),
        cause=None if result.is_applied else "the column arrived as another type",
        rows_failed=result.rows_failed,
        mask=result.mask,
        blamed=kind.blamed_columns(rule) if isinstance(kind, RowKind) else rule.columns,
    )


def _file_outcome(result: FileResult) -> Outcome:
    judgement = result.judgement
    return Outcome(
        result.rule,
        "file",
        1.0 if judgement.is_violated else 0.0,
        is_broken=judgement.is_violated,
        expected=expected_words(result.rule, judgement.expected or _description(result.rule)),
        seen=judgement.seen,
        cause=judgement.cause,
    )


def _is_to_report(skipped: SkippedRule) -> bool:
    return skipped.reported_by is None and skipped.obstacle.reason in ("incompatible", "expression")


def _unusable(skipped: SkippedRule) -> Outcome:
    return Outcome(
        skipped.rule,
        "file",
        1.0,
        is_broken=True,
        expected=_expected(skipped.rule),
        seen=f"the rule cannot be applied: {skipped.obstacle.detail}",
    )


def _description(rule: Rule) -> str:
    return kind_of(rule).describe(rule)


def _expected(rule: Rule) -> str:
    return expected_words(rule, _description(rule))
