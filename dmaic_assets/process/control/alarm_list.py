"""The alarms that stand now: those of the newest Control output of every source, with answers.

What belongs here: their budget, and answering one. What an alarm is, `control` decides.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from dmaic_assets.errors import BadInputError, did_you_mean
from dmaic_assets.phase_values.control import Allowance
from dmaic_assets.process.control.chart_fleet import sources_there
from dmaic_assets.reports.views.alarms import AlarmAnswer, StandingAlarm, read_control
from dmaic_assets.store.ledger.tasks.events import NewEvent, add_events
from dmaic_assets.work.people.alarm_answers import Acknowledgement, answers_path, save_answer
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class StandingBudget:
    """False alarms that are accepted a month: asked of all charts, and expected of those listed."""

    alarms_per_month: float
    fleet_charts: int
    charts: int
    expected_per_month: float


@dataclass(frozen=True, slots=True)
class StandingControl:
    """What the newest Control of each source says; no budget before it ran over any."""

    alarms: tuple[StandingAlarm, ...]
    budget: StandingBudget | None


def standing_alarms(platform: Platform, source: str | None = None) -> tuple[StandingAlarm, ...]:
    """Lists the alarms only, as `standing_control` does."""
    return standing_control(platform, source).alarms


def standing_control(platform: Platform, source: str | None = None) -> StandingControl:
    """Reads the newest Control output per source: its alarms, answered ones too, and its budget.

    Answers that were given after that output count. Sources are in the order of their names, the
    alarms of each in that of Control. Sources that were charted under an older budget count with
    what that allowed them; those that are no longer there keep their alarms and take no budget.

    Args:
        platform: The stores.
        source: Only this source.

    Raises:
        BadInputError: Control never ran over the source, or a file of answers cannot be read.
        StoreError: An output is gone.
    """
    found = {control.source: control for control in read_control(platform)}
    if source is not None and source not in found:
        fix = "Run it first: dmaic run --phase control."
        culprit = f"has no charts{did_you_mean(source, list(found))}"
        raise BadInputError(f"source {source}", culprit, fix)
    shown = [control for name, control in found.items() if source in (None, name)]
    there = sources_there(platform)
    alarms = [alarm for control in shown for alarm in control.alarms]
    allowed = [(c.run_id, c.budget) for c in shown if c.budget is not None and c.source in there]
    return StandingControl(tuple(alarms), _together(allowed))


def answer_alarm(platform: Platform, alarm_id: str, *, cause: str, by: str) -> StandingAlarm:
    """Writes the cause of an alarm into the answers of its source, and notes it in the ledger.

    Answering again replaces the answer.

    Raises:
        BadInputError: No alarm has the id, or no cause is given; names near ids.
        StoreError: The answer cannot be written.
    """
    if not cause.strip():
        raise BadInputError("--cause", "is empty", "Say what caused it, or that it is unknown.")
    alarms = standing_alarms(platform)
    standing = next((a for a in alarms if a.alarm.id == alarm_id), None)
    if standing is None:
        ids = [a.alarm.id for a in alarms]
        fix = "List them: dmaic alarms --all."
        raise BadInputError(f"alarm {alarm_id}", _no_alarm(alarm_id, ids), fix)
    answer = Acknowledgement(
        cause=cause.strip(), by=by, at=platform.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    )
    save_answer(answers_path(platform.paths, standing.source), alarm_id, answer)
    _note(platform, standing, answer)
    told = AlarmAnswer(answer.cause, answer.by, answer.at)
    return StandingAlarm(standing.source, standing.run_id, standing.alarm, told)


def _together(allowed: Sequence[tuple[str, Allowance]]) -> StandingBudget | None:
    if not allowed:
        return None
    newest = max(allowed, key=lambda entry: entry[0])[1]
    return StandingBudget(
        alarms_per_month=newest.alarms_per_month,
        fleet_charts=newest.fleet_charts,
        charts=sum(told.charts for _, told in allowed),
        expected_per_month=sum(told.expected_per_month for _, told in allowed),
    )


def _note(platform: Platform, standing: StandingAlarm, answer: Acknowledgement) -> None:
    event = NewEvent(
        "alarm_answered",
        run_id=standing.run_id,
        owner=answer.by,
        data={"source": standing.source, "alarm": standing.alarm.id, "cause": answer.cause},
    )
    ledger = platform.ledger
    ledger.write(lambda connection: add_events(connection, ledger.now_us(), [event]))


def _no_alarm(alarm_id: str, ids: Sequence[str]) -> str:
    near = [i for i in ids if i.startswith(alarm_id)] or difflib.get_close_matches(alarm_id, ids)
    return "no alarm has that id" + (f"; near it: {', '.join(near[:3])}" if near else "")
