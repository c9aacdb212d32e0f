"""Verdicts of many files without the values of columns that tell of persons.

What belongs here: doing so for several sources at once. What is kept back, `source.kept_back` says.
"""

from collections.abc import Sequence
from dataclasses import replace

from dmaic_assets.gate.reasons import reasons_retold
from dmaic_assets.model import Verdict
from dmaic_assets.work.run.platform import Platform


def without_hidden(platform: Platform, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Takes out of verdicts what must not be shown, in their order; the decisions stay.

    Args:
        platform: The stores; what columns mean is read once for each source.
        verdicts: Of any sources.
    """
    if not verdicts:
        return []
    # They load Polars, and most of the time nothing is held.
    from dmaic_assets.reports.views.source.kept_back import hidden_in, violation_shown
    from dmaic_assets.reports.views.source.known import Known

    known = Known(platform)
    columns: dict[str, set[str]] = {}
    for verdict in verdicts:
        own = columns.setdefault(verdict.source, set())
        for violation in verdict.violations:
            own.update(violation.columns)
            own.update(name for example in violation.examples for name in example.values)
    hidden = {name: known.hidden(name, own) for name, own in columns.items()}
    shown: list[Verdict] = []
    for verdict in verdicts:
        kept = hidden_in(verdict, hidden[verdict.source], frozenset(columns[verdict.source]))
        violations = tuple(violation_shown(v, kept, verdict.rows) for v in verdict.violations)
        if violations == verdict.violations:
            shown.append(verdict)
            continue
        reasons = reasons_retold(verdict, violations)
        shown.append(replace(verdict, violations=violations, reasons=reasons))
    return shown
