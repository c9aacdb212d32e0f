"""The view of one file: what was expected, what came, which rows, why, and what to do.

What belongs here: reading it, so that somebody without access to the project can act on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dmaic_assets.errors import BadInputError
from dmaic_assets.gate.reasons import reasons_beyond_rules, telling_first
from dmaic_assets.gate.release import can_be_read
from dmaic_assets.model import Dialect, SchemaChange, Severity, Verdict, Violation
from dmaic_assets.phase_values.define import DefineValue
from dmaic_assets.reports.views.source.files import FileLine, command_of, line_of
from dmaic_assets.reports.views.source.known import Known
from dmaic_assets.reports.views.source.rows_apart import NO_ROWS, Apart, RowsPage, rows_page
from dmaic_assets.reports.views.source.view import column_names, refuse_unknown
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.ledger.record.files import Arrival, arrivals
from dmaic_assets.store.ledger.record.verdicts import VerdictRecord, latest_verdicts
from dmaic_assets.table.spelled_numbers import are, plural
from dmaic_assets.work.assets.names import RAW_FILE
from dmaic_assets.work.file.file_facts import RawFacts
from dmaic_assets.work.kept_back.values import hidden_in, is_mixed, violation_shown
from dmaic_assets.work.people.release import find_arrival
from dmaic_assets.work.run.cell_outcomes import FileState, states_of
from dmaic_assets.work.run.platform import Platform

# Digits of a hash that name a file: 64 bits, and chance equals no two in any project.
_LEAST_DIGITS = 16
NOBODY = "the owner of the source (nobody is named yet; name one in config/sources.yaml)"


@dataclass(frozen=True, slots=True)
class Came:
    """What came, as it was read: `malformed` records did not fit the header.

    `problem` says why the file cannot be read; counts are 0 then.
    """

    format: str
    size_bytes: int
    rows: int
    columns: int
    malformed: int
    lines_above: int
    repaired_cells: int
    dropped_rows: int
    dialect: Dialect | None
    notes: tuple[str, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do: whom to ask, and the steps in order; `command` lets in what is fine."""

    to_whom: str
    steps: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class FileView:
    """One judged file. `headline` says in a sentence what became of it; rates are percentages.

    `verdict_run` is the run that judged it last. `rows_apart` has one page of its failing rows.
    Of the `hidden` columns no value is told; where the file `is_mixed`, that is all of them, since
    any may hold a sensitive value.
    """

    source: str
    line: FileLine
    headline: str
    verdict_run: str
    judged_at: datetime
    came: Came
    thresholds: tuple[str, ...]
    violations: tuple[Violation, ...]
    schema_changes: tuple[SchemaChange, ...]
    severity_rates: Mapping[Severity, float]
    rules_evaluated: int
    baseline_files: int
    hidden: tuple[str, ...]
    is_mixed: bool
    advice: Advice
    rows_apart: RowsPage


def read_file(
    platform: Platform,
    source: str,
    sha256: str,
    *,
    known: Known | None = None,
    rule: str | None = "",
    page: int = 1,
) -> FileView:
    """Reads the view of a file.

    Args:
        platform: The stores.
        source: Its source.
        sha256: Its content hash, or the first 16 hex digits of it.
        known: What was read for other files already.
        rule: Only rows that fail this rule; all failing rows when empty. None leaves rows out: the
            examples of the rules are there, and a held file is not judged again.
        page: Which page of them, from 1.

    Raises:
        BadInputError: There is no such source or file, it was not judged yet, or its bytes are
            nowhere any more.
    """
    apart = apart_of(platform, source, sha256, known=known)
    rows = NO_ROWS if rule is None else rows_page(apart, rule=rule, page=page)
    return _view(apart, known, rows)


def find_file(platform: Platform, named: str) -> tuple[str, str]:
    """Finds a file by its path, its name, "source/name" or the beginning of its SHA-256.

    Where several are meant, the held one is.

    Returns:
        Its source and its SHA-256.

    Raises:
        BadInputError: No file, or more than one, is meant.
    """
    arrival = find_arrival(platform, named, disposition="rejected")
    return arrival.source, arrival.sha256


def apart_of(platform: Platform, source: str, sha256: str, *, known: Known | None = None) -> Apart:
    """Finds a judged file and what was said of it.

    Raises:
        BadInputError: There is no such source or file, or it was not judged yet.
    """
    found = [a for a in arrivals(platform.ledger, [source]) if a.sha256.startswith(sha256)]
    if len(found) != 1 or len(sha256) < _LEAST_DIGITS:
        refuse_unknown(platform, source)
        fix = f"List the files of the source: dmaic report source {source}"
        raise BadInputError(f"{source}/{sha256}", "is no file of this source", fix)
    record = _record(platform, found[0])
    (state,) = states_of(platform, found, {})
    names = column_names([state], [record.verdict])
    hidden = (known or Known(platform)).hidden(source, names)
    kept = hidden_in(record.verdict, hidden, names)
    return Apart(platform, state, record.verdict, kept)


