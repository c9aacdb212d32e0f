"""Logs as lines of JSON in files that are turned over: what every long-running process writes.

What belongs here: the form of a line, and files that never grow beyond what the settings allow.
Several processes may write to one file. Secrets are taken out of what is written.
"""

import json
import logging
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from typing_extensions import override

# The attribute of a record with the figures of its line.
TOLD: Final = "told"
# Bytes of a file before the next one is begun, and files that stay beside the newest one.
SIZE, COUNT = 10_000_000, 5
# What stands behind these words is a secret: one-time codes, tokens, cookies and passwords.
_SECRETS = re.compile(
    r"(?i)(\b(?:code|token|password|secret|dmaic_session_\d+)=|\bbearer\s+)([^\s&;\"'@]+)"
)
# Addresses of databases have one between the user and the host.
_PASSWORDS = re.compile(r"(://[^/\s:@]+:)[^\s@/]+(?=@)")


class JsonLine(logging.Formatter):
    """Spells a record as one line of JSON: when, how grave, what, and its figures."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """The line, without a line break."""
        line: dict[str, object] = {
            "time": _time(record.created),
            "level": record.levelname.lower(),
            "event": without_secrets(record.getMessage()),
            "logger": record.name,
        }
        told: Mapping[str, object] = getattr(record, TOLD, {})
        if record.exc_info:
            line["traceback"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps({**line, **told}, ensure_ascii=False, default=str)


class TurnedOverFile(logging.Handler):
    """Writes lines to a file; a full one is called NAME.1, that one NAME.2, and so on.

    A lock file keeps several processes from turning it over at once; each opens the new file as
    soon as it has something to write. What the disk refuses is lost: a log stops nobody's work.

    Args:
        path: The newest file; its folder is made with the first line.
        size: Bytes of a file before the next one is begun.
        count: Files that stay beside the newest one.
    """

    def __init__(self, path: Path, *, size: int = SIZE, count: int = COUNT) -> None:
        super().__init__()
        self.path = path
        self._size = size
        self._count = count
        self.setFormatter(JsonLine())

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Writes a record."""
        self.write(self.format(record))

    def write(self, line: str) -> None:
        """Writes a line that has its form already."""
        data = f"{line}\n".encode("utf-8", "backslashreplace")
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self._is_full(len(data)):
                self._turn_over(len(data))
            # One write of one line: the lines of several processes never mix.
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
            try:
                os.write(descriptor, data)
            finally:
                os.close(descriptor)

    def _is_full(self, more: int) -> bool:
        try:
            size = self.path.stat().st_size
        except OSError:
            return False
        return size > 0 and size + more > self._size

    def _turn_over(self, more: int) -> None:
        import fcntl

        with self.path.with_name(f"{self.path.name}.lock").open("a+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Another process may have done it meanwhile.
            if not self._is_full(more):
                return
            names = [self.path, *(self._older(age) for age in range(1, self._count + 1))]
            for at in range(len(names) - 1, 0, -1):
                if names[at - 1].exists():
                    names[at - 1].replace(names[at])
            if self._count == 0:
                self.path.unlink()

    def _older(self, age: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{age}")


def line_of(text: str, *, at: datetime, **told: object) -> str:
    """Gives a line that another program printed the form of ours; lines of ours stay as they are.

    Args:
        text: One line.
        at: When it was read.
        told: What stands beside it.
    """
    if text.startswith("{"):
        with suppress(ValueError):
            known: Any = json.loads(text)
            if isinstance(known, dict) and "event" in known:
                return text
    stamp = at.isoformat(timespec="milliseconds")
    line = {"time": stamp, "level": "info", "event": without_secrets(text), **told}
    return json.dumps(line, ensure_ascii=False)


def without_secrets(text: str) -> str:
    """The text with stars in the place of one-time codes, tokens, cookies and passwords."""
    return _PASSWORDS.sub(r"\1***", _SECRETS.sub(r"\1***", text))


def _time(created: float) -> str:
    return datetime.fromtimestamp(created, UTC).isoformat(timespec="milliseconds")
