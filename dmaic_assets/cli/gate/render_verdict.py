"""A verdict as JSON and for people: the decision, why, and the violated rules with examples."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from dmaic_assets.cli.console import (
    DECISION_STYLES,
    SEVERITY_STYLES,
    bar,
    count,
    out,
    say,
)
from dmaic_assets.gate.reasons import reasons_beyond_rules, telling_first
from dmaic_assets.model import SEVERITIES, Example, Json, Verdict, Violation
from dmaic_assets.table.spelled_numbers import plural

# Broken rules printed: they are sorted, and the first ones tell most.
SHOWN_VIOLATIONS = 8
# Characters of a text on a line of its own.
SHOWN_TEXT = 160
_USUAL = "most of the newest accepted files failed it as much"

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
    for reason in reasons_beyond_rules(verdict):
        say(f"  {reason}")
    _print_rates(verdict)
    if verdict.violations:
        print_violations(verdict.violations)
    for change in verdict.schema_changes:
        kind = "breaking" if change.is_breaking else "not breaking"
        say(f"  schema: {change.column} {change.change} ({kind}): {change.detail}")
    for note in verdict.notes:
        say(f"  note: {note}", style="dim")


def print_violations(violations: Sequence[Violation]) -> None:
    """Prints the violated rules that tell most, each with its first example."""
    ordered = telling_first(violations)
    for violation in ordered[:SHOWN_VIOLATIONS]:
        print_violation(violation)
    more = len(ordered) - SHOWN_VIOLATIONS
    if more > 0:
        say(f"  and {more} more violated rules (--json lists all)", style="dim")


def print_violation(violation: Violation) -> None:
    """Prints one violated rule: what was expected, what was seen, and an example."""
    state = "broken" if violation.is_broken else "within its tolerance"
    style = SEVERITY_STYLES[violation.severity] if violation.is_broken else "dim"
    say(f"  {violation.rule}  ({violation.severity}, {state})", style=style)
    lines = {
        "expected": violation.expected,
        "seen": violation.seen,
        "likely": violation.cause,
        "usual": _USUAL if violation.habit is not None else None,
        "example": example_text(violation.examples[0]) if violation.examples else None,
    }
    for word, text in lines.items():
        if text:
            say(f"    {word:<8}  {shorten(text, width=SHOWN_TEXT)}")


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
        f"{plural(verdict.rows, 'row')}, {count(verdict.accepted)} accepted, "
        f"{count(verdict.quarantined)} {'held' if verdict.decision == 'reject' else 'quarantined'}"
        f"{_above(verdict)}",
    )
    out().print(line, soft_wrap=True)


def _above(verdict: Verdict) -> str:
    return f"; {plural(verdict.lines_above, 'line')} above the table" if verdict.lines_above else ""


def _print_rates(verdict: Verdict) -> None:
    broken = sum(violation.is_broken for violation in verdict.violations)
    baseline = (
        f"; learnt from {plural(verdict.baseline_files, 'accepted file')}"
        if verdict.baseline_files
        else ""
    )
    say(f"  {plural(verdict.rules_evaluated, 'rule')} evaluated, {broken} broken{baseline}")
    rates = verdict.severity_rates
    shown = [
        f"{severity} {bar(rates[severity] / 100, width=5)} {rates[severity]:.0f} %"
        for severity in SEVERITIES
        if severity in rates
    ]
    if shown and broken:
        say(f"  unbroken: {'   '.join(shown)}")
