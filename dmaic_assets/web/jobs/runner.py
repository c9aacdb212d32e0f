"""Runs jobs one after the other, each as a child process of the command line.

What belongs here: starting, cancelling and remembering. What a job does is the command's business:
whatever is started here goes the way that it goes from a shell, and the ledger keeps runs apart.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, cast

from dmaic_assets.errors import BadInputError, BusyError, PolicyError, StoreError
from dmaic_assets.settings.project import Clock
from dmaic_assets.web.jobs.job import KEPT, Job, JobFiles
from dmaic_assets.web.safety.session import TOKEN_VARIABLES

_log = logging.getLogger(__name__)
# Jobs that may wait; whoever sends more has made a mistake.
MOST_WAITING = 20
# Bytes of a command's document that are kept, and of what it says about an error.
_MOST_RESULT = 1_000_000
_MOST_ERROR = 20_000
# Exit codes that are an answer: done, and a gate that says no.
_ANSWERS = (0, 4)
# Seconds for a command to end by itself: what it is writing is finished first.
_INTERRUPT_S = 30.0
_TERMINATE_S = 10.0
_COMMANDS = "dmaic_assets.cli"
_LEASH = "dmaic_assets.web.servers.leash"


class JobRunner:
    """Takes jobs, runs one at a time, and remembers what came of them.

    Args:
        root: The project folder.
        files: Where jobs are kept.
        clock: Tells the time.
    """

    def __init__(self, root: Path, files: JobFiles, clock: Clock) -> None:
        self._root = root
        self._files = files
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._waiting: deque[str] = deque()
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled: set[str] = set()
        self._changed = threading.Condition()
        self._is_closing = False
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Begins to work. Jobs that an earlier server left are failed: nobody works on them."""
        for job in reversed(self._files.read()):
            known = job
            if job.is_open:
                error = {
                    "error": "IO",
                    "detail": "the server ended while the job was open",
                    "hint": "Start it again: what is done is known.",
                }
                known = replace(job, state="failed", finished_at=self._now(), error=error)
                self._files.write(known)
            self._jobs[job.id] = known
        self._thread.start()

    def close(self) -> None:
        """Cancels what is open and waits for it to end."""
        with self._changed:
            self._is_closing = True
            for job_id in [*self._waiting]:
                self._end(job_id, "cancelled")
            self._waiting.clear()
            process = self._process
            self._changed.notify_all()
        if process is not None:
            _stop(process)
        if self._thread.is_alive():
            self._thread.join()

    def submit(self, kind: str, arguments: Sequence[str]) -> Job:
        """Takes a job: the command `dmaic ARGUMENTS --json` in the project.

        Raises:
            BusyError: Too many wait already.
            StoreError: It cannot be written down.
        """
        with self._changed:
            if len(self._waiting) >= MOST_WAITING:
                fix = "Wait for some, or cancel them: GET /api/v1/jobs."
                raise BusyError("jobs", f"{MOST_WAITING} wait already", fix)
            now = self._clock()
            command = ("dmaic", *arguments)
            job = Job(self._files.new_id(now), kind, command, "pending", now.isoformat())
            self._keep(job)
            self._waiting.append(job.id)
            self._changed.notify_all()
            return job

    def cancel(self, job_id: str) -> Job:
        """Cancels a job: one that waits never starts, one that runs is interrupted.

        A running command finishes what it is writing; the job is cancelled when it has ended.

        Raises:
            BadInputError: There is no such job.
            PolicyError: It is over.
        """
        with self._changed:
            job = self.get(job_id)
            if not job.is_open:
                raise PolicyError(f"job {job_id}", f"is {job.state}", "Nothing is to be cancelled.")
            if job.state == "pending":
                self._waiting.remove(job_id)
                return self._end(job_id, "cancelled")
            self._cancelled.add(job_id)
            process = self._process
        if process is not None:
            threading.Thread(target=_stop, args=(process,), daemon=True).start()
        return self.get(job_id)

    def get(self, job_id: str) -> Job:
        """One job.

        Raises:
            BadInputError: There is no such job.
        """
        with self._changed:
            if job_id not in self._jobs:
                raise BadInputError(f"job {job_id}", "is not known", "GET /api/v1/jobs")
            return self._jobs[job_id]

    def all_jobs(self) -> list[Job]:
        """The jobs that are remembered, the newest first."""
        with self._changed:
            return sorted(self._jobs.values(), key=lambda job: job.id, reverse=True)

    def open_jobs(self) -> list[Job]:
        """Those that wait or run, in their order."""
        return [job for job in reversed(self.all_jobs()) if job.is_open]

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._is_closing)
                if self._is_closing:
                    return
                job_id = self._waiting.popleft()
                job = replace(self._jobs[job_id], state="running", started_at=self._now())
                self._keep(job)
            try:
                self._run(job)
            except OSError as error:
                told = {"error": "IO", "detail": str(error), "hint": "Start it again."}
                with self._changed:
                    self._end(job.id, "failed", error=told)

    def _run(self, job: Job) -> None:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen(  # noqa: S603 - our own command, and no shell
                [sys.executable, "-m", _LEASH, _COMMANDS, *job.command[1:], "--json"],
                cwd=self._root,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                env=_environment(self._root),
                start_new_session=True,
            )
            with self._changed:
                self._process = process
                is_late = self._is_closing or job.id in self._cancelled
            if is_late:
                _stop(process)
            code = process.wait()
            if process.stdin is not None:
                process.stdin.close()
            result, error = _document(out), _refusal(err, code)
        with self._changed:
            self._process = None
            is_cancelled = job.id in self._cancelled or self._is_closing
            self._cancelled.discard(job.id)
            if code in _ANSWERS and result is not None:
                self._end(job.id, "completed", code=code, result=result)
            elif is_cancelled:
                self._end(job.id, "cancelled", code=code)
            else:
                self._end(job.id, "failed", code=code, result=result, error=error)

    def _end(self, job_id: str, state: Any, *, code: int | None = None, **more: Any) -> Job:  # noqa: ANN401 - fields of a job
        job = replace(
            self._jobs[job_id], state=state, finished_at=self._now(), exit_code=code, **more
        )
        self._keep(job)
        return job

    def _keep(self, job: Job) -> None:
        if job.state == "pending":
            # What cannot be kept is not taken.
            self._files.write(job)
            self._jobs[job.id] = job
        else:
            self._jobs[job.id] = job
            try:
                self._files.write(job)
            except StoreError as error:
                # A full disk must not end the thread that works: memory has how the job stands.
                _log.warning("job %s is not kept: %s", job.id, error)
        for old in sorted(self._jobs)[:-KEPT]:
            if not self._jobs[old].is_open:
                del self._jobs[old]

    def _now(self) -> str:
        return self._clock().isoformat()


