"""`dmaic gate`: judges one file by a rule file, without a project.

`gate` is a group with a default command, so that members such as the release of a held file can
stand beside `dmaic gate FILE`.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

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
from dmaic_assets.cli.gate.ci_forms import CiForm, format_option, print_ci, refuse_both
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json, Thresholds

if TYPE_CHECKING:
    from dmaic_assets.model import Verdict

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
    """What click hands to `dmaic gate FILE` besides the files."""

    rules_file: Path
    cells: Path | None
    threshold: float | None
    examples: int
    exit_zero: bool
    form: CiForm | None
    is_json: bool


@click.group(
    "gate",
    cls=DefaultGroup,
    lazy=MEMBERS,
    default=LazyCommand("gate", "dmaic_assets.cli.gate.gate_commands:gate_file", ""),
)
def gate() -> None:
    """Judge files by a rule file, without a project."""


@click.command(
    "gate",
    cls=ExampleCommand,
    examples=(
        "dmaic gate today.csv --rules rules.yaml",
        "dmaic gate today.csv --rules rules.yaml --cells cells.csv",
        "dmaic gate today.csv --rules rules.yaml --json | jq .verdict",
        "dmaic gate deliveries/*.csv --rules rules.yaml --format junit > gate.xml",
        "dmaic gate today.csv --rules rules.yaml --format github",
    ),
)
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
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
    help="Write every failing cell of one FILE as CSV: row (0-based data row), column, rule.",
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
@click.option("--exit-zero", is_flag=True, help="Exit with 0 although a file is held (else 4).")
@format_option
@json_option
def gate_file(files: tuple[Path, ...], **options: Unpack[GateOptions]) -> int:
    """Judge files by a rule file, without a project.

    Prints the verdicts and leaves the files alone. accept: every row passes. quarantine: the file
    passes without its failing rows. reject: the file is held whole, and the exit code is 4.
    Several files are judged one by one, each as a file of the same source.
    """
    cells, form = options["cells"], options["form"]
    if cells and len(files) > 1:
        raise BadInputError("--cells", "is for one file", "Judge the files one by one.")
    refuse_both(form, is_json=options["is_json"])
    started = time.perf_counter()
    refuse_overwriting("--cells", cells, (*files, options["rules_file"]))
    found = [(file, _judged(file, options)) for file in files]
    elapsed_s = time.perf_counter() - started
    if form:
        print_ci(form, found, rules_file=options["rules_file"])
    elif options["is_json"]:
        print_json(_document(found, elapsed_s))
    else:
        _print(found, cells, elapsed_s)
    is_held = any(verdict.decision == "reject" for _, verdict in found)
    return errors.HELD if is_held and not options["exit_zero"] else errors.OK


def _judged(file: Path, options: GateOptions) -> "Verdict":
    from dmaic_assets.gate.standalone import gate_file as judge_file
    from dmaic_assets.settings.thresholds import ThresholdValues

    overall = options["threshold"]
    values = ThresholdValues() if overall is None else ThresholdValues(overall=overall)
    return judge_file(
        file,
        options["rules_file"],
        thresholds=Thresholds(**values.model_dump()),
        examples=options["examples"],
        cells_path=options["cells"],
    ).verdict


def _document(found: "Sequence[tuple[Path, Verdict]]", elapsed_s: float) -> dict[str, Json]:
    """The JSON form: of one file its verdict, of several a list of them."""
    from dmaic_assets.cli.gate.render_verdict import verdict_document

    documents = [verdict_document(verdict, file) for file, verdict in found]
    if len(documents) == 1:
        return {**documents[0], "elapsed_s": elapsed_s}
    return {"files": list[Json](documents), "elapsed_s": elapsed_s}


def _print(found: "Sequence[tuple[Path, Verdict]]", cells: Path | None, elapsed_s: float) -> None:
    from dmaic_assets.cli.gate.render_verdict import print_verdict

    for file, verdict in found:
        print_verdict(verdict, file)
    written = f"; failing cells are in {cells}" if cells else ""
    say(f"judged in {seconds(elapsed_s)}{written}", style="dim")
