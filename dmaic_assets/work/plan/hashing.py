"""Content hashes of files, remembered by stat so that an untouched file is not read again.

A remembered hash counts only while size, modification time, change time and inode are all the
same and were not fresh when it was taken; the identity of a file is still its content.
"""

import os
from pathlib import Path

from dmaic_assets.store.file_stat import FileStat
from dmaic_assets.store.ledger.record.files import known_hashes, remember_hashes
from dmaic_assets.table.read.discovery import hash_file
from dmaic_assets.work.run.platform import Platform


class Hasher:
    """Hashes files, reading each at most once per change; `flush` keeps what was learnt."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._known = known_hashes(platform.ledger)
        self._fresh: dict[str, tuple[FileStat, str]] = {}

    def __call__(self, path: Path) -> str:
        """Gives the SHA-256 of the file's bytes.

        Raises:
            OSError: The file is away or cannot be read.
        """
        told = path.stat()
        known = self.known(str(path), told)
        if known is not None:
            return known
        digest = hash_file(path)
        self._fresh[str(path)] = (FileStat.of(told), digest)
        return digest

    def known(self, path: str, told: os.stat_result) -> str | None:
        """Gives the SHA-256 of a file of which this is the stat; None when it has to be read."""
        found = self._known.get(path)
        return found[1] if found is not None and found[0] == FileStat.of(told) else None

    def stat_of(self, path: Path) -> FileStat | None:
        """Gives the stat under which a file was hashed; None when it was not."""
        found = self._fresh.get(str(path)) or self._known.get(str(path))
        return found[0] if found else None

    def is_intact(self, path: Path | str, sha256: str) -> bool:
        """Tells whether the file is there with exactly this content."""
        try:
            # Of ten thousand files most are known: a path as text is told by its stat.
            known = self.known(path, os.stat(path)) if isinstance(path, str) else None  # noqa: PTH116
            return (known or self(Path(path))) == sha256
        except OSError:
            return False

    def flush(self) -> None:
        """Remembers the hashes taken since the last flush."""
        if self._fresh:
            remember_hashes(self._platform.ledger, self._fresh)
            self._known.update(self._fresh)
            self._fresh = {}
