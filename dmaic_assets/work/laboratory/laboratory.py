"""The laboratory's assets of one source: what is known is taken, the rest measured and remembered.

What belongs here: order, keys, inputs. A benchmark is known by its code, the machine, and the
workload; a workload by the accepted rows that it comes from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Cell, Json
from dmaic_assets.store.artifacts import get_bytes, put_bytes
from dmaic_assets.store.effect_files import write_bytes_if_changed
from dmaic_assets.store.ledger.record.files import Arrival, arrivals
from dmaic_assets.work.assets.names import (
    HASHMAP_COMPARISON,
    HASHMAP_DNA,
    HASHMAP_PAGE,
    HASHMAP_TRIALS,
    HASHMAP_WORKLOAD,
)
from dmaic_assets.work.laboratory.known import Known, LaboratoryResult, last_figure, remember_figure
from dmaic_assets.work.laboratory.machine import COSTS, fingerprint, need_numba
from dmaic_assets.work.laboratory.page import Draw, PageFacts, surveyed
from dmaic_assets.work.laboratory.secret import secret_in
from dmaic_assets.work.laboratory.values import (
    ComparisonValue,
    DnaValue,
    LaboratoryValue,
    PageValue,
    TrialsValue,
    WorkloadValue,
)
from dmaic_assets.work.run.cell_outcomes import rules_of_state, states_of
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.view.survey import Survey
    from dmaic_assets.hashmaps.workload.workload import Workload
    from dmaic_assets.work.laboratory.key_column import KeyColumn

# Seconds of cpu after which a trial matrix begins no further round, once it has had three.
BUDGET_S = 3.0
ValueT = TypeVar("ValueT", bound=LaboratoryValue)


@dataclass(frozen=True)
class Experiment:
    """What is asked of the laboratory: the assets up to one, of one cell.

    `column` is empty where the laboratory chooses; `machine` is what figures hold for.
    """

    cell: Cell
    until: str = HASHMAP_PAGE
    column: str = ""
    recompute: bool = False
    machine: Mapping[str, str] = field(default_factory=fingerprint)


def asked_of(platform: Platform, source: str, column: str, *, recompute: bool) -> Experiment:
    """Asks for all of a source's laboratory, in the cell of the run that its newest file is from.

    Raises:
        BadInputError: The source has no accepted rows.
    """
    newest = accepted_files(platform, source)[-1]
    cell = Cell(newest.settled_run or newest.run_id, source)
    return Experiment(cell, column=column, recompute=recompute)


def accepted_files(platform: Platform, source: str) -> list[Arrival]:
    """The files of a source whose rows are accepted, in the order of their arrival; never none.

    Raises:
        BadInputError: There is none.
    """
    found = [
        a
        for a in arrivals(platform.ledger, [source])
        if a.is_current and a.accepted and a.is_in_warehouse
    ]
    if not found:
        fix = "Put files into data/incoming/ and judge them: dmaic run-all"
        raise BadInputError(source, "has no accepted rows", fix)
    return found


# Where a page loads the scripts from that all pages share: among the artifacts, and as a report.
_AMONG_ARTIFACTS, _AMONG_REPORTS = b'src="../../assets/', b'src="../../artifacts/assets/'


def page_path(platform: Platform, source: str) -> Path:
    """Where people find the page of a source's newest experiment, beside its other reports."""
    return platform.paths.reports / source / "hashmaps.html"


def work_laboratory(
    platform: Platform,
    asked: Experiment,
    draw: Draw,
    on_result: Callable[[LaboratoryResult], None] = lambda _result: None,
) -> tuple[LaboratoryResult, ...]:
    """Takes a cell through the laboratory; each result is told as soon as it is there.

    Args:
        platform: Where the source is.
        asked: Which cell, and up to which asset.
        draw: Draws the page.
        on_result: Is told each result.

    Raises:
        BadInputError: numba is missing, the source has no accepted rows, or no such column.
        StoreError: A folder refuses.
    """
    need_numba(asked.machine)
    work = _Work(platform, asked, draw, on_result)
    work.run()
    return tuple(work.results)


def known_laboratory(platform: Platform, asked: Experiment) -> tuple[LaboratoryResult, ...] | None:
    """Gives what is known of a cell without measuring anything; None when something is not."""
    work = _Work(platform, asked, None, lambda _result: None)
    try:
        work.run()
    except _UnknownError:
        return None
    return tuple(work.results)


class _UnknownError(Exception):
    """An asset is not known, and only what is known was asked for."""


