"""A verdict as JSON and for people: the decision, why, and the violated rules with examples."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.cli.console import (
    DECISION_STYLES,
    SEVERITY_STYLES,
    bar,
    count,
    out,
    percent,
    plural,
    print_table,
    say,
    styled,
)
from dmaic_assets.model import SEVERITIES, Example, Json, Severity, Verdict, Violation

if TYPE_CHECKING:
    from rich.text import Text

SHOWN_VIOLATIONS = 12
SHOWN_TEXT = 60

OUTCOMES: Mapping[str, str] = {
    "accept": "every row is accepted",
    "quarantine": "the file passes without its failing rows",
    "reject": "the file is held whole",
}


def verdict_document(verdict: Verdict, path: Path) -> dict[str, Json]:
    """Builds the JSON form of a verdict: shares in [0, 1], rates in percent, rows 0-based."""
    from dmaic_assets.gate.standalone import GateReport

    return {
        "file": str(path),
        "source": verdict.source,
        "sha256": verdict.file_sha256,
        **GateReport(verdict).payload(),
        "baseline_files": verdict.baseline_files,
    }


def print_verdict(verdict: Verdict, path: Path) -> None:
    """Prints a verdict: one line that decides, then what it rests on."""
    _print_headline(verdict, path)
    for reason in verdict.reasons:
        say(f"  {reason}")
    if verdict.severity_rates:
        _print_rates(verdict)
    if verdict.violations:
        print_violations(verdict.violations)
    for change in verdict.schema_changes:
        kind = "breaking" if change.is_breaking else "not breaking"
        say(f"  schema: {change.column} {change.change} ({kind}): {change.detail}")
    for note in verdict.notes:
        say(f"  note: {note}", style="dim")


def print_violations(violations: Sequence[Violation], *, limit: int = SHOWN_VIOLATIONS) -> None:
    """Prints the violated rules, broken and severe ones first, each with its first example."""
    ordered = sorted(
        violations, key=lambda v: (not v.is_broken, SEVERITIES.index(v.severity), -v.share)
    )
    rows = [
        (
            violation.rule,
            styled(violation.severity, SEVERITY_STYLES[violation.severity]),
            count(violation.rows_failed) if violation.scope == "row" else "file",
            percent(violation.share, digits=2) if violation.scope == "row" else "",
            shorten(violation.expected),
            _seen(violation),
        )
        for violation in ordered[:limit]
    ]
    print_table(
        ("rule", "severity", "rows", "share", "expected", "seen"), rows, right=("rows", "share")
    )
    if len(ordered) > limit:
        say(f"  and {len(ordered) - limit} more violated rules (--json lists all)", style="dim")


def example_text(example: Example) -> str:
    """Spells one failing row: `row 17: distance=-4`."""
    values = ", ".join(
        f"{column}={'(null)' if value is None else shorten(value, width=30)}"
        for column, value in example.values.items()
    )
    return f"row {example.row}: {values}" if values else f"row {example.row}"


def shorten(text: str, *, width: int = SHOWN_TEXT) -> str:
    """Cuts a text to `width` characters, on one line, with an ellipsis where it was cut."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"


def _print_headline(verdict: Verdict, path: Path) -> None:
    from rich.text import Text

    line = Text.assemble(
        (verdict.decision, DECISION_STYLES[verdict.decision]),
        f"  {path.name}  score {verdict.score * 100:.1f}: {OUTCOMES[verdict.decision]}; "
        f"{count(verdict.rows)} rows, {count(verdict.accepted)} accepted, "
        f"{count(verdict.quarantined)} quarantined",
    )
    out().print(line, soft_wrap=True)


def _print_rates(verdict: Verdict) -> None:
    broken = sum(violation.is_broken for violation in verdict.violations)
    baseline = (
        f"; learnt from {plural(verdict.baseline_files, 'accepted file')}"
        if verdict.baseline_files
        else ""
    )
    say(f"  {plural(verdict.rules_evaluated, 'rule')} evaluated, {broken} broken{baseline}")
    rows = [
        _rate_row(verdict, severity)
        for severity in SEVERITIES
        if severity in verdict.severity_rates
    ]
    print_table(("severity", "unbroken rules", "", "needed"), rows, right=("", "needed"))


def _rate_row(verdict: Verdict, severity: Severity) -> "tuple[Text, str, str, str]":
    rate = verdict.severity_rates[severity]
    needed = verdict.thresholds.severities.get(severity, 0.0)
    return (
        styled(severity, SEVERITY_STYLES[severity]),
        bar(rate / 100),
        percent(rate / 100),
        f"{needed:g} %",
    )


def _seen(violation: Violation) -> str:
    seen = shorten(violation.seen)
    cause = f" (likely: {violation.cause})" if violation.cause else ""
    example = f"; {example_text(violation.examples[0])}" if violation.examples else ""
    return f"{seen}{cause}{example}"
