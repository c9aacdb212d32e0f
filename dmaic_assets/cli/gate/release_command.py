"""`dmaic gate release`: a held file is fine after all; it is accepted, and its rules learn it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import count, print_json, say
from dmaic_assets.cli.framework import ExampleCommand, by_option, json_option, project_option
from dmaic_assets.cli.gate.told_rules import rules_document, say_rules
from dmaic_assets.cli.project import platform_at
from dmaic_assets.cli.rules.edit_commands import change_document
from dmaic_assets.errors import BadInputError, PolicyError
from dmaic_assets.model import Json, RuleChange, Verdict
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.cli.runs.main_job import Outcome
    from dmaic_assets.rules.people import Signature
    from dmaic_assets.work.people.release import Became, Held
    from dmaic_assets.work.run.platform import Platform


@click.command(
    "release",
    cls=ExampleCommand,
    examples=(
        "dmaic gate release data/quarantine/orders/1f0c.../day7.csv --reason 'Easter is like that'",
        "dmaic gate release day7.csv --reason 'checked with the shop' --by kim",
        "dmaic gate release 1f0c22d6 --reason 'new country' --json",
        "dmaic gate release --rule country.in_set --all orders --reason 'we sell to Norway now'",
        "dmaic gate release --rule a.range --rule b.range --all orders --reason r --json",
    ),
)
@click.argument("file", metavar="[FILE | --rule RULE --all [SOURCE]]", required=False)
@click.option("--rule", "rules", multiple=True, metavar="RULE", help="With --all; repeatable.")
@click.option(
    "--all", "is_all", is_flag=True, help="Every held file of SOURCE that only these rules hold."
)
@click.option("--reason", required=True, metavar="TEXT", help="Why it is fine; kept for good.")
@by_option
@project_option
@json_option
def release(  # noqa: PLR0913 - one for each option
    *,
    file: str | None,
    rules: tuple[str, ...],
    is_all: bool,
    reason: str,
    by: str | None,
    project: Path | None,
    is_json: bool,
) -> int:
    """Accept a held file after all, or all that a rule holds; the rules that held it learn it.

    FILE is its path, its name, or the beginning of its SHA-256. A rule that has bounds or lists
    values is widened by what the file needs, and no later learning forgets it. Others are learnt
    again with the file in their history; only one that would still hold it is retired. Rows that
    cannot be read stay set apart.

    With --rule and --all, every held file of SOURCE that no other rule holds is released, and all
    files of the source are judged again. Files that other rules hold too are named, not released.
    """
    from dmaic_assets.cli.gate.release_all import release_all
    from dmaic_assets.work.people.rule_edits import signature

    if not reason.strip():
        raise BadInputError("--reason", "is empty", "Say why the file is fine.")
    if bool(rules) != is_all:
        fix = "Give both (--rule RULE --all [SOURCE]), or one FILE."
        raise BadInputError("--rule and --all", "belong together", fix)
    if not file and not is_all:
        raise BadInputError("FILE", "is missing", "Name a held file, or --rule RULE --all.")
    with platform_at(project) as platform:
        mine = signature(platform.clock(), by=by, reason=reason)
        if is_all:
            release_all(platform, rules, file, mine, is_json=is_json)
        else:
            _release_one(platform, str(file), mine, is_json=is_json)
    return errors.OK


def _release_one(platform: "Platform", file: str, mine: "Signature", *, is_json: bool) -> None:
    from dmaic_assets.cli.runs.main_job import execute, refuse_failures
    from dmaic_assets.rules.yaml.file import load_rules
    from dmaic_assets.work.people.hand_rules import rules_path
    from dmaic_assets.work.people.release import (
        find_held,
        what_became,
        write_consequences,
        write_release,
    )
    from dmaic_assets.work.plan.plan import plan_run
    from dmaic_assets.work.plan.request import RunRequest

    held = find_held(platform, file)
    path = rules_path(platform.settings, held.arrival.source)
    before = load_rules(path).rules if path.is_file() else ()
    told = write_release(platform, held, mine)
    request = RunRequest(files=(held.file.path,))
    outcome = execute(platform, request, plan_run(platform, request), is_quiet=is_json)
    refuse_failures(platform, outcome)
    verdict = _verdict(outcome, held)
    learnt = write_consequences(platform, (held,), before, mine)
    became = what_became(platform, held.arrival.source, before, held.rules)
    changes = (*told.changes, *learnt.changes)
    _report(platform, held, verdict, changes, became, is_json=is_json)


def _verdict(outcome: "Outcome", held: "Held") -> Verdict:
    verdict = outcome.verdicts.get((held.arrival.source, held.arrival.sha256))
    if verdict is None or verdict.decision == "reject":
        why = "; ".join(verdict.reasons) if verdict else "the run did not judge it"
        fix = "Correct the file and deliver it again."
        raise PolicyError(f"{held.arrival.source}/{held.arrival.name}", f"stays held: {why}", fix)
    return verdict


def _report(
    platform: "Platform",
    held: "Held",
    verdict: Verdict,
    changes: tuple[RuleChange, ...],
    became: "tuple[Became, ...]",
    *,
    is_json: bool,
) -> None:
    arrival = held.arrival
    if is_json:
        listed: list[Json] = [change_document(change) for change in changes]
        print_json(
            {
                "source": arrival.source,
                "file": arrival.name,
                "sha256": arrival.sha256,
                "verdict": verdict.decision,
                "rows": verdict.rows,
                "accepted": verdict.accepted,
                "quarantined": verdict.quarantined,
                "held_by": list(held.rules),
                "rule_file": str(platform.paths.rules / f"{arrival.source}.yaml"),
                "changes": listed,
                "became": rules_document(became),
            }
        )
        return
    apart = f", {plural(verdict.quarantined, 'row')} set apart" if verdict.quarantined else ""
    rows = f"{count(verdict.accepted)} of {plural(verdict.rows, 'row')} accepted{apart}"
    say(f"released {arrival.source}/{arrival.name}: {rows}")
    say_rules(became)
    say(f"Next: dmaic run-all judges the files of {arrival.source} that came after it again")