@dataclass
class _Work:
    """One cell on its way."""

    platform: Platform
    asked: Experiment
    # Who draws the page; without one, only what is known is read.
    draw: Draw | None
    on_result: Callable[[LaboratoryResult], None]
    results: list[LaboratoryResult] = field(default_factory=list)

    def run(self) -> None:
        """Takes the assets in their order, as far as was asked."""
        steps: Mapping[str, Callable[[], object]] = {
            HASHMAP_WORKLOAD: self._workload,
            HASHMAP_DNA: self._dna,
            HASHMAP_TRIALS: self._trials,
            HASHMAP_COMPARISON: self._comparison,
            HASHMAP_PAGE: self._page,
        }
        for name, step in steps.items():
            step()
            if name == self.asked.until:
                return

    def _workload(self) -> None:
        files: list[Json] = [a.accepted_version for a in self._files]
        params: dict[str, Json] = {"column": self.asked.column, "keys": [*self._keys]}
        self._take(
            HASHMAP_WORKLOAD,
            WorkloadValue,
            self._measure_column,
            {"files": files, "params": params, "source": self.asked.cell.source},
        )

    def _measure_column(self) -> WorkloadValue:
        return self._column.value()

    def _dna(self) -> None:
        workload = self._value(WorkloadValue)
        self._take(HASHMAP_DNA, DnaValue, self._measure_dna, _digests(workload))

    def _measure_dna(self) -> DnaValue:
        from dmaic_assets.work.laboratory.dna import dna_value

        secret = secret_in(self.platform.paths.data / "hashmaps")
        return dna_value(self._column.name, self._workloads, secret)

    def _trials(self) -> None:
        workload, dna = self._value(WorkloadValue), self._value(DnaValue)
        inputs: dict[str, Json] = {
            **_digests(workload),
            "is_dense": dna.is_dense,
            "machine": {**self.asked.machine},
        }
        self._take(HASHMAP_TRIALS, TrialsValue, lambda: self._measure(inputs), inputs)

    def _measure(self, inputs: Mapping[str, Json]) -> TrialsValue:
        import numpy as np

        from dmaic_assets.work.laboratory.key_column import SEED
        from dmaic_assets.work.laboratory.machine import clocks, draw_seeds
        from dmaic_assets.work.laboratory.trials import Bench, played_trials

        found = played_trials(
            self._workloads,
            is_dense=self._value(DnaValue).is_dense,
            before=last_figure(self.platform, inputs),
            bench=Bench(clocks(), draw_seeds, np.random.default_rng(SEED), BUDGET_S),
        )
        remember_figure(self.platform, self.asked.cell.run_id, inputs, found)
        return TrialsValue(self._value(WorkloadValue).column, self.asked.machine, found)

    def _comparison(self) -> None:
        from dmaic_assets.work.laboratory.comparison import comparison_of

        matrix = self._value(TrialsValue)
        inputs: dict[str, Json] = {"trials": self._version(HASHMAP_TRIALS)}
        self._take(HASHMAP_COMPARISON, ComparisonValue, lambda: comparison_of(matrix), inputs)

    def _page(self) -> None:
        before: dict[str, Json] = {result.asset: result.version for result in self.results}
        self._take(HASHMAP_PAGE, PageValue, self._drawn, before)
        page = self._value(PageValue)
        kept = get_bytes(self.platform.paths.artifacts, page.ref)
        moved = kept.replace(_AMONG_ARTIFACTS, _AMONG_REPORTS)
        write_bytes_if_changed(page_path(self.platform, self.asked.cell.source), moved)

    def _drawn(self) -> PageValue:
        if self.draw is None:
            raise _UnknownError
        workload = self._value(WorkloadValue)
        facts = PageFacts(
            self.asked.cell.source,
            workload,
            self._value(DnaValue),
            self._value(TrialsValue),
            self._value(ComparisonValue),
            self._survey(workload.uses[0].use),
        )
        root = self.platform.paths.artifacts
        kept = put_bytes(root, HASHMAP_PAGE, self.draw(facts).encode(), suffix=".html")
        return PageValue(workload.column, kept)

    def _survey(self, use: str) -> "Survey":
        folder = self.platform.paths.data / "hashmaps"
        played, machine = self._workloads[use], self.asked.machine
        return surveyed(played, machine, folder / COSTS, secret_in(folder))

    def _take(
        self,
        asset: str,
        value: type[ValueT],
        compute: Callable[[], ValueT],
        inputs: Mapping[str, Json],
    ) -> None:
        known = Known(self.platform, self.asked.cell, asset, inputs)
        found = None if self.asked.recompute else known.find(value)
        if found is None and self.draw is None:
            raise _UnknownError
        result = found or known.keep(compute())
        known.record(result)
        self.results.append(result)
        self.on_result(result)

    def _value(self, kind: type[ValueT]) -> ValueT:
        return next(r.value for r in self.results if isinstance(r.value, kind))

    def _version(self, asset: str) -> str:
        return next(r.version for r in self.results if r.asset == asset)

    @cached_property
    def _files(self) -> list[Arrival]:
        return accepted_files(self.platform, self.asked.cell.source)

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        """Columns that settings or rules say identify a row by themselves."""
        declared = self.platform.settings.source(self.asked.cell.source).primary_key
        (state,) = states_of(self.platform, self._files[-1:], {})
        rules = rules_of_state(self.platform, state).rules
        learnt = (r.columns for r in rules if r.kind == "unique" and r.is_enabled)
        return tuple(dict.fromkeys((*declared, *(c[0] for c in learnt if len(c) == 1))))

    @cached_property
    def _column(self) -> "KeyColumn":
        from dmaic_assets.work.laboratory.key_column import key_column

        data = self.platform.paths.data
        files = [data / Path(a.accepted_path or "") for a in self._files]
        return key_column(self.asked.cell.source, files, self.asked.column, self._keys)

    @cached_property
    def _workloads(self) -> "Mapping[str, Workload]":
        return self._column.workloads()


def _digests(workload: WorkloadValue) -> dict[str, Json]:
    return {"workloads": {use.use: use.digest for use in workload.uses}}
