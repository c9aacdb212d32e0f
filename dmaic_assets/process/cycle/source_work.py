"""The phases of one source, each computed when first asked for, from one gathering of evidence.

What belongs here: what each phase is given. Remembering is in `phase_memo`, the order in `cycle`.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from dmaic_assets.improve.changes import Change
from dmaic_assets.model import Json, PhaseName
from dmaic_assets.phase_values.define import Ctq, DefineValue
from dmaic_assets.phase_values.measure import CheckerValue
from dmaic_assets.process.analyze.analyze import analyze
from dmaic_assets.process.analyze.factor_table import factor_table
from dmaic_assets.process.analyze.value_differences import value_difference
from dmaic_assets.process.control.chart_fleet import AlarmBudget, ChartFleet
from dmaic_assets.process.control.control import control
from dmaic_assets.process.cycle.phase import AnyOutput, PhaseOutput
from dmaic_assets.process.define.charter import Charter, load_charter
from dmaic_assets.process.define.define import define
from dmaic_assets.process.evidence import FileEvidence, SourceEvidence, evidence_of, work_of
from dmaic_assets.process.improve.cost_benefit import standing_of
from dmaic_assets.process.improve.improve import changes_state, improve_source
from dmaic_assets.process.improve.pilot_table import pilot_tables
from dmaic_assets.process.improve.promotions import known_changes
from dmaic_assets.process.measure.checker import study_checker
from dmaic_assets.process.measure.column_values import ColumnValues, column_values, specified
from dmaic_assets.process.measure.cycle_times import cycle_times
from dmaic_assets.process.measure.defects import FileDefects, count_defects
from dmaic_assets.process.measure.measure import measure
from dmaic_assets.process.measure.measure_columns import no_measure, value_spread
from dmaic_assets.process.measure.value_capability import value_capability
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.table.text_table import ROW
from dmaic_assets.work.kept_back.columns import HiddenColumns
from dmaic_assets.work.people.alarm_answers import Answers, answers_path, load_answers
from dmaic_assets.work.run.platform import Platform


class SourceWork:
    """One source in one run; nothing is read before a phase has to be computed."""

    def __init__(
        self, platform: Platform, source: str, fleet: ChartFleet, hidden: HiddenColumns
    ) -> None:
        self.platform = platform
        self.source = source
        self.fleet = fleet
        self.hidden = hidden
        self.settings = platform.settings.dmaic.phases
        self._costs: Mapping[str, float] = {}

    @property
    def charter_file(self) -> Path:
        """Where people write the charter of the source."""
        return self.platform.paths.charters / f"{self.source}.yaml"

    @cached_property
    def charter(self) -> Charter:
        """What people say of the source.

        Raises:
            BadInputError: The charter cannot be read; names file and key.
        """
        return load_charter(self.charter_file)

    @cached_property
    def evidence(self) -> SourceEvidence:
        """The judged files of the source."""
        return evidence_of(self.platform, self.source, self.hidden)

    @cached_property
    def history(self) -> tuple[FileDefects, ...]:
        """The defects of every judged file, in arrival order."""
        return tuple(count_defects(file) for file in self.evidence.files)

    @property
    def rng(self) -> np.random.Generator:
        """Chance that depends on the files alone: the same files draw the same rows.

        A new generator each time: no phase's draws depend on which phases were computed before.
        """
        files = sha256_json([self.source, *(f.arrival.sha256 for f in self.evidence.files)])
        return np.random.default_rng(int(files[:16], 16))

    @cached_property
    def _defined(self) -> PhaseOutput[DefineValue]:
        accepted = [
            defects
            for file, defects in zip(self.evidence.files, self.history, strict=True)
            if file.verdict.decision != "reject"
        ]
        return define(
            self.evidence,
            accepted,
            self.charter,
            self.settings.define,
            charter_file=self.charter_file,
        )

    @property
    def ctqs(self) -> tuple[Ctq, ...]:
        """What Define fixed."""
        return self._defined.value.ctqs

    def inputs_of(self, phase: PhaseName) -> Mapping[str, Json]:
        """What a phase depends on besides evidence and the phases before it, as hashes."""
        source = self.platform.settings.source(self.source)
        found: dict[str, Json] = {"owner": source.owner, "primary_key": [*source.primary_key]}
        # What was said while a column was not known to tell of persons is said anew.
        found["hidden"] = self.hidden.depends_on(self.source)
        # Without the phase before them, what it would have fixed is theirs to depend on.
        if phase == "define" or not self.settings.define.enabled:
            found["charter"] = sha256_json(self.charter.model_dump(mode="json"))
            found["define"] = sha256_json(self.settings.define.model_dump(mode="json"))
        if phase == "improve":
            found["changes"] = changes_state(self.changes)
        if phase == "control":
            found["answers"] = self.answers.version
            found["fleet_charts"] = self.fleet.charts
        return found

    def clocked(self, phase: PhaseName) -> dict[str, float]:
        """What clocks say of a phase: metrics of this run, no part of an output that is known.

        Measure: cycle times of files. Improve: seconds of cpu per 1,000 rows of each repair that
        it promoted, if it was computed.
        """
        if phase == "measure":
            return cycle_times(self.platform, self.source)
        costs = self._costs if phase == "improve" else {}
        return {f"cpu_s_per_1000_rows.{repair}": cost for repair, cost in costs.items()}

    def output(self, phase: PhaseName) -> AnyOutput:
        """Computes one phase.

        Raises:
            DmaicError: As the phase refuses.
        """
        phases: Mapping[PhaseName, Callable[[], AnyOutput]] = {
            "define": lambda: self._defined,
            "measure": self._measure,
            "analyze": self._analyze,
            "improve": self._improve,
            "control": self._control,
        }
        return phases[phase]()

    def _measure(self) -> AnyOutput:
        rng = self.rng
        with_limits = [c for c in specified(self.ctqs) if c.column in self.values]
        found = [
            value_capability(ctq, self.values[ctq.column], rng=rng)
            for ctq in with_limits
            if ctq.has_specification
        ]
        spreads = [
            value_spread(ctq.id, self.values[ctq.column])
            for ctq in with_limits
            if not ctq.has_specification and not no_measure(self.values[ctq.column])
        ]
        return measure(self.evidence, self.ctqs, self.history, self._study(), found, spreads)

    @cached_property
    def values(self) -> Mapping[str, ColumnValues]:
        """The values of the columns that have limits, learnt ones too."""
        columns = [ctq.column for ctq in specified(self.ctqs)]
        return column_values(self.evidence.files, self.typed_rows, columns, rng=self.rng)

    def _study(self) -> CheckerValue | None:
        accepted = [
            f for f in self.evidence.files if f.arrival.accepted_path and f.arrival.accepted
        ]
        if not accepted or not self.evidence.newest_rules.rules:
            return None
        newest = self._accepted_rows(accepted[-1])
        wanted = min(self.settings.measure.sample_size, newest.height)
        rng = self.rng
        picked = np.sort(rng.choice(newest.height, wanted, replace=False))
        return study_checker(
            newest[picked.tolist()],
            self.evidence.newest_rules,
            seeded_share=self.settings.measure.seeded_share,
            rng=rng,
        )

    def _analyze(self) -> AnyOutput:
        settings = self.settings.analyze
        table = factor_table(
            self.evidence, self.typed_rows, max_rows=settings.max_rows, rng=self.rng
        )
        found = (value_difference(v, alpha=settings.alpha) for v in self.values.values())
        differences = [d for d in found if d is not None]
        return analyze(self.evidence, self.ctqs, self.history, table, settings, differences)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every change of the source so far, retired ones too.

        Raises:
            BadInputError: The change file cannot be read; names file and key.
        """
        return known_changes(self.platform, self.source)

    def _improve(self) -> AnyOutput:
        settings = self.settings.improve
        pilots = pilot_tables(
            self.evidence,
            lambda file: work_of(self.platform, file).table,
            max_rows=settings.max_pilot_rows,
            rng=self.rng,
        )
        found = improve_source(
            self.evidence,
            pilots,
            self.changes,
            settings,
            standing_of(self.evidence, self.ctqs, self.history),
            timer=self.platform.cpu_clock,
        )
        self._costs = found.costs
        return found.output

    @cached_property
    def answers(self) -> Answers:
        """What people answered to the source's alarms.

        Raises:
            BadInputError: The file of answers cannot be read; names file and key.
        """
        return load_answers(answers_path(self.platform.paths, self.source))

    def _control(self) -> AnyOutput:
        budget = AlarmBudget(self.settings.control, self.fleet.charts)
        return control(self.evidence, self.ctqs, self.history, self.answers, budget)

    def typed_rows(self, file: FileEvidence) -> pl.DataFrame:
        """The typed rows of a file with their data row numbers: stored ones, or read again."""
        is_whole = file.arrival.accepted == file.verdict.rows and file.failing.is_empty()
        if is_whole and file.arrival.accepted_path is not None:
            return self._accepted_rows(file).with_row_index(ROW)
        work = work_of(self.platform, file)
        return work.typed.lazy.collect().with_columns(work.table.data_rows().alias(ROW))

    def _accepted_rows(self, file: FileEvidence) -> pl.DataFrame:
        path = self.platform.paths.data / str(file.arrival.accepted_path)
        return pl.read_parquet(path, glob=False)
