"""`dmaic hashmap generate-csv` and `dna`: workloads made and described."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dmaic_assets.cli.console import count, print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option
from dmaic_assets.cli.hashmap.laboratory import key_column, need_numba
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import percent

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.dna import Dna
    from dmaic_assets.hashmaps.workload.workload import Workload

# Hot keys that are printed.
SHOWN_KEYS = 3
KINDS = ("swiss", "robinhood", "linear", "chaining")
USES = ("dedupe", "join", "group", "merge", "lookup")
share = click.FloatRange(0, 1)


@click.command(
    "generate-csv",
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap generate-csv workload.csv",
        "dmaic hashmap generate-csv hot.csv --skew 1.1 --reads 0.95 --keys 100000",
    ),
)
@click.argument("output", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--ops", type=click.IntRange(1), default=100_000, show_default=True)
@click.option("--reads", type=share, default=0.8, show_default=True, help="Share of searches.")
@click.option("--deletes", type=share, default=0.2, show_default=True, help="Share of the writes.")
@click.option("--keys", type=click.IntRange(1), default=10_000, show_default=True)
@click.option("--skew", type=click.FloatRange(0, 10), default=0.0, show_default=True)
@click.option("--adversarial", type=share, default=0.0, show_default=True)
@click.option("--seed", type=int, default=1337, show_default=True)
@json_option
def generate_csv(  # noqa: PLR0913 - one for each option
    *,
    output: Path,
    ops: int,
    reads: float,
    deletes: float,
    keys: int,
    skew: float,
    adversarial: float,
    seed: int,
    is_json: bool,
) -> None:
    """Draw a workload and write it as CSV: op,key,value.

    Keys follow a Zipf law of the exponent --skew; adversarial keys end in six zero bits. The same
    figures and seed give the same file.
    """
    need_numba()
    from dmaic_assets.hashmaps.workload.csv_file import write_workload
    from dmaic_assets.hashmaps.workload.generate import Recipe, generate

    made = generate(Recipe(ops, reads, skew, keys, seed, deletes, adversarial))
    write_workload(made, output)
    if is_json:
        print_json({"file": str(output), "operations": len(made), "digest": made.digest})
    else:
        say(f"{output}: {made.told}")


def workload_of(file: Path, column: str | None, use: str) -> "Workload":
    """The workload of a CSV, or of a use of a column of any file that the platform reads.

    Raises:
        BadInputError: numba is missing, a line is no operation, or there is no such column.
        PolicyError: The file is larger than the limits.
    """
    need_numba()
    import numpy as np

    from dmaic_assets.hashmaps.workload.column import Use, of_column
    from dmaic_assets.hashmaps.workload.csv_file import read_workload

    if column is None:
        return read_workload(file)
    return of_column(key_column(file, column), cast("Use", use), np.random.default_rng(0))


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap dna workload.csv",
        "dmaic hashmap dna orders.parquet --column order_id --use dedupe",
        "dmaic hashmap dna orders.csv --column customer --use group --json | jq .zipf",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", help="A key column of a file of rows; without it FILE is a workload.")
@click.option("--use", type=click.Choice(USES), default="group", show_default=True)
@json_option
def dna(*, file: Path, column: str | None, use: str, is_json: bool) -> None:
    """Tell what a workload, or a use of a key column, is like.

    Keys are counted; only the hottest are shown.
    """
    workload = workload_of(file, column, use)
    from dmaic_assets.hashmaps.dna import dna_of

    found = dna_of(workload)
    if is_json:
        print_json(cast("Json", asdict(found)))
        return
    say(f"{file}: {workload.told}")
    print_table(("", ""), _dna_rows(found))


def _dna_rows(found: "Dna") -> list[tuple[str, str]]:
    mix = ", ".join(f"{op} {percent(s)}" for op, s in found.mix.items() if s)
    hot = ", ".join(f"{key} ({count(times)})" for key, times in found.hot[:SHOWN_KEYS])
    rows = [
        ("operations", f"{count(found.operations)}: {mix}"),
        ("distinct keys", count(found.distinct)),
        ("entropy", f"{found.entropy:.2f} bits, {percent(found.evenness)} of the largest"),
        ("hottest keys", hot),
        ("half falls on", f"{count(found.covered['50%'])} keys"),
        ("the same key next", percent(found.adjacent)),
        ("64-bit collision", f"1 in {1 / found.collision:.3g}" if found.collision else "none"),
    ]
    if zipf := found.zipf:
        rows.append(("Zipf exponent", f"{zipf.exponent:.2f} ({zipf.low:.2f} to {zipf.high:.2f})"))
    if found.reuse is not None:
        rows.append(("between two uses", f"{count(int(found.reuse))} operations (median)"))
    if whole := found.whole:
        rows.append(("whole numbers", f"{count(whole.low)} to {count(whole.high)}"))
        rows.append(("density", f"{percent(whole.density)} of that range, stride {whole.stride}"))
    return rows
