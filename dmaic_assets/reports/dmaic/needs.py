"""What needs a person: alarms to answer, rules to decide, requests to an owner, a missed target.

What belongs here: reading them out of what the phases gave, most urgent first, each with the one
command that answers it. Pages and the command line show the same.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from dmaic_assets.phase_values.control import Alarm, ControlValue
from dmaic_assets.phase_values.define import DefineValue
from dmaic_assets.phase_values.improve import ImproveValue
from dmaic_assets.reports.facts import SourceFacts, headline_of
from dmaic_assets.reports.page.links import Links, NoLinks
from dmaic_assets.reports.page.shell import GroupLine
from dmaic_assets.reports.wording import sigma
from dmaic_assets.table.spelled_numbers import percent, plural

# How urgent each tone is, most first.
_TONES = ("bad", "warn", "info")


# A source with what it asks, most urgent first.
Asked: TypeAlias = tuple[SourceFacts, tuple[GroupLine, ...]]


def needs_of(facts: SourceFacts, links: Links) -> tuple[GroupLine, ...]:
    """What one source asks of a person, most urgent first."""
    return (
        *_alarms(facts, links),
        *_below_target(facts),
        *_rules(facts),
        *_requests(facts),
    )


def by_need(sources: Sequence[SourceFacts], links: Links | None = None) -> tuple[Asked, ...]:
    """Sources with what each asks: the one with most alarms first, then most decisions, most asks.

    Of equal ones the lowest sigma level comes first; one that is a bound, as no defect was seen,
    is taken as good.
    """
    found = [(facts, needs_of(facts, links or NoLinks())) for facts in sources]
    return tuple(sorted(found, key=lambda one: _urgency(*one)))


def _urgency(facts: SourceFacts, needs: Sequence[GroupLine]) -> tuple[list[int], float, str]:
    told = headline_of(facts)
    counts = [-sum(need.tone == tone for need in needs) for tone in _TONES]
    level = float("inf") if told.sigma is None or told.is_bound else told.sigma
    return counts, level, facts.source


def _alarms(facts: SourceFacts, links: Links) -> Iterator[GroupLine]:
    control = facts.value(ControlValue)
    for alarm in control.open_alarms if control else ():
        yield GroupLine(
            "bad",
            "alarm",
            f"{alarm.ctq}: {percent(alarm.share, digits=2)} of {alarm.file}",
            f"limit {percent(alarm.limit, digits=2)}",
            f"Find out why, and say so.{_whose(alarm)}",
            f"dmaic alarms ack {alarm.id} --cause TEXT",
            links.file(facts.source, alarm.sha256) or "",
        )


def _whose(alarm: Alarm) -> str:
    return f" Its owner is {alarm.owner}." if alarm.owner else ""


def _below_target(facts: SourceFacts) -> Iterator[GroupLine]:
    define, told = facts.value(DefineValue), headline_of(facts)
    if define is None or told.sigma is None or told.is_bound or told.sigma >= define.target_sigma:
        return
    detail = f"Most of it: {told.top_cause}." if told.top_cause else "No cause stands out yet."
    yield GroupLine(
        "warn",
        "below target",
        f"sigma level {sigma(told.sigma)}",
        f"target {define.target_sigma:g}",
        detail,
        "",
        "",
    )


def _rules(facts: SourceFacts) -> Iterator[GroupLine]:
    improve = facts.value(ImproveValue)
    for asked in improve.rule_proposals if improve else ():
        count = plural(asked.files, "file")
        detail = f"{asked.words} {asked.effect}".strip()
        yield GroupLine("warn", "rule to decide", asked.rule, count, detail, asked.command, "")


def _requests(facts: SourceFacts) -> Iterator[GroupLine]:
    improve = facts.value(ImproveValue)
    for asked in improve.requests if improve else ():
        yield GroupLine("info", "ask", asked.file, asked.owner, asked.words, "", "")
