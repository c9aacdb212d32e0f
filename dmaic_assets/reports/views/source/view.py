"""The view of a source: what is in it, how its files fared, what holds them, and where it goes.

What belongs here: reading it set-wise. The number of statements does not grow with the files.
The size is bounded: the newest files count, and what is left out is counted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dmaic_assets.analysis.finding import Weight
from dmaic_assets.errors import BadInputError, did_you_mean
from dmaic_assets.model import Json, Profile, RuleSet, Verdict
from dmaic_assets.reports.views.source.columns import ColumnView, column_view, facts_by_column
from dmaic_assets.reports.views.source.files import (
    FileLine,
    HeldFile,
    RuleGroup,
    held_file,
    line_of,
    rule_groups,
)
from dmaic_assets.reports.views.source.known import Known
from dmaic_assets.reports.views.source.lineage import Lineage, lineage_of
from dmaic_assets.reports.views.source.quality import QualityView, quality_view
from dmaic_assets.reports.views.source.rules import RulesView, rules_view
from dmaic_assets.rules.yaml.file import load_rules
from dmaic_assets.store.artifacts import find_json
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.ledger.record.file_queries import newest_sequences
from dmaic_assets.store.ledger.record.files import Arrival, arrivals
from dmaic_assets.store.ledger.record.rule_changes import rule_changes
from dmaic_assets.store.ledger.record.scores import score_of_rows
from dmaic_assets.store.ledger.record.verdicts import latest_verdicts
from dmaic_assets.work.assets.names import HASHMAP_PAGE, PROFILE, RAW_FILE
from dmaic_assets.work.kept_back.values import hidden_in
from dmaic_assets.work.people.hand_rules import rules_path
from dmaic_assets.work.run.cell_outcomes import FileState, rules_of_state, states_of, types_of_state
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.state.freshness import freshness_of

# Files whose profiles are compared, the newest: what rules are learnt from by default.
MOST_COMPARED = 60
# Files on the timeline and in the counts of broken rules, the newest.
MOST_FILES = 200
# Held and split files whose reasons are read, the newest.
MOST_HELD = 500
# Held and split files on one page of them.
HELD_ON_PAGE = 20
# Findings in a view, the gravest.
MOST_FINDINGS = 60
# Outputs of a source that have pages of their own.
_WITH_PAGES = ("entropy", HASHMAP_PAGE)
_APART = ("rejected", "quarantine")


@dataclass(frozen=True, slots=True)
class Totals:
    """Current judged files of a source added up; the score is that of their rows in [0, 1]."""

    files: int
    accepted_files: int
    split_files: int
    held_files: int
    rows: int
    accepted: int
    quarantined: int
    score: float | None


@dataclass(frozen=True, slots=True)
class ProfileView:
    """The columns of the newest file that is in the warehouse, else of the newest with columns.

    `compared` names the files of the columns' courses, oldest first.
    """

    file: str
    rows: int
    duplicate_rows: int | None
    columns: tuple[ColumnView, ...]
    compared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    """What an analysis found out about the source, in a sentence."""

    analysis: str
    columns: tuple[str, ...]
    weight: Weight
    text: str


@dataclass(frozen=True, slots=True)
class HeldPage:
    """Held and split files, newest first: one page of those that fail `rule`, or of all.

    `groups` are all of them by rule. `total` counts those of the rule; `unread` older ones were
    not looked at.
    """

    files: tuple[HeldFile, ...]
    groups: tuple[RuleGroup, ...]
    rule: str
    page: int
    pages: int
    total: int
    unread: int


@dataclass(frozen=True, slots=True)
class SourceView:
    """Everything that the page of a source shows.

    `made` names what else was made of it and has a page of its own.
    """

    source: str
    description: str
    owner: str
    criticality: str
    freshness: str
    is_overdue: bool
    totals: Totals
    files: tuple[FileLine, ...]
    older_files: int
    held: HeldPage
    profile: ProfileView | None
    rules: RulesView
    findings: tuple[FindingView, ...]
    more_findings: int
    lineage: Lineage
    quality: QualityView
    made: tuple[str, ...]


def read_source(
    platform: Platform, source: str, *, known: Known | None = None, rule: str = "", page: int = 1
) -> SourceView:
    """Reads the view of a source.

    Args:
        platform: The stores.
        source: A source that is declared or has had a file.
        known: What was read for other sources already.
        rule: Held and split files that fail this rule only; all when empty.
        page: Which page of them, from 1; one beyond the last is the last.

    Raises:
        BadInputError: There is no such source.
    """
    read = _read(platform, source, known or Known(platform))
    settings, (fresh,) = platform.settings.source(source), freshness_of(platform, [source])
    newest = read.judged[-MOST_FILES:]
    findings = read.known.findings(source)
    return SourceView(
        source=source,
        description=settings.description,
        owner=settings.owner or "",
        criticality=settings.criticality,
        freshness=fresh.sentence(platform.clock()).removeprefix(f"{source}: "),
        is_overdue=fresh.overdue_since(platform.clock()) is not None,
        totals=_totals(read.judged),
        files=tuple(line_of(a) for a in newest),
        older_files=len(read.judged) - len(newest),
        held=_held_page(read, rule, page),
        profile=_profile_view(read),
        rules=_rules(read, newest),
        findings=tuple(
            FindingView(name, f.columns, f.weight, f.text) for name, f in findings[:MOST_FINDINGS]
        ),
        more_findings=max(0, len(findings) - MOST_FINDINGS),
        lineage=lineage_of(
            platform, source, read.files, read.known.links, [*_readings(read.states)]
        ),
        quality=quality_view(read.known.facts(source), read.hidden_anywhere),
        made=tuple(n for n in _WITH_PAGES if (n, source) in read.known.outputs),
    )


@dataclass(frozen=True)
class _Read:
    """What the parts of the view are made of: files, their verdicts, the newest profile."""

    source: str
    known: Known
    files: Sequence[Arrival]
    judged: Sequence[Arrival]
    states: Sequence[FileState]
    verdicts: Mapping[str, Verdict]
    profile: tuple[FileState, Profile] | None
    columns: frozenset[str]
    hidden: frozenset[str]

    @property
    def hidden_anywhere(self) -> frozenset[str]:
        """Columns that may hold values of sensitive ones in any of the files looked at."""
        found = (hidden_in(v, self.hidden, self.columns) for v in self.verdicts.values())
        return self.hidden.union(*found)

    @property
    def apart(self) -> list[Arrival]:
        """The held and split files, oldest first."""
        return [a for a in self.judged if a.disposition in _APART]


def _read(platform: Platform, source: str, known: Known) -> _Read:
    files = [a for a in arrivals(platform.ledger, [source]) if a.is_current]
    if not files:
        refuse_unknown(platform, source)
    judged = [a for a in files if a.file_key is not None]
    apart = [a for a in judged if a.disposition in _APART]
    asked = {a.sha256 for a in (*judged[-MOST_FILES:], *apart[-MOST_HELD:])}
    records = latest_verdicts(platform.ledger, source, asked)
    states = states_of(platform, judged[-MOST_COMPARED:], {})
    profile = _newest_profile(platform, states)
    verdicts = {sha256: record.verdict for sha256, record in records.items()}
    columns = column_names(states, verdicts.values())
    return _Read(
        source=source,
        known=known,
        files=files,
        judged=judged,
        states=states,
        verdicts=verdicts,
        profile=profile,
        columns=columns,
        hidden=known.hidden(source, columns),
    )


def column_names(states: Iterable[FileState], verdicts: Iterable[Verdict]) -> frozenset[str]:
    """Every name that a column has in a profile, or in what a verdict says."""
    profiled = (
        facts_by_column({**s.records[PROFILE].facts}) for s in states if PROFILE in s.records
    )
    names = {name for columns in profiled for name in columns}
    for verdict in verdicts:
        for violation in verdict.violations:
            names |= {*violation.columns, *(n for e in violation.examples for n in e.values)}
    return frozenset(names)


def refuse_unknown(platform: Platform, source: str) -> None:
    """Refuses a name that is no source of the project.

    Raises:
        BadInputError: No file came for it, and nobody declared it; names the nearest ones.
    """
    named = {s.name for s in platform.settings.sources}
    if source not in named:
        there = sorted(named | newest_sequences(platform.ledger).keys())
        if source not in there:
            fix = "List the sources: dmaic sources"
            raise BadInputError(source, f"is no source{did_you_mean(source, there)}", fix)


def _totals(judged: Sequence[Arrival]) -> Totals:
    kinds = [a.disposition for a in judged]
    return Totals(
        files=len(judged),
        accepted_files=kinds.count("accepted"),
        split_files=kinds.count("quarantine"),
        held_files=kinds.count("rejected"),
        rows=sum(a.rows for a in judged),
        accepted=sum(a.accepted for a in judged),
        quarantined=sum(a.quarantined for a in judged),
        score=score_of_rows((a.score, a.rows) for a in judged),
    )


def _held_page(read: _Read, rule: str, page: int) -> HeldPage:
    newest = read.apart[::-1]
    told = [
        held_file(a, v := read.verdicts[a.sha256], hidden_in(v, read.hidden, read.columns))
        for a in newest
        if a.sha256 in read.verdicts
    ]
    asked = [f for f in told if not rule or any(v.rule == rule for v in f.violations)]
    pages = max(1, -(-len(asked) // HELD_ON_PAGE))
    place = min(max(page, 1), pages)
    return HeldPage(
        files=tuple(asked[(place - 1) * HELD_ON_PAGE : place * HELD_ON_PAGE]),
        groups=rule_groups(told),
        rule=rule,
        page=place,
        pages=pages,
        total=len(asked),
        unread=len(newest) - len(told),
    )


def _newest_profile(
    platform: Platform, states: Sequence[FileState]
) -> tuple[FileState, Profile] | None:
    """The profile of the newest file in the warehouse, else of the newest that has columns."""
    newest = states[::-1]
    ordered = sorted(newest, key=lambda s: not s.arrival.accepted)
    for state in ordered:
        record = state.records.get(PROFILE)
        told = find_json(platform.paths.artifacts, record.artifact if record else None)
        profile = None if told is None else from_json(Profile, told)
        if profile is not None and profile.columns:
            return state, profile
    return None


def _profile_view(read: _Read) -> ProfileView | None:
    if read.profile is None:
        return None
    state, profile = read.profile
    types = {t.column: t for t in types_of_state(read.known.platform, state)}
    meanings = read.known.meanings(read.source)
    means = meanings.columns if meanings else {}
    # What is held or split tells nothing of how the source usually is, but it shows what came.
    compared = [s for s in read.states if PROFILE in s.records]
    courses = [facts_by_column({**s.records[PROFILE].facts}) for s in compared]
    return ProfileView(
        file=state.arrival.name,
        rows=profile.rows,
        duplicate_rows=profile.duplicate_rows,
        columns=tuple(
            column_view(
                column,
                types.get(column.column),
                meaning=means[column.column].semantic_type or "" if column.column in means else "",
                is_sensitive=column.column in read.hidden,
                courses=[course.get(column.column) for course in courses],
            )
            for column in profile.columns
        ),
        compared=tuple(s.arrival.name for s in compared),
    )


def _rules(read: _Read, newest: Sequence[Arrival]) -> RulesView:
    platform = read.known.platform
    path = rules_path(platform.settings, read.source)
    notes: tuple[str, ...] = ()
    try:
        rule_set = load_rules(path) if path.is_file() else _judged_newest(read)
    except BadInputError as error:
        rule_set = _judged_newest(read)
        notes = (f"The rule file cannot be read, these judged the newest file: {error}",)
    said = [(a.name, read.verdicts[a.sha256]) for a in newest if a.sha256 in read.verdicts]
    changes = rule_changes(platform.ledger, read.source)
    rule_set = replace(rule_set, notes=(*notes, *rule_set.notes))
    return rules_view(rule_set, changes, said, read.hidden)


def _judged_newest(read: _Read) -> RuleSet:
    """The rules that judged the newest file of which rules are known."""
    sets = (rules_of_state(read.known.platform, state) for state in reversed(read.states))
    return next((found for found in sets if found.rules), RuleSet(read.source, ()))


def _readings(states: Sequence[FileState]) -> Iterator[Mapping[str, Json]]:
    return (s.records[RAW_FILE].facts for s in states if RAW_FILE in s.records)
