"""Content hashes of files, remembered by stat so that an untouched file is not read again.

A remembered hash counts only while size, modification time, change time and inode are all the
same and were not fresh when it was taken; the identity of a file is still its content.
"""

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
        stat = FileStat.of(path.stat())
        known = self._known.get(str(path))
        if known is not None and known[0] == stat:
            return known[1]
        digest = hash_file(path)
        self._fresh[str(path)] = (stat, digest)
        return digest

    def stat_of(self, path: Path) -> FileStat | None:
        """Gives the stat under which a file was hashed; None when it was not."""
        found = self._fresh.get(str(path)) or self._known.get(str(path))
        return found[0] if found else None

    def is_intact(self, path: Path, sha256: str) -> bool:
        """Tells whether the file is there with exactly this content."""
        try:
            return self(path) == sha256
        except OSError:
            return False

    def flush(self) -> None:
        """Remembers the hashes taken since the last flush."""
        if self._fresh:
            remember_hashes(self._platform.ledger, self._fresh)
            self._known.update(self._fresh)
            self._fresh = {}
