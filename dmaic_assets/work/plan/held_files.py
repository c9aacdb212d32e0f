"""Held and archived files that the ledger has lost: found again by what lies beside them.

What belongs here: telling which folders of the quarantine hold an original that no record speaks
of. It is judged again like a file that arrives last, after the history that the run rebuilds.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from dmaic_assets.model import Json, SourceFile
from dmaic_assets.settings.project import Paths
from dmaic_assets.store.ledger.effects.leftovers import REASON
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.table.read.discovery import source_slug
from dmaic_assets.table.read.formats import format_of
from dmaic_assets.work.plan.hashing import Hasher


def lost_files(
    paths: Paths, found: Iterable[SourceFile], known: Sequence[Arrival], hasher: Hasher
) -> tuple[list[SourceFile], list[SourceFile]]:
    """Finds the archived files and the held ones that the ledger has lost."""
    held = lost_held_files(paths, found, known, hasher)
    return lost_archived_files(paths, known, hasher), held


def lost_held_files(
    paths: Paths, found: Iterable[SourceFile], known: Sequence[Arrival], hasher: Hasher
) -> list[SourceFile]:
    """Finds held originals of which neither the ledger nor a folder of arrivals tells.

    Args:
        paths: Where the project's files lie.
        found: The files in the folders that files arrive in.
        known: The arrivals of the ledger.
        hasher: Proves that a held file is the one that was judged.

    Returns:
        The held files, by source and file name.
    """
    told = {(a.source, a.sha256[:16]) for a in known}
    told |= {(f.source, f.sha256[:16]) for f in found}
    lost = [
        file
        for reason in paths.quarantine.glob(f"*/*/{REASON}")
        if (reason.parent.parent.name, reason.parent.name) not in told
        and (file := _held(reason, hasher)) is not None
    ]
    return sorted(lost, key=lambda file: (file.source, file.path.name))


def lost_archived_files(paths: Paths, known: Sequence[Arrival], hasher: Hasher) -> list[SourceFile]:
    """Finds archived originals whose accepted rows lie in the warehouse without any record.

    The archive is read only where such rows are: their file names tell the content.

    Args:
        paths: Where the project's files lie.
        known: The arrivals of the ledger.
        hasher: Proves which original the rows are from.

    Returns:
        The archived files, in the order in which they were archived.
    """
    told = {(a.source, a.sha256[:16]) for a in known}
    rows = set(_accepted_rows(paths.warehouse / "accepted")) - told
    lost: list[SourceFile] = []
    for source in sorted({source for source, _ in rows}):
        for path in sorted(paths.archive.glob(f"*_*/{source}/*")):
            file = _archived(path, source, hasher)
            if file is not None and (source, file.sha256[:16]) in rows:
                lost.append(file)
    return lost


def _accepted_rows(folder: Path) -> Iterator[tuple[str, str]]:
    """The source and the key of each file that has accepted rows."""
    for source in folder.iterdir() if folder.is_dir() else ():
        for name in os.listdir(source) if source.is_dir() else ():  # noqa: PTH208 - many, by name
            key, suffix = os.path.splitext(name)  # noqa: PTH122
            if suffix == ".parquet":
                yield source.name, key


def _archived(path: Path, source: str, hasher: Hasher) -> SourceFile | None:
    file_format = format_of(path)
    if file_format is None or not path.is_file():
        return None
    try:
        size, sha256 = path.stat().st_size, hasher(path)
    except OSError:
        # What cannot be read proves nothing, and keeps nobody else's files from being found.
        return None
    return SourceFile(source, path, sha256, size, file_format, is_owned=True)


def home_of_held(path: Path, source: str, paths: Paths) -> Path:
    """Where a file arrived, as far as that is known: one found in quarantine came from incoming."""
    if not path.is_relative_to(paths.quarantine):
        return path
    return paths.incoming / source / path.name


def _held(reason: Path, hasher: Hasher) -> SourceFile | None:
    told = _told(reason)
    source, key = reason.parent.parent.name, reason.parent.name
    name, sha256 = str(told.get("file")), str(told.get("sha256"))
    path = reason.with_name(name) if name == Path(name).name else reason
    file_format = format_of(path)
    is_held = told.get("held") == name and source == source_slug(source)
    if not is_held or sha256[:16] != key or file_format is None:
        return None
    if not hasher.is_intact(path, sha256):
        return None
    return SourceFile(source, path, sha256, path.stat().st_size, file_format, is_owned=True)


def _told(reason: Path) -> dict[str, Json]:
    try:
        told = json.loads(reason.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # Without its reason a folder is no more than an output without a record.
        return {}
    return told if isinstance(told, dict) else {}
