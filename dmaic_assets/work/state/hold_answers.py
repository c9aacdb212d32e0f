"""The one command that answers a group of held or split files, and how many of them it settles.

What belongs here: choosing among the commands of the gate. A command that would be refused, or
that frees files of another group, is never chosen.
"""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dmaic_assets.gate.release import (
    SANITY,
    admit_file_command,
    can_be_read,
    freeing_rules,
    holders,
    release_command,
    release_rules_command,
)
from dmaic_assets.model import SEVERITIES, Verdict
from dmaic_assets.rules.widened_kinds import can_widen

_DELIVER = "No rule keeps these rows out: correct them and deliver the file again"


@dataclass(frozen=True, slots=True)
class Named:
    """A file with its verdict; `handle` names it, alone of all files, in a command."""

    handle: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person does when what was held is fine.

    `says` is when the command is right, as a clause; `command` is None where only another
    delivery helps. `files` counts the files of the group that the command is sure to settle.
    """

    says: str
    command: str | None
    files: int


def answer_of(
    source: str, rule: str, files: Sequence[Named], others: Iterable[Verdict] = ()
) -> Answer:
    """Finds the command for files of a source that one rule speaks for.

    Args:
        source: Their source.
        rule: The rule's id.
        files: At least one; held whole, or accepted without some rows.
        others: Verdicts of the source's other files that are not accepted whole.
    """
    held = [file for file in files if file.verdict.decision == "reject"]
    if held:
        return _release(source, held, [v for v in others if v.decision == "reject"])
    return _admission(source, rule, files)


def _release(source: str, held: Sequence[Named], others: Sequence[Verdict]) -> Answer:
    readable = [file for file in held if can_be_read(file.verdict)]
    if not readable:
        return Answer("No row of it could be read: deliver it again, corrected", None, 0)
    rules = freeing_rules([f.verdict for f in readable], others) if len(held) > 1 else ()
    if not rules:
        first = readable[0].handle
        says = "If it is fine" if len(held) == 1 else f"If {first} is fine"
        return Answer(says, release_command(first), 1)
    freed = sum(set(holders(file.verdict)) <= set(rules) for file in readable)
    some = f"those that nothing else holds (at least {freed} of {len(held)})"
    says = f"If {'they' if freed == len(held) else some} are fine"
    return Answer(says, release_rules_command(source, rules), freed)


def _admission(source: str, rule: str, files: Sequence[Named]) -> Answer:
    free = [file for file in files if _lets_in(rule, file.verdict)]
    if free:
        most = max(free, key=lambda file: file.verdict.quarantined)
        whose = "its rows" if len(files) == 1 else f"the rows of {most.handle}"
        says = f"If {whose} are fine, and those like them"
        return Answer(says, admit_file_command(most.handle), 1)
    if rule.startswith(SANITY):
        return Answer(_DELIVER, None, 0)
    disable = shlex.join(["dmaic", "rules", "disable", source, rule])
    return Answer("If the rule is wrong", f"{disable} --reason TEXT", len(files))


def _lets_in(rule: str, verdict: Verdict) -> bool:
    """Whether a wider rule is sure to let rows in: some fail nothing that cannot be wider."""
    limit = SEVERITIES.index(verdict.thresholds.quarantine_from)
    apart = [
        v
        for v in verdict.violations
        if v.scope == "row" and v.rows_failed and SEVERITIES.index(v.severity) <= limit
    ]
    fixed = sum(v.rows_failed for v in apart if v.rule.startswith(SANITY) or not can_widen(v.kind))
    return any(v.rule == rule and can_widen(v.kind) for v in apart) and fixed < verdict.quarantined
