"""`dmaic hashmap run-csv`: one trial, with ticks, alerts, a summary and saved maps."""

import json
import os
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dmaic_assets.cli.console import count, print_json, print_table, progress, say, seconds
from dmaic_assets.cli.framework import ExampleCommand, json_option, refuse_overwriting
from dmaic_assets.cli.hashmap.laboratory import clocks, draw_seeds, measured_costs
from dmaic_assets.cli.hashmap.log_file import COUNT, SIZE, Log, TickLog, json_log
from dmaic_assets.cli.hashmap.map_commands import loaded
from dmaic_assets.cli.hashmap.workload_commands import KINDS, USES, workload_of
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.work.laboratory.playing import Reloading, play

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.hash_map import HashMap
    from dmaic_assets.hashmaps.metrics.endpoints import Published
    from dmaic_assets.hashmaps.metrics.tick import Event, Tick
    from dmaic_assets.hashmaps.trial.trial import Setting, Trial
    from dmaic_assets.hashmaps.workload.workload import Workload

MODES = ("adaptive", "fast-insert", "fast-lookup", "memory-tight")
# Files of ticks that stay under one name.
KEPT = 5
# Operations between two ticks of a play of more than so many, without being asked: telling one
# drives the map out of the nearest caches, which takes 40 us (measured), .6 ns of each of them.
SELDOM = 65_536
# Where ticks are served unless told otherwise: to this machine alone.
LOOPBACK = "127.0.0.1"
file_path = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Outputs:
    """Files that a trial writes, as far as they are wanted."""

    ticks: Path | None
    keep: int
    prometheus: Path | None
    summary: Path | None
    snapshot: Path | None


@dataclass(frozen=True, slots=True)
class Lead:
    """What goes beside a play: its pace, a configuration that may change, readers and a log."""

    rate: int | None
    reloading: Reloading | None
    published: "Published | None"
    log: Log