def _environment(root: Path) -> Mapping[str, str]:
    """The server's environment without its tokens."""
    secrets = set(TOKEN_VARIABLES.values())
    kept = {key: value for key, value in os.environ.items() if key not in secrets}
    return {**kept, "DMAIC_PROJECT": str(root)}


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Ends a command: as Ctrl-C does, then less and less politely."""
    for signum, patience_s in ((signal.SIGINT, _INTERRUPT_S), (signal.SIGTERM, _TERMINATE_S)):
        _signal(process, signum)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            continue
        return
    _signal(process, signal.SIGKILL)


def _signal(process: "subprocess.Popen[bytes]", signum: int) -> None:
    try:
        os.killpg(process.pid, signum)
    except ProcessLookupError:
        return


def _document(out: IO[bytes]) -> Any:  # noqa: ANN401 - whatever the command prints
    text = _text(out, _MOST_RESULT)
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


def _refusal(err: IO[bytes], code: int) -> dict[str, Any] | None:
    """The error that a command told last; what else it said when it told none."""
    if code == 0:
        return None
    lines = (_text(err, _MOST_ERROR) or "").strip().splitlines()
    for line in reversed(lines):
        try:
            told: Any = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict) and "error" in told:
            return cast("dict[str, Any]", told)
    detail = lines[-1] if lines else f"the command ended with code {code}"
    return {"error": "Invariant", "detail": detail, "hint": "data/logs/dmaic.log has more."}


def _text(file: IO[bytes], most: int) -> str | None:
    file.seek(0, os.SEEK_END)
    if file.tell() > most:
        return None
    file.seek(0)
    return file.read().decode("utf-8", "replace")
