"""`dmaic improve`: repairs of one file that a pilot supports, without a project."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from dmaic_assets.cli.console import print_json, print_table, say, seconds
from dmaic_assets.cli.framework import ExampleCommand, json_option, refuse_overwriting
from dmaic_assets.model import Json, RuleSet
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    import polars as pl

    from dmaic_assets.improve.changes import Applied, Change
    from dmaic_assets.improve.cycle import Improvement, LeftCells
    from dmaic_assets.improve.pilot_report import PilotReport
    from dmaic_assets.work.file.file_work import FileWork

_WRITABLE = click.Path(dir_okay=False, path_type=Path)
_READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


class ImproveOptions(TypedDict):
    """What click hands to `dmaic improve FILE` besides the file."""

    output: Path | None
    cells: Path | None
    changes: Path | None
    apply_file: Path | None
    rules_file: Path | None
    trusted: Path | None
    drop_duplicates: bool
    seed: int
    is_json: bool


@click.command(
    "improve",
    cls=ExampleCommand,
    examples=(
        "dmaic improve dirty.csv",
        "dmaic improve dirty.csv -o repaired.csv --cells cells.csv --changes changes.yaml",
        "dmaic improve next.csv --apply changes.yaml -o repaired.csv",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=_WRITABLE, help="Write the repaired file: same rows and form.")
@click.option(
    "--cells",
    type=_WRITABLE,
    help="Write every repaired cell as CSV: row (0-based data row), column, raw, repaired, change.",
)
@click.option(
    "--changes",
    type=_WRITABLE,
    help="Write the promoted changes; those that are in the file already are kept and applied.",
)
@click.option(
    "--apply",
    "apply_file",
    type=_READABLE,
    help="Apply the changes of this file and look for no others.",
)
@click.option("--rules", "rules_file", type=_READABLE, help="Rules that no repair may break.")
@click.option("--trusted", type=_READABLE, help="A file of the same kind that is known to be good.")
@click.option("--drop-duplicates", is_flag=True, help="Allow equal rows to be dropped.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another split of the rows.")
@json_option
def improve(file: Path, **options: Unpack[ImproveOptions]) -> None:
    """Repair what a pilot shows to be better, and log every cell.

    Reads FILE as text, proposes repairs from one half of its failing rows and judges them on the
    other. Only those are applied whose gain is certain and that harm nothing. FILE stays as it is.
    """
    from dmaic_assets.cli.standalone import default_settings, work_on
    from dmaic_assets.improve.changes import apply_changes
    from dmaic_assets.improve.changes_file import load_changes, save_changes
    from dmaic_assets.improve.standalone import text_frame
    from dmaic_assets.rules.yaml.file import load_rules

    started = time.perf_counter()
    rules_file, trusted = options["rules_file"], options["trusted"]
    inputs = [p for p in (file, rules_file, trusted, options["apply_file"]) if p is not None]
    for option, target in (("-o", "output"), ("--cells", "cells"), ("--changes", "changes")):
        refuse_overwriting(option, options[target], inputs)
    with default_settings() as settings:
        rules = load_rules(rules_file) if rules_file else _learnt(trusted, file)
        work = work_on(settings, file, rules)
        frame = text_frame(work.table)
        reports: Sequence[PilotReport] = ()
        left: Sequence[LeftCells] = ()
        if options["apply_file"] is not None:
            changes = load_changes(options["apply_file"])
            applied = apply_changes(frame, changes)
        else:
            reference = text_frame(work_on(settings, trusted, rules).table) if trusted else None
            found = _improved(work, reference, options)
            reports, changes, applied = found.reports, found.changes, found.applied
            left = found.left
        _write(work, applied, options)
    if options["changes"] is not None:
        save_changes(changes, options["changes"], source=rules.source)
    elapsed_s = time.perf_counter() - started
    if options["is_json"]:
        cells: list[Json] = [{"column": c.column, "cells": c.cells, "why": c.reason} for c in left]
        document: dict[str, Json] = {**_document(file, reports, changes, applied)}
        print_json({**document, "left_cells": cells, "elapsed_s": elapsed_s})
    else:
        _print(reports, applied, left, elapsed_s)


def _learnt(trusted: Path | None, file: Path) -> RuleSet:
    from dmaic_assets.cli.standalone import learn_from
    from dmaic_assets.table.read.discovery import source_slug

    source = source_slug(file.stem)
    return learn_from([trusted], source=source) if trusted else RuleSet(source, ())


def _improved(
    work: "FileWork", reference: "pl.DataFrame | None", options: ImproveOptions
) -> "Improvement":
    from dmaic_assets.improve.changes_file import load_changes
    from dmaic_assets.improve.cycle import Cycle
    from dmaic_assets.improve.pilot_report import PilotSettings
    from dmaic_assets.improve.standalone import Judged, improve_judged
    from dmaic_assets.settings.project import utc_clock

    known_file = options["changes"]
    cycle = Cycle(
        source=work.rule_set.source,
        promoted_at=utc_clock().isoformat(timespec="seconds"),
        reference=reference,
        known=load_changes(known_file) if known_file and known_file.is_file() else (),
        settings=PilotSettings(seed=options["seed"], may_drop_rows=options["drop_duplicates"]),
    )
    judged = Judged(work.table, work.rule_set, work.thresholds)
    return improve_judged(judged, cycle, timer=time.process_time)


def _write(work: "FileWork", applied: "Applied", options: ImproveOptions) -> None:
    """Writes the repaired file and the cell log, each in one go or not at all.

    Raises:
        StoreError: The disk refuses; what was there is untouched.
    """
    from dmaic_assets.improve.changes_csv import logged, rewrite
    from dmaic_assets.store.effect_files import write_bytes
    from dmaic_assets.table.read.spreadsheet_text import shown_as_text

    if options["output"] is not None:
        write_bytes(options["output"], rewrite(work.file.path.read_bytes(), work.table, applied))
    if options["cells"] is not None:
        text = shown_as_text(logged(work.table, applied)).write_csv()
        write_bytes(options["cells"], text.encode())


def _document(
    file: Path, reports: "Sequence[PilotReport]", changes: "Sequence[Change]", applied: "Applied"
) -> dict[str, Json]:
    return {
        "file": str(file),
        "proposals": [report.document() for report in reports],
        "promoted": [report.repair.id for report in reports if report.is_promoted],
        "changes": [change.label for change in changes if change.status == "active"],
        "cells_changed": applied.cells.height,
        "rows_dropped": applied.dropped.height,
        "skipped_changes": [{"change": s.change, "why": s.why} for s in applied.skipped],
    }


def _print(
    reports: "Sequence[PilotReport]",
    applied: "Applied",
    left: "Sequence[LeftCells]",
    elapsed_s: float,
) -> None:
    if reports:
        rows = [
            ("promoted" if r.is_promoted else "left", r.repair.id, _uplift(r), r.reason)
            for r in sorted(reports, key=lambda r: not r.is_promoted)
        ]
        print_table(("", "repair", "uplift", "why"), rows, right=("uplift",))
    if left:
        rows = [(c.column, f"{c.cells:,}", c.reason) for c in left]
        print_table(("column", "failing cells left", "why"), rows, right=("failing cells left",))
    for skipped in applied.skipped:
        say(f"change {skipped.change} was not applied: {skipped.why}", style="yellow")
    counts = applied.cells["change"].value_counts(sort=True).rows() if applied.cells.height else []
    for label, count in counts:
        say(f"{plural(count, 'cell')} by {label}")
    dropped = f", {plural(applied.dropped.height, 'row')} dropped" if applied.dropped.height else ""
    changed = plural(applied.cells.height, "cell")
    say(f"{changed} repaired{dropped} in {seconds(elapsed_s)}", style="dim")


def _uplift(report: "PilotReport") -> str:
    uplift = report.figures.uplift
    return f"{uplift.estimate:.2f} ({uplift.low:.2f} to {uplift.high:.2f})"
