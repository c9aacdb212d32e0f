"""Analyses in the order of their needs, several at the same time, over tables in memory or files.

What belongs here: order and threads. What is known already, and who made it, `work` knows.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from dmaic_assets.analysis.entry import Analysis
from dmaic_assets.analysis.registry import ANALYSES, by_name, with_needs
from dmaic_assets.analysis.study import ALL_TABLES, Failure, Outcome, Study

# How the value of one piece of work comes about: looked up, or by `Analysis.analyze`. One that
# gives a failure ends that piece and those that need it; the others go on.
Maker = Callable[[Analysis, str, Study], Outcome | Failure]


@dataclass(frozen=True, slots=True)
class Piece:
    """One analysis of one table; `table` is `ALL_TABLES` where it is of all."""

    analysis: str
    table: str


def analyze(analysis: Analysis, _table: str, study: Study) -> Outcome:
    """Makes an outcome anew."""
    return analysis.analyze(study)


def work_analyses(
    study: Study,
    names: Sequence[str],
    *,
    analyses: Sequence[Analysis] = ANALYSES,
    make: Maker = analyze,
    on_outcome: Callable[[Piece, Outcome], None] = lambda _piece, _outcome: None,
    on_failure: Callable[[Failure], None] = lambda _failure: None,
) -> Mapping[Piece, Outcome]:
    """Works on analyses and all that they need, at most `max_parallel` pieces at the same time.

    Args:
        study: All tables, the time and the settings; `known` and `before` are not read.
        names: The analyses that are asked for.
        analyses: The registry.
        make: How an outcome comes about, called in threads of its own.
        on_outcome: Told each outcome in this thread, as soon as it is there.
        on_failure: Told each piece that failed, and those that are skipped for it, likewise.

    Returns:
        The outcomes by piece, in the order in which they were ready.

    Raises:
        KeyError: There is no such analysis.
        Exception: What a piece raises, after the pieces that were begun have ended.
    """
    work = _Work(study, by_name(analyses), make, on_outcome, on_failure)
    work.run(with_needs(names, analyses))
    return work.outcomes


@dataclass
class _Work:
    """Pieces on their way: those that are not there yet, and what came of the others."""

    study: Study
    entries: Mapping[str, Analysis]
    make: Maker
    on_outcome: Callable[[Piece, Outcome], None]
    on_failure: Callable[[Failure], None]
    outcomes: dict[Piece, Outcome] = field(default_factory=dict)
    absent: set[Piece] = field(default_factory=set)
    left: Counter[str] = field(default_factory=Counter)
    failed: dict[Piece, Failure] = field(default_factory=dict)

    def run(self, names: Sequence[str]) -> None:
        """Works on all pieces of the named analyses."""
        waiting = [piece for name in names for piece in self._pieces(name)]
        self.absent = set(waiting)
        self.left = Counter(piece.analysis for piece in waiting)
        most = self.study.settings.max_parallel
        running: dict[Future[Outcome | Failure], Piece] = {}
        with ThreadPoolExecutor(most, "analysis") as pool:
            while waiting or running:
                ready = [piece for piece in waiting if self._is_ready(piece)]
                for piece in ready[: most - len(running)]:
                    waiting.remove(piece)
                    entry = self.entries[piece.analysis]
                    given = pool.submit(self.make, entry, piece.table, self._study_of(piece))
                    running[given] = piece
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    self._keep(running.pop(future), future.result())
                waiting = [piece for piece in waiting if not self._is_skipped(piece)]

    def _pieces(self, name: str) -> list[Piece]:
        is_wide = self.entries[name].scope == "run"
        return [Piece(name, t) for t in ((ALL_TABLES,) if is_wide else self.study.tables)]

    def _keep(self, piece: Piece, outcome: Outcome | Failure) -> None:
        if isinstance(outcome, Failure):
            self._fail(piece, outcome)
            return
        self.outcomes[piece] = outcome
        self.absent.discard(piece)
        self.left[piece.analysis] -= 1
        self.on_outcome(piece, outcome)

    def _fail(self, piece: Piece, failure: Failure) -> None:
        self.failed[piece] = failure
        self.on_failure(failure)

    def _is_skipped(self, piece: Piece) -> bool:
        """Tells whether a piece cannot be made, as what it reads failed; the root is named."""
        broken = next(
            (self.failed[read] for read in self._reads(piece) if read in self.failed), None
        )
        if broken is None:
            return False
        missing = broken.missing or f"{broken.analysis} of {broken.table or 'all tables'}"
        reason = f"it needs {missing}, which failed"
        skipped = Failure(
            piece.analysis, piece.table, reason, broken.fix, broken.code, missing=missing
        )
        self._fail(piece, skipped)
        return True

    def _reads(self, piece: Piece) -> list[Piece]:
        """The pieces whose outcomes one reads: those of its table, or of all."""
        needs = self.entries[piece.analysis].needs
        if piece.table == ALL_TABLES:
            return [read for need in needs for read in self._pieces(need)]
        return [Piece(need, piece.table) for need in needs]

    def _is_ready(self, piece: Piece) -> bool:
        """Tells whether all that a piece reads is there: one of the run reads every table's."""
        needs = self.entries[piece.analysis].needs
        if piece.table == ALL_TABLES:
            return not any(self.left[need] for need in needs)
        return not any(Piece(need, piece.table) in self.absent for need in needs)

    def _study_of(self, piece: Piece) -> Study:
        """The study of one piece: its tables, and what its needs came to for them."""
        study, needs = self.study, self.entries[piece.analysis].needs
        if piece.table != ALL_TABLES:
            tables = {piece.table: study.tables[piece.table]}
            read = {need: [Piece(need, piece.table)] for need in needs}
            return replace(self._told(study, read), tables=tables)
        return self._told(study, {need: self._pieces(need) for need in needs})

    def _told(self, study: Study, read: Mapping[str, Sequence[Piece]]) -> Study:
        made = {
            need: {piece.table: self.outcomes[piece] for piece in pieces}
            for need, pieces in read.items()
        }
        known = {need: {t: o.value for t, o in of_it.items()} for need, of_it in made.items()}
        found = {need: {t: o.findings for t, o in of_it.items()} for need, of_it in made.items()}
        return replace(study, known=known, found=found, before=None)
