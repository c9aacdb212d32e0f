"""`dmaic alarms` and `dmaic alarms ack`: what charts signalled, and what people answer to it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import print_json, print_table, say, styled
from dmaic_assets.cli.framework import (
    DefaultGroup,
    ExampleCommand,
    LazyCommand,
    by_option,
    json_option,
    project_option,
)
from dmaic_assets.cli.project import platform_at
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import percent, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmaic_assets.process.control.alarm_list import StandingAlarm, StandingBudget

HERE = "dmaic_assets.cli.phases.alarm_commands"
LIST = LazyCommand("alarms", f"{HERE}:list_alarms", "")
MEMBERS = (LazyCommand("ack", f"{HERE}:ack", "Tell the cause of an alarm."),)


@click.group("alarms", cls=DefaultGroup, lazy=MEMBERS, default=LIST)
def alarms() -> None:
    """List what control charts signal; answer with the cause."""


@click.command(
    "alarms",
    cls=ExampleCommand,
    examples=("dmaic alarms", "dmaic alarms flights --all", "dmaic alarms --json"),
)
@click.argument("source", required=False)
@click.option("--all", "is_all", is_flag=True, help="Also those whose cause was told.")
@json_option
@project_option
def list_alarms(*, source: str | None, is_all: bool, is_json: bool, project: Path | None) -> None:
    """List what control charts signal; answer with the cause.

    Shown are the alarms of the newest charts that nobody has answered.

    SOURCE is one source; all when left out. `dmaic alarms ack ID --cause TEXT` answers one.
    """
    from dmaic_assets.process.control.alarm_list import standing_control

    with platform_at(project) as platform:
        standing = standing_control(platform, source)
    found = standing.alarms
    shown = [a for a in found if is_all or a.is_open]
    if is_json:
        print_json([alarm_document(a) for a in shown])
    else:
        _print_alarms(shown, answered=sum(not a.is_open for a in found), is_all=is_all)
        if standing.budget is not None:
            _print_budget(standing.budget)


@click.command(
    "ack",
    cls=ExampleCommand,
    examples=(
        "dmaic alarms ack 1f0c22d6a7b3 --cause 'new till software'",
        "dmaic alarms ack 1f0c22d6a7b3 --cause 'strike' --by kim --json",
    ),
)
@click.argument("alarm", metavar="ID")
@click.option("--cause", required=True, metavar="TEXT", help="What caused it; kept for good.")
@by_option
@json_option
@project_option
def ack(*, alarm: str, cause: str, by: str | None, is_json: bool, project: Path | None) -> int:
    """Tell the cause of an alarm: it is no longer open, and its file leaves the baseline.

    ID is what `dmaic alarms` shows. The answer is kept in config/alarms/<source>.yaml.
    """
    from dmaic_assets.process.control.alarm_list import answer_alarm
    from dmaic_assets.work.people.rule_edits import signature

    with platform_at(project) as platform:
        mine = signature(platform.clock(), by=by, reason=cause)
        answered = answer_alarm(platform, alarm, cause=cause, by=mine.by)
    if is_json:
        print_json(alarm_document(answered))
        return errors.OK
    say(f"answered alarm {alarm} of {answered.source}: {cause.strip()}")
    say(f"Kept in config/alarms/{answered.source}.yaml; the next run charts without that file.")
    return errors.OK


def alarm_document(standing: "StandingAlarm") -> dict[str, Json]:
    """Builds the JSON form of an alarm; shares are in [0, 1], `answer` is null while open."""
    alarm, answer = standing.alarm, standing.answer
    return {
        "id": alarm.id,
        "source": standing.source,
        "run_id": standing.run_id,
        "ctq": alarm.ctq,
        "file": alarm.file,
        "sha256": alarm.sha256,
        "share": alarm.share,
        "limit": alarm.limit,
        "owner": alarm.owner or None,
        "is_open": standing.is_open,
        "answer": {"cause": answer.cause, "by": answer.by, "at": answer.at} if answer else None,
    }


def _print_alarms(shown: "Sequence[StandingAlarm]", *, answered: int, is_all: bool) -> None:
    if shown:
        headers = ("alarm", "source", "CTQ", "file", "share", "limit", "owner")
        rows = [
            (
                styled(a.alarm.id, "bold" if a.is_open else "dim"),
                a.source,
                a.alarm.ctq,
                a.alarm.file,
                percent(a.alarm.share, digits=2),
                percent(a.alarm.limit, digits=2),
                a.alarm.owner or "not named",
                *((a.answer.cause if a.answer else "open",) if is_all else ()),
            )
            for a in shown
        ]
        names = (*headers, "answer") if is_all else headers
        print_table(names, rows, right=("share", "limit"))
    standing = sum(a.is_open for a in shown)
    say(f"{plural(standing, 'alarm')} open, {answered} answered")
    if standing:
        say("Answer one: dmaic alarms ack ID --cause TEXT")


def _print_budget(budget: "StandingBudget") -> None:
    asked = f"{budget.alarms_per_month:g} a month over {plural(budget.fleet_charts, 'chart')}"
    here = f"{budget.expected_per_month:.2g} expected of the {plural(budget.charts, 'chart')} here"
    say(f"False alarms accepted: {asked} of all sources; {here}")
