"""Runs of the five phases for `dmaic run`: one run, or a recursion until a stop rule holds.

What belongs here: the way from options to Dagster's job and back, and what is printed. Dagster is
imported only here, when a run starts.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import (
    Advance,
    count,
    print_json,
    print_table,
    progress,
    say,
    seconds,
)
from dmaic_assets.cli.project import platform_at
from dmaic_assets.cli.runs.main_job import refuse_left_out
from dmaic_assets.cli.runs.options import RunOptions, request_of
from dmaic_assets.cli.runs.render_plan import print_skips
from dmaic_assets.model import PHASES, Json, PhaseName
from dmaic_assets.table.spelled_numbers import percent, plural
from dmaic_assets.work.assets.registry import WORK_ORDER

if TYPE_CHECKING:
    from dmaic_assets.errors import DmaicError
    from dmaic_assets.process.cycle.phase_memo import PhaseResult
    from dmaic_assets.process.cycle.phases_of_a_run import CycleResult
    from dmaic_assets.process.recursion.recursion import RecursionState
    from dmaic_assets.work.plan.request import RunRequest
    from dmaic_assets.work.run.bulk import RunResult
    from dmaic_assets.work.run.platform import Platform
    from dmaic_assets.work.run.watch import Progress
    from dmaic_assets.work.state.skipped_changes import Skip


@dataclass(frozen=True, slots=True)
class DmaicRun:
    """One run of the phases, and the recursion that it belongs to, if any.

    `refusal` tells the sources that it left out.
    """

    cycle: "CycleResult"
    judged: "RunResult | None"
    state: "RecursionState | None"
    refusal: "DmaicError | None" = None

    @property
    def skips(self) -> "tuple[Skip, ...]":
        """The changes that the run could not apply to files that it judged."""
        from dmaic_assets.work.state.skipped_changes import skips_of

        return skips_of(self.judged.cells) if self.judged else ()

    def document(self) -> dict[str, Json]:
        """Builds the JSON form of the run."""
        from dmaic_assets.store.codec import to_json

        per_source: dict[str, Json] = {}
        for source in sorted({r.source for r in self.cycle.results}):
            per_source[source] = {
                r.phase: {
                    "metrics": {**r.output.metrics},
                    "is_memoized": r.is_memoized,
                    "computed_in_run": r.computed_in_run,
                    "outputs": [a.path for a in r.artifacts],
                }
                for r in self.cycle.results
                if r.source == source
            }
        return {
            "run_id": self.cycle.run_id,
            "files_judged": sum(len(c.verdicts) for c in self.judged.cells) if self.judged else 0,
            "phases_computed": self.cycle.computed,
            "phases_elapsed_s": {p: round(s, 6) for p, s in self.cycle.elapsed_s.items()},
            "skipped_changes": [skip.document() for skip in self.skips],
            "metrics": {**self.cycle.metrics},
            "causes": to_json(self.cycle.causes().causes),
            "per_source": per_source,
        }


def run_phases(
    options: RunOptions,
    *,
    until: PhaseName,
    sources: tuple[str, ...],
    is_recursion: bool,
    resume: str | None = None,
) -> int:
    """Runs the phases once, or again and again until a stop rule holds, and reports.

    Args:
        options: What the command line said.
        until: The last phase of a run.
        sources: Only these sources; all when empty.
        is_recursion: Whether runs are chained.
        resume: The recursion to go on with; a new one when None.

    Raises:
        BadInputError: A source is not there, or no such recursion to resume.
        DmaicError: A phase refuses.
    """
    with platform_at(options["project"]) as platform:
        request = request_of(options, platform.settings, assets=WORK_ORDER, sources=sources)
        if options["dry_run"]:
            return _plan(platform, request, is_json=options["is_json"])
        quiet = options["is_json"]
        if is_recursion:
            _report_recursion(platform, request, until, resume, is_json=quiet)
            return errors.OK
        run = _one_run(platform, request, until, is_quiet=quiet)
        if quiet:
            print_json(run.document())
        else:
            print_run(run)
        _refuse(run)
        return errors.OK


def _report_recursion(
    platform: "Platform",
    request: "RunRequest",
    until: PhaseName,
    resume: str | None,
    *,
    is_json: bool,
) -> None:
    runs: list[DmaicRun] = []

    def tell(run: DmaicRun) -> None:
        runs.append(run)
        if not is_json:
            print_run(run)

    state = recurse(platform, request, until=until, resume=resume, is_quiet=is_json, on_run=tell)
    if is_json:
        documents: list[Json] = [run.document() for run in runs]
        print_json({"recursion": state.to_json(), "runs": documents})
    else:
        print_recursion(state)
    if runs:
        _refuse(runs[-1])


def _refuse(run: DmaicRun) -> None:
    if run.refusal is not None:
        raise run.refusal


def recurse(
    platform: "Platform",
    request: "RunRequest",
    *,
    until: PhaseName = "control",
    resume: str | None = None,
    is_quiet: bool = False,
    on_run: Callable[[DmaicRun], None] | None = None,
) -> "RecursionState":
    """Chains runs until a stop rule holds.

    Args:
        platform: The stores, which stay open.
        request: What the first run is asked; later ones never compute known results again.
        until: The last phase of each run.
        resume: The recursion to go on with; a new one when None.
        is_quiet: Whether progress is hidden on a terminal too.
        on_run: Told each run with the state after it.

    Raises:
        BadInputError: No such recursion to resume.
        DmaicError: A phase refuses.
    """
    from dmaic_assets.errors import BadInputError
    from dmaic_assets.process.recursion.recursion import new_recursion_id, recursion_state

    recursion_id = resume or new_recursion_id(platform, suffix=secrets.token_hex(2))
    state = recursion_state(platform, recursion_id)
    if resume and state.newest is None:
        raise BadInputError(
            resume, "no recursion of that id has run", "List the runs with `dmaic runs`."
        )
    while not state.stop.is_stop:
        parent = state.newest.run_id if state.newest else None
        chained = request.model_copy(update={"recursion": recursion_id, "parent": parent})
        run = _one_run(platform, chained, until, is_quiet=is_quiet)
        state = recursion_state(platform, recursion_id)
        if on_run is not None:
            on_run(replace(run, state=state))
        # Only the first run of a forced recursion computes again what was known before it.
        request = request.model_copy(update={"force": False, "on_conflict": "skip"})
    return state


def _one_run(
    platform: "Platform", request: "RunRequest", until: PhaseName, *, is_quiet: bool
) -> DmaicRun:
    from dmaic_assets.defs.jobs.bulk import BulkWatch
    from dmaic_assets.defs.jobs.launch import execute_dmaic

    with progress("define ... control", is_quiet=is_quiet) as advance:
        watch = BulkWatch(
            lambda now: _file(advance, now),
            lambda result: _phase(advance, result, until),
        )
        judged, cycle = execute_dmaic(platform, request, until=until, watch=watch)
    return DmaicRun(cycle, judged, None, watch.refusals[-1] if watch.refusals else None)


def _file(advance: Advance, now: "Progress") -> None:
    advance(now.done, now.total, now.name)


def _phase(advance: Advance, result: "PhaseResult", until: PhaseName) -> None:
    advance(PHASES.index(result.phase) + 1, PHASES.index(until) + 1, result.phase)


def print_run(run: DmaicRun) -> None:
    """Prints one run: how long judging and each phase took, and a line per source."""
    files = sum(len(c.verdicts) for c in run.judged.cells) if run.judged else 0
    took = seconds(run.judged.elapsed_s) if run.judged else "0 s"
    phases = plural(len(run.cycle.results), "phase")
    spent = run.cycle.elapsed_s
    say(
        f"run {run.cycle.run_id}: {plural(files, 'file')} judged in {took}; {phases} in"
        f" {seconds(sum(spent.values()))}, {count(run.cycle.computed)} of them computed"
    )
    say(", ".join(f"{phase} {seconds(s)}" for phase, s in spent.items()), style="dim")
    rows = [_line(run.cycle, source) for source in _sources(run.cycle)]
    print_table(("source", "DPMO", "sigma", "yield", "top cause", "promoted", "alarms"), rows)
    _print_causes(run.cycle)
    print_skips(run.skips)


def _print_causes(cycle: "CycleResult") -> None:
    """Prints where the run's defects concentrate, when there is more than one source."""
    causes = cycle.causes().causes[:3]
    if len(_sources(cycle)) > 1 and causes:
        rows = [
            (c.words, count(c.defects), percent(c.share), _number(c.lift, ",.1f")) for c in causes
        ]
        print_table(("most defects at", "defects", "of all", "lift"), rows)