@click.command(
    "run-csv",
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap run-csv workload.csv",
        "dmaic hashmap run-csv workload.csv --mode fast-lookup --ticks ticks.ndjson",
        "dmaic hashmap run-csv orders.csv --column order_id --use dedupe --kind robinhood",
        "dmaic hashmap run-csv workload.csv --snapshot-in a.snapshot --snapshot-out b.snapshot",
        "dmaic hashmap run-csv workload.csv --rate 50000 --serve 9464 --log run.log",
        "dmaic hashmap run-csv workload.csv --json | jq .latency_ms.overall.p99",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", help="A key column of a file of rows; without it FILE is a workload.")
@click.option("--use", type=click.Choice(USES), default="group", show_default=True)
@click.option("--config", type=file_path, help="A TOML file (dmaic hashmap config wizard).")
@click.option("--mode", type=click.Choice(MODES), help="What the map is good at (adaptive).")
@click.option("--kind", type=click.Choice(KINDS), help="Keep this index, whatever the mode.")
@click.option("--ticks", type=file_path, help="Write a line of JSON for each tick.")
@click.option("--every", type=click.IntRange(64), help="Operations between two ticks.")
@click.option("--keep", type=click.IntRange(1, 1000), default=KEPT, show_default=True)
@click.option("--prometheus", type=file_path, help="Write the last tick as Prometheus text.")
@click.option("--summary-out", type=file_path, help="Write what --json prints.")
@click.option("--snapshot-in", type=file_path, help="Begin with this saved map.")
@click.option("--snapshot-out", type=file_path, help="Save the map that it comes to.")
@click.option("--plain-keys", is_flag=True, help="Save keys of --column as they are.")
@click.option("--rate", type=click.IntRange(1), help="Play at most so many operations a second.")
@click.option("--serve", type=click.IntRange(0, 65535), help="Serve ticks on this port (0: any).")
@click.option("--host", default=LOOPBACK, show_default=True, help="Others need ADHASH_TOKEN.")
@click.option("--log", type=file_path, help="Write events and alerts as lines of JSON.")
@click.option("--log-size", type=click.IntRange(1024), default=SIZE, show_default=True)
@click.option("--log-count", type=click.IntRange(1, 1000), default=COUNT, show_default=True)
@json_option
def run_csv(  # noqa: PLR0913 - one for each option
    *,
    file: Path,
    column: str | None,
    use: str,
    config: Path | None,
    mode: str | None,
    kind: str | None,
    ticks: Path | None,
    every: int | None,
    keep: int,
    prometheus: Path | None,
    summary_out: Path | None,
    snapshot_in: Path | None,
    snapshot_out: Path | None,
    plain_keys: bool,
    rate: int | None,
    serve: int | None,
    host: str,
    log: Path | None,
    log_size: int,
    log_count: int,
    is_json: bool,
) -> None:
    """Play a workload on one map and tell how it went.

    A tick is told --every so many operations (more of them take less of the play's time): 1,024,
    or 65,536 where there are more operations and no --rate. --keep says how many files of ticks
    stay under one name. Latencies are of one operation in
    seventeen, timed where it happens, each begun when the one before it has ended.

    --serve answers /metrics (Prometheus), /ticks (JSON) and /healthz, also after the end of the
    play, until Ctrl-C. While it plays, --config is read again when the file changes or at a SIGHUP.
    --log begins a new file after --log-size bytes and keeps --log-count of them.
    """
    outputs = Outputs(ticks, keep, prometheus, summary_out, snapshot_out)
    _refuse_what_would_be_lost(outputs, [path for path in (file, config, snapshot_in) if path])
    _refuse_saving_keys_of(None if plain_keys else column, snapshot_out)
    workload = workload_of(file, column, use)
    tick = every or _often(len(workload), rate)
    setting = replace(setting_of(config, mode, kind), tick=tick)
    saved = _saved(snapshot_in, workload, outputs)
    reloading = Reloading(config, lambda: setting_of(config, mode, kind).config) if config else None
    logged, served = json_log(log, log_size, log_count), _served(serve, host, file.stem, workload)
    with logged as lines, served as published:
        lead = Lead(rate, reloading, published, lines)
        trial = _played(workload, setting, saved if snapshot_in else None, outputs, lead)
        document = _written(trial, workload, saved, outputs, file.stem)
        _report(document if is_json else None, trial, outputs, f"{file}: {workload.told}")
        _wait_for_ctrl_c(published)


def _often(operations: int, rate: int | None) -> int:
    """Operations between two ticks where nobody says."""
    from dmaic_assets.hashmaps.trial.play import TICK

    return TICK if rate or operations <= SELDOM else SELDOM


def _refuse_saving_keys_of(column: str | None, snapshot: Path | None) -> None:
    if column and snapshot:
        fix = "If they may stand in that file as they are, add --plain-keys."
        raise BadInputError("--snapshot-out", f"would write the keys of column {column!r}", fix)


def _written(
    trial: "Trial", workload: "Workload", saved: "HashMap | None", outputs: Outputs, name: str
) -> dict[str, Json]:
    """Writes what is wanted of a trial and gives its summary."""
    document = cast("dict[str, Json]", json.loads(json.dumps(trial.summary())))
    _write(document, trial, outputs, name)
    if saved is not None and outputs.snapshot:
        _save(saved, workload, trial, outputs.snapshot)
    return document


@contextmanager
def _served(
    port: int | None, host: str, name: str, workload: "Workload"
) -> "Generator[Published | None]":
    """Serves what a play publishes, where a port is told, and says where on stderr."""
    if port is None:
        yield None
        return
    from dmaic_assets.hashmaps.metrics.endpoints import PATHS, Published
    from dmaic_assets.hashmaps.metrics.server import serving

    published = Published(name, len(workload))
    with serving(published, host, port, os.environ.get("ADHASH_TOKEN") or None) as address:
        click.echo(f"serving {address} ({', '.join(PATHS)})", err=True)
        yield published


def _wait_for_ctrl_c(published: "Published | None") -> None:
    if published is None:
        return
    click.echo("the play is over; Ctrl-C ends serving", err=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return


def setting_of(config: Path | None, mode: str | None, kind: str | None) -> "Setting":
    """Reads the configuration; options come before the environment and the file.

    Raises:
        SettingsError: A key or value is wrong.
        BadInputError: numba is missing, or both a mode and a kind are asked for.
    """
    from dmaic_assets.cli.hashmap.laboratory import need_numba

    need_numba()
    from dmaic_assets.hashmaps.config.file import read_config
    from dmaic_assets.hashmaps.trial.trial import Setting

    if mode and kind:
        raise BadInputError("--mode and --kind", "exclude each other", "Leave one of them out.")
    told = read_config(config, os.environ)
    adaptive = told.adaptive
    if mode:
        adaptive = replace(adaptive, mode=mode)
    if kind:
        adaptive = replace(adaptive, mode="adaptive", start_backend=kind)
    told = replace(told, adaptive=adaptive)
    return Setting(told, clocks(), draw_seeds, measured_costs, is_fixed=kind is not None)


def _refuse_what_would_be_lost(outputs: Outputs, inputs: Sequence[Path]) -> None:
    """Refuses outputs that are inputs; a saved map may be played further under its own name."""
    for option, path in (
        ("--ticks", outputs.ticks),
        ("--prometheus", outputs.prometheus),
        ("--summary-out", outputs.summary),
    ):
        refuse_overwriting(option, path, inputs)
    refuse_overwriting("--snapshot-out", outputs.snapshot, inputs[:1])


def _saved(path: Path | None, workload: "Workload", outputs: Outputs) -> "HashMap | None":
    """The saved map to begin with; an empty one where the play is only to be saved."""
    from dmaic_assets.hashmaps.hash_map import HashMap
    from dmaic_assets.hashmaps.trial.kept import refuse_another_kind

    if path is None:
        return HashMap(draw_seeds, workload.key, "float64") if outputs.snapshot else None
    saved = loaded(path)
    refuse_another_kind(saved, workload)
    return saved


def _played(
    workload: "Workload",
    setting: "Setting",
    saved: "HashMap | None",
    outputs: Outputs,
    lead: Lead,
) -> "Trial":
    from dmaic_assets.hashmaps.metrics.tick_file import start_file
    from dmaic_assets.hashmaps.trial.trial import begin

    with ExitStack() as open_files:
        listeners: list[Callable[[Tick], None]] = []
        advance = open_files.enter_context(progress("playing"))
        listeners.append(lambda tick: advance(tick.ops, len(workload), tick.backend))
        if outputs.ticks:
            file = start_file(outputs.ticks, outputs.keep)
            open_files.callback(file.close)
            listeners.append(file.write)
        if lead.published:
            listeners.append(lead.published.add)
        listeners.append(TickLog(lead.log).write)

        def hand_on(tick: "Tick") -> None:
            for listener in listeners:
                listener(tick)

        return play(begin(workload, setting, hand_on, saved), lead.rate, lead.reloading)


def _write(document: dict[str, Json], trial: "Trial", outputs: Outputs, name: str) -> None:
    from dmaic_assets.hashmaps.metrics.prometheus import prometheus_text
    from dmaic_assets.hashmaps.snapshot.write import replace_file

    if outputs.summary:
        replace_file(outputs.summary, (json.dumps(document, indent=2).encode(),))
    if outputs.prometheus and (last := trial.recorder.last):
        text = prometheus_text(json.loads(last.line()), name)
        replace_file(outputs.prometheus, (text.encode(),))


def _save(saved: "HashMap", workload: "Workload", trial: "Trial", path: Path) -> None:
    from dmaic_assets.hashmaps.snapshot.write import save
    from dmaic_assets.hashmaps.trial.kept import keep

    keep(saved, workload, trial.played.entries)
    save(saved, path)


def _gain(event: "Event") -> str:
    """What a decision was expected to gain, and did."""
    if not event.predicted_ns:
        return ""
    told = "" if event.realised_ns is None else f", was {event.realised_ns:.0f}"
    return f" (expected gain {event.predicted_ns:.0f} ns an operation{told})"


def _report(document: dict[str, Json] | None, trial: "Trial", outputs: Outputs, title: str) -> None:
    """Prints the document where there is one, else what a reader wants to know."""
    if document is None:
        say(title)
        _tell(trial, outputs)
    else:
        print_json({"operations": trial.played.operations, **document})


def _tell(trial: "Trial", outputs: Outputs) -> None:
    played = trial.played
    took = f"{seconds(played.wall_ns / 1e9)}, {played.ns_each:.0f} ns of cpu an operation"
    say(f"{count(played.operations)} operations in {took}; {count(played.entries)} keys")
    head = ("", "timed", "p50 ns", "p99 ns", "p99.9 ns")
    rows = [
        (op, count(found.timed), f"{found.p50:.0f}", f"{found.p99:.0f}", f"{found.p999:.0f}")
        for op, found in played.latency.items()
    ]
    print_table(head, rows, right=head[1:])
    for event in trial.recorder.events:
        what = " to ".join(dict.fromkeys(kind for kind in (event.before, event.after) if kind))
        why = f": {event.reason}{_gain(event)}" if event.reason else ""
        say(f"{event.t:.3f} s, {count(event.ops)} operations: {event.type} {what}{why}".rstrip())
    for line in trial.ahead():
        say(f"next: {line}")
    for passed in trial.recorder.watchdog.transitions:
        alert, verb = passed.alert, "alert" if passed.change == "set" else "over"
        style = "yellow" if passed.change == "set" else ""
        limit = f"{alert.metric} {alert.value:.3g}, limit {alert.threshold:g}"
        say(f"{passed.t:.3f} s: {verb}: {alert.message} ({limit})", style=style)
    for path in (outputs.ticks, outputs.prometheus, outputs.summary, outputs.snapshot):
        if path:
            say(f"written: {path}")
