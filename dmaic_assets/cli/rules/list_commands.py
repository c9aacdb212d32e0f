"""`dmaic rules list|show|changes`: the rules of a source, their evidence, and who changed them."""

from pathlib import Path

import click

from dmaic_assets.cli.console import (
    SEVERITY_STYLES,
    TableCell,
    print_json,
    print_table,
    say,
    styled,
)
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.rules.edit_commands import change_document
from dmaic_assets.cli.rules.scope import is_file, rules_of, source_argument
from dmaic_assets.model import SEVERITIES, Json, Rule, RuleChange, RuleSet
from dmaic_assets.table.spelled_numbers import plural

# Characters of a rule's text in the list: it shares its line with name and severity.
_LONGEST = 70


@click.command(
    "list",
    cls=ExampleCommand,
    examples=(
        "dmaic rules list orders",
        "dmaic rules list orders --column amount --severity critical",
        "dmaic rules list rules.yaml --json | jq '.rules[] | select(.enabled | not)'",
    ),
)
@source_argument
@click.option("--column", metavar="C", help="Only rules on this column.")
@click.option("--kind", metavar="K", help="Only rules of this kind.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only rules of this severity.")
@click.option("--off", is_flag=True, help="Only rules that are switched off.")
@project_option
@json_option
def list_rules(  # noqa: PLR0913 - one argument per option
    *,
    source: str,
    column: str | None,
    kind: str | None,
    severity: str | None,
    off: bool,
    project: Path | None,
    is_json: bool,
) -> None:
    """List the rules of a source with what each may cost.

    SOURCE is a source of the project or the path of a rule file. "stops" is the estimated share
    of clean files that a rule stops, "rows" the share of good rows that it sets apart.
    """
    rules, path = rules_of(source, project)
    wanted = [
        rule
        for rule in rules.rules
        if (column is None or column in rule.columns)
        and (kind is None or kind == rule.kind)
        and (severity is None or severity == rule.severity)
        and not (off and rule.is_enabled)
    ]
    if is_json:
        listed: list[Json] = [rule_document(rule) for rule in wanted]
        print_json({**_head(rules, path), "rules": listed})
        return
    version = _head(rules, path)["version"]
    say(f"{rules.source}: {plural(len(wanted), 'rule')} in {path}, version {version}")
    headers = ("rule", "severity", "origin", "on", "stops", "rows", "files")
    print_table(headers, [_row(rule) for rule in wanted], right=headers[4:])
    for note in rules.notes:
        say(f"note: {note}", style="dim")


@click.command(
    "show",
    cls=ExampleCommand,
    examples=(
        "dmaic rules show orders amount.range",
        "dmaic rules show rules.yaml a.in_set --json",
    ),
)
@source_argument
@click.argument("rule", metavar="RULE")
@project_option
@json_option
def show(*, source: str, rule: str, project: Path | None, is_json: bool) -> None:
    """Show one rule: what it expects, its evidence, and what people said about it."""
    from dmaic_assets.phenomena.registry import kind_of
    from dmaic_assets.rules.people import find_rule

    rules, path = rules_of(source, project)
    found = find_rule(rules, rule)
    mine = [c for c in rules.changes if c.rule == found.id]
    expects = kind_of(found).describe(found)
    if is_json:
        changes: list[Json] = [change_document(c) for c in mine]
        head = _head(rules, path)
        print_json({**head, **rule_document(found), "expects": expects, "changes": changes})
        return
    state = "on" if found.is_enabled else "off"
    say(f"{found.id}  {found.severity}, {found.origin}, {state}", style="bold")
    say(f"expects: {expects}")
    pairs = {**found.parameters, **{f"evidence: {k}": v for k, v in found.evidence.items()}}
    print_table(("key", "value"), [(key, _short(value)) for key, value in pairs.items()])
    _print_changes(mine)


@click.command(
    "changes",
    cls=ExampleCommand,
    examples=("dmaic rules changes orders", "dmaic rules changes orders --json"),
)
@source_argument
@project_option
@json_option
def changes(*, source: str, project: Path | None, is_json: bool) -> None:
    """List what people said about the rules of a source: who, when, why, before and after.

    Of a project's source the ledger is asked, of a rule file the file itself.
    """
    rules, path = rules_of(source, project)
    made = list(rules.changes) if is_file(source) else _recorded(source, project)
    if is_json:
        listed: list[Json] = [change_document(c) for c in made]
        print_json({**_head(rules, path), "changes": listed})
        return
    say(f"{rules.source}: {plural(len(made), 'change')}")
    _print_changes(made)


def _recorded(source: str, project: Path | None) -> list[RuleChange]:
    from dmaic_assets.cli.project import platform_at
    from dmaic_assets.store.ledger.record.rule_changes import rule_changes

    with platform_at(project) as platform:
        return rule_changes(platform.ledger, source)


def rule_document(rule: Rule) -> dict[str, Json]:
    """Builds the JSON of one rule."""
    from dmaic_assets.work.people.hand_rules import enforced

    return {
        **enforced(rule),
        "description": rule.description,
        "stop_rate": rule.evidence.get("stop_rate"),
        "good_rows_lost": rule.evidence.get("good_rows_lost"),
        "evidence": dict(rule.evidence),
    }


def _head(rules: RuleSet, path: Path) -> dict[str, Json]:
    from dmaic_assets.rules.people import version_of

    return {
        "source": rules.source,
        "rule_file": str(path),
        "version": version_of(rules),
        "baseline_files": len(rules.baseline),
        "notes": list(rules.notes),
    }


def _row(rule: Rule) -> tuple[TableCell, ...]:
    return (
        rule.id,
        styled(rule.severity, SEVERITY_STYLES[rule.severity]),
        rule.origin,
        "yes" if rule.is_enabled else "no",
        _rate(rule.evidence.get("stop_rate")),
        _rate(rule.evidence.get("good_rows_lost")),
        str(rule.evidence.get("files", "")),
    )


def _rate(value: Json) -> str:
    return f"{value:.2g}" if isinstance(value, int | float) else ""


def _short(value: Json) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _print_changes(made: list[RuleChange]) -> None:
    headers = ("version", "at", "by", "action", "of", "change", "reason")
    rows = [
        (str(c.version), c.at, c.by, c.action, c.rule or c.file[:16], _difference(c), c.reason)
        for c in made
    ]
    if rows:
        print_table(headers, rows, right=("version",))


def _difference(change: RuleChange) -> str:
    keys = sorted({**change.before, **change.after})
    return "; ".join(
        f"{k}: {_short(change.before[k])} -> {_short(change.after.get(k))}"
        if k in change.before
        else f"{k}: {_short(change.after[k])}"
        for k in keys
    )
