"""`dmaic run-all`, `ingest`, `run`: the main job over everything, some files, or up to an asset."""

from pathlib import Path
from typing import Unpack, get_args

import click

from dmaic_assets.cli.framework import ExampleCommand
from dmaic_assets.cli.main_job import run_main_job
from dmaic_assets.cli.run_options import RunOptions, run_options, source_option
from dmaic_assets.model import ASSET_NAMES, AssetName


@click.command(
    "run-all",
    cls=ExampleCommand,
    examples=(
        "dmaic run-all",
        "dmaic run-all --dry-run",
        "dmaic run-all --threshold 95 --workers 4",
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
    return run_main_job(options, assets=ASSET_NAMES)


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
    return run_main_job(options, assets=ASSET_NAMES, sources=sources, files=files)


@click.command(
    "run",
    cls=ExampleCommand,
    examples=(
        "dmaic run --source orders",
        "dmaic run --source orders --phase gate_verdict",
        "dmaic run --phase column_types --dry-run",
    ),
)
@source_option
@click.option(
    "--phase",
    type=click.Choice(get_args(AssetName)),
    default=ASSET_NAMES[-1],
    show_default=True,
    help="The last asset to compute; all before it are included.",
)
@run_options
def run(phase: AssetName, sources: tuple[str, ...], **options: Unpack[RunOptions]) -> int:
    """Take files up to one asset, such as their verdict.

    `dmaic graph` shows the assets and their order.
    """
    from dmaic_assets.runs.request import WORK_ORDER

    wanted = WORK_ORDER[: WORK_ORDER.index(phase) + 1]
    return run_main_job(options, assets=wanted, sources=sources)
