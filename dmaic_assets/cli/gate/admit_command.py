"""`dmaic gate admit`: a value that is set apart is fine; its rules know it, its rows are stored."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import print_json, say
from dmaic_assets.cli.framework import ExampleCommand, by_option, json_option, project_option
from dmaic_assets.cli.gate.judged_again import files_of, judge_again, moved_since, say_moved
from dmaic_assets.cli.project import platform_at
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.model import RuleSet


@click.command(
    "admit",
    cls=ExampleCommand,
    examples=(
        "dmaic gate admit orders --column state --value refund --reason 'new since May'",
        "dmaic gate admit orders --column state --value refund --value swap --reason r --by kim",
        "dmaic gate admit orders --column state --value refund --reason r --json | jq .files",
    ),
)
@click.argument("source", metavar="SOURCE")
@click.option("--column", required=True, metavar="NAME", help="The column that has the value.")
@click.option(
    "--value", "values", required=True, multiple=True, metavar="TEXT", help="The value; repeatable."
)
@click.option("--reason", required=True, metavar="TEXT", help="Why it is fine; kept for good.")
@by_option
@project_option
@json_option
def admit(  # noqa: PLR0913 - one for each option
    *,
    source: str,
    column: str,
    values: tuple[str, ...],
    reason: str,
    by: str | None,
    project: Path | None,
    is_json: bool,
) -> int:
    """Make a value known that its column's rules set apart, and judge its rows again.

    The rules that list the values of the column get it and stay as they are otherwise, after
    every later learning too. All files of the source are judged again, held ones and split ones;
    what else is wrong with a row still sets it apart.
    """
    from dmaic_assets.rules.admission import admit as admitted
    from dmaic_assets.work.people.rule_edits import change_rules, signature

    if not reason.strip():
        raise BadInputError("--reason", "is empty", "Say why the value is fine.")
    with platform_at(project) as platform:
        mine = signature(platform.clock(), by=by, reason=reason)
        before = files_of(platform, source)
        known: list[str] = []

        def change(rules: "RuleSet") -> "RuleSet":
            wider, ids = admitted(rules, column, values, mine)
            known.extend(ids)
            return wider

        edited = change_rules(platform, source, change)
        judge_again(platform, source, is_quiet=is_json)
        moved = moved_since(platform, source, before)
    rows = sum(m.rows for m in moved)
    if is_json:
        told: dict[str, Json] = {"source": source, "column": column, "values": list(values)}
        told |= {"rules": list(known), "rule_file": str(edited.path)}
        print_json({**told, "rows_accepted": rows, "files": [m.document for m in moved]})
        return errors.OK
    known_to = ", ".join(known) or "every rule already"
    say(f"admitted {', '.join(values)} to {source}.{column}: known to {known_to}")
    say(f"{plural(rows, 'row')} more accepted, in {plural(len(moved), 'file')}")
    say_moved(moved)
    return errors.OK
