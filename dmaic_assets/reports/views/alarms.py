"""The alarms of control charts that stand now: those of the newest Control of every source.

What belongs here: reading alarms with what people answered. What an alarm is, Control decides.
"""

from dataclasses import dataclass

from dmaic_assets.phase_values.control import Alarm, Allowance
from dmaic_assets.store.artifacts import get_json, newest_outputs
from dmaic_assets.store.codec import from_json, mapping
from dmaic_assets.work.people.alarm_answers import answers_path, load_answers
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class AlarmAnswer:
    """The cause that somebody told for an alarm; who and when, as ISO text in UTC."""

    cause: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class StandingAlarm:
    """An alarm of a source, the run whose Control gave it, and its answer if there is one."""

    source: str
    run_id: str
    alarm: Alarm
    answer: AlarmAnswer | None

    @property
    def is_open(self) -> bool:
        """Whether nobody has told its cause yet."""
        return self.answer is None


@dataclass(frozen=True, slots=True)
class SourceControl:
    """The newest Control of a source: its alarms, answered ones too, and what it may take."""

    source: str
    run_id: str
    alarms: tuple[StandingAlarm, ...]
    budget: Allowance | None


def read_control(platform: Platform) -> tuple[SourceControl, ...]:
    """Reads the newest Control of every source that has one, by name.

    Answers that were given after it count. One statement, and one artifact for each source.

    Raises:
        BadInputError: A file of answers cannot be read.
        StoreError: An output is gone.
    """
    found: list[SourceControl] = []
    for name, (run_id, ref) in newest_outputs(platform.ledger, "control").items():
        value = mapping(mapping(get_json(platform.paths.artifacts, ref)).get("value"))
        alarms = from_json(tuple[Alarm, ...], value.get("alarms"))
        answers = load_answers(answers_path(platform.paths, name)).by_id if alarms else {}
        standing: list[StandingAlarm] = []
        for alarm in alarms:
            told = answers.get(alarm.id)
            answer = AlarmAnswer(told.cause, told.by, told.at) if told else None
            standing.append(StandingAlarm(name, run_id, alarm, answer))
        budget = from_json(Allowance, value["budget"]) if value.get("budget") else None
        found.append(SourceControl(name, run_id, tuple(standing), budget))
    return tuple(found)


def answer_command(alarm: StandingAlarm) -> str:
    """The command that tells the cause of an alarm."""
    return f"dmaic alarms ack {alarm.alarm.id} --cause TEXT"
