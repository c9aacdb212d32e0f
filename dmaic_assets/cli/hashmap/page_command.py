"""`dmaic hashmap page`: one HTML page of all there is to see of a key column."""

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import cast

import click

from dmaic_assets.cli.console import print_json, say, size
from dmaic_assets.cli.framework import ExampleCommand, json_option, refuse_overwriting
from dmaic_assets.cli.hashmap.laboratory import (
    clocks,
    draw_seeds,
    key_column,
    measured_costs,
    need_numba,
)
from dmaic_assets.cli.hashmap.workload_commands import USES

# Hexadecimal digits of a masked key: two of the fifty that a page shows share them once in 14,000
# pages.
_DIGITS = 6


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap page orders.csv --column order_id -o orders.html",
        "dmaic hashmap page orders.parquet --column customer --use group -o customers.html",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", required=True, help="The key column.")
@click.option("--use", type=click.Choice(USES), default="dedupe", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Where the page goes.",
)
@click.option("--show-keys", is_flag=True, help="Show keys as they are, not hashed.")
@json_option
def page(
    *, file: Path, column: str, use: str, output: Path, show_keys: bool, is_json: bool
) -> None:
    """Measure a key column and write what there is to see as one HTML page.

    Takes the costs of this machine, measured once and kept, plays the workload that the use comes
    to on every kind of index and on the adaptive map, and draws what that gave. The page needs
    nothing beside itself. Keys are hashed with a secret that is kept nowhere.
    """
    need_numba()
    refuse_overwriting("--output", output, [file])
    import numpy as np

    from dmaic_assets.hashmaps.view.survey import Surveyor, survey_of
    from dmaic_assets.hashmaps.workload.column import Use, of_column
    from dmaic_assets.reports.hashmap.page import hashmap_page
    from dmaic_assets.reports.page.links import NoLinks
    from dmaic_assets.reports.page.scripts import Library

    rng = np.random.default_rng(0)
    workload = of_column(key_column(file, column), cast("Use", use), rng)
    table = measured_costs()
    label = str if show_keys else _masking()
    surveyor = Surveyor(draw_seeds, clocks(), table, label, is_masked=not show_keys)
    survey = survey_of(workload, surveyor)
    title = f"{file.name}: {column}"
    told = hashmap_page(survey, title, links=NoLinks(), library=Library())
    output.write_text(told, encoding="utf-8")
    fastest = survey.fastest
    if is_json:
        print_json(
            {
                "file": str(output),
                "operations": len(workload),
                "recommended": survey.recommended,
                "fastest": fastest.kind,
                "ns_each": {s.kind: s.played.ns_each for s in survey.standings},
                "adaptive_ns_each": survey.adaptive.ns_each,
            }
        )
        return
    say(f"recommended: {survey.recommended}; fastest: {fastest.kind}")
    say(f"{output} ({size(output.stat().st_size)})")


def _masking() -> Callable[[str], str]:
    """Calls keys by a keyed hash whose secret nobody keeps."""
    secret = secrets.token_bytes(32)

    def masked(key: str) -> str:
        hashed = hashlib.blake2b(key.encode(), digest_size=_DIGITS // 2, key=secret)
        return hashed.hexdigest()

    return masked
