"""What only people can change: requests to the owner of a source, and rules to argue about.

What belongs here: turning violations into words somebody can act on. Nothing is applied.
"""

import shlex
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from dmaic_assets.gate.release import (
    admit_file_command,
    can_be_read,
    release_command,
    release_command_of,
)
from dmaic_assets.gate.repeated import repeated_hold
from dmaic_assets.model import SEVERITIES, Violation
from dmaic_assets.phase_values.improve import Request, RuleProposal
from dmaic_assets.phenomena.key.known import DELIVERED
from dmaic_assets.phenomena.range.causes import OUTLIER
from dmaic_assets.process.evidence import FileEvidence
from dmaic_assets.rules.widened_kinds import can_widen

# Files that broke a rule before its source's owner is asked: a habit, no slip.
_LEAST_FILES = 3
# A held file, and its worst violation.
_Held: TypeAlias = tuple[FileEvidence, Violation]
# Causes that leave it open whether the rows are wrong or the rule.
_OPEN_CAUSES = {None, OUTLIER, DELIVERED}
_SWITCH_OFF = "switches the rule off; the next dmaic run-all lets in the rows that it alone stopped"
_ADMIT = "widens what sets rows of it apart, and judges all files again"
_RELEASE = "releases what frees most of them, and judges all files again"


def requests_of(source: str, files: Sequence[FileEvidence], *, owner: str) -> tuple[Request, ...]:
    """Asks about the files that are held; those held alike, for the same likely cause, together.

    The rule that tells most is the most severe file rule, else the one most rows break. Whether
    file or rule is wrong, the owner knows; the request says what to do in either case.
    """
    asked = owner or "the owner (not named yet)"
    alike: defaultdict[tuple[str, str | None, bool], list[_Held]] = defaultdict(list)
    for file in files:
        worst = _worst(file.verdict.violations)
        if file.verdict.decision == "reject" and worst is not None:
            alike[worst.rule, worst.cause, can_be_read(file.verdict)].append((file, worst))
    return tuple(
        Request(asked, _called([f for f, _ in held]), rule, _ask(source, held, alike.values()))
        for (rule, _, _), held in alike.items()
    )


def rule_proposals(
    source: str, files: Sequence[FileEvidence], known: Collection[str]
) -> tuple[RuleProposal, ...]:
    """Names the rules that are perhaps wrong.

    These are the row rules that several accepted files break in a few rows without a cause that
    says what is wrong with them, and the rule that holds file after file at the end of history.

    Args:
        source: The source.
        files: Its judged files in arrival order.
        known: The rules in force now; of others nothing is to be said any more.
    """
    shares: defaultdict[str, list[float]] = defaultdict(list)
    most: dict[str, tuple[Violation, FileEvidence]] = {}
    for file in files:
        if file.verdict.decision == "reject":
            continue
        for violation in file.verdict.violations:
            is_open = violation.scope == "row" and violation.cause in _OPEN_CAUSES
            if is_open and violation.rule in known:
                shares[violation.rule].append(violation.share)
                known_most = most.setdefault(violation.rule, (violation, file))
                if violation.rows_failed > known_most[0].rows_failed:
                    most[violation.rule] = (violation, file)
    found = [(rule, s) for rule, s in sorted(shares.items()) if len(s) >= _LEAST_FILES]
    mild = tuple(
        RuleProposal(
            rule,
            len(s),
            max(s),
            f"{len(s)} accepted files break it, in at most {100 * max(s):.2g} % of their rows",
            *_answer(source, *most[rule]),
        )
        for rule, s in found
    )
    hold = repeated_hold(source, [(f.arrival.name, f.verdict) for f in files])
    if hold is None:
        return mild
    first = hold.rules[0].rule
    held = RuleProposal(first, len(hold.files), 1.0, hold.sentence, hold.command, _RELEASE)
    return (*mild, held)


def _answer(source: str, violation: Violation, file: FileEvidence) -> tuple[str, str]:
    """The command that lets in most of what a row rule sets apart, and what it does."""
    limit = SEVERITIES.index(file.verdict.thresholds.quarantine_from)
    if can_widen(violation.kind) and SEVERITIES.index(violation.severity) <= limit:
        return admit_file_command(f"{source}/{file.arrival.name}"), _ADMIT
    return shlex.join(["dmaic", "rules", "reject", source, violation.rule]), _SWITCH_OFF


def _worst(violations: Sequence[Violation]) -> Violation | None:
    order = ("critical", "high", "medium", "low")
    broken = [v for v in violations if v.is_broken]
    return min(
        broken or violations,
        key=lambda v: (order.index(v.severity), v.scope != "file", -v.rows_failed, v.rule),
        default=None,
    )


def _called(files: Sequence[FileEvidence]) -> str:
    first, last = files[0].arrival.name, files[-1].arrival.name
    return first if len(files) == 1 else f"{len(files)} files, {first} to {last}"


def _ask(source: str, held: Sequence[_Held], every: Iterable[Sequence[_Held]]) -> str:
    newest, worst = held[-1]
    files = [file for file, _ in held]
    are = "is held" if len(held) == 1 else f"are held alike; of {newest.arrival.name}"
    likely = f" It looks like: {worst.cause}." if worst.cause else ""
    seen = f"{_called(files)} {are}: expected {worst.expected}; seen {worst.seen}.{likely}"
    if not can_be_read(newest.verdict):
        return f"{seen} Correct what was sent and deliver it again."
    others = [file.verdict for group in every if group is not held for file, _ in group]
    named = [(file.arrival.name, file.verdict) for file in files]
    command = release_command_of(source, named, others)
    is_first = command == release_command(f"{source}/{files[0].arrival.name}")
    what = "it" if len(held) == 1 else "the oldest" if is_first else "what nothing else holds"
    return (
        f"{seen} If that is wrong, correct it and deliver it again; if it is right, release"
        f" {what}: {command}"
    )
