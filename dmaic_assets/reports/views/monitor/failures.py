"""What is broken: columns, rules, and the heat map of both.

What belongs here: counting the rules that newest judgements list as broken.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dmaic_assets.reports.views.monitor.files import judged
from dmaic_assets.reports.views.monitor.view import BreakCount, FailedFile, Failures, HeatMap
from dmaic_assets.store.ledger.record.judgements import Breaks, Judgement, RuleBreak

# Files whose rules are counted, the newest: reading what was said of one takes 50 µs.
MOST_READ = 5_000
# Files listed under the heat map, which its cells lead to.
MOST_LISTED = 200
# Columns and rules that are named (section 6).
MOST_NAMED = 10
# Columns and kinds of rules of the heat map: more names could not be read beside it.
_MOST_COLUMNS = 25
_MOST_KINDS = 20
# A rule on more columns than these is one on the file.
_MOST_COLUMNS_OF_A_RULE = 3
WHOLE_FILE = "(whole file)"


@dataclass(slots=True)
class _Tally:
    """Files and failing rows by name; the words of the first cause that was told."""

    files: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    causes: dict[str, str] = field(default_factory=dict)

    def top(self) -> tuple[BreakCount, ...]:
        order = sorted(self.files, key=lambda n: (-self.files[n], -self.rows[n], n))
        return tuple(
            BreakCount(name, self.files[name], self.rows[name], self.causes.get(name))
            for name in order[:MOST_NAMED]
        )


def is_spotless(judgement: Judgement) -> bool:
    """Whether nothing was broken and no row set apart."""
    return judgement.decision == "accept" and judgement.score is not None and judgement.score >= 1


def to_read(files: Iterable[Judgement]) -> list[Judgement]:
    """Picks the files that are not spotless, newest first."""
    return sorted(
        (j for j in files if not is_spotless(j)), key=lambda j: j.verdict_id, reverse=True
    )


def failures(stained: Sequence[Judgement], breaks: Mapping[int, Breaks]) -> Failures:
    """Counts what is broken.

    Args:
        stained: Files that are not spotless, newest first.
        breaks: What was said of the newest of them, by verdict.
    """
    read = [(j, breaks[j.verdict_id]) for j in stained if j.verdict_id in breaks]
    columns, rules = _Tally(), _Tally()
    files: Counter[tuple[str, str]] = Counter()
    rows: Counter[tuple[str, str]] = Counter()
    for judgement, said in read:
        own: dict[tuple[str, str], int] = {}
        own_columns: dict[str, int] = {}
        for rule in said.rules:
            name = f"{judgement.source}.{rule.rule}"
            rules.files[name] += 1
            rules.rows[name] += rule.rows_failed
            for column in _columns(judgement.source, rule):
                own[column, rule.kind] = own.get((column, rule.kind), 0) + rule.rows_failed
                own_columns[column] = max(own_columns.get(column, 0), rule.rows_failed)
                if rule.cause:
                    columns.causes.setdefault(column, rule.cause)
            if rule.cause:
                rules.causes.setdefault(name, rule.cause)
        files.update(own.keys())
        rows.update(own)
        columns.files.update(own_columns.keys())
        columns.rows.update(own_columns)
    heat = _heat_map(files, rows)
    listed = tuple(_listed(heat, j, said) for j, said in read[:MOST_LISTED])
    return Failures(len(stained), len(read), columns.top(), rules.top(), heat, listed)


def _columns(source: str, rule: RuleBreak) -> Iterator[str]:
    if not 0 < len(rule.columns) <= _MOST_COLUMNS_OF_A_RULE:
        yield f"{source}.{WHOLE_FILE}"
        return
    for column in rule.columns:
        yield f"{source}.{column}"


def _heat_map(files: Counter[tuple[str, str]], rows: Counter[tuple[str, str]]) -> HeatMap:
    by_column: Counter[str] = Counter()
    by_kind: Counter[str] = Counter()
    for (column, kind), count in files.items():
        by_column[column] += count
        by_kind[kind] += count
    columns = sorted(by_column, key=lambda n: (-by_column[n], n))[:_MOST_COLUMNS]
    kinds = sorted(by_kind, key=lambda n: (-by_kind[n], n))[:_MOST_KINDS]
    shown = tuple(tuple(files[column, kind] for kind in kinds) for column in columns)
    return HeatMap(
        columns=tuple(columns),
        kinds=tuple(kinds),
        files=shown,
        rows=tuple(tuple(rows[column, kind] for kind in kinds) for column in columns),
        left_out=sum(files.values()) - sum(map(sum, shown)),
    )


def _listed(heat: HeatMap, judgement: Judgement, said: Breaks) -> FailedFile:
    places = {name: place for place, name in enumerate(heat.columns)}
    kinds = {name: place for place, name in enumerate(heat.kinds)}
    cells = {
        (places[column], kinds[rule.kind])
        for rule in said.rules
        for column in _columns(judgement.source, rule)
        if column in places and rule.kind in kinds
    }
    return FailedFile(judged(judgement), reason_of(said), tuple(sorted(cells)))


def reason_of(said: Breaks) -> str:
    """What is told of a file in a line: the broken rule that says most, and its likely cause."""
    if not said.rules:
        return said.reasons[0] if said.reasons else ""
    # What is only set apart explains no file that something else holds.
    asked = [rule for rule in said.rules if rule.is_broken] or said.rules
    first = next((rule for rule in asked if rule.cause), asked[0])
    likely = f": likely {first.cause}" if first.cause else ""
    more = f" (and {len(said.rules) - 1} more)" if len(said.rules) > 1 else ""
    return f"{first.rule}{likely}{more}"