def _sources(cycle: "CycleResult") -> list[str]:
    return sorted({r.source for r in cycle.results})


def _line(cycle: "CycleResult", source: str) -> tuple[str, ...]:
    from dmaic_assets.phase_values.key_metrics import key_metrics

    mine = [r.output.metrics for r in cycle.results if r.source == source]
    key = key_metrics({name: value for found in mine for name, value in found.items()})
    analysis = cycle.of(source, "analyze")
    return (
        source,
        _number(key.dpmo, ",.1f"),
        _level(key.sigma, key.defects, 2),
        _number(_percent(key.rolled_throughput_yield), ".1f", " %"),
        _top_cause(analysis),
        _number(key.promoted, ".0f"),
        _number(key.alarms, ".0f"),
    )


def _top_cause(analysis: "PhaseResult | None") -> str:
    from dmaic_assets.phase_values.analyze import AnalyzeValue

    value = analysis.output.value if analysis else None
    return value.top_cause if isinstance(value, AnalyzeValue) else ""


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _number(value: float | None, form: str, unit: str = "") -> str:
    return "" if value is None else f"{value:{form}}{unit}"


def _level(sigma: float | None, defects: float | None, digits: int) -> str:
    """Spells a sigma level; without a defect only its lower bound is known."""
    from dmaic_assets.reports import wording

    return "" if sigma is None else wording.sigma(sigma, is_bound=defects == 0, digits=digits)


def print_recursion(state: "RecursionState") -> None:
    """Prints the runs of a recursion with their figures, and why it ended."""
    rows = [
        (
            str(number),
            run.run_id,
            _number(key.dpmo, ",.1f"),
            _level(key.sigma, key.defects, 3),
            _number(_percent(key.rolled_throughput_yield), ".1f", " %"),
            _number(key.promoted, ".0f"),
        )
        for number, (run, point) in enumerate(zip(state.runs, state.points, strict=True), 1)
        for key in (point.key,)
    ]
    print_table(("", "run", "DPMO", "sigma", "yield", "promoted"), rows)
    word = "ended" if state.stop.is_stop else "goes on"
    say(f"recursion {state.recursion_id} {word}: {state.stop.reason}")


def _plan(platform: "Platform", request: "RunRequest", *, is_json: bool) -> int:
    from dmaic_assets.cli.runs.render_plan import plan_document, print_plan
    from dmaic_assets.work.plan.plan import plan_run

    plan = plan_run(platform, request)
    if is_json:
        print_json(plan_document(plan))
    else:
        print_plan(plan)
        say("Then the phases of each source; what is known of them is not computed again.")
    refuse_left_out(plan)
    return errors.OK
