"""What was not accepted whole, grouped by source, rule and likely cause, most harmful first.

What belongs here: which rule speaks for which files. They are read in `reports.views.held`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.gate.release import SANITY, holding_rules
from dmaic_assets.model import SEVERITIES, Example, Severity, Verdict, Violation
from dmaic_assets.work.state.hold_answers import Answer, Named, answer_of

# Files that break one rule before that tells of the feed: two may be damaged alike.
LEAST_SHARED = 3
# Hexadecimal digits of a hash that name a file among millions.
_HANDLE = 16
# What a source counts whose criticality nobody told; the default of the settings.
_USUAL: Severity = "medium"
_THE_GATE = "the gate"

_Key = tuple[str, str | None]
_File = tuple[str, Verdict]


@dataclass(frozen=True, slots=True)
class GroupFile:
    """One file of a group; `rows` are those that are not in the warehouse."""

    name: str
    sha256: str
    rows: int
    is_held: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Files of one source that one rule speaks for, with one likely cause.

    `files` are held whole, or accepted without some rows; `rows` counts those that are not in the
    warehouse. `severity` is the rule's, None where a threshold holds the files; `columns` are the
    rule's. `expected`, `seen` and `example` are those of the first file.
    """

    source: str
    criticality: Severity
    rule: str
    severity: Severity | None
    cause: str | None
    columns: tuple[str, ...]
    files: tuple[GroupFile, ...]
    rows: int
    expected: str
    seen: str
    example: Example | None
    answer: Answer

    @property
    def held(self) -> tuple[str, ...]:
        """The names of the files that are held whole."""
        return tuple(file.name for file in self.files if file.is_held)

    @property
    def split(self) -> tuple[str, ...]:
        """The names of the files that were accepted without some rows."""
        return tuple(file.name for file in self.files if not file.is_held)


def groups_of(
    files: Iterable[_File], criticality: Mapping[str, Severity] | None = None
) -> list[Group]:
    """Groups files that were not accepted whole, each under the rule that speaks for most.

    A file may break several rules: of all rules and causes the one that most files share takes
    them, then the next one of those that are left.

    Args:
        files: Names and verdicts, in order; accepted ones are passed over.
        criticality: That of each source; one that is not named counts as medium.

    Returns:
        Groups with held files first, then by criticality of the source, rows and files.
    """
    by_source: dict[str, list[_File]] = {}
    for name, verdict in files:
        if verdict.decision != "accept":
            by_source.setdefault(verdict.source, []).append((name, verdict))
    known: Mapping[str, Severity] = criticality or {}
    found = [
        group
        for source, own in by_source.items()
        for group in _of_source(source, known.get(source, _USUAL), own)
    ]
    return sorted(found, key=_harm)


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


def _harm(group: Group) -> tuple[bool, int, int, int, str, str]:
    rank = SEVERITIES.index(group.criticality)
    return (not group.held, rank, -group.rows, -len(group.files), group.source, group.rule)


def _of_source(source: str, criticality: Severity, files: Sequence[_File]) -> list[Group]:
    files_told = [(name, verdict, _telling(verdict)) for name, verdict in files]
    names = Counter((name, verdict.decision) for name, verdict in files)
    left = files_told
    found: list[Group] = []
    while left:
        counts = Counter(key for _, _, telling in left for key in telling)
        most = max(counts.values())
        key = next(key for _, _, telling in left for key in telling if counts[key] == most)
        mine = [file for file in left if key in file[2]]
        others = [verdict for _, verdict, telling in files_told if key not in telling]
        named = [
            Named(f"{source}/{n}" if names[n, v.decision] == 1 else v.file_sha256[:_HANDLE], v)
            for n, v, _ in mine
        ]
        answer = answer_of(source, key[0], named, others)
        found.append(_group(source, criticality, key, mine, answer))
        left = [file for file in left if key not in file[2]]
    return found


_Told = tuple[str, Verdict, Mapping[_Key, Violation | None]]


def _group(
    source: str, criticality: Severity, key: _Key, files: Sequence[_Told], answer: Answer
) -> Group:
    first = files[0][2][key]
    return Group(
        source=source,
        criticality=criticality,
        rule=key[0],
        severity=first.severity if first else None,
        cause=key[1],
        columns=first.columns if first else (),
        files=tuple(
            GroupFile(name, v.file_sha256, v.quarantined, v.decision == "reject")
            for name, v, _ in files
        ),
        rows=sum(verdict.quarantined for _, verdict, _ in files),
        expected=first.expected if first else "",
        seen=first.seen if first else "",
        example=next(iter(first.examples), None) if first else None,
        answer=answer,
    )


def _telling(verdict: Verdict) -> dict[_Key, Violation | None]:
    """The rules that hold a file or set its rows apart, with their causes, the severest first.

    Those that most files of the source fail as much speak only where no other does.
    """
    holding = frozenset(holding_rules(verdict)) if verdict.decision == "reject" else frozenset()
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
    return found or {(next(iter(verdict.reasons), _THE_GATE), None): None}
