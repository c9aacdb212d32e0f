"""`dmaic worker`: works planned tasks until it is told to stop."""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.console import print_json, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import platform_at
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.store.ledger.tasks.tasks import Task


@click.command(
    "worker",
    cls=ExampleCommand,
    examples=("dmaic worker", "dmaic worker --concurrency 4", "dmaic worker --until-idle"),
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Tasks worked on at the same time.",
)
@click.option("--until-idle", is_flag=True, help="End when there is nothing to do.")
@json_option
@project_option
def worker(*, concurrency: int, until_idle: bool, is_json: bool, project: Path | None) -> None:
    """Work planned tasks until told to stop.

    Any number of workers may run beside Dagster, on one machine or several with one ledger. On
    Ctrl-C or SIGTERM the task in hand is finished and no other begun; what a killed worker held
    is taken over when its lease ends.
    """
    from dmaic_assets.work.run.worker import work_until_told

    stop = threading.Event()
    with platform_at(project) as platform, _told_by_signals(stop):
        if not is_json:
            say(f"Working on {platform.paths.root}, {plural(concurrency, 'task')} at a time.")
        done = work_until_told(
            platform,
            stop,
            concurrency=concurrency,
            until_idle=until_idle,
            on_task=None if is_json else _tell,
        )
    if is_json:
        print_json({"tasks": done})
    else:
        say(f"Stopped after {plural(done, 'task')}.")


def _tell(task: "Task") -> None:
    say(task.file)


@contextmanager
def _told_by_signals(stop: threading.Event) -> Generator[None]:
    def tell(_signum: int, _frame: FrameType | None) -> None:
        stop.set()

    signals = (signal.SIGINT, signal.SIGTERM)
    before = {signum: signal.signal(signum, tell) for signum in signals}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
