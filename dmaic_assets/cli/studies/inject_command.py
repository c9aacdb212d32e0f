"""`dmaic inject`: a clean data set of linked tables, or one with known faults."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option
from dmaic_assets.errors import BadInputError, did_you_mean
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from dmaic_assets.analysis.injection.clean import Scale
    from dmaic_assets.analysis.injection.damage import Damage
    from dmaic_assets.analysis.injection.truth import Fault
    from dmaic_assets.analysis.injection.write import Format

# Share of rows that a named kind changes where no rate is given.
_RATE = 0.05


@click.command(
    "inject",
    cls=ExampleCommand,
    examples=(
        "dmaic inject clean/",
        "dmaic inject damaged/ --damage medium --seed 7",
        "dmaic inject some/ --kind nulls --rate 0.1 --kind outliers --rate 0.02 --json",
    ),
)
@click.argument("folder", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Equal seeds, equal bytes.")
@click.option(
    "--scale",
    type=click.Choice(["small", "medium", "large"]),
    default="small",
    help="3,000, 30,000 or 300,000 orders.",
)
@click.option(
    "--damage",
    type=click.Choice(["none", "low", "medium", "high"]),
    help="Every kind of fault in 1, 5 or 15 % of the rows of a place.",
)
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="One kind of fault; repeat.")
@click.option(
    "--rate",
    "rates",
    multiple=True,
    type=click.FloatRange(0, 1, min_open=True),
    help="Share of rows of each --kind, in their order; one counts for all (default 0.05).",
)
@click.option("--format", "suffix", type=click.Choice(["csv", "parquet"]), default="csv")
@json_option
def inject(  # noqa: PLR0913 - one for each option
    *,
    folder: Path,
    seed: int,
    scale: "Scale",
    damage: "Damage | None",
    kinds: Sequence[str],
    rates: Sequence[float],
    suffix: "Format",
    is_json: bool,
) -> int:
    """Make linked tables from a seed, clean or with known faults.

    Ten tables of a company that sells.
    OUT is a new or empty folder. ground_truth.yaml in it has the keys and references of the
    tables, and every fault: table, columns, rows, and their cells before and after. Put
    validation.yaml into config/validation/ of a project: it has the laws of the clean tables.
    """
    from dmaic_assets.analysis.injection.clean import clean_tables
    from dmaic_assets.analysis.injection.damage import damage_tables
    from dmaic_assets.analysis.injection.write import refuse_full_folder, write_data_set

    wanted = _wanted(damage, kinds, rates)
    refuse_full_folder(folder)
    tables, faults = damage_tables(clean_tables(seed, scale), wanted, seed)
    files = write_data_set(folder, tables, faults, seed=seed, scale=scale, suffix=suffix)
    if is_json:
        counts: dict[str, Json] = {name: frame.height for name, frame in tables.items()}
        told: list[Json] = [_told(fault) for fault in faults]
        print_json({"files": [str(f) for f in files], "rows": counts, "faults": told})
        return errors.OK
    if faults:
        headers = ("fault", "table", "columns", "rows", "")
        rows = [(f.kind, f.table, ", ".join(f.columns), str(len(f.rows)), f.note) for f in faults]
        print_table(headers, rows)
    say(f"{len(tables)} tables, {len(faults)} faults in {folder}; the truth: {files[-1].name}")
    return errors.OK


def _wanted(
    damage: "Damage | None", kinds: Sequence[str], rates: Sequence[float]
) -> Mapping[str, float]:
    from dmaic_assets.analysis.injection.damage import rates_of
    from dmaic_assets.analysis.injection.places import KINDS

    if damage is not None and (kinds or rates):
        fix = "Give --damage, or --kind with --rate."
        raise BadInputError("--damage", "says all kinds and their rate already", fix)
    if rates and not kinds:
        raise BadInputError("--rate", "stands without --kind", "Name the kind, or use --damage.")
    for kind in kinds:
        if kind not in KINDS:
            fix = f"Use one of: {', '.join(KINDS)}."
            raise BadInputError(f"--kind {kind}", f"is unknown{did_you_mean(kind, KINDS)}", fix)
    if len(rates) > 1 and len(rates) != len(kinds):
        culprit = f"{len(rates)} of them for {len(kinds)} of --kind"
        raise BadInputError("--rate", culprit, "Give one for each kind, or one for all.")
    every = list(rates) if len(rates) == len(kinds) else [*(rates or (_RATE,))] * len(kinds)
    return rates_of(damage or "none") if not kinds else dict(zip(kinds, every, strict=True))


def _told(fault: "Fault") -> dict[str, Json]:
    return {
        "kind": fault.kind,
        "table": fault.table,
        "columns": list(fault.columns),
        "rate": fault.rate,
        "rows": len(fault.rows),
    }
