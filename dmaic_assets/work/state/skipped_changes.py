"""Changes that could not be applied: which, to which files, and why, so that nobody misses it.

What belongs here: reading it from verdicts and records, and its words. Whether a change can be
applied is decided in `repairs`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dmaic_assets.model import Json
from dmaic_assets.work.assets.names import RAW_FILE
from dmaic_assets.work.run.cell_outcomes import CellResult, file_states

if TYPE_CHECKING:
    from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class Skip:
    """A change of a source that could not be applied to some of its files, for one reason."""

    source: str
    change: str
    why: str
    files: tuple[str, ...]

    @property
    def words(self) -> str:
        """The skip in one sentence."""
        first, more = self.files[-1], len(self.files) - 1
        others = f" and {more} more file{'s' if more > 1 else ''}" if more else ""
        return f"change {self.change} was not applied to {self.source}/{first}{others}: {self.why}"

    def document(self) -> dict[str, Json]:
        """Builds the JSON form."""
        return {
            "source": self.source,
            "change": self.change,
            "why": self.why,
            "files": [*self.files],
        }


def skips_of(cells: Sequence[CellResult]) -> tuple[Skip, ...]:
    """The changes that a run could not apply to files that it judged."""
    # The command line counts what a run did also when nothing had to be read.
    from dmaic_assets.work.file.repaired import NOT_APPLIED

    found: list[tuple[str, str, str, str]] = []
    for cell in cells:
        names = {file.sha256: file.path.name for file in cell.files}
        for verdict in cell.verdicts:
            name = names.get(verdict.file_sha256, verdict.file_sha256[:16])
            parts = _after(NOT_APPLIED, verdict.notes)
            found += [(verdict.source, *_parted(part), name) for part in parts]
    return _gathered(found)


def skips_now(platform: "Platform", sources: Iterable[str]) -> tuple[Skip, ...]:
    """The changes that are not applied to files of the sources as they stand now.

    Only sources with a change file are looked at.
    """
    found: list[tuple[str, str, str, str]] = []
    for source in sources:
        if not (platform.paths.changes / f"{source}.yaml").is_file():
            continue
        for state in file_states(platform, source, {}):
            record = state.records.get(RAW_FILE)
            skipped = record.facts.get("skipped_changes") if record else None
            found += [(source, *_read(entry), state.arrival.name) for entry in _list(skipped)]
    return _gathered(found)


def _gathered(found: Iterable[tuple[str, str, str, str]]) -> tuple[Skip, ...]:
    files: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for source, change, why, name in found:
        files[(source, change, why)].append(name)
    return tuple(Skip(*key, tuple(names)) for key, names in sorted(files.items()))


def _after(mark: str, notes: Sequence[str]) -> list[str]:
    return [note.removeprefix(mark) for note in notes if note.startswith(mark)]


def _parted(text: str) -> tuple[str, str]:
    change, _, why = text.partition(": ")
    return change, why


def _read(entry: dict[str, Json]) -> tuple[str, str]:
    return str(entry.get("change")), str(entry.get("why"))


def _list(value: Json) -> list[dict[str, Json]]:
    return [e for e in value if isinstance(e, dict)] if isinstance(value, list) else []
