"""`dmaic gate`: judges one file by a rule file, without a project.

`gate` is a group with a default command, so that members such as the release of a held file can
stand beside `dmaic gate FILE`.
"""

import time
from pathlib import Path
from typing import TypedDict, Unpack

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import print_json, say, seconds
from dmaic_assets.cli.framework import (
    DefaultGroup,
    ExampleCommand,
    LazyCommand,
    json_option,
    refuse_overwriting,
)
from dmaic_assets.model import Thresholds

MEMBERS: tuple[LazyCommand, ...] = (
    LazyCommand(
        "admit",
        "dmaic_assets.cli.gate.admit_command:admit",
        "Let in a value, a form or the rows of a file that rules set apart, and judge again.",
    ),
    LazyCommand(
        "release",
        "dmaic_assets.cli.gate.release_command:release",
        "Accept a held file after all, and let the rules that held it learn it.",
    ),
)


class GateOptions(TypedDict):
    """What click hands to `dmaic gate FILE` besides the file."""

    rules_file: Path
    cells: Path | None
    threshold: float | None
    examples: int
    exit_zero: bool
    is_json: bool


@click.group(
    "gate",
    cls=DefaultGroup,
    lazy=MEMBERS,
    default=LazyCommand("gate", "dmaic_assets.cli.gate.gate_commands:gate_file", ""),
)
def gate() -> None:
    """Judge one file by a rule file, without a project."""


@click.command(
    "gate",
    cls=ExampleCommand,
    examples=(
        "dmaic gate today.csv --rules rules.yaml",
        "dmaic gate today.csv --rules rules.yaml --cells cells.csv",
        "dmaic gate today.csv --rules rules.yaml --json | jq .verdict",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--rules",
    "rules_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The rule file: `dmaic rules learn` writes one, and so do people.",
)
@click.option(
    "--cells",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every failing cell as CSV: row (0-based data row), column, rule.",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 100),
    metavar="PCT",
    help="Least score of the file (0-100) instead of 85.",
)
@click.option(
    "--examples",
    type=click.IntRange(0, 1000),
    default=5,
    show_default=True,
    help="Example rows per violation.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 although the file is held (else 4).")
@json_option
def gate_file(file: Path, **options: Unpack[GateOptions]) -> int:
    """Judge one file by a rule file, without a project.

    Prints the verdict and leaves the file alone. accept: every row passes. quarantine: the file
    passes without its failing rows. reject: the file is held whole, and the exit code is 4.
    """
    from dmaic_assets.cli.gate.render_verdict import print_verdict, verdict_document
    from dmaic_assets.gate.standalone import gate_file as judge_file
    from dmaic_assets.settings.thresholds import ThresholdValues

    started = time.perf_counter()
    overall, cells = options["threshold"], options["cells"]
    refuse_overwriting("--cells", cells, (file, options["rules_file"]))
    values = ThresholdValues() if overall is None else ThresholdValues(overall=overall)
    verdict = judge_file(
        file,
        options["rules_file"],
        thresholds=Thresholds(**values.model_dump()),
        examples=options["examples"],
        cells_path=cells,
    ).verdict
    elapsed_s = time.perf_counter() - started
    if options["is_json"]:
        print_json({**verdict_document(verdict, file), "elapsed_s": elapsed_s})
    else:
        print_verdict(verdict, file)
        written = f"; failing cells are in {cells}" if cells else ""
        say(f"judged in {seconds(elapsed_s)}{written}", style="dim")
    is_held = verdict.decision == "reject" and not options["exit_zero"]
    return errors.HELD if is_held else errors.OK
