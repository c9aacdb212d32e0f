"""Analyses of accepted rows: what is known is taken, the rest made, remembered and told.

What belongs here: partitions, keys and the table of findings. Order and threads are `analysis`'s.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from dmaic_assets.analysis.entry import Analysis
from dmaic_assets.analysis.registry import ANALYSES, by_name, with_needs
from dmaic_assets.analysis.study import ALL_TABLES, Failure, Outcome, Study
from dmaic_assets.analysis.working import Piece, work_analyses
from dmaic_assets.errors import BadInputError, DmaicError, did_you_mean
from dmaic_assets.model import Cell, Json
from dmaic_assets.store.codec import from_json
from dmaic_assets.work.analyses.accepted import Accepted, accepted_tables
from dmaic_assets.work.analyses.failures import FailedAnalysis, attempted, refusal_of_failures
from dmaic_assets.work.analyses.findings import write_findings
from dmaic_assets.work.analyses.known import AnalysisResult, Known, inputs_of
from dmaic_assets.work.run.platform import Platform

OnResult = Callable[[AnalysisResult], None]
OnFailure = Callable[[Failure], None]


@dataclass(frozen=True, slots=True)
class Analysed:
    """What came of a request: outcomes, and the analyses that failed or were skipped for others."""

    results: tuple[AnalysisResult, ...]
    failures: tuple[Failure, ...] = ()

    @property
    def refusal(self) -> DmaicError | None:
        """The error that a request ends with; None when all of it was made."""
        return refusal_of_failures(self.failures)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which analyses of which sources; all where none is named.

    Where an analysis reads all tables of a run, all are looked at whatever sources are named:
    what it comes to is the run's. Only the named ones are told of.
    """

    analyses: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    recompute: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The analyses that are asked for.

        Raises:
            BadInputError: There is no such analysis.
        """
        there = tuple(entry.name for entry in ANALYSES)
        for name in self.analyses:
            if name not in there:
                fix = f"Analyses: {', '.join(there)}."
                raise BadInputError(name, f"is no analysis{did_you_mean(name, there)}", fix)
        return self.analyses or there

    def tables(self, platform: Platform) -> Accepted:
        """The tables that have to be looked at.

        Raises:
            BadInputError: There is no such analysis or source, or no accepted rows.
        """
        entries = by_name()
        is_whole = any(entries[name].scope == "run" for name in with_needs(self.names))
        return accepted_tables(platform, self.sources, is_whole=is_whole)

    def told(self, results: Iterable[AnalysisResult]) -> tuple[AnalysisResult, ...]:
        """The results that are told of: those of the named sources, and those of all tables."""
        wanted = (ALL_TABLES, *self.sources)
        return tuple(r for r in results if not self.sources or r.table in wanted)


def asked_of(config: Mapping[str, Json]) -> Asked:
    """Reads a request from the configuration of a job, whose form Dagster has checked."""
    return Asked(
        from_json(tuple[str, ...], config["analyses"]),
        from_json(tuple[str, ...], config["sources"]),
        recompute=config["force"] is True,
    )


class _UnknownError(Exception):
    """An outcome is not known, and only what is known was asked for."""


def count_of(platform: Platform, asked: Asked) -> int:
    """How many outcomes a request comes to: one a table, or one of all tables.

    Raises:
        BadInputError: There is no such analysis or source, or no accepted rows.
    """
    entries = by_name()
    tables = len(asked.tables(platform).tables)
    return sum(1 if entries[n].scope == "run" else tables for n in with_needs(asked.names))


def known_analyses(platform: Platform, asked: Asked) -> tuple[AnalysisResult, ...] | None:
    """Gives what is known of a request without making anything; None when something is not.

    Raises:
        BadInputError: There is no such analysis or source, or no accepted rows.
    """
    work = _Work(platform, asked.tables(platform), asked, is_reading=True)
    try:
        return asked.told(work.run(lambda _result: None))
    except _UnknownError:
        return None


def analyze_accepted(
    platform: Platform,
    asked: Asked,
    on_result: OnResult = lambda _result: None,
    on_failure: OnFailure = lambda _failure: None,
    *,
    analyses: Sequence[Analysis] = ANALYSES,
) -> Analysed:
    """Works on analyses of accepted rows; each result is told as soon as it is there.

    The findings of the newest run's tables are rewritten from what is known of all of them. An
    analysis that fails is told among them and not remembered: the next request tries it again.

    Args:
        platform: The stores.
        asked: Which analyses, of which sources.
        on_result: Hears results in this thread.
        on_failure: Hears of analyses that failed, and of those skipped for them, in this thread.
        analyses: The registry; names are those of `ANALYSES`.

    Raises:
        BadInputError: There is no such analysis or source, or no accepted rows.
        StoreError: A folder refuses.
    """
    work = _Work(platform, asked.tables(platform), asked, analyses=analyses, on_failure=on_failure)
    results = work.run(on_result)
    write_findings(platform, results, work.failed)
    failures = tuple(one.failure for one in work.failed)
    return Analysed(asked.told(results), failures)


@dataclass
class _Work:
    """The analyses of one request on their way."""

    platform: Platform
    accepted: Accepted
    asked: Asked
    is_reading: bool = False
    analyses: Sequence[Analysis] = ANALYSES
    on_failure: OnFailure = lambda _failure: None
    failed: list[FailedAnalysis] = field(default_factory=list)
    results: dict[Piece, AnalysisResult] = field(default_factory=dict)
    # The ledger takes one writer at a time; what is read between is read once.
    stores: Lock = field(default_factory=Lock)

    def run(self, on_result: OnResult) -> tuple[AnalysisResult, ...]:
        """Works on all that was asked for."""
        platform = self.platform
        settings = platform.settings
        study = Study(
            self.accepted.tables,
            platform.clock(),
            settings.analyses,
            limits=settings.entropy,
        )

        def tell(piece: Piece, _outcome: Outcome) -> None:
            on_result(self.results[piece])

        def fail(failure: Failure) -> None:
            run_id = self.accepted.runs.get(failure.table, self.accepted.newest_run)
            self.failed.append(FailedAnalysis(failure, run_id))
            self.on_failure(failure)

        work_analyses(
            study,
            self.asked.names,
            analyses=self.analyses,
            make=self._make,
            on_outcome=tell,
            on_failure=fail,
        )
        return tuple(self.results.values())

    def _make(self, entry: Analysis, table: str, study: Study) -> Outcome | Failure:
        """Takes the known outcome of a piece, or makes and keeps it; what fails is not kept."""
        known = self._known(entry, table, study)
        with self.stores:
            found = None if self.asked.recompute else known.find()
            before = known.before() if found is None else None
        if found is None and self.is_reading:
            raise _UnknownError
        if found is None:
            found = attempted(
                entry.name, table, lambda: self._new(known, replace(study, before=before))
            )
            if isinstance(found, Failure):
                return found
        with self.stores:
            if not self.is_reading:
                known.record(found)
            self.results[Piece(entry.name, table)] = found
        return found.outcome

    def _new(self, known: Known, study: Study) -> AnalysisResult:
        outcome = known.analysis.analyze(study)
        with self.stores:
            return known.keep(outcome)

    def _known(self, entry: Analysis, table: str, study: Study) -> Known:
        versions: dict[str, Json] = {}
        for need, values in study.known.items():
            of_need: dict[str, Json] = {t: self.results[Piece(need, t)].version for t in values}
            versions[need] = of_need
        partition = self._partition(table)
        return Known(self.platform, entry, table, partition, inputs_of(entry, study, versions))

    def _partition(self, table: str) -> Cell | str:
        if table == ALL_TABLES:
            return self.accepted.newest_run
        return Cell(self.accepted.runs[table], table)


def by_analysis(results: Sequence[AnalysisResult]) -> Mapping[str, list[AnalysisResult]]:
    """Groups results by their analysis, in the order of the registry."""
    found: dict[str, list[AnalysisResult]] = {}
    for entry in ANALYSES:
        of_it = [result for result in results if result.analysis == entry.name]
        if of_it:
            found[entry.name] = sorted(of_it, key=lambda result: result.table)
    return found
