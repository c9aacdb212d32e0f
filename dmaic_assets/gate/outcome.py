"""What one rule came to for one file, before it is put into words.

What belongs here: the value that score, violations, cells and split all read.
"""

from dataclasses import dataclass, field

import polars as pl

from dmaic_assets.model import SEVERITIES, Rule, RuleScope, Thresholds


@dataclass(frozen=True)
class Outcome:
    """One rule's result.

    `mask` tells the failing rows of the frame (Boolean, None when none fail). `rows_failed` may
    count rows beyond the frame: malformed ones. `is_counted` is false for the sanity checks of
    reading and typing: they set rows apart but are no rules, so score and severity rates pass
    them over. `blamed` are the columns of the cells at fault; none blames the row as a whole.
    `unseen_share` estimates the share of rows that are wrong and that the rule cannot judge.
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

    @property
    def is_violated(self) -> bool:
        """Whether a row fails it, or the file breaks it."""
        return self.rows_failed > 0 or self.is_broken

    @property
    def passed(self) -> float:
        """The share of the rule's weight that counts as passed: by rows, or all or nothing."""
        return 1.0 - self.share

    def quarantines(self, thresholds: Thresholds) -> bool:
        """Whether the rows that fail it are set apart."""
        if self.always_quarantines:
            return True
        rank = SEVERITIES.index(self.rule.severity)
        return self.scope == "row" and rank <= SEVERITIES.index(thresholds.quarantine_from)


def is_beyond(share: float, limit: float) -> bool:
    """Whether a share exceeds a limit by more than rounding."""
    return share > limit + 1e-12
