"""`dmaic hashmap profile` and `ticks`: which index is fastest, and what a file of ticks says."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from dmaic_assets.cli.console import count, print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option
from dmaic_assets.cli.hashmap.laboratory import clocks, draw_seeds, need_numba
from dmaic_assets.cli.hashmap.workload_commands import KINDS, USES, workload_of
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.trial.play import Played

# Operations that are played without --ops: the source document's.
FIRST = 5000


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap profile workload.csv",
        "dmaic hashmap profile orders.csv --column order_id --use dedupe --ops 0",
        "dmaic hashmap profile workload.csv --json | jq -r .fastest",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", help="A key column of a file of rows; without it FILE is a workload.")
@click.option("--use", type=click.Choice(USES), default="group", show_default=True)
@click.option("--ops", type=click.IntRange(0), default=FIRST, show_default=True, help="0: all.")
@click.option("--kind", type=click.Choice(KINDS), multiple=True, help="Only these (default: all).")
@json_option
def profile(
    *, file: Path, column: str | None, use: str, ops: int, kind: tuple[str, ...], is_json: bool
) -> None:
    """Play the first operations on each kind of index and pick the fastest by cpu time.

    Every kind has five rounds in turn, of which its fastest counts.
    """
    workload = workload_of(file, column, use)
    from dmaic_assets.hashmaps.trial.play import Player
    from dmaic_assets.hashmaps.trial.profile import profile as profiled

    first = workload.first(ops or len(workload))
    found = profiled(first, Player(clocks()), draw_seeds, kind or KINDS)
    if is_json:
        told: dict[str, Json] = {name: document_of(each) for name, each in found.played.items()}
        facts: dict[str, Json] = {"operations": len(first), "digest": workload.digest}
        print_json({**facts, "fastest": found.fastest, "close": [*found.close], "indexes": told})
        return
    say(f"{file}: {count(len(first))} of {count(len(workload))} operations; {workload.told}")
    head = ("index", "ns/op", "p50", "p99", "p99.9", "bytes/key")
    print_table(head, [_row(name, each) for name, each in found.played.items()], right=head[1:])
    others = f"; about as fast: {', '.join(found.close)}" if found.close else ""
    say(f"fastest: {found.fastest}{others}")


def document_of(found: "Played") -> dict[str, Json]:
    """A play as JSON."""
    return {**cast("dict[str, Json]", asdict(found)), "ns_each": found.ns_each}


def _row(name: str, found: "Played") -> tuple[str, ...]:
    whole = found.latency.get("all")
    timed = (whole.p50, whole.p99, whole.p999) if whole else ()
    each = found.bytes / max(found.entries, 1)
    return (name, f"{found.ns_each:.1f}", *(f"{ns:.0f}" for ns in timed), f"{each:.1f}")


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap ticks ticks.ndjson",
        "dmaic hashmap ticks ticks.ndjson --prometheus > /var/lib/node_exporter/orders.prom",
        "dmaic hashmap ticks ticks.ndjson --json | jq .last.load_factor",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--prometheus", is_flag=True, help="Print the last tick as Prometheus text.")
@json_option
def ticks(*, file: Path, prometheus: bool, is_json: bool) -> None:
    """Check every line of a file of ticks and tell what the last one says.

    Exit code 3 when a line is no tick of metrics.v1, or a count falls.
    """
    need_numba()
    from dmaic_assets.hashmaps.metrics.prometheus import prometheus_text
    from dmaic_assets.hashmaps.metrics.tick_file import read_ticks

    lines, last = 0, None
    for tick in read_ticks(file):
        lines, last = lines + 1, tick
    if last is None:
        raise BadInputError(f"the ticks {file}", "are none: the file is empty", "Play a workload.")
    if prometheus:
        click.echo(prometheus_text(last, file.stem), nl=False)
    elif is_json:
        print_json({"file": str(file), "ticks": lines, "last": cast("Json", last)})
    else:
        say(f"{file}: {count(lines)} ticks, all valid; the last one:")
        print_table(("", ""), _tick_rows(last))


def _tick_rows(last: dict[str, Any]) -> list[tuple[str, str]]:
    whole = last["latency_ms"]["overall"] or {}
    told = ", ".join(f"{name} {ms * 1e6:.0f} ns" for name, ms in whole.items())
    figures = ("load_factor", "tombstone_ratio", "avg_probe_estimate", "probe_ratio")
    alerts = "; ".join(alert["message"] for alert in last.get("alerts", []))
    return [
        ("operations", f"{count(last['ops'])} in {last['t']:.3f} s"),
        ("index", str(last["backend"])),
        *((name, f"{last[name]:.3g}") for name in figures if name in last),
        ("latency", told or "none timed"),
        ("alerts", alerts or "none"),
    ]
