"""`dmaic dev`: hands over to the supervised web UI, daemon and code server.

What belongs here: finding the project before handing over. The servers are `web`'s business, and
this process becomes theirs, so that signals reach them and no one else.
"""

import os
import sys
from pathlib import Path

import click

from dmaic_assets.cli.framework import ExampleCommand, project_option
from dmaic_assets.cli.project import settings_at

SERVERS = "dmaic_assets.web.dev"
# The port tried first: Dagster's own.
FIRST_PORT = 3000


@click.command("dev", cls=ExampleCommand, examples=("dmaic dev", "dmaic dev --port 3100 --verbose"))
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=FIRST_PORT,
    show_default=True,
    help="The port of the web UI; the next free one when it is taken.",
)
@click.option("--verbose", is_flag=True, help="Show what the processes print, not only log it.")
@project_option
def dev(*, port: int, verbose: bool, project: Path | None) -> None:
    """Serve the web UI, daemon and sensors on this machine.

    Files dropped into data/incoming/<source>/ are judged within seconds. Bound to the loopback
    address behind a guard: open the address that is printed.
    """
    root = settings_at(project).paths.root
    arguments = ["-m", SERVERS, "--project", str(root), "--port", str(port)]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *arguments, *(["--verbose"] if verbose else [])])  # noqa: S606 - our own module
