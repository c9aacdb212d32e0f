"""`dmaic gate admit`: a value that is set apart is fine; its rules know it, its rows are stored."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import print_json, say
from dmaic_assets.cli.framework import ExampleCommand, by_option, json_option, project_option
from dmaic_assets.cli.project import platform_at
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.model import RuleSet
    from dmaic_assets.store.ledger.record.files import Arrival
    from dmaic_assets.work.run.platform import Platform


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
    from dmaic_assets.cli.runs.main_job import execute, refuse_failures
    from dmaic_assets.rules.admission import admit as admitted
    from dmaic_assets.store.ledger.record.files import arrivals
    from dmaic_assets.work.people.rule_edits import change_rules, signature
    from dmaic_assets.work.plan.plan import plan_run
    from dmaic_assets.work.plan.request import RunRequest

    if not reason.strip():
        raise BadInputError("--reason", "is empty", "Say why the value is fine.")
    with platform_at(project) as platform:
        mine = signature(platform.clock(), by=by, reason=reason)
        before = {a.sha256: a for a in arrivals(platform.ledger, [source])}
        known: list[str] = []

        def change(rules: "RuleSet") -> "RuleSet":
            wider, ids = admitted(rules, column, values, mine)
            known.extend(ids)
            return wider

        edited = change_rules(platform, source, change)
        request = RunRequest(sources=(source,))
        outcome = execute(platform, request, plan_run(platform, request), is_quiet=is_json)
        refuse_failures(platform, outcome)
        told: dict[str, Json] = {"source": source, "column": column, "values": list(values)}
        told |= {"rules": list(known), "rule_file": str(edited.path)}
        _report(platform, told, before, is_json=is_json)
    return errors.OK


def _report(
    platform: "Platform",
    told: dict[str, Json],
    before: "Mapping[str, Arrival]",
    *,
    is_json: bool,
) -> None:
    from dmaic_assets.store.ledger.record.files import arrivals

    source = str(told["source"])
    now = [a for a in arrivals(platform.ledger, [source]) if a.sha256 in before]
    moved = [(before[a.sha256], a) for a in now if a.accepted != before[a.sha256].accepted]
    files: list[Json] = [
        {
            "file": a.name,
            "was": old.disposition,
            "is": a.disposition,
            "accepted": a.accepted - old.accepted,
            "quarantined": a.quarantined,
        }
        for old, a in moved
    ]
    rows = sum(a.accepted - old.accepted for old, a in moved)
    if is_json:
        print_json({**told, "rows_accepted": rows, "files": files})
        return
    ids = told["rules"]
    rules = ", ".join(map(str, ids)) if isinstance(ids, list) and ids else "every rule already"
    values = told["values"]
    said = ", ".join(map(str, values)) if isinstance(values, list) else ""
    say(f"admitted {said} to {source}.{told['column']}: known to {rules}")
    say(f"{plural(rows, 'row')} more accepted, in {plural(len(moved), 'file')}")
    for old, a in moved:
        say(
            f"  {a.name}: {old.disposition} -> {a.disposition}, {a.accepted - old.accepted:+,} rows"
        )
