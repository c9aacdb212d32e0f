"""`dmaic run-all`, `ingest`, `run`: the main job over everything, some files, or up to an asset."""

from pathlib import Path
from typing import Unpack

import click

from dmaic_assets.cli.framework import ExampleCommand
from dmaic_assets.cli.runs.main_job import run_main_job
from dmaic_assets.cli.runs.options import RunOptions, run_options, source_option
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import PHASES
from dmaic_assets.work.assets.registry import WORK_ORDER, up_to


@click.command(
    "run-all",
    cls=ExampleCommand,
    examples=(
        "dmaic run-all",
        "dmaic run-all --dry-run",
        "dmaic run-all --threshold 95 --workers 4",
        "dmaic run-all --workers 1 --fail-fast",
        "dmaic run-all --json | jq '.files[] | select(.verdict == \"reject\")'",
    ),
)
@run_options
def run_all(**options: Unpack[RunOptions]) -> int:
    """Judge and store every file that is new or changed.

    Reads each file once, profiles and types it, judges it by its source's rules, and splits it
    into the warehouse and the quarantine. What is known is not computed again. Exits with 4 when
    a file is held.
    """
    return run_main_job(options, assets=WORK_ORDER)


@click.command(
    "ingest",
    cls=ExampleCommand,
    examples=(
        "dmaic ingest --source orders",
        "dmaic ingest data/incoming/orders/2026-11-20.csv",
        "dmaic ingest --source orders --source customers --force",
    ),
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@source_option
@run_options
def ingest(files: tuple[Path, ...], sources: tuple[str, ...], **options: Unpack[RunOptions]) -> int:
    """Judge and store the files or sources that are named.

    FILES lie in data/incoming/<source>/ or where config/sources.yaml says. Without files and
    sources this is `dmaic run-all`.
    """
    return run_main_job(options, assets=WORK_ORDER, sources=sources, files=files)


@click.command(
    "run",
    cls=ExampleCommand,
    examples=(
        "dmaic run --source orders",
        "dmaic run --source orders --phase gate_verdict",
        "dmaic run --phase column_types --dry-run",
        "dmaic run --source orders --phase analyze",
        "dmaic run --until-plateau",
        "dmaic run --until-plateau --json | jq .recursion.sigma",
    ),
)
@source_option
@click.option(
    "--phase",
    type=click.Choice((*WORK_ORDER, *PHASES)),
    help="The last asset or phase to compute; all before it are included."
    "  [default: quarantine, or control with --until-plateau]",
)
@click.option(
    "--until-plateau",
    is_flag=True,
    help="Run the phases again and again, each run with what the one before promoted, until a"
    " stop rule of recursion.stop_rules holds.",
)
@click.option("--resume", metavar="ID", help="Go on with a recursion that was interrupted.")
@run_options
def run(
    phase: str | None,
    sources: tuple[str, ...],
    until_plateau: bool,  # noqa: FBT001 - click passes options by name
    resume: str | None,
    **options: Unpack[RunOptions],
) -> int:
    """Take files up to one asset, or sources through the phases.

    `dmaic graph` shows the assets and their order. A phase (define, measure, analyze, improve,
    control) first judges what is new; its reports are in data/reports/.
    """
    is_recursion = until_plateau or resume is not None
    name = phase or ("control" if is_recursion else WORK_ORDER[-1])
    for known in PHASES:
        if name == known:
            from dmaic_assets.cli.phases.phase_runs import run_phases

            return run_phases(
                options, until=known, sources=sources, is_recursion=is_recursion, resume=resume
            )
    if is_recursion:
        raise BadInputError(
            f"--phase {name}", "is no phase of a recursion", f"Use one of: {', '.join(PHASES)}."
        )
    return run_main_job(options, assets=up_to(name), sources=sources)
