"""The `dmaic` command: its table of commands and its entry point.

What belongs here: the table, and nothing that a command does. Neither this module nor what it
imports may load Dagster, Polars, pydantic or SQLAlchemy: `dmaic --help` answers at once.
"""

import atexit
import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from dmaic_assets.cli.errors import exit_code_of
from dmaic_assets.cli.framework import LazyGroup, section_of

CLI = "dmaic_assets.cli"
# Objects made between two looks for circular garbage: with Python's 700, loading Dagster and
# judging one small file spends a sixth of its time looking.
_ALLOCATIONS = 100_000
COMPLETION = "_DMAIC_COMPLETE"
COMMANDS = (
    *section_of(
        "The main job",
        CLI,
        {
            "runs.run_commands:run_all": "Judge and store every file that is new or changed.",
            "profile.profile_command:profile": "Measure files: rows, types, nulls, distributions.",
            "runs.run_commands:ingest": "Judge and store the files or sources that are named.",
            "runs.backfill_command:backfill": (
                "Take the waiting files of sources as history, all at once."
            ),
            "runs.run_commands:run": "Take files up to one asset, or sources through the phases.",
            "runs.plan_commands:plan": "Tell what a run would compute now; it computes nothing.",
            "runs.plan_commands:why": "Explain, file by file, what would be computed and why.",
        },
    ),
    *section_of(
        "Understand the data",
        CLI,
        {
            "analyses.analyze_command:analyze": (
                "Study accepted rows: what they are, what they lack."
            ),
            "analyses.entropy_command:entropy": (
                "Tell how sure one can be of accepted rows, and what helps."
            ),
            "analyses.contracts_command:contracts": (
                "Tell which uses accepted rows are sure enough for."
            ),
            "analyses.context_command:context": (
                "Tell everything known of tables, without sensitive values."
            ),
            "analyses.mcp_command:mcp": (
                "Serve what is known of tables to programs that speak MCP."
            ),
        },
    ),
    *section_of(
        "Look at a project",
        CLI,
        {
            "phases.changes_commands:changes": (
                "List the promoted repairs of sources, their pilots and cells."
            ),
            "runs.status_commands:status": (
                "Show how every source stands and what waits to be judged."
            ),
            "phases.monitor_command:monitor": "Show how files fare over time, and what breaks.",
            "runs.status_commands:sources": "List the sources, their owners, and how they stand.",
            "runs.history_commands:runs": "List the runs, newest first, with what each came to.",
            "runs.history_commands:show": "Show one run, its files and the rules that they broke.",
            "phases.report_commands:report": (
                "Show what the phases came to, and where their reports are."
            ),
            "phases.report_commands:timeline": "Show all runs from start to finish, newest last.",
            "phases.alarm_commands:alarms": (
                "List what control charts signal; answer with the cause."
            ),
            "alerts.alert_commands:alerts": (
                "List what people were told; send what waits; try channels."
            ),
            "alerts.openlineage_command:openlineage": (
                "Tell which events of OpenLineage wait, and send them."
            ),
            "setup.graph_command:graph": "Show the assets, their groups, and what each needs.",
        },
    ),
    *section_of(
        "Without a project",
        CLI,
        {
            "gate.gate_commands:gate": "Judge files by a rule file, without a project.",
            "gate.errors_command:errors": (
                "List the suspicious cells of one file, without any rules."
            ),
            "phases.improve_command:improve": (
                "Repair what a pilot shows to be better, and log every cell."
            ),
            "rules.rules_commands:rules": (
                "Learn rules, say which hold, exchange them with other tools."
            ),
            "studies.relationships_command:relationships": (
                "Find keys and foreign keys among the tables of a folder."
            ),
            "studies.dependencies_command:dependencies": (
                "List which columns determine others, and the keys of a file."
            ),
            "studies.types_command:types": (
                "Tell what the columns of a file are: type, meaning, role."
            ),
            "studies.inject_command:inject": (
                "Make linked tables from a seed, clean or with known faults."
            ),
            "studies.experiment_commands:experiment": (
                "Plan settings to try together, and tell which of them matter."
            ),
        },
    ),
    *section_of(
        "The hash-map laboratory",
        CLI,
        {
            "hashmap.hashmap_commands:hashmap": (
                "Try hash maps on workloads, made up or of real key columns."
            ),
        },
    ),
    *section_of(
        "Tasks and workers",
        CLI,
        {
            "tasks.worker_command:worker": "Work planned tasks until told to stop.",
            "tasks.job_commands:job": "Look at tasks, their leases and service levels.",
            "tasks.service_commands:ledger": "Look after the ledger.",
        },
    ),
    *section_of(
        "Set up and serve",
        CLI,
        {
            "setup.config_command:config": "Show the settings in force and where each comes from.",
            "setup.init_command:init": "Make a project skeleton: config/ and data/incoming/.",
            "demo.demo:demo": "Run the main job on real data, three files damaged.",
            "setup.serve_commands:dev": "Serve pages, Dagster's UI and sensors on this machine.",
            "setup.serve_commands:serve": "Serve pages, API and Dagster's UI as a service.",
            "setup.reset_command:reset": "Remove every output; source files and config stay.",
        },
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
    """Runs `dmaic` and returns its exit code; docs/guides/command-line.md is its contract.

    Args:
        arguments: Those of the process when None: the process is then the command's own.
    """
    if arguments is not None:
        return _exit_code_of(list(arguments))
    gc.set_threshold(_ALLOCATIONS)
    _listen()
    codes: list[int] = []
    # The first to register is the last to be called, when all threads have ended.
    atexit.register(_leave, codes)
    codes.append(_exit_code_of(sys.argv[1:]))
    return codes[0]


def _listen() -> None:
    """Lets TERM, and a terminal that is closed, end a command as Ctrl-C does.

    What is being written is finished, and a run is ended in the ledger. Whoever started the
    command so that it does not hear them (`nohup`) keeps that.
    """
    for signum in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(signum) == signal.SIG_DFL:
            signal.signal(signum, signal.default_int_handler)


def _leave(codes: list[int]) -> None:
    """Ends the process after all exit handlers, instead of taking every module apart.

    Python would look for circular garbage several times over, among all that was loaded: a quarter
    of the cpu of judging one small file. Under a tracer, or when an output cannot be flushed,
    Python ends as it always does and tells so.
    """
    if not codes or sys.gettrace() is not None:
        return
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(codes[0])


def _exit_code_of(args: list[str]) -> int:
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
