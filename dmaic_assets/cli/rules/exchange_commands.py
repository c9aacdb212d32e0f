"""`dmaic rules export` and `rules import`: rule files for other tools, and from them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from dmaic_assets.cli.console import print_json, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, refuse_overwriting
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json, RuleSet
from dmaic_assets.table.spelled_numbers import plural

FORMS = ("pandera", "expectations")
# Rules that a line names; --json has all.
SHOWN = 8
MODULE = '''"""The rules of {source} as a pandera schema, written by `dmaic rules export`.

`schema` takes eager Polars frames: `schema.validate(frame, lazy=True)`.
"""

from dmaic_assets.rules.exchange.pandera import to_pandera
from dmaic_assets.rules.yaml.file import parse_rules

RULES = {text}

schema = to_pandera(parse_rules(RULES, subject=__file__, source={source!r}))
'''


@click.command(
    "export",
    cls=ExampleCommand,
    examples=(
        "dmaic rules export orders.yaml --to pandera -o orders_schema.py",
        "dmaic rules export orders.yaml --to expectations -o suite.yaml",
    ),
)
@click.argument("rules_file", type=click.Path(dir_okay=False, path_type=Path), metavar="RULES")
@click.option(
    "--to",
    "form",
    type=click.Choice(FORMS),
    help="A Python module with a pandera schema, or an expectation suite in YAML.",
)
@click.option("--pandera", "form", flag_value="pandera", help="The same as --to pandera.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.",
)
@json_option
def export(*, rules_file: Path, form: str | None, output: Path, is_json: bool) -> None:
    """Write a rule file in another tool's form.

    The schema fails exactly the rules, and rows, that the gate fails; severities and tolerances
    have no counterpart there. It takes eager frames, since pandera checks no values of lazy ones.
    A suite has both; rules that no expectation says are left out by name.
    """
    from dmaic_assets.rules.yaml.file import load_rules
    from dmaic_assets.store.effect_files import write_bytes

    if form is None:
        fix = f"Add {' or '.join(f'--to {name}' for name in FORMS)}."
        raise BadInputError("dmaic rules export", "no form is named", fix)
    refuse_overwriting("-o", output, (rules_file,))
    rule_set = load_rules(rules_file)
    if form == "pandera":
        text, count, left_out = _schema_module(rule_set)
    else:
        from dmaic_assets.rules.exchange.expectations_export import to_expectations

        suite = to_expectations(rule_set)
        text, count, left_out = suite.text, len(suite.rules), suite.left_out
    write_bytes(output, text.encode())
    if is_json:
        told: dict[str, Json] = {} if form == "pandera" else {"left_out": dict(left_out)}
        print_json({"output": str(output), "rules": count, **told})
        return
    what = "a pandera schema" if form == "pandera" else "an expectation suite"
    say(f"{plural(count, 'rule')} as {what} in {output}")
    for reason in dict.fromkeys(left_out.values()):
        ids = [rule for rule, why in left_out.items() if why == reason]
        more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
        say(f"left out, {reason}: {', '.join(ids[:SHOWN])}{more}", style="yellow")


def _schema_module(rule_set: RuleSet) -> tuple[str, int, Mapping[str, str]]:
    """The Python module of a schema and how many rules are in it; none is left out."""
    from dmaic_assets.rules.exchange.pandera import to_pandera
    from dmaic_assets.rules.yaml.file import format_rules

    to_pandera(rule_set)
    text = MODULE.format(source=rule_set.source, text=_literal(format_rules(rule_set)))
    return text, sum(rule.is_enabled for rule in rule_set.rules), {}


@click.command(
    "import",
    cls=ExampleCommand,
    examples=(
        "dmaic rules import schema.yaml -o orders.yaml",
        "dmaic rules import schema.yaml -o config/rules/orders.yaml --source orders",
        "dmaic rules import suite.yaml --from expectations -o orders.yaml",
    ),
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--from",
    "form",
    type=click.Choice(FORMS),
    default="pandera",
    show_default=True,
    help="What FILE is.",
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The rule file to write; other rules in it stay.",
)
@click.option("--source", metavar="S", help="The source's name; the rule file's when not given.")
@json_option
def import_rules(*, file: Path, form: str, output: Path, source: str | None, is_json: bool) -> None:
    """Take over a pandera schema (as its to_yaml writes it) or an expectation suite in YAML.

    The rules count as written by hand. What has no counterpart is refused by name.
    """
    from dmaic_assets.rules.exchange.expectations import from_expectations
    from dmaic_assets.rules.exchange.pandera import from_pandera
    from dmaic_assets.rules.yaml.file import load_rules, save_rules

    refuse_overwriting("-o", output, (file,))
    read = from_expectations if form == "expectations" else from_pandera
    imported = read(file, source=source or output.stem)
    written = joined(load_rules(output), imported) if output.is_file() else imported
    save_rules(written, output)
    if is_json:
        ids: list[Json] = [rule.id for rule in imported.rules]
        print_json({"output": str(output), "source": written.source, "rules": ids})
    else:
        say(f"{plural(len(imported.rules), 'rule')} taken over into {output}")


def joined(existing: RuleSet, imported: RuleSet) -> RuleSet:
    """Adds imported rules to a rule set; one with the id of an existing rule takes its place."""
    new = {rule.id: rule for rule in imported.rules}
    kept = [new.pop(rule.id, rule) for rule in existing.rules]
    return replace(existing, rules=(*kept, *new.values()))


def _literal(text: str) -> str:
    # A raw triple-quoted string reads best, and is possible unless the text ends it.
    is_plain = '"""' not in text and "\\" not in text
    return f'"""\\\n{text}"""' if is_plain else repr(text)
