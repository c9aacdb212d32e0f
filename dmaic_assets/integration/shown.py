"""What a check of a gated asset shows: the reason in one line, and what stands behind it.

What belongs here: words, tables and pictures of one judged table as Dagster metadata.
"""

from collections.abc import Sequence

import dagster as dg

from dmaic_assets.defs.checks.cell import Finding
from dmaic_assets.defs.metadata.pictures import row_split, score_bar
from dmaic_assets.defs.metadata.tables import JudgedFile, reasons_text, table_of
from dmaic_assets.integration.gated_table import JudgedTable
from dmaic_assets.model import Json, Verdict, Violation
from dmaic_assets.table.spelled_numbers import plural

# Violated rules in the table of a check: what one screen shows.
_SHOWN = 20
_COLUMNS = ("rule", "severity", "expected", "seen", "rows", "likely cause", "example")


def gate_finding(judged: Sequence[JudgedTable]) -> Finding:
    """Whether the gate lets the table pass, and why not."""
    verdicts = [one.verdict for one in judged]
    held = [v for v in verdicts if v.decision == "reject"]
    return Finding(
        passed=not held,
        description=_copy_words(judged)
        + (_held_words(held, len(verdicts)) if held else _passed_words(verdicts)),
        metadata=_metadata(judged),
    )


def rows_finding(judged: Sequence[JudgedTable]) -> Finding:
    """Whether every row of the table passes; rows of a held table are the gate's to tell."""
    split = [one.verdict for one in judged if one.verdict.decision == "quarantine"]
    rows = sum(v.quarantined for v in split)
    total = sum(one.verdict.rows for one in judged)
    if not split:
        return Finding(passed=True, description="no single row fails a rule")
    found = [v for verdict in split for v in verdict.violations if v.scope == "row"]
    most = max(found, key=lambda v: v.rows_failed, default=None)
    told = _told(most) if most else "see the violated rules"
    return Finding(
        passed=False,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{rows:,} of {plural(total, 'row')} set apart: {told}",
        metadata=_metadata(judged),
    )


def _copy_words(judged: Sequence[JudgedTable]) -> str:
    """A table that is another's over again is told as such: perhaps it was not made anew."""
    same = [one.same_as for one in judged if one.same_as]
    return f"the same content as {', '.join(same)}; " if same else ""


def _held_words(held: Sequence[Verdict], count: int) -> str:
    reason = next((reason for v in held for reason in v.reasons), "see the violated rules")
    told = "held" if count == 1 else f"{len(held)} of {count} held"
    broken = next((v for verdict in held for v in verdict.violations if v.is_broken), None)
    if broken is None:
        return f"{told}: {reason}"
    return f"{told}: {_told(broken)}"


def _told(violation: Violation) -> str:
    likely = f"; likely {violation.cause}" if violation.cause else ""
    return f"expected {violation.expected}; seen {violation.seen}{likely}"


def _passed_words(verdicts: Sequence[Verdict]) -> str:
    rows, learnt = (
        sum(v.rows for v in verdicts),
        max((v.baseline_files for v in verdicts), default=0),
    )
    rules = max((v.rules_evaluated for v in verdicts), default=0)
    if not learnt:
        return f"{plural(rows, 'row')} accepted: the first, there is nothing to compare with"
    return (
        f"{plural(rows, 'row')}, {plural(rules, 'rule')}"
        f" learnt from {plural(learnt, 'materialization')}: passed"
    )


def _metadata(judged: Sequence[JudgedTable]) -> dict[str, dg.MetadataValue]:
    files = tuple(JudgedFile(one.name, one.verdict) for one in judged)
    verdicts = [one.verdict for one in judged]
    accepted, apart = sum(v.accepted for v in verdicts), sum(v.quarantined for v in verdicts)
    score = min((v.score for v in verdicts), default=1.0)
    overall = max((v.thresholds.overall for v in verdicts), default=0.0)
    found = [v for verdict in verdicts for v in verdict.violations]
    shown: dict[str, dg.MetadataValue] = {
        "score": dg.MetadataValue.float(round(100 * score, 3)),
        "rows": dg.MetadataValue.int(accepted + apart),
        "rows_failed": dg.MetadataValue.int(apart),
        "memoized": dg.MetadataValue.bool(all(one.is_known for one in judged)),
        "score_picture": dg.MetadataValue.md(score_bar(score, overall)),
    }
    if found:
        shown["violations"] = violations(found)
        shown["rows_picture"] = dg.MetadataValue.md(row_split(accepted, apart))
    if any(v.decision != "accept" for v in verdicts):
        shown["reasons"] = reasons_text(files)
    return shown


def violations(found: Sequence[Violation]) -> dg.MetadataValue:
    """Shows violated rules, the broken ones first: what was expected, what came, how many, why."""
    ordered = sorted(found, key=lambda v: (not v.is_broken, -v.share))
    records: list[dict[str, Json]] = [
        {
            "rule": v.rule,
            "severity": v.severity,
            "expected": v.expected,
            "seen": v.seen,
            "rows": f"{v.rows_failed:,}" if v.scope == "row" else "the table",
            "likely cause": v.cause or "",
            "example": "; ".join(
                f"row {e.row}: " + ", ".join(f"{name}={value}" for name, value in e.values.items())
                for e in v.examples[:1]
            ),
        }
        for v in ordered[:_SHOWN]
    ]
    return table_of(records, _COLUMNS)
