"""Files in a row that are held for the same reason: perhaps the source has changed for good.

What belongs here: values only. Whether it is so, people say, with a release.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dmaic_assets.gate.release import can_be_read, holding_rules, release_command_of
from dmaic_assets.model import Json, Verdict, Violation

# Files in a row held alike before a change for good is suspected: two may be one bad batch.
LEAST_FILES = 3
# Newest figures shown.
_SHOWN = 3
# A rule and the likely cause: the same rule may hold files for different reasons.
_Hold: TypeAlias = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Agreement:
    """One rule that holds every file of the row: what it expects, and what they bring instead."""

    rule: str
    expected: str
    seen: tuple[str, ...]
    cause: str | None


@dataclass(frozen=True, slots=True)
class RepeatedHold:
    """The newest files of a source, all held by the same rules; the oldest of them comes first.

    `command` releases most of them: all that some rules alone hold, or the oldest.
    """

    source: str
    files: tuple[str, ...]
    rules: tuple[Agreement, ...]
    command: str

    @property
    def sentence(self) -> str:
        """Says what the files agree on, by the rule that is the first to hold them."""
        first = self.rules[0]
        others = len(self.rules) - 1
        more = f" and {others} more" if others else ""
        shown = "; ".join(dict.fromkeys(first.seen[-_SHOWN:]))
        likely = f"; likely cause: {first.cause}" if first.cause else ""
        return (
            f"the newest {len(self.files)} files of {self.source} are held by the same rules"
            f" ({first.rule}{more}): expected {first.expected}; seen {shown}{likely}"
        )

    def document(self) -> dict[str, Json]:
        """Builds the JSON form."""
        return {
            "source": self.source,
            "files": list(self.files),
            "rules": [
                {"rule": r.rule, "expected": r.expected, "seen": list(r.seen), "cause": r.cause}
                for r in self.rules
            ],
            "sentence": self.sentence,
            "command": self.command,
        }


def repeated_hold(source: str, newest: Sequence[tuple[str, Verdict]]) -> RepeatedHold | None:
    """Finds the files at the end of a source's history that the same rules hold alike.

    Alike means with the same likely cause.

    A file that cannot be read, or that is held by its rows' checks alone, ends the row: nothing
    could be released.

    Args:
        source: Their source.
        newest: Names and verdicts in arrival order, the newest last.

    Returns:
        The row of at least `LEAST_FILES` files with every rule that holds all of them, the most
        severe first; None when the newest files were not all held, or share no rule.
    """
    held: list[tuple[str, Verdict, dict[_Hold, Violation]]] = []
    shared: set[_Hold] = set()
    for name, verdict in reversed(newest):
        if verdict.decision != "reject" or not can_be_read(verdict):
            break
        holding = holding_rules(verdict)
        broken = {(v.rule, v.cause): v for v in verdict.violations if v.rule in holding}
        common = shared & set(broken) if held else set(broken)
        if not common:
            break
        shared = common
        held.append((name, verdict, broken))
    if len(held) < LEAST_FILES:
        return None
    held.reverse()
    last = held[-1][2]
    rules = tuple(
        Agreement(
            last[hold].rule,
            last[hold].expected,
            tuple(broken[hold].seen for _, _, broken in held),
            last[hold].cause,
        )
        for hold in sorted(shared, key=list(last).index)
    )
    alike = [(name, verdict) for name, verdict, _ in held]
    names = tuple(name for name, _ in alike)
    others = [v for name, v in newest if v.decision == "reject" and name not in names]
    return RepeatedHold(source, names, rules, release_command_of(source, alike, others))
