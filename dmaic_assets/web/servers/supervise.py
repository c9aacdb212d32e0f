"""Keeps a few child processes running: starts, watches, restarts and stops them together.

What belongs here: processes and time. What the children serve is their own business.
"""

import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from dmaic_assets.settings.project import utc_clock
from dmaic_assets.store.json_log import TurnedOverFile, line_of

_log = logging.getLogger(__name__)
# Last lines of a child's output that are told when it ends.
_TAIL_LINES = 15
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# A child shows a line to the person at the terminal by starting it with this; such lines may
# hold a one-time code and are not written to the log.
SAY = "::say "


@dataclass(frozen=True, slots=True)
class Service:
    """One child: a Python module with arguments, and how to tell that it is ready.

    `descriptors` are open files of the supervisor that the child inherits under their numbers;
    `secrets` are variables that no other child sees.
    """

    name: str
    module: str
    arguments: tuple[str, ...]
    log: TurnedOverFile
    is_ready: Callable[[], bool] = lambda: True
    descriptors: tuple[int, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the supervisor is, in seconds.

    A child that ends is started again after `backoff_s`, doubled each time up to
    `longest_backoff_s`; `healthy_s` of running set it back. `attempts` failures in a row end
    everything.
    """

    poll_s: float = 0.1
    ready_s: float = 120.0
    backoff_s: float = 1.0
    longest_backoff_s: float = 30.0
    healthy_s: float = 60.0
    attempts: int = 5
    stop_s: float = 10.0


@dataclass(slots=True)
class _Child:
    service: Service
    process: "subprocess.Popen[str] | None" = None
    started: float = 0.0
    failures: int = 0
    again_at: float = 0.0
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=_TAIL_LINES))
    reader: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Runs services in the order given and stops them in the reverse order.

    Args:
        services: What to run. Each is started when the one before it is ready.
        environment: The children's environment.
        say: Shows a line to the person at the terminal.
        is_verbose: Whether children's output is shown there as well as logged.
        pace: How patient it is.
    """

    def __init__(
        self,
        services: Sequence[Service],
        *,
        environment: Mapping[str, str],
        say: Callable[[str], None],
        is_verbose: bool = False,
        pace: Pace | None = None,
    ) -> None:
        self._children = [_Child(service) for service in services]
        self._environment = dict(environment)
        self._say = say
        self._is_verbose = is_verbose
        self._pace = pace or Pace()
        self._stop = threading.Event()

    def stop(self) -> None:
        """Asks `run` to end; may be called from a signal handler or another thread."""
        self._stop.set()

    def run(self) -> bool:
        """Runs the services until `stop` is called or one of them will not stay up.

        Returns:
            Whether it ended because it was asked to.
        """
        try:
            is_up = all(self._bring_up(child) for child in self._children)
            while is_up and not self._stop.wait(self._pace.poll_s):
                is_up = all(list(map(self._mend, self._children)))
            return self._stop.is_set()
        finally:
            for child in reversed(self._children):
                self._end(child)

    def _bring_up(self, child: _Child) -> bool:
        self._start(child)
        deadline = time.monotonic() + self._pace.ready_s
        while not self._stop.is_set():
            if not self._mend(child):
                return False
            if child.is_running and child.service.is_ready():
                return True
            if time.monotonic() > deadline:
                self._report(child, f"was not ready within {self._pace.ready_s:.0f} s")
                return False
            self._stop.wait(self._pace.poll_s)
        return True

    def _mend(self, child: _Child) -> bool:
        """Starts a child that ended again when it is time; False when it is given up."""
        now = time.monotonic()
        if child.is_running:
            if child.failures and now - child.started > self._pace.healthy_s:
                child.failures = 0
            return True
        if child.process is not None:
            return self._note_end(child, now)
        if now >= child.again_at:
            self._start(child)
        return True

    def _note_end(self, child: _Child, now: float) -> bool:
        code = child.process.returncode if child.process is not None else None
        child.failures += 1
        self._end(child)
        if child.failures >= self._pace.attempts:
            self._report(child, f"ended {child.failures} times in a row, last with code {code}")
            return False
        wait_s = min(
            self._pace.backoff_s * 2.0 ** (child.failures - 1), self._pace.longest_backoff_s
        )
        self._say(f"{child.service.name} ended with code {code}; starting it again")
        child.again_at = now + wait_s
        return True

    def _report(self, child: _Child, what: str) -> None:
        self._say(f"{child.service.name} {what}. The end of {child.service.log.path}:")
        for line in child.tail:
            self._say(f"  {line}")

    def _start(self, child: _Child) -> None:
        service = child.service
        command = [sys.executable, "-m", "dmaic_assets.web.servers.leash", service.module]
        child.process = subprocess.Popen(  # noqa: S603 - our own modules
            [*command, *service.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**self._environment, **service.secrets},
            pass_fds=service.descriptors,
            start_new_session=True,
        )
        child.started = time.monotonic()
        child.reader = threading.Thread(
            target=self._copy_output, args=(child, child.process.stdout), daemon=True
        )
        child.reader.start()

    def _copy_output(self, child: _Child, output: IO[str]) -> None:
        service = child.service
        with output:
            for coloured in output:
                line = _COLOURS.sub("", coloured).rstrip()
                if line.startswith(SAY):
                    self._say(line.removeprefix(SAY))
                    continue
                service.log.write(line_of(line, at=utc_clock(), process=service.name))
                child.tail.append(line)
                if self._is_verbose:
                    self._say(f"[{service.name}] {line}")

    def _end(self, child: _Child) -> None:
        """Ends the child's whole process group, politely first."""
        process, child.process = child.process, None
        if process is None:
            return
        _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + self._pace.stop_s
        while _has_group(process) and time.monotonic() < deadline:
            time.sleep(self._pace.poll_s)
        _signal_group(process, signal.SIGKILL)
        process.wait()
        if process.stdin is not None:
            process.stdin.close()
        if child.reader is not None:
            child.reader.join(timeout=5)


def _signal_group(process: "subprocess.Popen[str]", signum: int) -> bool:
    try:
        os.killpg(process.pid, signum)
    except ProcessLookupError:
        return False
    return True


def _has_group(process: "subprocess.Popen[str]") -> bool:
    """Whether the child or anything that it started is still there."""
    process.poll()
    return _signal_group(process, 0)
