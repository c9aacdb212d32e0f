"""`dmaic experiment`: plans which settings to try together, and tells what the trials showed."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import print_json, print_table, say
from dmaic_assets.cli.framework import (
    ExampleCommand,
    LazyCommand,
    LazyGroup,
    json_option,
)
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.sixsigma.designs.effects import Effects
    from dmaic_assets.sixsigma.designs.worksheet import Findings, Plan

# Effects of so many factors together are hardly ever there.
_LONG = 3
_HERE = "dmaic_assets.cli.studies.experiment_commands"
MEMBERS: tuple[LazyCommand, ...] = (
    LazyCommand("plan", f"{_HERE}:plan", "Plan the runs of an experiment as a sheet to fill in."),
    LazyCommand("effects", f"{_HERE}:effects", "Tell which settings matter, from a filled sheet."),
)


@click.group("experiment", cls=LazyGroup, lazy=MEMBERS)
def experiment() -> None:
    """Plan settings to try together, and tell which of them matter."""


@click.command(
    "plan",
    cls=ExampleCommand,
    examples=(
        "dmaic experiment plan -f overall=80,90 -f row_tolerance=0.01,0.05 -o sheet.csv",
        "dmaic experiment plan -f a=1,2 -f b=1,2 -f c=1,2 -f d=1,2 --runs 8 -o sheet.csv",
        "dmaic experiment plan -f budget=0.005,0.01,0.02 --replicates 3 --json",
    ),
)
@click.option(
    "-f", "--factor", multiple=True, required=True, metavar="NAME=A,B,...", help="Its levels."
)
@click.option("--runs", type=int, metavar="N", help="A fraction of N runs, a power of two.")
@click.option("--replicates", type=click.IntRange(1), default=1, show_default=True, metavar="N")
@click.option("--seed", type=int, default=0, show_default=True, help="Makes the order of the runs.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="SHEET",
    help="Write the sheet as CSV; add a column with what each run gave.",
)
@json_option
def plan(
    *,
    factor: Sequence[str],
    runs: int | None,
    replicates: int,
    seed: int,
    output: Path | None,
    is_json: bool,
) -> int:
    """Plan the runs of an experiment as a sheet to fill in.

    Every combination of levels is planned, or with --runs the fraction of a two-level design that
    mixes the fewest effects. Which effects it cannot tell apart is said.
    """
    from dmaic_assets.sixsigma.designs.worksheet import plan_of
    from dmaic_assets.store.effect_files import write_bytes

    found = plan_of(_levels(factor), seed=seed, runs=runs, replicates=replicates)
    rows = found.rows()
    if output:
        write_bytes(output, _csv(rows).encode())
    if is_json:
        sheet: list[Json] = [dict(row) for row in rows]
        print_json({"runs": sheet, "design": _design(found), "sheet": str(output or "") or None})
        return errors.OK
    names = list(rows[0])
    print_table(names, [[row[name] for name in names] for row in rows])
    for line in _mixed(found):
        say(line)
    if output:
        say(f"Next: fill in what each run gave, then dmaic experiment effects {output}")
    return errors.OK


@click.command(
    "effects",
    cls=ExampleCommand,
    examples=(
        "dmaic experiment effects sheet.csv",
        "dmaic experiment effects sheet.csv --response caught --json",
    ),
)
@click.argument("sheet", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--response", metavar="COLUMN", help="What was measured (default: the last column).")
@json_option
def effects(*, sheet: Path, response: str | None, is_json: bool) -> int:
    """Tell which settings matter, from a filled sheet.

    An effect is the mean response at the second level less that at the first, with its 95 %
    interval. Factors of more than two levels are told by the means of their levels.
    """
    from dmaic_assets.sixsigma.designs.worksheet import findings_of

    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, restval="", restkey="")
        rows = list(reader)
        names = list(reader.fieldnames or ())
    if not rows:
        raise BadInputError(str(sheet), "has no rows", "Fill in a sheet of dmaic experiment plan.")
    found = findings_of(rows, response or names[-1], sheet=str(sheet))
    if is_json:
        print_json(_document(found))
        return errors.OK
    _print_findings(found)
    return errors.OK


def _levels(factors: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in factors:
        name, equals, levels = text.partition("=")
        if not equals or name.strip() in found:
            fix = "Write --factor NAME=A,B once for each factor."
            raise BadInputError("--factor", f"{text!r} is not NAME=A,B or repeats one", fix)
        found[name.strip()] = [level.strip() for level in levels.split(",")]
    return found


def _csv(rows: Sequence[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _design(found: "Plan") -> Json:
    design = found.design
    if design is None:
        return None
    generators: dict[str, Json] = {k: list(v) for k, v in design.generators.items()}
    return {"resolution": design.resolution, "generators": generators}


def _mixed(found: "Plan") -> list[str]:
    design = found.design
    runs = plural(len(found.trials), "run")
    if design is None or design.resolution is None:
        return [f"{runs}: every combination"]
    told = [
        f"{name} cannot be told from {' or '.join('*'.join(sorted(a)) for a in aliases)}"
        for name in design.factors
        if (aliases := design.aliases([name], longest=2))
    ]
    return [f"{runs}: a fraction of resolution {design.resolution}", *told]


def _effect_rows(found: "Effects") -> list[dict[str, Json]]:
    return [
        {
            "effect": "*".join(e.word),
            "value": e.value,
            "lower": e.interval.lower,
            "upper": e.interval.upper,
            "is_active": e.is_active,
            "aliases": ["*".join(alias) for alias in e.aliases],
        }
        for e in found.effects
    ]


def _document(found: "Findings") -> dict[str, Json]:
    told = found.effects
    means: dict[str, Json] = {name: {**levels} for name, levels in found.means.items()}
    listed: list[Json] = [*(_effect_rows(told) if told else ())]
    return {
        "response": found.response,
        "means": means,
        "effects": listed,
        "error_source": told.error_source if told else None,
        "best": {**found.best},
        "best_mean": found.best_mean,
    }


def _print_findings(found: "Findings") -> None:
    told = found.effects
    if told is not None:
        rows = [
            (
                str(row["effect"]),
                f"{row['value']:.4g}",
                f"{row['lower']:.4g} to {row['upper']:.4g}",
                "matters" if row["is_active"] else "",
                " ".join("*".join(alias) for alias in effect.aliases if len(alias) < _LONG),
            )
            for row, effect in zip(_effect_rows(told), told.effects, strict=True)
        ]
        headers = ("effect", found.response, "95 % interval", "", "or as well")
        print_table(headers, rows, right=(found.response,))
        say(f"intervals rest on {told.error_source}")
    for name, levels in found.means.items():
        say(f"mean by {name}: " + ", ".join(f"{k} {v:.4g}" for k, v in levels.items()))
    best = ", ".join(f"{name} {level}" for name, level in found.best.items())
    say(f"highest {found.response}: {found.best_mean:.4g} at {best}")
