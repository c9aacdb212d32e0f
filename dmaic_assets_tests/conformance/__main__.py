"""`python -m dmaic_assets_tests.conformance`: our statistics against reference cases.

What belongs here: the options, and where the scorecard goes. The exit code is 3 when a case fails
or nothing is compared; cases that cannot be run (a data file is not there), files without a known
case and values that nothing is compared with are named.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import click

from dmaic_assets.cli.console import print_json
from dmaic_assets.errors import BadInputError, InvariantError
from dmaic_assets_tests.conformance.registry import load_groups
from dmaic_assets_tests.conformance.runner import SHIPPED, run_conformance
from dmaic_assets_tests.conformance.scorecard import Scorecard, scorecard_document, scorecard_of
from dmaic_assets_tests.conformance.scorecard_views import (
    scorecard_markdown,
    scorecard_page,
    scorecard_text,
)

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "conformance.md"


def scored(folders: Sequence[Path], *, group: str | None = None) -> Scorecard:
    """Compares all cases of some folders, or those of one group."""
    card = scorecard_of(run_conformance(folders, load_groups(only=group)))
    # What the other groups answer is not unanswered.
    return replace(card, unanswered=()) if group else card


@click.command("conformance")
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
@click.option("--json", "is_json", is_flag=True, help="Print the scorecard as JSON.")
@click.option(
    "--write", "is_written", is_flag=True, help=f"Write {DOCUMENT.name} of the documents."
)
def conformance(
    *,
    reference: Path | None,
    group: str | None,
    output: Path | None,
    is_json: bool,
    is_written: bool,
) -> None:
    """Compare our statistics with reference cases: a scorecard."""
    if is_written and (reference or group):
        raise click.UsageError("--write is of all shipped cases: leave out --reference and --group")
    try:
        card = scored([reference or SHIPPED], group=group)
    except BadInputError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    if output:
        output.write_text(scorecard_page(card, version=version("dmaic-assets")), encoding="utf-8")
    if is_written:
        DOCUMENT.write_text(scorecard_markdown(card), encoding="utf-8")
    if is_json:
        print_json(scorecard_document(card))
    else:
        click.echo(scorecard_text(card), nl=False)
    sys.exit(0 if card.is_clean else InvariantError.exit_code)


if __name__ == "__main__":
    conformance()
