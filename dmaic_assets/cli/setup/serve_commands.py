"""`dmaic dev` and `dmaic serve`: hand over to the supervised processes that serve the project.

What belongs here: finding the project before handing over. The servers are `web`'s business, and
this process becomes theirs, so that signals reach them and no one else.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from dmaic_assets.cli.framework import ExampleCommand, project_option
from dmaic_assets.cli.project import settings_at

SERVERS = "dmaic_assets.web.servers.start"
# The port tried first: Dagster's own.
FIRST_PORT = 3000
# Where a service is looked for: beside a `dmaic dev` on the port before it.
SERVICE_PORT = 3080


@click.command("dev", cls=ExampleCommand, examples=("dmaic dev", "dmaic dev --port 3100 --verbose"))
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=FIRST_PORT,
    show_default=True,
    help="The port of the pages; the next free one when it is taken.",
)
@click.option("--verbose", is_flag=True, help="Show what the processes print, not only log it.")
@project_option
def dev(*, port: int, verbose: bool, project: Path | None) -> None:
    """Serve pages, Dagster's UI and sensors on this machine.

    Files dropped into data/incoming/<source>/ are judged within seconds. Bound to the loopback
    address behind a guard: open the address that is printed. Dagster's UI is under /dagster.
    """
    _hand_over(project, ["--port", str(port)], is_verbose=verbose)


@click.command(
    "serve",
    cls=ExampleCommand,
    examples=(
        "dmaic serve",
        "dmaic serve --no-dagster --port 8080",
        "dmaic serve --host 0.0.0.0 --name dq.local",
    ),
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=SERVICE_PORT,
    show_default=True,
    help="The port; refused when it is taken.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="The address to listen on. Others than this machine's own need tokens, in the environment"
    " or .env: DMAIC_READ_TOKEN to look, DMAIC_WRITE_TOKEN to change.",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="HOST",
    help="A host name under which browsers reach it, as behind a proxy; repeatable.",
)
@click.option("--no-dagster", is_flag=True, help="Pages and API only, without sensors.")
@click.option("--verbose", is_flag=True, help="Show what the processes print, not only log it.")
@project_option
def serve(
    *,
    port: int,
    host: str,
    names: tuple[str, ...],
    no_dagster: bool,
    verbose: bool,
    project: Path | None,
) -> None:
    """Serve pages, API and Dagster's UI as a service.

    One address with one sign-in: pages at /, the API at /api/v1, Dagster's UI at /dagster,
    figures for Prometheus at /metrics. docs/guides/serve.md tells of tokens, proxies and systemd.
    """
    arguments = ["--exact", "--port", str(port), "--host", host]
    arguments += [part for name in names for part in ("--allow-host", name)]
    arguments += ["--no-dagster"] if no_dagster else []
    _hand_over(project, arguments, is_verbose=verbose)


def _hand_over(project: Path | None, arguments: Sequence[str], *, is_verbose: bool) -> None:
    """Becomes the process that supervises the servers."""
    root = settings_at(project).paths.root
    command = ["-m", SERVERS, "--project", str(root), *arguments]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *command, *(["--verbose"] if is_verbose else [])])  # noqa: S606 - our own module
