"""A trial driven by a command: at a pace, and with a configuration that may change meanwhile."""

import signal
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.errors import PolicyError, SettingsError

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.config.options import Config
    from dmaic_assets.hashmaps.trial.trial import Session, Trial

# Seconds between two looks at the file of a configuration, and the longest wait without one.
LOOK_S = 0.25


@dataclass
class Reloading:
    """A configuration's file that is read again when it has changed, or at a SIGHUP."""

    file: Path
    read: Callable[[], "Config"]
    is_asked: bool = False
    _seen: tuple[int, int] | None = field(init=False)
    _looked_s: float = 0.0

    def __post_init__(self) -> None:
        self._seen = self._state()

    def _state(self) -> tuple[int, int] | None:
        try:
            told = self.file.stat()
        except OSError:
            return None
        return told.st_mtime_ns, told.st_size

    def look(self, session: "Session") -> None:
        """Goes on with what the file says now; one that is wrong is told and changes nothing."""
        now = time.monotonic()
        if not self.is_asked and now - self._looked_s < LOOK_S:
            return
        state, self._looked_s = self._state(), now
        if not self.is_asked and state == self._seen:
            return
        self._seen, was_asked, self.is_asked = state, self.is_asked, False
        self._reload(session, was_asked=was_asked)

    def _reload(self, session: "Session", *, was_asked: bool) -> None:
        from dmaic_assets.hashmaps.trial.reconfigure import configure

        try:
            changed = configure(session, self.read())
        except (SettingsError, PolicyError) as error:
            session.recorder.note("config", f"refused, the old one stays: {error}")
            return
        if was_asked and not changed:
            session.recorder.note("config", "read again, nothing has changed")


@contextmanager
def at_hangup(reloading: Reloading | None) -> Generator[None]:
    """Lets a SIGHUP ask for the file for as long as the context lasts."""
    is_main = threading.current_thread() is threading.main_thread()
    if reloading is None or not is_main:
        yield
        return

    def ask(number: int, frame: object) -> None:
        del number, frame
        reloading.is_asked = True

    before = signal.signal(signal.SIGHUP, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def play(session: "Session", rate: int | None, reloading: Reloading | None) -> "Trial":
    """Plays a trial to its end, no faster than so many operations a second.

    Waiting is no part of the play: its times are the map's own.
    """
    began = time.monotonic()
    with at_hangup(reloading):
        while session.step():
            done = session.moment.operations if session.moment else 0
            due = began + done / rate if rate else 0.0
            while True:
                if reloading:
                    reloading.look(session)
                if (left := due - time.monotonic()) <= 0:
                    break
                time.sleep(min(left, LOOK_S))
        return session.trial()
