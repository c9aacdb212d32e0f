"""What only people can change: requests to the owner of a source, and rules to argue about.

What belongs here: turning violations into words somebody can act on. Nothing is applied.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from dmaic_assets.dmaic.evidence import FileEvidence
from dmaic_assets.gate.repeated import repeated_hold
from dmaic_assets.model import Violation

_LEAST_FILES = 3


@dataclass(frozen=True, slots=True)
class Request:
    """One request to the owner: which file, what was wrong with it, and what is asked for."""

    owner: str
    file: str
    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class RuleProposal:
    """A rule that files keep breaking alike: perhaps the rule is wrong, not the data."""

    rule: str
    files: int
    greatest_share: float
    words: str
    command: str


def requests_of(files: Sequence[FileEvidence], *, owner: str) -> tuple[Request, ...]:
    """Asks for what no repair can give back: files that are held, one request per file.

    The rule that tells most is the most severe file rule, else the one most rows break.
    """
    asked = owner or "the owner (not named yet)"
    return tuple(
        Request(asked, file.arrival.name, worst.rule, _ask(file, worst))
        for file in files
        if file.verdict.decision == "reject"
        and (worst := _worst(file.verdict.violations)) is not None
    )


def rule_proposals(source: str, files: Sequence[FileEvidence]) -> tuple[RuleProposal, ...]:
    """Names the rules that are perhaps wrong.

    These are the row rules that several accepted files break in a few rows without a named
    cause, and the rule that holds file after file at the end of the history.
    """
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for file in files:
        if file.verdict.decision == "reject":
            continue
        for violation in file.verdict.violations:
            if violation.scope == "row" and violation.cause is None:
                shares[violation.rule].append(violation.share)
    found = [(rule, s) for rule, s in sorted(shares.items()) if len(s) >= _LEAST_FILES]
    mild = tuple(
        RuleProposal(
            rule,
            len(s),
            max(s),
            f"{len(s)} accepted files break it, in at most {100 * max(s):.2g} % of their rows",
            f"dmaic rules accept {source} {rule}",
        )
        for rule, s in found
    )
    hold = repeated_hold(source, [(f.arrival.name, f.verdict) for f in files])
    if hold is None:
        return mild
    first = hold.rules[0].rule
    return (*mild, RuleProposal(first, len(hold.files), 1.0, hold.sentence, hold.command))


def _worst(violations: Sequence[Violation]) -> Violation | None:
    order = ("critical", "high", "medium", "low")
    broken = [v for v in violations if v.is_broken]
    return min(
        broken or violations,
        key=lambda v: (order.index(v.severity), v.scope != "file", -v.rows_failed, v.rule),
        default=None,
    )


def _ask(file: FileEvidence, worst: Violation) -> str:
    likely = f" It looks like: {worst.cause}." if worst.cause else ""
    return (
        f"{file.arrival.name} is held: expected {worst.expected}; seen {worst.seen}.{likely}"
        " Please send it again, and tell what was done against a repetition."
    )
