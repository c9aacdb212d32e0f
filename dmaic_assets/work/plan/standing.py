"""A project in which nothing is to be done, remembered by the stats of all that a plan looks at.

What belongs here: telling that nothing has changed since such a plan, and giving the plan again. It
asks the file system only: neither the ledger nor the settings are opened, and no library is loaded.

What a plan depends on: files that arrive or lie stored, configuration, code and libraries, `DMAIC_`
variables, and the ledger, which any work changes. A stat that was touched less than two seconds
before the plan proves nothing, so the plan after it is made anew.
"""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from dmaic_assets.model import Json, SourceFile
from dmaic_assets.store.tree_stats import Look, NamedStat, code_stats, look_at, stat_of, walked
from dmaic_assets.work.plan.planned import FilePlan, Plan

if TYPE_CHECKING:
    from dmaic_assets.table.read.discovery import Problem
    from dmaic_assets.work.run.platform import Platform

# Raised when more is looked at, or it is remembered in another way.
_FORM = 1
_TREES = ("incoming", "warehouse/accepted", "warehouse/repairs", "quarantine", "archive")
_MIRRORS = ("runs.csv", "metrics.parquet", "dq_logs.jsonl")
_PLACE = "ledger/standing.json"
_Held = Mapping[str, Any]  # pyright: ignore[reportExplicitAny] - as `remember_standing` wrote it


def known_standing(root: Path, data: Path) -> Plan | None:
    """Gives the plan of a project in which nothing has changed since nothing was to be done.

    Args:
        root: The project folder.
        data: Its data folder.

    Returns:
        The plan of all sources; None when it has to be made.
    """
    held = _read(data / _PLACE)
    if held is None or held.get("form") != _FORM:
        return None
    seen = _look(root, data, held["ledger"], held["globs"])
    return _plan_of(held) if seen.digest == held["digest"] else None


def remember_standing(platform: "Platform", plan: Plan, *, began_ns: int) -> None:
    """Remembers a plan of all sources by which nothing is to be done, if that can be told later.

    Called when the ledger is closed, since closing may change its file.

    Args:
        platform: Its settings are read, not its stores.
        plan: Of a request that names nothing and forces nothing.
        began_ns: When planning began, in nanoseconds of the system's clock.
    """
    settings = platform.settings
    data, ledger = settings.paths.data, platform.ledger.engine.url.database
    is_plain = not (plan.waiting or plan.refused or plan.notes or plan.leaving)
    if platform.ledger.is_postgres or ledger is None or not Path(ledger).is_absolute():
        return
    if not plan.is_empty or not is_plain:
        return
    globs = [source.glob for source in settings.sources if source.glob is not None]
    beside = data / f"{_PLACE}.{os.getpid()}"
    with suppress(OSError):
        beside.touch()
        try:
            # What the file system's clock said when planning began.
            began_ns += beside.stat().st_mtime_ns - time.time_ns()
            seen = _look(settings.paths.root, data, ledger, globs)
            if seen.is_settled(began_ns):
                held = {"form": _FORM, "digest": seen.digest, "ledger": ledger, "globs": globs}
                beside.write_text(json.dumps({**held, **_document(plan)}), encoding="utf-8")
                beside.replace(data / _PLACE)
        finally:
            beside.unlink(missing_ok=True)


def _look(root: Path, data: Path, ledger: str, globs: Sequence[str]) -> Look:
    said = [f"{key}={value}" for key, value in os.environ.items() if key.startswith("DMAIC_")]
    told = repr((sys.version, os.geteuid(), str(root), sorted(said)))
    return look_at(_seen(root, data, ledger, globs), said=told)


def _seen(root: Path, data: Path, ledger: str, globs: Sequence[str]) -> Iterator[NamedStat]:
    """Everything that a plan looks at."""
    yield from code_stats()
    yield from walked(str(root / "config"))
    yield str(root / ".env"), stat_of(str(root / ".env"))
    for tree in _TREES:
        yield from walked(str(data / tree))
    for pattern in globs:
        for match in sorted(glob(pattern, root_dir=root, recursive=True)):  # noqa: PTH207
            place = str(root / match)
            yield place, stat_of(place)
    for place in (ledger, f"{ledger}-wal", *(str(data / "ledger" / m) for m in _MIRRORS)):
        yield place, stat_of(place)


def _read(place: Path) -> _Held | None:
    try:
        return cast("_Held", json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _document(plan: Plan) -> dict[str, Json]:
    return {
        "sources": list(plan.sources),
        "files": [[*_spelled(f.file), f.key, f.decision, f.known_run] for f in plan.files],
        "duplicates": [[*_spelled(d.file), str(d.original), d.decision] for d in plan.duplicates],
        "problems": [[p.source, str(p.path), p.reason, p.fix] for p in plan.problems],
    }


def _spelled(file: SourceFile) -> list[Json]:
    return [file.source, str(file.path), file.sha256, file.size_bytes, file.format, file.is_owned]


def _plan_of(held: _Held) -> Plan:
    from dmaic_assets.work.plan.chain import Duplicate

    return Plan(
        files=tuple(
            FilePlan(_file(row), row[6], decision=row[7], known_run=row[8]) for row in held["files"]
        ),
        removed=(),
        duplicates=tuple(Duplicate(_file(row), Path(row[6]), row[7]) for row in held["duplicates"]),
        problems=tuple(_problems(held["problems"])),
        sources=tuple(held["sources"]),
    )


def _file(row: Sequence[Any]) -> SourceFile:  # pyright: ignore[reportExplicitAny] - as `_spelled` wrote it
    source, path, sha256, size, file_format, is_owned = row[:6]
    return SourceFile(source, Path(path), sha256, size, file_format, is_owned)


def _problems(rows: Iterable[Sequence[str]]) -> "Iterator[Problem]":
    for source, path, reason, fix in rows:
        # Most projects have none, and what reads files loads the settings.
        from dmaic_assets.table.read.discovery import Problem

        yield Problem(source, Path(path), reason, fix)
