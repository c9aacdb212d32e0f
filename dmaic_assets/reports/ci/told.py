"""What a verdict tells a system of continuous integration, whatever form that reads.

What belongs here: which findings a verdict has, how grave each is, and its words. An error is what
holds a file, so that a build fails where, and only where, the gate says no.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dmaic_assets.gate.reasons import reasons_beyond_rules, telling_first
from dmaic_assets.model import SEVERITIES, Example, Verdict, Violation
from dmaic_assets.table.spelled_numbers import are, plural

Level: TypeAlias = Literal["error", "warning", "note"]

HELD = "held"
SET_APART = "set_apart"
# Failing rows that a finding names; the report of the file has all.
_EXAMPLES = 3
# Characters of a value that a finding shows.
_LONGEST_VALUE = 60
# What XML 1.0 cannot hold, terminals obey, or makes a reader see another order of signs: control
# characters but tab and line break, halves of surrogate pairs, and marks of writing direction.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A file by the path that people know it by, and what the gate says of it.

    The verdict holds no value that is to be kept back.
    """

    path: str
    verdict: Verdict

    @property
    def is_held(self) -> bool:
        """Whether the gate says no."""
        return self.verdict.decision == "reject"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell of a file: of the file as a whole (`violation` is None), or of a rule."""

    rule: str
    level: Level
    title: str
    text: str
    violation: Violation | None = None


def findings(judged: Judged) -> list[Finding]:
    """Lists what there is to tell of a file: first the verdict, then rules, the gravest first.

    A spotless file has none. Texts are free of signs that no form can hold.
    """
    verdict = judged.verdict
    found = [] if verdict.decision == "accept" else [_of_file(judged)]
    holding = _holding(verdict)
    for violation in telling_first(verdict.violations):
        level = _level(verdict, violation, is_holding=violation.rule in holding)
        found.append(
            Finding(
                fit(violation.rule),
                level,
                fit(f"{violation.rule} ({violation.severity})"),
                fit(violation_words(violation)),
                violation,
            )
        )
    return found


def verdict_words(judged: Judged) -> str:
    """Says in one sentence what became of a file."""
    verdict = judged.verdict
    rows = f"{plural(verdict.rows, 'row')}, score {verdict.score * 100:.1f}"
    if verdict.decision == "reject":
        return fit(f"{judged.path} is held whole ({rows})")
    if verdict.decision == "quarantine":
        apart = f"{plural(verdict.quarantined, 'row')} {are(verdict.quarantined)} set apart"
        return fit(f"{judged.path} is accepted, {apart} ({rows})")
    return fit(f"{judged.path} is accepted ({rows})")


def violation_words(violation: Violation) -> str:
    """Says what a rule expected, what was seen, why perhaps, and names rows."""
    parts = [f"expected {violation.expected}", f"seen {violation.seen}"]
    if violation.cause:
        parts.append(f"likely cause: {violation.cause}")
    parts += [_example(example) for example in violation.examples[:_EXAMPLES]]
    return "; ".join(parts)


def fit(text: str) -> str:
    """Spells out the signs of a text that no report may hold, as Python would in a string."""
    return _UNFIT.sub(lambda sign: _spelled(ord(sign.group())), text)


def _spelled(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _of_file(judged: Judged) -> Finding:
    verdict = judged.verdict
    is_held = judged.is_held
    reasons = reasons_beyond_rules(verdict)
    text = ". ".join((verdict_words(judged), *(reason.rstrip(".") for reason in reasons)))
    name = HELD if is_held else SET_APART
    title = f"{verdict.source}: {'file held' if is_held else 'rows set apart'}"
    return Finding(name, "error" if is_held else "warning", fit(title), fit(text))


def _holding(verdict: Verdict) -> frozenset[str]:
    """The rules behind a held file, as its reasons name them: broken ones, else all violated."""
    if verdict.decision != "reject":
        return frozenset()
    broken: Sequence[Violation] = [v for v in verdict.violations if v.is_broken]
    return frozenset(v.rule for v in broken or verdict.violations)


def _level(verdict: Verdict, violation: Violation, *, is_holding: bool) -> Level:
    if is_holding:
        return "error"
    at = SEVERITIES.index(violation.severity)
    is_grave = at <= SEVERITIES.index(verdict.thresholds.quarantine_from)
    is_told = violation.is_broken or (violation.scope == "row" and is_grave)
    return "warning" if is_told else "note"


def _example(example: Example) -> str:
    values = ", ".join(
        f"{column}={'(null)' if value is None else _cut(value)}"
        for column, value in example.values.items()
    )
    return f"row {example.row}: {values}" if values else f"row {example.row}"


def _cut(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + "…"
