"""Several trials of one file of jobs, and a report in which each stands beside the best."""

import html
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from dmaic_assets.errors import BadInputError
from dmaic_assets.hashmaps.indexes import KINDS
from dmaic_assets.hashmaps.trial.play import Played

_FIX = "Write [[jobs]] with name and workload, and kind, column or use where they matter."
HEAD = ("job", "index", "ns/op", "above best", "p50 ns", "p99 ns", "bytes/key", "migrations")


@dataclass(frozen=True, slots=True)
class Job:
    """One trial: a workload's file, or a use of a key column; without a kind the map adapts."""

    name: str
    workload: str
    kind: str = "adaptive"
    column: str = ""
    use: str = "group"


@dataclass(frozen=True, slots=True)
class Done:
    """A job with its trial and with what was played, in words; the digest is the workload's."""

    job: Job
    played: Played
    told: str
    digest: str


def read_jobs(path: Path) -> tuple[Job, ...]:
    """Reads a file of jobs; workloads are named from the file's folder.

    Raises:
        BadInputError: The file is no such file, or a job is not whole; names it.
    """
    try:
        read: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInputError(str(path), f"cannot be read: {error}", _FIX) from error
    listed = read.get("jobs")
    if not isinstance(listed, list) or not listed or set(read) != {"jobs"}:
        raise BadInputError(str(path), "has no list of jobs, or something beside it", _FIX)
    jobs = tuple(_job(path, number, each) for number, each in enumerate(listed, 1))
    if len({job.name for job in jobs}) < len(jobs):
        raise BadInputError(str(path), "names two jobs alike", "Give each job its own name.")
    return jobs


def _job(path: Path, number: int, told: Any) -> Job:  # noqa: ANN401 - read from TOML
    place, known = f"{path}, job {number}", {field.name for field in fields(Job)}
    if not isinstance(told, dict) or not {"name", "workload"} <= set(told):
        raise BadInputError(place, "lacks a name or a workload", _FIX)
    if unknown := set(told) - known:
        raise BadInputError(place, f"has no key {sorted(unknown)[0]!r}", f"Keys: {sorted(known)}.")
    if wrong := [name for name, value in told.items() if not isinstance(value, str)]:
        raise BadInputError(place, f"{wrong[0]} is no text", "Put it between quotes.")
    job = Job(**told)
    if job.kind not in ("adaptive", *KINDS[:-1]):
        fix = f"Kinds: adaptive, {', '.join(KINDS[:-1])}."
        raise BadInputError(place, f"there is no kind {job.kind!r}", fix)
    return job


def rows_of(done: Sequence[Done]) -> list[tuple[str, ...]]:
    """A row for each job; the best is the least cpu an operation among jobs of one workload."""
    best: dict[str, float] = {}
    for each in done:
        best[each.digest] = min(best.get(each.digest, float("inf")), each.played.ns_each)
    return [_row(each, best[each.digest]) for each in done]


def _row(done: Done, best: float) -> tuple[str, ...]:
    played = done.played
    whole = played.latency.get("all")
    above = played.ns_each / best - 1 if best else 0.0
    return (
        done.job.name,
        played.kind,
        f"{played.ns_each:.1f}",
        f"{above:+.1%}" if above else "best",
        f"{whole.p50:.0f}" if whole else "",
        f"{whole.p99:.0f}" if whole else "",
        f"{played.bytes / max(played.entries, 1):.1f}",
        str(len(played.events)),
    )


def markdown_of(done: Sequence[Done], title: str) -> str:
    """The report as Markdown."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows_of(done)]
    rows = ["| " + " | ".join(row) + " |" for row in cells]
    head = ["| " + " | ".join(HEAD) + " |", "|---|---|" + "---:|" * (len(HEAD) - 2)]
    told = [f"- {each.job.name}: {each.told}" for each in done]
    return "\n".join([f"# {title}", "", *head, *rows, "", *told, ""])


def html_of(done: Sequence[Done], title: str) -> str:
    """The report as a page of its own."""
    name = html.escape(title)
    head = "".join(f"<th>{cell}</th>" for cell in HEAD)
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>\n"
        for row in rows_of(done)
    )
    told = "".join(
        f"<li>{html.escape(each.job.name)}: {html.escape(each.told)}</li>\n" for each in done
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        "<style>body{font-family:sans-serif;margin:2em}td,th{padding:.2em .8em;text-align:right}"
        "td:first-child,th:first-child{text-align:left}tr:nth-child(even){background:#f3f3f3}"
        f"</style></head>\n<body><h1>{name}</h1>\n<table><tr>{head}</tr>\n{rows}</table>\n"
        f"<ul>\n{told}</ul></body></html>\n"
    )
