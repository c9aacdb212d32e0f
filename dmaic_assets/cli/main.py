"""The `dmaic` command: its table of commands and its entry point.

What belongs here: the table, and nothing that a command does. Neither this module nor what it
imports may load Dagster, Polars, pydantic or SQLAlchemy: `dmaic --help` answers at once.
"""

import os
import sys
from collections.abc import Sequence

import click

from dmaic_assets.cli.errors import exit_code_of
from dmaic_assets.cli.framework import LazyCommand, LazyGroup

MAIN_JOB = "The main job"
LOOK = "Look at a project"
STAND_ALONE = "Without a project"
PROJECT = "Set up and serve"

CLI = "dmaic_assets.cli"
COMPLETION = "_DMAIC_COMPLETE"
COMMANDS = (
    LazyCommand(
        "init",
        f"{CLI}.init_command:init",
        "Make a project skeleton: config/ and data/incoming/.",
        PROJECT,
    ),
)


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    epilog="Exit codes: 0 done, 2 bad input, 3 broken promise, 4 a gate says no, 5 a disk or store"
    " refuses. Guide: docs/guides/command-line.md",
)
@click.version_option(package_name="dmaic-assets", prog_name="dmaic")
def dmaic() -> None:
    """Judge every file that arrives: profile, rules, gate, warehouse or quarantine.

    Work in a project folder (make one with `dmaic init`), or on single files without one.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs `dmaic` and returns its exit code; docs/guides/command-line.md is its contract."""
    args = list(sys.argv[1:] if arguments is None else arguments)
    return exit_code_of(lambda: _invoke(args), is_json="--json" in args)


def _invoke(args: list[str]) -> object:
    if COMPLETION in os.environ:
        return dmaic.main(args, prog_name="dmaic", complete_var=COMPLETION)
    # Not `dmaic.main`, which turns a broken pipe into exit code 1.
    try:
        with dmaic.make_context("dmaic", args) as context:
            return dmaic.invoke(context)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
