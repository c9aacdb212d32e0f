"""Finds the files of every source: landed folders and declared globs.

What belongs here: which files there are, known by content. What does not: reading them. Nothing
here changes the disk, and no file can keep another from being found.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path
from typing import TypeAlias

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.model import SourceFile
from dmaic_assets.settings.project import Settings, SourceSettings
from dmaic_assets.table.read.formats import KNOWN_NAMES, format_of, is_passed_over
from dmaic_assets.table.read.naming import natural_key, source_slug

__all__ = ["Discovery", "Problem", "discover", "hash_file", "source_file", "source_slug"]
Known: TypeAlias = Callable[[str, os.stat_result], str | None]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the way of a file or folder; `source` is None when it belongs to none."""

    source: str | None
    path: Path
    reason: str
    fix: str

    def __str__(self) -> str:
        """Says all of it in one line."""
        return f"{self.path}: {self.reason}. {self.fix}"


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files found, by source and then in natural order of their paths, and the problems."""

    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the sources that have files, sorted."""
        return tuple(sorted({file.source for file in self.files}))


def hash_file(path: Path) -> str:
    """Hashes a file's bytes with SHA-256.

    Returns:
        64 hex digits.

    Raises:
        OSError: The file is away or cannot be read.
    """
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _nothing_known(_path: str, _stat: os.stat_result) -> str | None:
    return None


def landing_folders(incoming: Path) -> dict[str, Path]:
    """Finds the folders that files land in, by the names of their sources.

    Of two folders that stand for one source only the first is read, and so listed.
    """
    if not incoming.is_dir():
        return {}
    found: dict[str, Path] = {}
    for path in sorted(incoming.iterdir(), key=lambda folder: natural_key(folder.name)):
        if path.is_dir() and not is_passed_over(path.name):
            found.setdefault(source_slug(path.name), path)
    return found


def source_file(
    path: Path,
    *,
    source: str,
    is_owned: bool = False,
    hasher: Callable[[Path], str] = hash_file,
) -> SourceFile:
    """Describes one file that somebody names.

    Raises:
        UnreadableFileError: The file is away, not a regular file, not readable, of an unknown
            format, or was changed while it was hashed.
    """
    described = _describe(path, source, hasher, _nothing_known, is_owned=is_owned)
    if isinstance(described, Problem):
        raise UnreadableFileError(str(path), described.reason, described.fix)
    return described


def discover(
    settings: Settings,
    *,
    hasher: Callable[[Path], str] = hash_file,
    known: Known = _nothing_known,
    on_error: Callable[[Problem], None] = lambda _problem: None,
) -> Discovery:
    """Finds every file of every source.

    A folder data/incoming/<name>/ is the source `source_slug(name)`; a source declared with a
    glob also has the files that match it. Hidden files, lock files and unfinished downloads are
    passed over; whatever else cannot be taken becomes a problem and stops nothing.

    Args:
        settings: Where to look, and the declared sources.
        hasher: Gives the SHA-256 of a file.
        known: Gives that of a file of which path and stat are given, None when it has to be read.
        on_error: Is told each problem as it is met.
    """
    search = _Search(settings, hasher, known, on_error)
    for source in settings.sources:
        if source.glob is not None:
            search.take_glob(source, source.glob)
    search.take_incoming()
    return search.result()


