"""States of keys on disk: written beside the newest ones, found again, and never used when damaged.

What belongs here: the files of a state. Its keys are in one file, a snapshot of a map or a table,
and a document beside it says which files they are of. The document is written last and bears the
name of that list, its own digest, and that of the keys: what does not fit is as good as absent.
"""

import json
import logging
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from dmaic_assets.errors import DmaicError, StoreError
from dmaic_assets.phenomena.key.learn_known import KeysOfFile
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.effect_files import stage, write_bytes
from dmaic_assets.store.file_lock import file_lock
from dmaic_assets.store.keys import sha256_file, sha256_json
from dmaic_assets.work.known_keys.forms import Keys, MapKeys, has_map, no_keys, read_map, read_table
from dmaic_assets.work.known_keys.names import digest_of, name_of, shared
from dmaic_assets.work.known_keys.state import Covered, KeyState

# Newest states that are kept: one, and the one before it while another process may read it.
STATES = 2
# Part of the keys, and number of files, that were added when a state is saved again: so a key is
# written ten times at most, and a process that finds a state reads at most so many files again.
_ADDED_PART = 0.1
_ADDED_FILES = 16
_MAP, _TABLE = ".snapshot", ".parquet"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Document:
    """What stands beside the keys; `check` is the hash of a known key under this Polars."""

    files: tuple[tuple[str, str, int, int], ...]
    words: tuple[str, ...]
    check: int
    content: str
    sha256: str

    @property
    def names(self) -> list[str]:
        return [name_of(content, version) for content, version, _, _ in self.files]

    @property
    def keys(self) -> int:
        return sum(keys - known for _, _, keys, known in self.files)


@dataclass(frozen=True, slots=True)
class _Signed:
    """A document with its digest."""

    digest: str
    state: _Document


def newest_of(folder: Path, names: Sequence[str], *, words: Sequence[str], check: int) -> KeyState:
    """Reads the saved state that has the longest beginning of a list of files.

    Args:
        folder: Where the states of this key of the source lie.
        names: The files that are asked for, as `name_of` names them.
        words: The columns of words that the keys have.
        check: The hash of a known key: states under another hash are not used.

    Returns:
        The state, with all files that it has; an empty one when there is none.
    """
    fitting = [d for d in _documents(folder) if d.words == tuple(words) and d.check == check]
    for document in sorted(fitting, key=lambda d: -shared(d.names, names)):
        keys = _keys(folder, document) if shared(document.names, names) else None
        if keys is not None:
            files = tuple(Covered(c, v, KeysOfFile(k, n)) for c, v, k, n in document.files)
            return KeyState(files, keys, len(files), len(keys))
    return KeyState((), no_keys(words))


def kept(folder: Path, state: KeyState, *, words: Sequence[str], check: int) -> KeyState:
    """Saves a state if so much was added to the saved one that reading it again would cost more.

    A state that cannot be saved, or that another process is saving, is not: the next one is.
    """
    added = len(state.keys) - state.saved_keys
    is_due = added > state.saved_keys * _ADDED_PART or len(state.files) - state.saved > _ADDED_FILES
    if not state.is_whole or not is_due:
        return state
    try:
        with file_lock(folder / "saving.lock", wait_s=0):
            _save(folder, state, words, check)
    except StoreError as error:
        _log.info("keys are not saved: %s", error)
        return state
    return replace(state, saved=len(state.files), saved_keys=len(state.keys))


def _save(folder: Path, state: KeyState, words: Sequence[str], check: int) -> None:
    ending = _MAP if isinstance(state.keys, MapKeys) else _TABLE
    content = folder / f"{state.version[:16]}-{secrets.token_hex(4)}{ending}"
    staged = stage(content, state.keys.save)
    staged.publish()
    told = _Document(
        files=tuple((f.sha256, f.version, f.counts.keys, f.counts.known) for f in state.files),
        words=tuple(words),
        check=check,
        content=content.name,
        sha256=staged.sha256,
    )
    line = json.dumps(to_json(_Signed(sha256_json(to_json(told)), told)), separators=(",", ":"))
    write_bytes(folder / f"{state.version}.json", line.encode())
    _prune(folder)


def _prune(folder: Path) -> None:
    """Takes away all but the newest states, and what deaths left; the lock is held."""
    names = sorted(folder.glob("*.json"), key=lambda path: -path.stat().st_mtime_ns)[:STATES]
    contents = {document.content for path in names if (document := _document(path))}
    stays = {path.name for path in names} | contents | {"saving.lock"}
    for path in folder.iterdir():
        if path.name not in stays:
            with suppress(OSError):
                path.unlink()


def _documents(folder: Path) -> Iterator[_Document]:
    for path in folder.glob("*.json"):
        document = _document(path)
        if document is not None:
            yield document


def _document(path: Path) -> _Document | None:
    """Reads a document; None when it is gone, damaged, or not of the files of its name."""
    try:
        told = from_json(_Signed, json.loads(path.read_bytes()))
    except (OSError, ValueError, DmaicError):
        return None
    is_right = sha256_json(to_json(told.state)) == told.digest
    return told.state if is_right and digest_of(told.state.names) == path.stem else None


def _keys(folder: Path, document: _Document) -> Keys | None:
    """Reads the keys; None when they are gone, damaged, or cannot be read here."""
    path = folder / document.content
    is_map = path.suffix == _MAP
    if is_map and not has_map():
        return None
    try:
        # A map checks itself, leaf by leaf.
        if not is_map and sha256_file(path) != document.sha256:
            return None
        keys = read_map(path) if is_map else read_table(path)
    except (OSError, pl.exceptions.PolarsError, DmaicError) as error:
        _log.info("saved keys are not used: %s", error)
        return None
    return keys if len(keys) == document.keys else None
