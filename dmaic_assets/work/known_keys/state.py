"""The keys of a source's accepted files, in order of arrival, each with the file that had it first.

What belongs here: bringing the keys up to a list of files, and asking for those of a file. The
files are a history of which any beginning can be asked: a key was there after some files if the
file that brought it first is one of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from dmaic_assets.phenomena.key.learn_known import KeysOfFile
from dmaic_assets.work.known_keys.forms import NEW, Keys, Numbers, fitted
from dmaic_assets.work.known_keys.names import digest_of, name_of, shared


@dataclass(frozen=True, slots=True)
class Covered:
    """A file whose keys are there: its SHA-256, the version of its accepted rows, its counts."""

    sha256: str
    version: str
    counts: KeysOfFile

    @property
    def name(self) -> str:
        """What names the file and its accepted rows."""
        return name_of(self.sha256, self.version)


@dataclass(frozen=True, slots=True)
class KeyState:
    """The keys of some files.

    `saved` and `saved_keys` count the files and keys that a saved state has. The state is not
    `is_whole` when the rows of a file were not there: then its keys are missing.
    """

    files: tuple[Covered, ...]
    keys: Keys
    saved: int = 0
    saved_keys: int = 0
    is_whole: bool = True

    @property
    def version(self) -> str:
        """What names the files that are covered, in their order."""
        return digest_of([file.name for file in self.files])

    def shared_with(self, names: Sequence[str]) -> int:
        """Of how many files, from the first on, this is the history of these files."""
        return shared([file.name for file in self.files], names)

    def files_of(self, words: pl.DataFrame, files: int) -> Numbers:
        """The number of the file that brought each key first; -1 where none of the first did."""
        found = self.keys.files_of(words)
        return np.where(found < files, found, NEW)


def brought_up(
    state: KeyState,
    wanted: Sequence[tuple[str, str]],
    read: Callable[[str], pl.DataFrame | None],
) -> KeyState:
    """Brings a state up to a list of files; the state of before may be used no more.

    What it has of files that are not on the list, or stand elsewhere in it, is taken away, with
    all that came after; a state that has the whole list and more is given back as it is.

    Args:
        state: A state, empty or of some files.
        wanted: SHA-256 and version of the accepted rows of each file, in order of arrival.
        read: Gives the different keys of the accepted rows of the file of a SHA-256, as words;
            None when the rows are not there.
    """
    names = [name_of(*file) for file in wanted]
    same = state.shared_with(names)
    if same == len(wanted):
        return state
    if same < len(state.files):
        state = KeyState(state.files[:same], state.keys.before(same))
    keys, files, is_whole = state.keys, list(state.files), state.is_whole
    for content, version in wanted[same:]:
        words, before = read(content), len(keys)
        if words is None:
            is_whole = False
            files.append(Covered(content, version, KeysOfFile(0, 0)))
            continue
        keys = fitted(keys.plus(words, len(files)))
        known = words.height - (len(keys) - before)
        files.append(Covered(content, version, KeysOfFile(words.height, known)))
    return replace(state, files=tuple(files), keys=keys, is_whole=is_whole)