@dataclass(slots=True)
class _Search:
    settings: Settings
    hasher: Callable[[Path], str]
    known: Known
    on_error: Callable[[Problem], None]
    files: list[SourceFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)

    def result(self) -> Discovery:
        globbed = {source.name for source in self.settings.sources if source.glob is not None}
        # What lies in one folder was met in its natural order.
        self.files.sort(
            key=lambda f: (f.source, natural_key(str(f.path)) if f.source in globbed else ())
        )
        return Discovery(tuple(self.files), tuple(self.problems))

    def report(self, source: str | None, path: Path, reason: str, fix: str) -> None:
        self._keep(Problem(source, path, reason, fix))

    def _keep(self, problem: Problem) -> None:
        self.problems.append(problem)
        self.on_error(problem)

    def take_glob(self, source: SourceSettings, pattern: str) -> None:
        root = self.settings.paths.root
        # Path.glob refuses absolute patterns.
        found = glob(pattern, root_dir=root, recursive=True)  # noqa: PTH207
        matches = (root / match for match in found)
        paths = sorted(m for m in matches if not _is_folder(m) and not is_passed_over(m.name))
        if not paths:
            fix = "Correct `glob` in config/sources.yaml, or wait for files."
            self.report(source.name, root / pattern, "the glob matches no file", fix)
        for path in paths:
            owner = self.taken.get(str(path))
            if owner is not None:
                fix = "Make the globs in config/sources.yaml exclude each other."
                self.report(source.name, path, f"already belongs to source {owner}", fix)
            else:
                is_owned = path.is_relative_to(self.settings.paths.incoming)
                self.take(path, source.name, is_owned=is_owned and not path.is_symlink())

    def take_incoming(self) -> None:
        incoming = self.settings.paths.incoming
        folders: dict[str, Path] = {}
        for entry in self._entries(incoming, None):
            path = Path(entry.path)
            if not self._is_contained(entry, None):
                continue
            if not entry.is_dir():
                fix = f"Move it into a folder of {incoming} that is named like its source."
                self.report(None, path, "lies outside of any source folder", fix)
                continue
            slug = source_slug(entry.name)
            first = folders.setdefault(slug, path)
            if first != path:
                reason = f"stands for the source {slug}, and so does {first.name}"
                self.report(slug, path, reason, "Rename one of the two folders.")
                continue
            self._take_folder(path, slug)

    def _take_folder(self, folder: Path, source: str) -> None:
        for entry in self._entries(folder, source):
            path = Path(entry.path)
            if str(path) in self.taken or not self._is_contained(entry, source):
                continue
            if entry.is_dir():
                fix = "Move its files up, or declare a source with a glob in config/sources.yaml."
                self.report(source, path, "a folder inside a source folder is not read", fix)
            else:
                self.take(path, source, is_owned=not entry.is_symlink())

    def take(self, path: Path, source: str, *, is_owned: bool) -> None:
        self.taken[str(path)] = source
        described = _describe(path, source, self.hasher, self.known, is_owned=is_owned)
        if isinstance(described, Problem):
            self._keep(described)
        else:
            self.files.append(described)

    def _entries(self, folder: Path, source: str | None) -> Iterator["os.DirEntry[str]"]:
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: natural_key(entry.name))
        except FileNotFoundError:
            return
        except OSError as error:
            fix = "Give this user read access to the folder."
            self.report(source, folder, f"cannot be listed: {error.strerror}", fix)
            return
        yield from (entry for entry in entries if not is_passed_over(entry.name))

    def _is_contained(self, entry: "os.DirEntry[str]", source: str | None) -> bool:
        if not entry.is_symlink():
            return True
        path = Path(entry.path)
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):
            self.report(source, path, "a link that leads nowhere", "Remove the link.")
            return False
        if target.is_relative_to(self.settings.paths.incoming.resolve()):
            return True
        fix = "Copy the file here, or declare a source with a glob in config/sources.yaml."
        self.report(source, path, "a link that leaves the incoming folder", fix)
        return False


def _describe(
    path: Path, source: str, hasher: Callable[[Path], str], known: Known, *, is_owned: bool
) -> SourceFile | Problem:
    file_format = format_of(path)
    if file_format is None:
        reason = f"unknown extension {path.suffix or '(none)'}"
        return Problem(source, path, reason, f"Known are {KNOWN_NAMES}.")
    if not _is_text(str(path)):
        return Problem(source, path, "its name is not valid UTF-8", "Rename the file.")
    try:
        before = path.stat()
        if not stat.S_ISREG(before.st_mode):
            return Problem(source, path, "not a regular file", "Replace it by a file.")
        sha256 = known(str(path), before)
        if sha256 is not None:
            return SourceFile(source, path, sha256, before.st_size, file_format, is_owned)
        sha256 = hasher(path)
        after = path.stat()
    except FileNotFoundError:
        return Problem(source, path, "there is no such file (any more)", "Put the file back.")
    except OSError as error:
        fix = "Give this user read access to the file."
        return Problem(source, path, f"cannot be read: {error.strerror or error}", fix)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return Problem(source, path, "still being written", "Wait until it is complete.")
    return SourceFile(source, path, sha256, after.st_size, file_format, is_owned)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
