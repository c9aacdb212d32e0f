"""Logs of the laboratory's long commands: a line of JSON each, in files that are turned over."""

import logging
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.errors import DmaicError, StoreError
from dmaic_assets.store.json_log import TOLD, JsonLine

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.metrics.tick import Alert, Tick

# Bytes of a file before the next one is begun, and files that stay beside the newest one.
SIZE, COUNT = 1 << 20, 5


class Log:
    """A log that is written to, or none."""

    def __init__(self, logger: logging.Logger | None) -> None:
        self._logger = logger

    def tell(self, event: str, told: Mapping[str, object], level: int = logging.INFO) -> None:
        """Adds a line: when, how grave, what, and its figures."""
        if self._logger:
            self._logger.log(level, event, extra={TOLD: dict(told)})


@dataclass
class TickLog:
    """Writes what happened since the last tick: events, and alerts as they begin and end."""

    log: Log
    _active: "dict[tuple[str, str], Alert]" = field(init=False, default_factory=dict)

    def write(self, tick: "Tick") -> None:
        """Adds a line for each event, and for each alert that is new or over."""
        for event in tick.events:
            told = event.document()
            self.log.tell(str(told.pop("type")), told)
        now = {(alert.metric, alert.severity): alert for alert in tick.alerts}
        for key in now.keys() - self._active.keys():
            self.log.tell("alert", {"t": tick.t, **asdict(now[key])}, logging.WARNING)
        for key in self._active.keys() - now.keys():
            self.log.tell("alert over", {"t": tick.t, **asdict(self._active[key])})
        self._active = now


@contextmanager
def json_log(path: Path | None, size: int = SIZE, count: int = COUNT) -> Generator[Log]:
    """Opens a log that keeps at most `count` files of `size` bytes beside the newest one.

    Raises:
        StoreError: The file cannot be written to.
    """
    if path is None:
        yield Log(None)
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=size, backupCount=count, encoding="utf-8")
    except OSError as error:
        fix = "Name a file that may be written to."
        raise StoreError(f"the log {path}", str(error), fix) from error
    handler.setFormatter(JsonLine())
    logger = logging.Logger("dmaic.hashmap", logging.INFO)
    logger.addHandler(handler)
    log = Log(logger)
    try:
        yield log
    except DmaicError as error:
        log.tell("failed", error.envelope(), logging.ERROR)
        raise
    finally:
        handler.close()
