"""`dmaic hashmap batch`: the trials of a file of jobs, and a report of them all."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dmaic_assets.cli.console import print_json, print_table
from dmaic_assets.cli.framework import ExampleCommand, json_option, refuse_overwriting
from dmaic_assets.cli.hashmap.laboratory import need_numba
from dmaic_assets.cli.hashmap.run_command import setting_of
from dmaic_assets.cli.hashmap.workload_commands import workload_of
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.trial.batch import Done, Job

output = click.Path(dir_okay=False, path_type=Path)


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap batch jobs.toml",
        "dmaic hashmap batch jobs.toml --markdown report.md --html report.html",
        "dmaic hashmap batch jobs.toml --json | jq '.jobs[].ns_each'",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--markdown", type=output, help="Write the report as Markdown.")
@click.option("--html", type=output, help="Write the report as a page.")
@json_option
def batch(*, file: Path, markdown: Path | None, html: Path | None, is_json: bool) -> None:
    """Play the jobs of a TOML file and tell how far each is from the best of its workload.

    A job has a name and a workload (a path from the file's folder), and may have kind, column and
    use, as the options of run-csv.
    """
    need_numba()
    from dmaic_assets.hashmaps.trial.batch import HEAD, html_of, markdown_of, read_jobs, rows_of

    for option, path in (("--markdown", markdown), ("--html", html)):
        refuse_overwriting(option, path, [file])
    done = [_done(file.parent, job) for job in read_jobs(file)]
    if markdown:
        markdown.write_text(markdown_of(done, file.stem), encoding="utf-8")
    if html:
        html.write_text(html_of(done, file.stem), encoding="utf-8")
    if is_json:
        told = [_document(each) for each in done]
        print_json({"jobs": cast("Json", told)})
        return
    print_table(HEAD, rows_of(done), right=HEAD[2:])


def _done(folder: Path, job: "Job") -> "Done":
    """Plays one job twice and keeps the faster time: the first may compile."""
    from dmaic_assets.hashmaps.config.modes import map_for
    from dmaic_assets.hashmaps.trial.batch import Done
    from dmaic_assets.hashmaps.trial.play import Player

    setting = setting_of(None, None, None if job.kind == "adaptive" else job.kind)
    workload = workload_of(folder / job.workload, job.column or None, job.use)
    is_whole = workload.key == "int64"
    rounds = [
        Player(setting.clocks).play(
            workload,
            map_for(setting.config.adaptive, setting.draw, is_whole=is_whole),
            setting.controller(),
        )
        for _ in range(2)
    ]
    best = min(rounds, key=lambda played: played.ns_each)
    return Done(job, best, workload.told, workload.digest)


def _document(done: "Done") -> dict[str, Json]:
    played = done.played
    return {
        "name": done.job.name,
        "workload": done.digest,
        "index": played.kind,
        "operations": played.operations,
        "ns_each": played.ns_each,
        "entries": played.entries,
        "bytes": played.bytes,
        "migrations": len(played.events),
    }
