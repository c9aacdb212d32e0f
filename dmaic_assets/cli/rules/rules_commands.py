"""`dmaic rules`: learn rules from files that somebody vouches for.

What people say about rules is in rule_edit_commands.py, looking at them in rule_list_commands.py,
the exchange with other tools in exchange_commands.py.
"""

from pathlib import Path

import click

from dmaic_assets.cli.console import print_json, print_table, say
from dmaic_assets.cli.framework import (
    ExampleCommand,
    LazyCommand,
    LazyGroup,
    json_option,
    refuse_overwriting,
    section_of,
)
from dmaic_assets.model import SEVERITIES, Json, RuleSet
from dmaic_assets.table.spelled_numbers import plural

CLI = "dmaic_assets.cli.rules"
MEMBERS = (
    *section_of(
        "Commands",
        CLI,
        {
            "rules_commands:learn": "Learn rules from files that you trust, as YAML.",
        },
    ),
    LazyCommand(
        "list",
        f"{CLI}.list_commands:list_rules",
        "List the rules of a source with what each may cost.",
        "Look at rules",
    ),
    *section_of(
        "Look at rules",
        CLI,
        {
            "list_commands:show": "Show one rule, its evidence, and what people said about it.",
            "list_commands:changes": "List what people said about rules: who, when and why.",
        },
    ),
    *section_of(
        "Say which rules hold",
        CLI,
        {
            "edit_commands:accept": "Keep rules as they stand, whatever is learnt later.",
            "edit_commands:reject": "Switch rules off for good.",
            "edit_commands:edit": "Change a rule and keep the change.",
            "edit_commands:disable": "Switch rules off for now.",
            "edit_commands:enable": "Switch rules on again.",
        },
    ),
    *section_of(
        "Commands",
        CLI,
        {
            "exchange_commands:export": "Write a rule file in another tool's form.",
        },
    ),
    LazyCommand(
        "import",
        f"{CLI}.exchange_commands:import_rules",
        "Take over the rules of another tool: pandera, expectations.",
        "Commands",
    ),
)


@click.group("rules", cls=LazyGroup, lazy=MEMBERS)
def rules() -> None:
    """Learn rules, say which hold, exchange them with other tools."""


@click.command(
    "learn",
    cls=ExampleCommand,
    examples=(
        "dmaic rules learn trusted.csv -o rules.yaml",
        "dmaic rules learn history/orders-*.csv -o orders.yaml --source orders",
    ),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The rule file to write; hand rules and overrides in it survive.",
)
@click.option("--source", metavar="S", help="The source's name; the rule file's when not given.")
@click.option(
    "--budget",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="SHARE",
    help="Share of clean files that the rules may stop (default 0.01).",
)
@click.option(
    "--time-column",
    metavar="COLUMN",
    help="When a row happened; one large file is cut by its periods.",
)
@json_option
def learn(
    *,
    files: tuple[Path, ...],
    output: Path,
    source: str | None,
    budget: float | None,
    time_column: str | None,
    is_json: bool,
) -> None:
    """Learn rules from files that you trust, as YAML.

    Needs no project. FILES are taken in the order given, oldest first; more of them tell more
    about how good files differ. A file too broken to be a model is refused.
    """
    from dmaic_assets.cli.standalone import learn_from
    from dmaic_assets.rules.merge import merge_rules
    from dmaic_assets.rules.yaml.file import load_rules, save_rules
    from dmaic_assets.table.read.discovery import source_slug

    refuse_overwriting("-o", output, files)
    name = source or source_slug(output.stem)
    learnt = learn_from(files, source=name, budget=budget, time_column=time_column)
    written = merge_rules(learnt, load_rules(output)) if output.is_file() else learnt
    save_rules(written, output)
    if is_json:
        print_json(_document(written, output))
    else:
        _print_learnt(written, output, files=len(files))


def _print_learnt(written: RuleSet, output: Path, *, files: int) -> None:
    counts = _by_severity(written)
    say(f"{plural(len(written.rules), 'rule')} learnt from {plural(files, 'file')} in {output}")
    print_table(("severity", "rules"), [(s, str(n)) for s, n in counts.items()], right=("rules",))
    for note in written.notes:
        say(f"note: {note}", style="dim")
    say(f"Next: dmaic gate FILE --rules {output}")


def _document(written: RuleSet, output: Path) -> dict[str, Json]:
    by_severity = dict[str, Json](_by_severity(written).items())
    return {
        "output": str(output),
        "source": written.source,
        "rules": len(written.rules),
        "by_severity": by_severity,
        "baseline": list(written.baseline),
        "notes": list(written.notes),
    }


def _by_severity(written: RuleSet) -> dict[str, int]:
    return {s: sum(r.severity == s and r.is_enabled for r in written.rules) for s in SEVERITIES}
