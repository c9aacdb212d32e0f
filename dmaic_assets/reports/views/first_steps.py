"""What a person should do first: one line for each thing that waits, most pressing first.

What belongs here: the order, the words and the commands. What waits, the other views say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from dmaic_assets.model import SEVERITIES, Severity
from dmaic_assets.reports.views.alarms import StandingAlarm, answer_command
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.state.hold_groups import Group

# Most pressing first: what was never judged is unknown, what is held is missing, what did not
# come may be missing, and so on.
StepKind: TypeAlias = Literal[
    "unpublished", "waiting", "held", "overdue", "alarm", "worse", "split"
]
_ORDER: tuple[StepKind, ...] = get_args(StepKind)


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One thing to do: why, when the command is right, and the command if one helps.

    `source` is None for what concerns the whole project. `rows` are those that it is about, `group`
    is the place of its group among all that is held, from 0.
    """

    kind: StepKind
    source: str | None
    criticality: Severity
    says: str
    when: str
    command: str | None
    rows: int = 0
    group: int | None = None


def in_order(steps: Iterable[FirstStep]) -> tuple[FirstStep, ...]:
    """Sorts steps: by kind, then the source's criticality, then rows."""
    return tuple(
        sorted(
            steps,
            key=lambda s: (
                _ORDER.index(s.kind),
                SEVERITIES.index(s.criticality),
                -s.rows,
                s.source or "",
            ),
        )
    )


def steps_of_groups(groups: Sequence[Group]) -> list[FirstStep]:
    """One step for each group of held or split files."""
    return [
        FirstStep(
            kind="held" if group.held else "split",
            source=group.source,
            criticality=group.criticality,
            says=f"{group.rule}: {plural(len(group.files), 'file')}, {plural(group.rows, 'row')}"
            + (f", likely {group.cause}" if group.cause else ""),
            when=group.answer.says,
            command=group.answer.command,
            rows=group.rows,
            group=place,
        )
        for place, group in enumerate(groups)
    ]


def step_of_alarms(
    source: str, criticality: Severity, alarms: Sequence[StandingAlarm]
) -> FirstStep:
    """One step for the open alarms of a source, at least one; the command answers the first."""
    first, more = alarms[0], len(alarms) - 1
    others = f", and {plural(more, 'more open alarm')}" if more else ""
    return FirstStep(
        kind="alarm",
        source=source,
        criticality=criticality,
        says=f"{first.alarm.words}{others}",
        when="Once its cause is known",
        command=answer_command(first),
        rows=len(alarms),
    )


def step_of_waiting(source: str, criticality: Severity, files: int) -> FirstStep:
    """One step for files that came and were not judged."""
    return FirstStep(
        kind="waiting",
        source=source,
        criticality=criticality,
        says=f"{plural(files, 'file')} came and could not be judged, or a run was cut short",
        when="To judge them",
        command="dmaic run-all",
        rows=files,
    )


def step_of_overdue(source: str, criticality: Severity, says: str, owner: str | None) -> FirstStep:
    """One step for a source whose next file is late; only who delivers it can help."""
    asked = f"Ask {owner}" if owner else "Ask who delivers it (no owner is named)"
    return FirstStep("overdue", source, criticality, says, f"{asked} where it is", None)


def step_of_worse(source: str, criticality: Severity, says: str) -> FirstStep:
    """One step for a source that is getting worse."""
    analyze = f"dmaic run --source {source} --phase control"
    return FirstStep("worse", source, criticality, says, "To find out why", analyze)


def step_of_unpublished(run_id: str) -> FirstStep:
    """One step for a run whose results are not in rules and views yet."""
    says = f"run {run_id} is not published: rules and views are older than its files"
    return FirstStep("unpublished", None, "critical", says, "To publish it", "dmaic job reconcile")
