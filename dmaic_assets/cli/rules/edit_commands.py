"""`dmaic rules accept|reject|edit|disable|enable`: what people say about learnt rules."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Unpack, cast

import click

from dmaic_assets.cli.console import print_json, say
from dmaic_assets.cli.framework import ExampleCommand
from dmaic_assets.cli.rules.scope import Signed, change, is_file, signing_options, source_argument
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import SEVERITIES, Json, RuleAction, RuleChange, RuleSet, Severity
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.rules.people import Edit, Signature
    from dmaic_assets.work.people.rule_edits import Edited

_MEANINGS: dict[RuleAction, tuple[str, str]] = {
    "accept": (
        "Keep rules as they stand, whatever is learnt later.",
        "The rules become overrides: learning renews their evidence and leaves the rest alone.",
    ),
    "reject": (
        "Switch rules off for good: they are wrong.",
        "They stay off, even when history supports them again; `accept` brings them back.",
    ),
    "disable": (
        "Switch rules off for now.",
        "They stay off until `enable`; what they say is not changed.",
    ),
    "enable": (
        "Switch rules on again.",
        "A rule that was learnt is learnt again with the next accepted file.",
    ),
}


def _command(action: RuleAction) -> click.Command:
    summary, more = _MEANINGS[action]

    def run(source: str, rules: tuple[str, ...], **signed: Unpack[Signed]) -> None:
        _report(change(source, _saying(rules, action, None), signed), source, signed)

    run.__doc__ = (
        f"{summary}\n\n{more} SOURCE is a source of the project or the path of a rule file. Who, "
        "when and why are written into the rule file and the ledger; the next run goes by it."
    )
    command = signing_options(run)
    command = click.argument("rules", nargs=-1, required=True, metavar="RULE...")(command)
    examples = (
        f"dmaic rules {action} orders amount.range --reason 'prices rose in May'",
        f"dmaic rules {action} rules.yaml country.in_set",
    )
    made = click.command(action, cls=ExampleCommand, examples=examples)(source_argument(command))
    return cast("click.Command", made)


accept = _command("accept")
reject = _command("reject")
disable = _command("disable")
enable = _command("enable")


@click.command(
    "edit",
    cls=ExampleCommand,
    examples=(
        "dmaic rules edit orders amount.range --set max=1200 --reason 'new price list'",
        "dmaic rules edit orders country.in_set --set 'values=[NO, SE, DK]'",
        "dmaic rules edit orders amount.range --unset min --severity low --tolerance 0.02",
    ),
)
@source_argument
@click.argument("rule", metavar="RULE")
@click.option("--set", "given", multiple=True, metavar="KEY=VALUE", help="Set a parameter (YAML).")
@click.option("--unset", "taken", multiple=True, metavar="KEY", help="Take a parameter away.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Set the severity.")
@click.option(
    "--tolerance",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Share of rows that may fail before the rule is broken for the file.",
)
@click.option("--description", metavar="TEXT", help="Set the words for people.")
@signing_options
def edit(  # noqa: PLR0913 - one argument per option
    *,
    source: str,
    rule: str,
    given: tuple[str, ...],
    taken: tuple[str, ...],
    severity: Severity | None,
    tolerance: float | None,
    description: str | None,
    **signed: Unpack[Signed],
) -> None:
    """Change a rule and keep the change, whatever is learnt later.

    SOURCE is a source of the project or the path of a rule file. Values are written as in the
    rule file. Who, when and why are written into the rule file and the ledger.
    """
    from dmaic_assets.rules.people import Edit

    parameters: dict[str, Json] = {**_given(given), **dict.fromkeys(taken)}
    wanted = Edit(parameters, severity, tolerance, description)
    if wanted.is_empty:
        fix = "Add --set KEY=VALUE, --unset, --severity, --tolerance or --description."
        raise BadInputError(f"rule {rule}", "nothing to change is named", fix)
    _report(change(source, _saying((rule,), "edit", wanted), signed), source, signed)


def _saying(
    rules: tuple[str, ...], action: RuleAction, edit: "Edit | None"
) -> "Callable[[RuleSet, Signature], RuleSet]":
    from dmaic_assets.rules.people import say as say_of

    def apply(rule_set: RuleSet, signature: "Signature") -> RuleSet:
        for rule in rules:
            rule_set = say_of(rule_set, rule, action, signature, edit)
        return rule_set

    return apply


def _given(items: tuple[str, ...]) -> dict[str, Json]:
    from dmaic_assets.rules.yaml.text import Document

    found: dict[str, Json] = {}
    for item in items:
        key, sign, text = item.partition("=")
        if not sign or not key:
            raise BadInputError(f"--set {item}", "is not KEY=VALUE", "Write --set max=1200.")
        found[key] = Document(text, f"--set {key}").value
    return found


def _report(edited: "Edited", source: str, signed: Signed) -> None:
    from dmaic_assets.rules.people import version_of

    version = version_of(edited.rules)
    if signed["is_json"]:
        changes: list[Json] = [change_document(c) for c in edited.changes]
        print_json(
            {
                "source": edited.rules.source,
                "rule_file": str(edited.path),
                "version": version,
                "changes": changes,
            }
        )
        return
    if not edited.changes:
        say(f"nothing to change: {edited.path} says so already")
        return
    for made in edited.changes:
        say(change_line(made))
    told = "" if is_file(source) else "; the next run goes by it"
    what = plural(len(edited.changes), "change")
    say(f"{what} in {edited.path}, now version {version}{told}")


def change_line(change: RuleChange) -> str:
    """Says one change in words."""
    parts = [
        f"{key}: {change.before[key]} -> {said}" if key in change.before else f"{key}: {said}"
        for key, said in change.after.items()
    ]
    what = change.rule or (f"file {change.file[:16]}" if change.file else "values")
    why = f" ({change.reason})" if change.reason else ""
    return f"{change.action} {what}: {'; '.join(parts)}{why}"


def change_document(change: RuleChange) -> dict[str, Json]:
    """Builds the JSON of one change."""
    return {
        "version": change.version,
        "action": change.action,
        "rule": change.rule,
        "file": change.file or None,
        "at": change.at,
        "by": change.by,
        "reason": change.reason,
        "before": dict(change.before),
        "after": dict(change.after),
    }
