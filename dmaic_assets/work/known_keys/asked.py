"""Asks the state of a key: brought up to the files that came before, from memory or from disk.

What belongs here: where states lie, what reads the keys of accepted rows, and the look-up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl

from dmaic_assets.phenomena.key.known import (
    WORDS,
    files_reference_of,
    key_words,
    reference_of,
)
from dmaic_assets.phenomena.key.learn_known import KeysOfFile
from dmaic_assets.store.ledger.record.file_queries import StoredFile
from dmaic_assets.work.known_keys.forms import NEW
from dmaic_assets.work.known_keys.kept import kept, newest_of
from dmaic_assets.work.known_keys.names import name_of
from dmaic_assets.work.known_keys.state import KeyState, brought_up
from dmaic_assets.work.run.platform import Platform

FOLDER = Path("hashmaps") / "keys"
"""Where states lie, below the data folder: a folder for each key of each source."""
# Characters of a file's SHA-256 that name it, as the command line takes them.
_NAMED = 12
AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True, slots=True)
class KeyOf:
    """A key of a source: its columns, and whether it is one column of whole numbers."""

    source: str
    columns: tuple[str, ...]
    is_whole: bool

    @property
    def words(self) -> tuple[str, ...]:
        """The columns of words that the key has."""
        return WORDS[:1] if self.is_whole else WORDS

    @property
    def folder(self) -> Path:
        """Where its states lie, below the data folder."""
        named = "\x1f".join((*self.columns, *self.words))
        return FOLDER / self.source / sha256(named.encode()).hexdigest()[:16]


def counts_of(platform: Platform, key: KeyOf, files: Sequence[StoredFile]) -> list[KeysOfFile]:
    """Tells how many keys each file has, and how many an earlier one had brought."""
    return _ask(platform, key, files, lambda s: [f.counts for f in s.files[: len(files)]])


def known_of(
    platform: Platform, key: KeyOf, files: Sequence[StoredFile], frame: pl.LazyFrame
) -> dict[str, pl.Series]:
    """Finds which keys of a frame accepted files have brought, and which file each first.

    Args:
        platform: The stores.
        key: The key; its columns are in the frame.
        files: The accepted files, in order of arrival.
        frame: The rows that are judged.

    Returns:
        The references that rules on known keys read.
    """
    words = _different(frame, key)
    numbers = _ask(platform, key, files, lambda state: state.files_of(words, len(files)))
    at = np.flatnonzero(numbers != NEW)
    names = [files[number].sha256[:_NAMED] for number in numbers[at]]
    return {
        reference_of(key.columns): words.get_column(WORDS[0])[at],
        files_reference_of(key.columns): pl.Series(names, dtype=pl.String),
    }


def _ask(
    platform: Platform,
    key: KeyOf,
    files: Sequence[StoredFile],
    question: Callable[[KeyState], AnswerT],
) -> AnswerT:
    folder = platform.paths.data / key.folder
    check = 0 if key.is_whole else _hash_check()
    names = [name_of(file.sha256, file.version) for file in files]
    paths = {file.sha256: platform.paths.data / file.path for file in files}

    def work(state: KeyState | None) -> tuple[KeyState, AnswerT]:
        if state is None:
            state = newest_of(folder, names, words=key.words, check=check)
        state = brought_up(
            state,
            [(file.sha256, file.version) for file in files],
            lambda content: _accepted(paths[content], key),
        )
        answer = question(state)
        return kept(folder, state, words=key.words, check=check), answer

    return platform.keys.ask(folder, work)


def _accepted(path: Path, key: KeyOf) -> pl.DataFrame | None:
    """The different keys of accepted rows; None when the rows are not there."""
    if not path.is_file():
        return None
    frame = pl.scan_parquet(path, glob=False)
    if not set(key.columns) <= set(frame.collect_schema().names()):
        return _different(pl.LazyFrame(schema=dict.fromkeys(key.columns, pl.String)), key)
    return _different(frame, key)


def _different(frame: pl.LazyFrame, key: KeyOf) -> pl.DataFrame:
    words = key_words(key.columns, is_whole=key.is_whole)
    found = frame.select(words).collect(engine="streaming")
    return found.drop_nulls().unique(maintain_order=True)


@cache
def _hash_check() -> int:
    """The hash of a known key: another version of Polars may hash in another way."""
    frame = pl.DataFrame({"a": ["key"], "b": ["row"]})
    one, both = (
        frame.select(key_words(names, is_whole=False)[0]).item() for names in (("a",), ("a", "b"))
    )
    return int(one) ^ int(both)