def _record(platform: Platform, arrival: Arrival) -> VerdictRecord:
    known = latest_verdicts(platform.ledger, arrival.source, [arrival.sha256])
    if arrival.sha256 not in known:
        place = f"{arrival.source}/{arrival.name}"
        raise BadInputError(place, "was not judged yet", "Judge it: dmaic run-all")
    return known[arrival.sha256]


def _view(apart: Apart, known: Known | None, rows: RowsPage) -> FileView:
    platform, arrival, verdict = apart.platform, apart.state.arrival, apart.verdict
    record = _record(platform, arrival)
    shown = [
        violation_shown(v, apart.hidden, verdict.rows) for v in telling_first(verdict.violations)
    ]
    return FileView(
        source=arrival.source,
        line=line_of(arrival),
        headline=_headline(arrival, verdict),
        verdict_run=record.run_id,
        judged_at=record.recorded_at,
        came=_came(apart.state, verdict),
        thresholds=tuple(reasons_beyond_rules(verdict)),
        violations=tuple(shown),
        schema_changes=verdict.schema_changes,
        severity_rates=verdict.severity_rates,
        rules_evaluated=verdict.rules_evaluated,
        baseline_files=verdict.baseline_files,
        hidden=tuple(sorted(apart.hidden)),
        is_mixed=is_mixed(verdict),
        advice=_advice(arrival, verdict, _owner(known or Known(platform), arrival.source)),
        rows_apart=rows,
    )


def _headline(arrival: Arrival, verdict: Verdict) -> str:
    rows = plural(verdict.rows, "row")
    if arrival.disposition == "rejected":
        if not can_be_read(verdict):
            return "The file could not be read; nothing of it is in the warehouse."
        return f"The file is held whole: none of its {rows} is in the warehouse."
    if arrival.disposition == "quarantine":
        count = verdict.quarantined
        return (
            f"The file passed, but {count:,} of its {rows} {are(count)} set apart;"
            f" the other {verdict.accepted:,} are in the warehouse."
        )
    if arrival.disposition == "accepted":
        return f"The file passed: all of its {rows} are in the warehouse."
    return f"The file was {arrival.disposition}: its rows are not in the warehouse any more."


def _came(state: FileState, verdict: Verdict) -> Came:
    record, arrival = state.records.get(RAW_FILE), state.arrival
    raw = from_json(RawFacts, {**record.facts}) if record else None
    table = raw.table if raw else None
    return Came(
        format=arrival.format,
        size_bytes=arrival.size_bytes,
        rows=verdict.rows,
        columns=raw.columns if raw else 0,
        malformed=raw.malformed if raw else 0,
        lines_above=verdict.lines_above,
        repaired_cells=table.repaired if table else 0,
        dropped_rows=table.dropped if table else 0,
        dialect=table.dialect if table else None,
        notes=table.notes if table else (),
        problem=raw.problem or "" if raw else "",
    )


def _owner(known: Known, source: str) -> str:
    """Whom to ask: the owner of the source, else the owner that its charter names."""
    declared = known.platform.settings.source(source).owner
    if declared:
        return declared
    define = known.facts(source).value(DefineValue)
    return (define.charter.owner if define else "") or NOBODY


def _advice(arrival: Arrival, verdict: Verdict, owner: str) -> Advice:
    command = command_of(arrival, verdict)
    name = arrival.name
    if arrival.disposition == "rejected" and not can_be_read(verdict):
        steps = (f"Correct {name} where it is made, and deliver it again under the same name.",)
    elif arrival.disposition == "rejected":
        steps = (
            f"Look at the rows and figures below, and find out whether {name} is right.",
            "If it is wrong: correct it where it is made, and deliver it again under the same"
            " name. Nothing has to be taken back.",
            "If it is right: the rules have to learn it. Whoever runs the project releases it"
            " with the command below, and says why.",
        )
    elif arrival.disposition == "quarantine":
        steps = (
            "Look at the rows below, and find out whether they are right.",
            f"If they are wrong: correct them where {name} is made, and deliver the whole file"
            " again under the same name. It takes the place of this one.",
            "If they are right: whoever runs the project lets them in with the command below,"
            " and says why.",
        )
    else:
        steps = ("Nothing is to be done.",)
    return Advice(owner, steps, command)
