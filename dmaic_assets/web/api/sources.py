"""Routes of the API about sources, their files, verdicts and rules.

What belongs here: the forms of what is told, and where it comes from. No value of the data is told:
example rows are named by their numbers.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from dmaic_assets.errors import did_you_mean
from dmaic_assets.gate.reasons import reasons_beyond_rules
from dmaic_assets.model import Rule, RuleChange, RuleSet
from dmaic_assets.reports.views.source.known import Known
from dmaic_assets.rules.yaml.file import load_rules
from dmaic_assets.settings.project import SOURCE_PATTERN
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.store.ledger.record.listing import newest_arrivals
from dmaic_assets.store.ledger.record.rule_changes import rule_changes
from dmaic_assets.store.ledger.record.scores import score_of_file
from dmaic_assets.store.ledger.record.standings import SourceCounts, source_counts
from dmaic_assets.store.ledger.record.verdicts import VerdictRecord, latest_verdicts, verdicts
from dmaic_assets.web.api.envelope import (
    PAGE,
    Cursor,
    Limit,
    NotThereError,
    Told,
    of_keyed,
    of_list,
    read_cursor,
)
from dmaic_assets.web.api.reading import Reader, add_get
from dmaic_assets.work.kept_back.values import (
    change_shown,
    expects_of,
    hidden_in,
    violation_shown,
)
from dmaic_assets.work.people.hand_rules import rules_path
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.state.freshness import declared_schedule, freshness_of

Source = Annotated[str, Path(pattern=SOURCE_PATTERN, description="Name of a source.")]
Sha = Annotated[str, Path(pattern=r"^[0-9a-f]{8,64}$", description="SHA-256, or its beginning.")]
OneSource = Annotated[str | None, Query(pattern=SOURCE_PATTERN, description="Only this source.")]
Disposition = Annotated[
    Literal["landed", "accepted", "quarantine", "rejected", "replaced", "removed"] | None,
    Query(description="Only files of which this became; rejected are those that are held."),
]
RunId = Annotated[str | None, Query(max_length=80, description="Only of this run.")]


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """How a source stands. Shares and the score are in [0, 1]; the score is null without rows."""

    source: str
    owner: str | None
    criticality: str
    schedule: str | None
    description: str
    files: int
    accepted_files: int
    split_files: int
    held_files: int
    waiting_files: int
    rows: int
    rows_accepted: int
    rows_quarantined: int
    score: float | None
    last_file_at: str | None


@dataclass(frozen=True, slots=True)
class FileDocument:
    """One file of a source, known by its content."""

    source: str
    sha256: str
    name: str
    disposition: str
    format: str
    size_bytes: int
    rows: int
    rows_accepted: int
    rows_quarantined: int
    score: float | None
    first_run: str
    run_id: str | None
    first_seen_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class RulesDocument:
    """The rules of a source, the files they were learnt from, and every change of them."""

    source: str
    rules: tuple[Rule, ...]
    baseline: tuple[str, ...]
    notes: tuple[str, ...]
    changes: tuple[RuleChange, ...]


class SourceRoutes:
    """Answers them."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def add_to(self, router: APIRouter) -> None:
        """Adds the routes."""
        add_get(router, "/sources", self.sources, list[SourceDocument])
        add_get(router, "/sources/{source}", self.source, dict[str, Any])
        add_get(router, "/sources/{source}/files", self.files_of, list[FileDocument])
        add_get(router, "/sources/{source}/files/{sha}", self.file, dict[str, Any])
        add_get(router, "/sources/{source}/rules", self.rules, dict[str, Any])
        add_get(router, "/files", self.files, list[FileDocument])
        add_get(router, "/verdicts", self.verdicts, list[dict[str, Any]])

    def sources(self, request: Request, limit: Limit = PAGE, cursor: Cursor = None) -> Response:
        """All sources, by name, with what became of their files."""
        return self._reader.answer(
            request, lambda platform: of_list(_sources(platform), limit, cursor)
        )

    def source(self, request: Request, source: Source) -> Response:
        """One source: how it stands, and when its next file is expected."""

        def told(platform: Platform) -> Told:
            document = _known_source(platform, source)
            (fresh,) = freshness_of(platform, [source])
            now = platform.clock().replace(microsecond=0)
            return Told({**asdict(document), "freshness": fresh.document(now)})

        return self._reader.answer(request, told)

    def files_of(
        self,
        request: Request,
        source: Source,
        disposition: Disposition = None,
        limit: Limit = PAGE,
        cursor: Cursor = None,
    ) -> Response:
        """The files of a source, the newest first."""

        def told(platform: Platform) -> Told:
            _known_source(platform, source)
            return _files(platform, source, disposition, limit, cursor)

        return self._reader.answer(request, told)

    def files(
        self,
        request: Request,
        disposition: Disposition = None,
        limit: Limit = PAGE,
        cursor: Cursor = None,
    ) -> Response:
        """The files of all sources, the newest first."""
        return self._reader.answer(
            request, lambda platform: _files(platform, None, disposition, limit, cursor)
        )

    def file(self, request: Request, source: Source, sha: Sha) -> Response:
        """One file with its newest verdict: reasons, violations, and numbers of failing rows."""

        def told(platform: Platform) -> Told:
            arrival = known_file(platform, source, sha)
            found = latest_verdicts(platform.ledger, source, [arrival.sha256])
            record = found.get(arrival.sha256)
            verdict = None if record is None else _verdict_document(record, Known(platform))
            return Told({**asdict(_file_document(arrival)), "verdict": verdict})

        return self._reader.answer(request, told)

    def rules(self, request: Request, source: Source) -> Response:
        """The rules of a source: learnt and by hand, with evidence, and every change of them."""

        def told(platform: Platform) -> Told:
            _known_source(platform, source)
            path = rules_path(platform.settings, source)
            if not path.is_file():
                fix = "Rules are learnt from the first accepted files."
                raise NotThereError(f"source {source}", "has no rules yet", fix)
            found = load_rules(path)
            changes = rule_changes(platform.ledger, source)
            return Told(_rules_document(source, found, changes, Known(platform)))

        return self._reader.answer(request, told)

    def verdicts(
        self,
        request: Request,
        source: OneSource = None,
        run: RunId = None,
        limit: Limit = PAGE,
        cursor: Cursor = None,
    ) -> Response:
        """Verdicts, the newest first."""

        def told(platform: Platform) -> Told:
            before = read_cursor(cursor)
            found = verdicts(
                platform.ledger, source=source, run_id=run, before=before, limit=limit + 1
            )
            page = of_keyed(found, limit, lambda record: record.verdict_id)
            known = Known(platform)
            return replace(page, data=[_verdict_document(r, known) for r in found[:limit]])

        return self._reader.answer(request, told)


