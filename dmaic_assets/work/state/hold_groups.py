"""Files that were not accepted whole, grouped by rule and likely cause: one line for many files.

What belongs here: which rule speaks for which files, and how it is answered.
"""

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.gate.release import (
    SANITY,
    admit_file_command,
    holding_rules,
    release_command,
    release_command_of,
)
from dmaic_assets.model import SEVERITIES, Json, Verdict, Violation

# Files that break one rule before that tells of the feed: two may be damaged alike.
LEAST_SHARED = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Files of one source that one rule speaks for, with one likely cause.

    `held` and `split` name them; `rows` counts those that are not in the warehouse. `expected` and
    `seen` are the words of the first of them. `answers` says what to do when it is fine: in words,
    and the command that frees most.
    """

    source: str
    rule: str
    cause: str | None
    held: tuple[str, ...]
    split: tuple[str, ...]
    rows: int
    expected: str
    seen: str
    answers: tuple[tuple[str, str], ...]

    def document(self) -> dict[str, Json]:
        """Builds the JSON form."""
        return {
            "source": self.source,
            "rule": self.rule,
            "cause": self.cause,
            "held": list(self.held),
            "split": list(self.split),
            "rows": self.rows,
            "expected": self.expected,
            "seen": self.seen,
            "commands": [command for _, command in self.answers],
        }


_Key = tuple[str, str | None]
_File = tuple[str, Verdict]


def groups_of(files: Iterable[_File]) -> list[Group]:
    """Groups files that were not accepted whole, each under the rule that speaks for most.

    A file may break several rules: of all rules and causes the one that most files share takes
    them, then the next one of those that are left. So the first group is the one whose answer
    settles most.

    Args:
        files: Names and verdicts, in order; accepted ones are passed over.
    """
    by_source: dict[str, list[_File]] = {}
    for name, verdict in files:
        if verdict.decision != "accept":
            by_source.setdefault(verdict.source, []).append((name, verdict))
    found = [g for source in by_source for g in _of_source(source, by_source[source])]
    return sorted(found, key=lambda g: (-len(g.held), -len(g.split), g.source, g.rule))


def _of_source(source: str, files: Sequence[_File]) -> list[Group]:
    files_told = [(name, verdict, _telling(verdict)) for name, verdict in files]
    left = files_told
    found: list[Group] = []
    while left:
        counts = Counter(key for _, _, telling in left for key in telling)
        most = max(counts.values())
        key = next(key for _, _, telling in left for key in telling if counts[key] == most)
        mine = [file for file in left if key in file[2]]
        others = [v for _, v, telling in files_told if key not in telling]
        found.append(_group(source, key, mine, others))
        left = [file for file in left if key not in file[2]]
    return found


_Told = tuple[str, Verdict, Mapping[_Key, Violation | None]]


def _group(source: str, key: _Key, files: Sequence[_Told], others: Sequence[Verdict]) -> Group:
    first = files[0][2][key]
    return Group(
        source,
        key[0],
        key[1],
        held=tuple(name for name, verdict, _ in files if verdict.decision == "reject"),
        split=tuple(name for name, verdict, _ in files if verdict.decision == "quarantine"),
        rows=sum(verdict.quarantined for _, verdict, _ in files),
        expected=first.expected if first else "",
        seen=first.seen if first else "",
        answers=_answers(source, key[0], files, others),
    )


def _answers(
    source: str, rule: str, files: Sequence[_Told], others: Sequence[Verdict]
) -> tuple[tuple[str, str], ...]:
    """What frees the held files of a group, and lets in the rows of the split ones."""
    held = [(name, verdict) for name, verdict, _ in files if verdict.decision == "reject"]
    if held:
        apart = [verdict for verdict in others if verdict.decision == "reject"]
        command = release_command_of(source, held, apart)
        is_first = command == release_command(source, held[0][0])
        what = f"{held[0][0]} is fine" if is_first else "what nothing else holds is fine"
        return ((what, command),)
    # It loads Polars, which a plan has no need of.
    from dmaic_assets.rules.widen import can_widen

    kinds = {v.kind for _, verdict, _ in files for v in verdict.violations if v.rule == rule}
    if any(can_widen(kind) for kind in kinds):
        most, *_ = max(files, key=lambda file: file[1].quarantined)
        return (("its rows are fine, and those like them", admit_file_command(source, most)),)
    if rule.startswith(SANITY):
        return ()
    disable = shlex.join(["dmaic", "rules", "disable", source, rule])
    return (("the rule is wrong", f"{disable} --reason TEXT"),)


def shared_rules(files: Iterable[_File]) -> list[str]:
    """Says which rules hold at least half of the files that were judged, or set rows of them apart.

    Args:
        files: Names and verdicts of all files that were judged, accepted ones too.
    """
    by_source: dict[str, list[Verdict]] = {}
    for _, verdict in files:
        by_source.setdefault(verdict.source, []).append(verdict)
    found: list[str] = []
    for source, verdicts in by_source.items():
        odd = [verdict for verdict in verdicts if verdict.decision != "accept"]
        told = (rule for v in odd for rule in {r for (r, _), by in _telling(v).items() if by})
        found += [
            f"{source}: {files} of {len(verdicts)} files break {rule}: perhaps the feed changed,"
            " and no file is damaged"
            for rule, files in sorted(Counter(told).items())
            if files >= LEAST_SHARED and 2 * files >= len(verdicts)
        ]
    return found


def _telling(verdict: Verdict) -> dict[_Key, Violation | None]:
    """The rules that hold a file or set its rows apart, with their causes, the severest first.

    Those that most files of the source fail as much speak only where no other does.
    """
    holding = frozenset(holding_rules(verdict))
    limit = SEVERITIES.index(verdict.thresholds.quarantine_from)
    told = [
        v
        for v in verdict.violations
        if v.rule in holding
        or (v.rule.startswith(SANITY) and v.severity != "low")
        or (not holding and v.scope == "row" and SEVERITIES.index(v.severity) <= limit)
    ]
    told = [v for v in told if v.habit is None] or told
    found: dict[_Key, Violation | None] = {(v.rule, v.cause): v for v in told}
    return found or {(next(iter(verdict.reasons), "the gate"), None): None}
