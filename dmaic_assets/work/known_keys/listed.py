"""The accepted files before a file, whose keys count as known, and the names of such lists.

What belongs here: which files, in which order, and what tells one list from another. A file is in
a list with the version of its accepted rows; nothing of it is read. Nothing heavy is loaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dmaic_assets.store.ledger.record.file_queries import StoredFile, stored_until
from dmaic_assets.work.known_keys.names import version_of
from dmaic_assets.work.run.platform import Platform

# Between the key and the last file that counts, in the name of a version.
_UNTIL = "@"


@dataclass(frozen=True, slots=True)
class Before:
    """The accepted files that came before a file: up to a sequence number, without its own place.

    Content that lies where the file goes is replaced by it, and its keys with it.
    """

    source: str
    until: int
    place: Path | None = None

    def files(self, platform: Platform) -> list[StoredFile]:
        """Asks for them, in order of arrival."""
        found = stored_until(platform.ledger, self.source, self.until)
        if self.place is None or platform.settings.source(self.source).on_changed == "add":
            return found
        return [file for file in found if platform.paths.data / file.location != self.place]

    def name(self, columns: Sequence[str]) -> str:
        """Names what is needed to ask again for the version of a key."""
        return f"{self.source}.{','.join(columns)}{_UNTIL}{self.until}"


def current_version(platform: Platform, name: str, place: Path) -> str | None:
    """The version that the keys of a name have now; None for a name that `Before` did not give.

    Args:
        platform: The stores.
        name: As `Before.name` gave it.
        place: Where the file goes that the name is for.
    """
    told, is_own, until = name.rpartition(_UNTIL)
    if not is_own or not until.isdigit():
        return None
    return version_of(Before(told.partition(".")[0], int(until), place).files(platform))
