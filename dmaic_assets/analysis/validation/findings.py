"""What of checks, filters and metrics people should hear, in sentences.

What belongs here: words and weights. A severity that a person gave decides.
"""

from collections.abc import Iterator, Mapping

from dmaic_assets.analysis.finding import WEIGHTS, Finding, Weight
from dmaic_assets.analysis.values.held import Held, with_held
from dmaic_assets.analysis.values.validation import (
    CheckResult,
    FilterResult,
    MetricResult,
    ValidationValue,
)
from dmaic_assets.store.codec import to_json

_WEIGHT_OF: Mapping[str, Weight] = {
    "critical": "high",
    "error": "medium",
    "warning": "low",
    "info": "info",
}

_WEIGHT_OF_BAND: Mapping[str, Weight] = {"poor": "medium", "fair": "low"}


def findings_of(value: ValidationValue, held: Mapping[str, Held]) -> tuple[Finding, ...]:
    """All findings, the gravest first; what passed is none.

    `held` is what of each table is in quarantine: groups that a check adds up lack these rows.
    """
    found = [
        *(f for check in value.checks for f in _of_check(check, held)),
        *(f for one in value.filters for f in _of_filter(one)),
        *(f for metric in value.metrics for f in _of_metric(metric)),
        *(f for metric in value.measures for f in _of_measure(metric)),
    ]
    return tuple(sorted(found, key=lambda f: -WEIGHTS.index(f.weight)))


def _of_check(check: CheckResult, held: Mapping[str, Held]) -> Iterator[Finding]:
    table = check.tables[0]
    about = " and ".join(check.tables)
    columns = f" ({', '.join(check.columns)})" if check.columns else ""
    if check.status == "failed":
        share = check.broken / check.checked
        text = (
            f"The check {check.name} fails: {check.failed:,} of {check.checked:,} {check.unit}"
            f" of {about}{columns} break it"
        )
        if check.held:
            them = f"{check.held:,}" if check.broken else "all"
            text += f", {them} of which have rows in quarantine"
        told_of = {"examples": check.examples, "severity": check.severity, "held": check.held}
        evidence = to_json(told_of)
        weight = _WEIGHT_OF[check.severity]
        weight = weight if check.broken or weight == "info" else "low"
        told = evidence if isinstance(evidence, dict) else {}
        found = Finding(table, check.columns, "failed_share", share, "1", f"{text}.", weight, told)
        is_of_rows = check.unit == "rows" and len(check.tables) == 1
        is_known = is_of_rows or check.is_held_whole or not check.broken
        yield found if is_known else with_held(found, check.tables, held)
    elif check.status in ("error", "skipped"):
        yield _unworked(table, "check", check.name, check.status, check.text)


def _of_filter(result: FilterResult) -> Iterator[Finding]:
    if result.status in ("error", "skipped") and result.is_declared:
        yield _unworked(result.table, "filter", result.name, result.status, result.text)
    if result.status != "failed" or result.classes is None:
        return
    apart = result.rows - result.classes["clean"]
    kinds = ", ".join(f"{n:,} {k}" for k, n in result.classes.items() if n and k != "clean")
    rows = f"{apart:,} of {result.rows:,} rows of {result.table}"
    rules = ", ".join(f"{rule.name} {rule.broken:,}" for rule in result.rules if rule.broken)
    text = f"The filter {result.name} sets {rows} apart: {kinds}. Rules broken: {rules}."
    weight: Weight = "medium" if result.classes["quarantine"] else "low"
    if not result.is_declared:
        # Repeats, gaps in keys and rows that lead nowhere are told where they are looked for.
        weight = "info"
    broken = [rule for rule in result.rules if rule.broken]
    columns = tuple(dict.fromkeys(name for rule in broken for name in rule.columns))
    counts = {rule.name: rule.broken for rule in broken}
    share = apart / result.rows
    yield Finding(result.table, columns, "rows_apart", share, "1", text, weight, counts)


def _of_metric(metric: MetricResult) -> Iterator[Finding]:
    if metric.status in ("error", "skipped"):
        yield _unworked("", "metric", metric.name, metric.status, metric.text)
        return
    band = f", which is {metric.band}" if metric.band else ""
    text = f"{metric.name} is {metric.value:,.6g} {metric.unit}{band}."
    weight = _WEIGHT_OF_BAND.get(metric.band or "good", "info")
    evidence = {step.name: step.value for step in metric.steps}
    yield Finding("", (), metric.name, metric.value, metric.unit, text, weight, evidence)


def _of_measure(metric: MetricResult) -> Iterator[Finding]:
    table, _, name = metric.name.rpartition(".")
    text = (
        f"{name.replace('_', ' ')} of {table} is {metric.value:,.4g} {metric.unit}: {metric.band}."
    )
    # A fact: what is behind a poor one, other analyses tell with the columns.
    text = text[0].upper() + text[1:]
    yield Finding(table, (), name, metric.value, metric.unit, text)


def _unworked(table: str, kind: str, name: str, status: str, why: str) -> Finding:
    """A check that says nothing is told: what is not worked is not known to pass."""
    weight: Weight = "medium" if status == "error" else "info"
    said = "cannot be worked" if status == "error" else "was skipped"
    text = f"The {kind} {name} {said}: {why}".rstrip(".") + "."
    return Finding(table, (), f"{kind}_{status}", None, "1", text, weight)
