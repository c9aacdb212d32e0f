"""`dmaic gate admit`: what is set apart is fine; its rules let it in, its rows are stored."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import print_json, say
from dmaic_assets.cli.framework import ExampleCommand, by_option, json_option, project_option
from dmaic_assets.cli.gate.judged_again import files_of, judge_again, moved_since, say_moved
from dmaic_assets.cli.project import platform_at
from dmaic_assets.cli.rules.edit_commands import change_document, change_line
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.model import RuleSet
    from dmaic_assets.rules.people import Signature
    from dmaic_assets.store.ledger.record.files import Arrival
    from dmaic_assets.work.people.rule_edits import Edited
    from dmaic_assets.work.run.platform import Platform


@click.command(
    "admit",
    cls=ExampleCommand,
    examples=(
        "dmaic gate admit orders --column state --value refund --reason 'new since May'",
        "dmaic gate admit orders --column state --value refund --value swap --reason r --by kim",
        "dmaic gate admit orders --column code --shape AB-1234 --reason 'the new shop'",
        "dmaic gate admit --file day7.csv --reason 'checked with the shop'",
        "dmaic gate admit orders --column amount --value 950 --reason r --json | jq .files",
    ),
)
@click.argument("source", metavar="[SOURCE]", required=False)
@click.option("--column", metavar="NAME", help="With SOURCE: the column that has the value.")
@click.option("--value", "values", multiple=True, metavar="TEXT", help="The value; repeatable.")
@click.option(
    "--shape",
    "shapes",
    multiple=True,
    metavar="TEXT",
    help="A text whose form may occur: the same kinds of characters, as many; repeatable.",
)
@click.option("--file", metavar="FILE", help="All rows that are set apart from this file.")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is fine; kept for good.")
@by_option
@project_option
@json_option
def admit(  # noqa: PLR0913 - one for each option
    *,
    source: str | None,
    column: str | None,
    values: tuple[str, ...],
    shapes: tuple[str, ...],
    file: str | None,
    reason: str,
    by: str | None,
    project: Path | None,
    is_json: bool,
) -> int:
    """Let in a value, a form or the rows of a file that rules set apart, and judge again.

    The rules that set them apart reach as far as they need (lists, bounds, forms) and stay as
    they are otherwise, after every later learning too. All files of the source are judged again,
    held ones and split ones; what else is wrong with a row still sets it apart.

    FILE is a split file: its path, its name, or the beginning of its SHA-256. Rows that no wider
    rule lets in (another type, a second row of a key) are named and stay apart.
    """
    from dmaic_assets.work.people.rule_edits import signature

    if not reason.strip():
        raise BadInputError("--reason", "is empty", "Say why it is fine.")
    is_about_column = bool(source and column and (values or shapes))
    if is_about_column == bool(file) or (file and (source or column or values or shapes)):
        fix = "Give SOURCE --column NAME --value TEXT (or --shape TEXT), or --file FILE alone."
        raise BadInputError("gate admit", "must know what is fine", fix)
    with platform_at(project) as platform:
        mine = signature(platform.clock(), by=by, reason=reason)
        if file:
            _admit_file(platform, file, mine, is_json=is_json)
        else:
            asked = _Asked(str(source), str(column), values, shapes)
            _admit_values(platform, asked, mine, is_json=is_json)
    return errors.OK


@dataclass(frozen=True, slots=True)
class _Asked:
    source: str
    column: str
    values: tuple[str, ...]
    shapes: tuple[str, ...]


def _admit_values(platform: "Platform", asked: _Asked, mine: "Signature", *, is_json: bool) -> None:
    from dmaic_assets.rules.admit_values import admit as admitted
    from dmaic_assets.work.people.rule_edits import change_rules

    before = files_of(platform, asked.source)
    known: list[str] = []

    def change(rules: "RuleSet") -> "RuleSet":
        wider, ids = admitted(rules, asked.column, asked.values, mine, shapes=asked.shapes)
        known.extend(ids)
        return wider

    edited = change_rules(platform, asked.source, change)
    judge_again(platform, asked.source, is_quiet=is_json)
    told: dict[str, Json] = {"column": asked.column, "values": list(asked.values)}
    told |= {"shapes": list(asked.shapes)} if asked.shapes else {}
    told["rules"] = list(known)
    what = ", ".join((*asked.values, *(f"texts like {text}" for text in asked.shapes)))
    rules = ", ".join(known) or "every rule already"
    said = f"admitted {what} to {asked.source}.{asked.column}: known to {rules}"
    _report(platform, asked.source, before, (told, [said], edited), is_json=is_json)


def _admit_file(platform: "Platform", file: str, mine: "Signature", *, is_json: bool) -> None:
    from dmaic_assets.work.people.admit_file import find_admissible, write_admission

    found = find_admissible(platform, file)
    source = found.arrival.source
    before = files_of(platform, source)
    edited = write_admission(platform, found, mine)
    judge_again(platform, source, is_quiet=is_json)
    told: dict[str, Json] = {"file": found.arrival.name, "rows": found.rows}
    told["rules"] = [rule.id for rule, _ in found.wider]
    told["still_apart"] = [{"rule": r.rule, "rows": r.rows, "why": r.why} for r in found.refused]
    named = ", ".join(rule.id for rule, _ in found.wider)
    said = [f"admitted {plural(found.rows, 'row')} of {source}/{found.arrival.name}: wider {named}"]
    said += [f"  {change_line(change)}" for change in edited.changes]
    said += [f"  still apart, {plural(r.rows, 'row')}: {r.rule}: {r.why}" for r in found.refused]
    _report(platform, source, before, (told, said, edited), is_json=is_json)


def _report(
    platform: "Platform",
    source: str,
    before: "dict[str, Arrival]",
    done: "tuple[dict[str, Json], list[str], Edited]",
    *,
    is_json: bool,
) -> None:
    """Tells what was said, and what became of the files since."""
    told, said, edited = done
    moved = moved_since(platform, source, before)
    rows = sum(m.rows for m in moved)
    if is_json:
        changes: list[Json] = [change_document(change) for change in edited.changes]
        told |= {"source": source, "rule_file": str(edited.path), "changes": changes}
        print_json({**told, "rows_accepted": rows, "files": [m.document for m in moved]})
        return
    for line in said:
        say(line)
    say(f"{plural(rows, 'row')} more accepted, in {plural(len(moved), 'file')}")
    say_moved(moved)
