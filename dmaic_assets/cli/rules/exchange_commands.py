"""`dmaic rules export` and `rules import`: rule files for other tools, and from them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from dmaic_assets.cli.console import print_json, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, refuse_overwriting
from dmaic_assets.cli.rules.personal import personal_columns, without_personal
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json, RuleSet
from dmaic_assets.table.spelled_numbers import plural

EXPORTED = ("pandera", "expectations", "odcs", "dbt", "sql")
IMPORTED = ("pandera", "expectations", "odcs")
# How a form is called in a sentence.
WORDS: Mapping[str, str] = {
    "pandera": "a pandera schema",
    "expectations": "an expectation suite",
    "odcs": "a data contract",
    "dbt": "tests of dbt",
    "sql": "a SQL script",
}
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
        "dmaic rules export config/rules/orders.yaml --to odcs -o orders.odcs.yaml",
        "dmaic rules export orders.yaml --to dbt -o models/orders.yml",
        "dmaic rules export orders.yaml --to sql -o orders.sql",
    ),
)
@click.argument("rules_file", type=click.Path(dir_okay=False, path_type=Path), metavar="RULES")
@click.option(
    "--to",
    "form",
    type=click.Choice(EXPORTED),
    help="A Python module with a pandera schema, an expectation suite, a contract of the Open Data"
    " Contract Standard, a schema.yml of dbt, or a script of SQL.",
)
@click.option("--pandera", "form", flag_value="pandera", help="The same as --to pandera.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.",
)
@click.option(
    "--with-personal",
    is_flag=True,
    help="With odcs, dbt and sql: what rules know of values of persons too.",
)
@json_option
def export(
    *, rules_file: Path, form: str | None, output: Path, with_personal: bool, is_json: bool
) -> None:
    """Write a rule file in another tool's form.

    The schema fails exactly the rules, and rows, that the gate fails; severities and tolerances
    have no counterpart there. It takes eager frames, since pandera checks no values of lazy ones.
    What a suite, a contract, tests of dbt or SQL cannot say is left out by name; so is, of the
    last three, what was learnt of values of columns that tell of persons.
    """
    from dmaic_assets.rules.yaml.file import load_rules
    from dmaic_assets.store.effect_files import write_bytes

    if form is None:
        fix = f"Add --to with one of: {', '.join(EXPORTED)}."
        raise BadInputError("dmaic rules export", "no form is named", fix)
    refuse_overwriting("-o", output, (rules_file,))
    rule_set = load_rules(rules_file)
    personal: frozenset[str] = frozenset()
    kept: dict[str, str] = {}
    if form in ("odcs", "dbt", "sql"):
        personal = personal_columns(rules_file, rule_set)
        if not with_personal:
            rule_set, kept = without_personal(rule_set, personal)
    text, written, left_out = _exported(form, rule_set, personal)
    left_out = {**left_out, **kept}
    write_bytes(output, text.encode())
    if is_json:
        told: dict[str, Json] = {} if form == "pandera" else {"left_out": dict(left_out)}
        print_json({"output": str(output), "rules": written, **told})
        return
    say(f"{plural(written, 'rule')} as {WORDS[form]} in {output}")
    for reason in dict.fromkeys(left_out.values()):
        ids = [rule for rule, why in left_out.items() if why == reason]
        more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
        say(f"left out, {reason}: {', '.join(ids[:SHOWN])}{more}", style="yellow")


def _exported(
    form: str, rule_set: RuleSet, personal: frozenset[str]
) -> tuple[str, int, Mapping[str, str]]:
    """The text of a form, how many rules are in it, and why others are not."""
    if form == "pandera":
        return _schema_module(rule_set)
    if form == "odcs":
        from dmaic_assets.rules.exchange.odcs.export import to_odcs

        contract = to_odcs(rule_set, personal=personal)
        return contract.text, len(contract.rules), contract.left_out
    if form == "dbt":
        from dmaic_assets.rules.exchange.dbt import to_dbt

        model = to_dbt(rule_set)
        return model.text, len(model.rules), model.left_out
    if form == "sql":
        from dmaic_assets.rules.exchange.sql.script import to_sql

        script = to_sql(rule_set)
        return script.text, len(script.rules), script.left_out
    from dmaic_assets.rules.exchange.expectations_export import to_expectations

    suite = to_expectations(rule_set)
    return suite.text, len(suite.rules), suite.left_out


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
        "dmaic rules import orders.odcs.yaml --from odcs -o orders.yaml",
    ),
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--from",
    "form",
    type=click.Choice(IMPORTED),
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
    """Take over a pandera schema (its to_yaml), an expectation suite or a contract.

    The rules count as written by hand. What has no counterpart is refused by name; what of a
    contract (Open Data Contract Standard 3) or suite nobody judges is left out by name.
    """
    from dmaic_assets.rules.yaml.file import load_rules, save_rules

    refuse_overwriting("-o", output, (file,))
    imported, left_out = _imported(file, form, source or output.stem)
    written = joined(load_rules(output), imported) if output.is_file() else imported
    save_rules(written, output)
    if is_json:
        ids: list[Json] = [rule.id for rule in imported.rules]
        told: dict[str, Json] = {"left_out": list(left_out)} if form == "odcs" else {}
        print_json({"output": str(output), "source": written.source, "rules": ids, **told})
    else:
        say(f"{plural(len(imported.rules), 'rule')} taken over into {output}")
        for reason in left_out:
            say(f"left out: {reason}", style="yellow")


def _imported(file: Path, form: str, source: str) -> tuple[RuleSet, tuple[str, ...]]:
    """The rules of a file, and what of it nobody judges."""
    if form == "odcs":
        from dmaic_assets.rules.exchange.odcs.read import from_odcs

        contract = from_odcs(file, source=source)
        return contract.rules, contract.left_out
    if form == "expectations":
        from dmaic_assets.rules.exchange.expectations import from_expectations

        return from_expectations(file, source=source), ()
    from dmaic_assets.rules.exchange.pandera import from_pandera

    return from_pandera(file, source=source), ()


def joined(existing: RuleSet, imported: RuleSet) -> RuleSet:
    """Adds imported rules to a rule set; one with the id of an existing rule takes its place."""
    new = {rule.id: rule for rule in imported.rules}
    kept = [new.pop(rule.id, rule) for rule in existing.rules]
    return replace(existing, rules=(*kept, *new.values()))


def _literal(text: str) -> str:
    # A raw triple-quoted string reads best, and is possible unless the text ends it.
    is_plain = '"""' not in text and "\\" not in text
    return f'"""\\\n{text}"""' if is_plain else repr(text)
