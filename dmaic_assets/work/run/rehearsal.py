"""Judging files as a run would, without a trace: what would be held is known before anything moves.

What belongs here: stores that may be written to, since they are thrown away, and the order of the
work. Verdicts are those of `process_file`, so that they are the run's.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Verdict
from dmaic_assets.settings.project import Paths
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.record.files import Arrival, register_files
from dmaic_assets.store.ledger.record.runs import start_run
from dmaic_assets.work.assets.names import GATE_VERDICT
from dmaic_assets.work.assets.registry import up_to
from dmaic_assets.work.file.process import process_file
from dmaic_assets.work.plan.planned import Plan
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.tasks import job_for
from dmaic_assets.work.run.watch import Progress

# Folders of a project that judging only reads.
_READ = ("incoming", "warehouse", "quarantine", "archive")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a run would say of files, in the order of the plan.

    `judged` holds names and verdicts. `by_history` names, as "source/name", those that would not be
    judged by the files that they came with, but by what was accepted before.
    """

    judged: tuple[tuple[str, Verdict], ...]
    by_history: tuple[str, ...]


def rehearse(
    platform: Platform,
    plan: Plan,
    request: RunRequest,
    on_progress: Callable[[Progress], None],
) -> Rehearsal:
    """Judges the files that a plan has work for; whatever that writes is thrown away.

    Files that come to a history are judged by it as it is now: what one of them adds to it is not
    known before it is accepted.

    Args:
        platform: The stores, which stay as they are.
        plan: What would be done.
        request: What it was planned for.
        on_progress: Told each file that was judged, and what is done meanwhile.

    Raises:
        BadInputError: The ledger is in PostgreSQL; a file was taken away meanwhile.
        StoreError: The disk refuses.
    """
    work, judged, by_history = plan.work, list[tuple[str, Verdict]](), list[str]()
    wanted = request.model_copy(update={"assets": up_to(GATE_VERDICT)})

    def tell(text: str) -> None:
        on_progress(Progress(len(judged), len(work), text))

    with _apart(replace(platform, tell=tell)) as scratch:
        run_id, arrivals = _registered(scratch, plan)
        for file in work:
            arrival = arrivals[file.file.source, file.file.sha256]
            job = job_for(scratch, arrival, run_id=run_id, request=wanted)
            verdict = process_file(scratch, job).verdict
            if verdict is not None:
                judged.append((file.file.path.name, verdict))
            if job.peers is None:
                by_history.append(f"{file.file.source}/{file.file.path.name}")
            tell(file.file.path.name)
    return Rehearsal(tuple(judged), tuple(by_history))


def _registered(platform: Platform, plan: Plan) -> tuple[str, Mapping[tuple[str, str], Arrival]]:
    """Makes a run that saw the files of a plan."""
    run = start_run(platform.ledger, git_sha="", config_hash="", inputs_hash="", kind="cli")
    files = [f.file for f in plan.files if f.is_in_scope]
    return run.run_id, register_files(platform.ledger, files, run.run_id)


@contextmanager
def _apart(platform: Platform) -> Generator[Platform]:
    """Opens stores that hold what the project's hold; they are removed at the end of the block."""
    paths = platform.paths
    if platform.ledger.is_postgres:
        raise BadInputError(
            "--dry-run",
            "a ledger in PostgreSQL cannot be copied for a trial",
            "Run without it: what is held can be released.",
        )
    paths.staging.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rehearsal-", dir=paths.staging) as folder:
        copy = Paths(paths.root, Path(folder))
        _copy_stores(paths, str(platform.ledger.engine.url.database), copy)
        url = f"sqlite:///{copy.ledger / 'ledger.sqlite'}"
        ledger = Ledger.open(url, clock=platform.clock, artifacts=copy.artifacts)
        try:
            settings = replace(platform.settings, paths=copy)
            yield Platform(settings, ledger, platform.clock, platform.cpu_clock, tell=platform.tell)
        finally:
            ledger.close()


def _copy_stores(paths: Paths, ledger: str, copy: Paths) -> None:
    """Copies the ledger; what is never changed in place is linked."""
    copy.ledger.mkdir(parents=True)
    with (
        closing(sqlite3.connect(ledger)) as here,
        closing(sqlite3.connect(copy.ledger / "ledger.sqlite")) as there,
    ):
        here.backup(there)
    shutil.copytree(paths.artifacts, copy.artifacts, copy_function=_linked)
    for name in _READ:
        if (paths.data / name).exists():
            (copy.data / name).symlink_to((paths.data / name).resolve(), target_is_directory=True)


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        # Not every file system has links.
        shutil.copy2(source, target)