def known_file(platform: Platform, source: str, sha: str) -> Arrival:
    """Finds a file of a source by its SHA-256 or the beginning of it.

    Raises:
        NotThereError: There is none, or more than one.
    """
    found = newest_arrivals(platform.ledger, source=source, sha=sha, limit=2)
    if len(found) != 1:
        culprit = "no file has this SHA-256" if not found else "several files begin like this"
        raise NotThereError(f"{source}/{sha}", culprit, f"GET /api/v1/sources/{source}/files")
    return found[0]


def _sources(platform: Platform) -> list[SourceDocument]:
    known = {counts.source: counts for counts in source_counts(platform.ledger)}
    names = sorted({*known, *(s.name for s in platform.settings.sources)})
    return [_source_document(platform, name, known.get(name)) for name in names]


def _known_source(platform: Platform, source: str) -> SourceDocument:
    found = _sources(platform)
    document = next((s for s in found if s.source == source), None)
    if document is None:
        near = did_you_mean(source, [s.source for s in found])
        raise NotThereError(f"source {source}", f"is not known{near}", "GET /api/v1/sources")
    return document


def _source_document(platform: Platform, name: str, known: SourceCounts | None) -> SourceDocument:
    settings = platform.settings.source(name)
    return SourceDocument(
        source=name,
        owner=settings.owner,
        criticality=settings.criticality,
        schedule=declared_schedule(settings),
        description=settings.description,
        files=known.files if known else 0,
        accepted_files=known.whole if known else 0,
        split_files=known.split if known else 0,
        held_files=known.held if known else 0,
        waiting_files=known.waiting if known else 0,
        rows=known.rows if known else 0,
        rows_accepted=known.accepted if known else 0,
        rows_quarantined=known.quarantined if known else 0,
        score=known.score if known else None,
        last_file_at=known.newest_at.isoformat() if known else None,
    )


def _files(
    platform: Platform,
    source: str | None,
    disposition: str | None,
    limit: int,
    cursor: str | None,
) -> Told:
    found = newest_arrivals(
        platform.ledger,
        source=source,
        disposition=disposition,
        before=read_cursor(cursor),
        limit=limit + 1,
    )
    page = of_keyed(found, limit, lambda arrival: arrival.sequence)
    return replace(page, data=[_file_document(a) for a in found[:limit]])


def _file_document(arrival: Arrival) -> FileDocument:
    return FileDocument(
        source=arrival.source,
        sha256=arrival.sha256,
        name=arrival.name,
        disposition=arrival.disposition,
        format=arrival.format,
        size_bytes=arrival.size_bytes,
        rows=arrival.rows,
        rows_accepted=arrival.accepted,
        rows_quarantined=arrival.quarantined,
        score=score_of_file(arrival.score, arrival.rows),
        first_run=arrival.run_id,
        run_id=arrival.settled_run,
        first_seen_at=arrival.first_seen_at.isoformat(),
        updated_at=arrival.updated_at.isoformat(),
    )


def _verdict_document(record: VerdictRecord, known: Known) -> dict[str, object]:
    """A verdict whose failing rows are numbers, without values of columns that tell of persons."""
    verdict = record.verdict
    names = {column for v in verdict.violations for column in v.columns}
    names |= {name for v in verdict.violations for e in v.examples for name in e.values}
    hidden = known.hidden(verdict.source, names)
    kept = hidden_in(verdict, hidden, frozenset(names))
    told = to_json(verdict)
    assert isinstance(told, dict)  # noqa: S101 - a dataclass is written as one
    violations: list[object] = [
        {
            **asdict(violation_shown(v, kept, verdict.rows)),
            "examples": [example.row for example in v.examples],
        }
        for v in verdict.violations
    ]
    said: dict[str, object] = {"violations": violations}
    if kept:
        said |= {"reasons": list(reasons_beyond_rules(verdict)), "notes": []}
    head = {"run_id": record.run_id, "recorded_at": record.recorded_at.isoformat()}
    return {**head, **told, **said}


def _rules_document(
    source: str, found: RuleSet, changes: Sequence[RuleChange], known: Known
) -> RulesDocument:
    """Rules without what was learnt from values of columns that tell of persons."""
    columns = {rule.id: frozenset(rule.columns) for rule in found.rules}
    hidden = known.hidden(source, {name for of_rule in columns.values() for name in of_rule})
    rules = [
        rule
        if hidden.isdisjoint(rule.columns)
        else replace(rule, parameters={}, evidence={}, description=expects_of(rule, hidden))
        for rule in found.rules
    ]
    shown = [change_shown(c, hidden, columns.get(c.rule, frozenset())) for c in changes]
    return RulesDocument(source, tuple(rules), found.baseline, found.notes, tuple(shown))
