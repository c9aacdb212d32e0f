"""`dmaic serve` and `dmaic dev`: starts all processes of one project and stops them together.

What belongs here: the length of their life. Which processes there are is in `processes`.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from dmaic_assets.defs.instance.home import prepare_home
from dmaic_assets.defs.instance.storage import make_apart
from dmaic_assets.errors import DmaicError, PolicyError
from dmaic_assets.settings.place import find_project
from dmaic_assets.settings.project import Settings, load_settings
from dmaic_assets.web.safety.session import TOKEN_VARIABLES, load_secret, secret_path, tokens_of
from dmaic_assets.web.servers.processes import (
    LOOPBACK,
    Asked,
    listen,
    logs_of,
    refuse_open_doors,
    services_of,
)
from dmaic_assets.web.servers.supervise import Supervisor

# The port tried first: Dagster's own.
FIRST_PORT = 3000


def run_servers(settings: Settings, asked: Asked) -> int:
    """Serves a project until Ctrl-C or a signal, then stops everything.

    Returns:
        0 when it was told to stop, 5 when a process would not stay up.

    Raises:
        BadInputError: A token cannot be one.
        PolicyError: Others could reach it without a token, it is served already, or the port is
            taken.
    """
    tokens = tokens_of(settings.environment)
    refuse_open_doors(asked, list(tokens))
    load_secret(secret_path(settings.paths))
    with ExitStack() as stack:
        if asked.has_dagster:
            stack.enter_context(_only_one(settings))
        folder = stack.enter_context(_socket_folder())
        listener = stack.enter_context(listen(asked.port, asked.host, is_exact=asked.is_exact))
        free = listener.getsockname()[1]
        if free != asked.port:
            _say(f"Port {asked.port} is taken; using {free}.")
        names = TOKEN_VARIABLES.values()
        secrets = {n: settings.environment[n] for n in names if n in settings.environment}
        others = {n: value for n, value in os.environ.items() if n not in names}
        environment = {**others, "DMAIC_PROJECT": str(settings.paths.root)}
        if asked.has_dagster:
            home = prepare_home(settings)
            environment["DAGSTER_HOME"] = str(home)
            make_apart(home, environment)
        services = services_of(settings, asked, folder=folder, listener=listener, tokens=secrets)
        supervisor = Supervisor(
            services, environment=environment, say=_say, is_verbose=asked.is_verbose
        )
        what = "Dagster" if asked.has_dagster else "pages and API"
        _say(f"Starting {what} for {settings.paths.root}; logs are in {logs_of(settings)}.")
        stack.enter_context(_stopped_by_signals(supervisor))
        return 0 if supervisor.run() else 5


@contextmanager
def _only_one(settings: Settings) -> Generator[None]:
    """Holds the project's server lock; two daemons would launch everything twice."""
    import fcntl

    path = settings.paths.dagster_home / "dev.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PolicyError(
                str(settings.paths.root),
                "`dmaic serve` or `dmaic dev` is running for this project already",
                "Use the one that runs, or stop it first; --no-dagster serves pages beside it.",
            ) from error
        yield


@contextmanager
def _socket_folder() -> Generator[Path]:
    # A socket's path may have 107 bytes only, so it does not lie in the project.
    folder = Path(tempfile.mkdtemp(prefix="dmaic-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _stopped_by_signals(supervisor: Supervisor) -> Generator[None]:
    def stop(_signum: int, _frame: FrameType | None) -> None:
        supervisor.stop()

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {signum: signal.signal(signum, stop) for signum in signals}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the command's output


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs `python -m dmaic_assets.web.servers.start` and returns its exit code."""
    parsed = _parser().parse_args(arguments)
    asked = Asked(
        port=parsed.port,
        host=parsed.host,
        names=tuple(parsed.allow_host),
        is_exact=parsed.exact,
        has_dagster=not parsed.no_dagster,
        is_verbose=parsed.verbose,
    )
    try:
        settings = load_settings(find_project(parsed.project or _named_project()))
        return run_servers(settings, asked)
    except DmaicError as error:
        print(f"error: {error}\nhint: {error.fix}", file=sys.stderr)  # noqa: T201 - for people
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dmaic_assets.web.servers.start",
        description="Serve a project's pages, API and Dagster UI; `dmaic serve` and `dmaic dev`.",
    )
    parser.add_argument("--project", type=Path, help="the project folder (default: this one)")
    parser.add_argument("--port", type=int, default=FIRST_PORT, help="default: %(default)s")
    parser.add_argument("--exact", action="store_true", help="refuse a taken port")
    parser.add_argument("--host", default=LOOPBACK, help="others need tokens (%(default)s)")
    parser.add_argument("--allow-host", action="append", default=[], metavar="NAME")
    parser.add_argument("--no-dagster", action="store_true", help="pages and API only")
    parser.add_argument("--verbose", action="store_true", help="show what the processes print")
    return parser


def _named_project() -> Path:
    return Path(os.environ.get("DMAIC_PROJECT") or Path.cwd())


if __name__ == "__main__":
    sys.exit(main())
