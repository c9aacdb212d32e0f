"""What the file system says of a file, and when that tells that the content is the same."""

import os
from typing import NamedTuple

# File systems tell times in ticks of up to two seconds: a file written to within its own tick
# keeps its stat, so what was read that early proves nothing later.
_UNSETTLED_NS = 2_000_000_000


class FileStat(NamedTuple):
    """What the file system says of a file; while it stays the same, so does the content."""

    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @classmethod
    def of(cls, stat: os.stat_result) -> "FileStat":
        """Takes the telling parts of a stat."""
        return cls(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)

    def is_settled(self, now_ns: int) -> bool:
        """Whether a later change would show in the stat, at the file system's time `now_ns`."""
        return is_settled(max(self.mtime_ns, self.ctime_ns), now_ns)


def is_settled(changed_ns: int, now_ns: int) -> bool:
    """Whether a change after the newest one that is known would show in a stat."""
    return changed_ns + _UNSETTLED_NS <= now_ns
