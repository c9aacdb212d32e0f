"""Verdicts of many files without the values of columns that tell of persons.

What belongs here: doing so for several sources at once. What is told instead, `values` says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dmaic_assets.model import Verdict, Violation
from dmaic_assets.work.kept_back.columns import HiddenColumns
from dmaic_assets.work.run.platform import Platform


def without_hidden(
    platform: Platform, verdicts: Sequence[Verdict], columns: HiddenColumns | None = None
) -> list[Verdict]:
    """Takes out of verdicts what must not be shown, in their order; the decisions stay.

    Args:
        platform: The stores; what columns mean is read once for each source.
        verdicts: Of any sources.
        columns: Whose values are kept back, where the caller knows it already.
    """
    deciding = columns or HiddenColumns(platform)
    named: dict[str, set[str]] = {}
    # What is spotless tells no value, and most files are.
    for verdict in (v for v in verdicts if v.violations):
        named.setdefault(verdict.source, set()).update(columns_named(verdict.violations))
    hidden = {name: deciding.of(name, own) for name, own in named.items()}
    return [
        verdict_shown(v, hidden[v.source], frozenset(named[v.source])) if v.violations else v
        for v in verdicts
    ]


def verdict_shown(verdict: Verdict, hidden: frozenset[str], columns: frozenset[str]) -> Verdict:
    """A verdict without values of hidden columns; the decision stays.

    Args:
        verdict: The verdict.
        hidden: The columns of its source whose values are kept back.
        columns: All columns that are known of source and file.
    """
    # They load Polars, and most of the time nothing is held.
    from dmaic_assets.gate.reasons import reasons_retold
    from dmaic_assets.work.kept_back.values import hidden_in, violation_shown

    kept = hidden_in(verdict, hidden, columns)
    violations = tuple(violation_shown(v, kept, verdict.rows) for v in verdict.violations)
    if violations == verdict.violations:
        return verdict
    return replace(verdict, violations=violations, reasons=reasons_retold(verdict, violations))


def columns_named(violations: Iterable[Violation]) -> frozenset[str]:
    """The columns that violations are about, and those of which their examples hold values."""
    named: set[str] = set()
    for violation in violations:
        named.update(violation.columns)
        named.update(name for example in violation.examples for name in example.values)
    return frozenset(named)
