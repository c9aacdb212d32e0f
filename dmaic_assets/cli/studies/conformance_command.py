"""`dmaic conformance`: our statistics against reference cases, as a scorecard."""

import time
from dataclasses import replace
from pathlib import Path

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import print_json, say, seconds
from dmaic_assets.cli.framework import ExampleCommand, json_option
from dmaic_assets.errors import InvariantError


@click.command(
    "conformance",
    cls=ExampleCommand,
    examples=(
        "dmaic conformance",
        "dmaic conformance --reference reference/ -o scorecard.html",
        "dmaic conformance --reference reference/ --group grr --json | jq .total",
    ),
)
@click.option(
    "--reference",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="A folder of reference files, at any depth, instead of the shipped cases.",
)
@click.option("--group", metavar="NAME", help="Only this group of cases.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="PAGE",
    help="Write the scorecard as one self-contained HTML page too.",
)
@json_option
def conformance(
    reference: Path | None,
    group: str | None,
    output: Path | None,
    is_json: bool,  # noqa: FBT001 - click passes options by name
) -> int:
    """Compare our statistics with reference cases: a scorecard.

    The shipped cases are certified and published values. The exit code is 3 when a case fails
    or nothing is compared; cases that cannot be run (a data file is not there), files without a
    known case and values that nothing is compared with are named.
    """
    from importlib.metadata import version

    from dmaic_assets.sixsigma.conformance.registry import load_groups
    from dmaic_assets.sixsigma.conformance.runner import SHIPPED, run_conformance
    from dmaic_assets.sixsigma.conformance.scorecard import scorecard_document, scorecard_of
    from dmaic_assets.sixsigma.conformance.scorecard_views import scorecard_page, scorecard_text
    from dmaic_assets.store.effect_files import write_bytes

    started = time.perf_counter()
    groups = load_groups(only=group)
    card = scorecard_of(run_conformance([reference or SHIPPED], groups))
    if group:
        # What the other groups answer is not unanswered.
        card = replace(card, unanswered=())
    elapsed_s = time.perf_counter() - started
    if output:
        write_bytes(output, scorecard_page(card, version=version("dmaic-assets")).encode())
    if is_json:
        print_json({**scorecard_document(card), "elapsed_s": elapsed_s})
    else:
        click.echo(scorecard_text(card), nl=False)
        say(f"compared in {seconds(elapsed_s)}" + (f"; the page is {output}" if output else ""))
    return errors.OK if card.is_clean else InvariantError.exit_code
