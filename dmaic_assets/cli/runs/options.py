"""The options that every command of the main job has, and the request that they make."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, TypeVar, get_args

import click

from dmaic_assets.cli.framework import json_option, project_option
from dmaic_assets.model import AssetName, OnConflict

if TYPE_CHECKING:
    from dmaic_assets.settings.project import Settings
    from dmaic_assets.work.plan.request import RunRequest

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])


class RunOptions(TypedDict):
    """What click hands to a command that is decorated with `run_options`."""

    project: Path | None
    force: bool
    dry_run: bool
    on_conflict: OnConflict | None
    fail_fast: bool
    workers: int | None
    threshold: float | None
    exit_zero: bool
    timings: bool
    is_json: bool


_OPTIONS = (
    click.option("--force", is_flag=True, help="Compute again what is known."),
    click.option(
        "--dry-run", is_flag=True, help="Print what would be computed; compute and move nothing."
    ),
    click.option(
        "--on-conflict",
        type=click.Choice(get_args(OnConflict)),
        help="What to do with a known result: skip it, overwrite it (with --force), or compute it"
        " in a branch of the run.",
    ),
    click.option(
        "--fail-fast",
        is_flag=True,
        help="Begin no further file once one is held or cannot be worked on.",
    ),
    click.option(
        "--workers", type=click.IntRange(1, 256), help="Sources worked on at the same time."
    ),
    click.option(
        "--threshold",
        type=click.FloatRange(0, 100),
        metavar="PCT",
        help="Least score of a file (0-100) instead of the configured one.",
    ),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 although a file is held (else 4)."),
    click.option("--timings", is_flag=True, help="Tell stage by stage where the time went."),
    json_option,
    project_option,
)


def run_options(function: FunctionT) -> FunctionT:
    """Adds the options of the main job."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def asks_for_all(options: RunOptions) -> bool:
    """Whether the options ask for what is new, of everything and as it is configured."""
    differs = options["force"] or options["dry_run"] or options["on_conflict"] is not None
    return not differs and options["threshold"] is None


def source_option(function: FunctionT) -> FunctionT:
    """Adds `--source`, which may be repeated."""
    return click.option(
        "--source", "sources", multiple=True, metavar="S", help="Only this source; repeatable."
    )(function)


def request_of(
    options: RunOptions,
    settings: "Settings",
    *,
    assets: tuple[AssetName, ...],
    sources: tuple[str, ...] = (),
    files: tuple[Path, ...] = (),
) -> "RunRequest":
    """Builds the request that the options ask for.

    Raises:
        BadInputError: Options contradict each other.
    """
    from dmaic_assets.work.plan.request import RunRequest

    return RunRequest(
        sources=sources,
        files=files,
        force=options["force"],
        on_conflict=options["on_conflict"] or settings.dmaic.memo.on_conflict,
        threshold=options["threshold"],
        workers=options["workers"],
        fail_fast=options["fail_fast"],
        assets=assets,
        trigger="cli",
    )
