"""`dmaic hashmap trials` and `compile`: the laboratory's assets, and its kernels made ready."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dmaic_assets.cli.console import count, print_json, print_table, progress, say, seconds
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import platform_at
from dmaic_assets.cli.runs.render_plan import shown_path
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import percent
from dmaic_assets.work.laboratory.machine import need_numba

if TYPE_CHECKING:
    from dmaic_assets.work.laboratory.known import LaboratoryResult
    from dmaic_assets.work.laboratory.values import ComparisonValue, Trial
    from dmaic_assets.work.run.platform import Platform


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap trials orders",
        "dmaic hashmap trials orders --column customer",
        "dmaic hashmap trials orders --force --json | jq .assets.hashmap_comparison",
    ),
)
@click.argument("source")
@click.option("--column", default="", help="The key column (default: the source's key).")
@click.option("--force", is_flag=True, help="Measure again what is known on this machine.")
@json_option
@project_option
def trials(*, source: str, column: str, force: bool, is_json: bool, project: Path | None) -> None:
    """Measure every kind of index on a real key column of a source.

    Workload, DNA, trials, comparison and page are assets of the source; what is known of the same
    rows on this machine is not measured again.
    """
    with platform_at(project) as platform:
        results = measured(platform, source, column, force=force, is_quiet=is_json)
        if is_json:
            print_json(document(results))
        else:
            tell(platform, results)


def measured(
    platform: "Platform", source: str, column: str = "", *, force: bool, is_quiet: bool
) -> "tuple[LaboratoryResult, ...]":
    """Takes a source through the laboratory.

    Raises:
        BadInputError: numba is missing, or the source has no accepted rows or no such column.
    """
    need_numba()
    from dmaic_assets.defs.jobs.bulk import BulkWatch
    from dmaic_assets.defs.jobs.launch import execute_laboratory
    from dmaic_assets.work.assets.of_the_laboratory import LABORATORY_ASSETS

    with progress("laboratory", is_quiet=is_quiet) as advance:
        watch = BulkWatch()
        steps = len(LABORATORY_ASSETS)
        watch.on_stage = lambda now: advance(len(watch.measured), steps, now)
        return execute_laboratory(platform, [source], column=column, force=force, watch=watch)


def document(results: "tuple[LaboratoryResult, ...]") -> dict[str, Json]:
    """The JSON form of what the laboratory gave."""
    from dmaic_assets.store.codec import to_json

    return {
        "source": results[0].cell.source,
        "run_id": results[0].cell.run_id,
        "assets": {
            r.asset: {
                "is_memoized": r.is_memoized,
                "computed_in_run": r.computed_in_run,
                "value": to_json(r.value),
            }
            for r in results
        },
    }


def tell(platform: "Platform", results: "tuple[LaboratoryResult, ...]") -> None:
    """Prints the winner of each use, whether anything was measured, and where the page is."""
    from dmaic_assets.work.laboratory.laboratory import page_path
    from dmaic_assets.work.laboratory.values import ComparisonValue, TrialsValue, WorkloadValue

    values = {type(r.value): r.value for r in results}
    workload = cast("WorkloadValue", values[WorkloadValue])
    computed = sum(not r.is_memoized for r in results)
    known = f"{computed} of {len(results)} assets computed" if computed else "all of it known"
    say(
        f"{results[0].cell.source}.{workload.column}: {count(workload.sampled)} of"
        f" {count(workload.rows)} keys, {count(workload.distinct)} distinct; {known}"
    )
    _tell_winners(cast("ComparisonValue", values[ComparisonValue]))
    _tell_slower(cast("TrialsValue", values[TrialsValue]).trials)
    page = page_path(platform, results[0].cell.source)
    say(f"page: {shown_path(page, platform.paths.root)}")


def _tell_winners(comparison: "ComparisonValue") -> None:
    rows = [
        (
            won.use,
            won.kind,
            f"{won.ns:.1f}",
            won.second,
            f"{won.second_ns:.1f}",
            percent(won.margin),
            f"{won.rounds_won} of {won.rounds}",
            "yes" if won.is_sure else "no",
        )
        for won in comparison.winners
    ]
    head = ("use", "fastest", "ns/op", "next", "ns/op ", "less", "rounds won", "sure")
    print_table(head, rows, right=("ns/op", "ns/op ", "less", "rounds won"))


def _tell_slower(found: "tuple[Trial, ...]") -> None:
    for trial in found:
        if trial.before is not None and trial.is_regressed:
            ns = f"{trial.fastest:.1f} ns, {trial.before:.1f} before"
            say(f"slower than before: {trial.use} on {trial.kind}: {ns}", style="yellow")


@click.command("compile", cls=ExampleCommand, examples=("dmaic hashmap compile",))
@json_option
def compile_(*, is_json: bool) -> None:
    """Compile the kernels now, so that no later command waits for them.

    They are kept beside the modules, or in a folder of the user where those cannot be written to;
    an update of numba, Python or this package, or another cpu, compiles them again.
    """
    need_numba()
    from time import perf_counter

    from dmaic_assets.work.laboratory.warm import compiled

    began = perf_counter()
    place = compiled()
    elapsed_s = perf_counter() - began
    if is_json:
        print_json({"folder": place, "elapsed_s": elapsed_s})
    else:
        say(f"kernels are ready after {seconds(elapsed_s)}: {place}")
