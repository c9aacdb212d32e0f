"""Addresses of pages as pages name them: served by `dmaic serve`, or as files beside each other.

What belongs here: one method for each kind of page, with its address and its file below
data/reports. A page that is not there has no address; its name is then shown without a link.
"""

from abc import ABC, abstractmethod
from collections.abc import Set as AbstractSet
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import quote

# The files of pages of the whole project, below data/reports.
OVERVIEW_FILE: Final = "index.html"
FLEET_FILE: Final = "fleet.html"
RUNS_FILE: Final = "runs.html"
MONITOR_FILE: Final = "monitor.html"
DMAIC_FILE: Final = "dmaic.html"
# Digits of a content's hash that name a file: 64 bits, and chance equals no two in any project.
_SHA_DIGITS = 16


class Links(ABC):
    """Where pages are; None where there is no such page."""

    def overview(self) -> str | None:
        """The first page of a morning."""
        return self._page("/", OVERVIEW_FILE)

    def fleet(self) -> str | None:
        """All sources beside each other."""
        return self._page("/fleet", FLEET_FILE)

    def runs(self) -> str | None:
        """All runs."""
        return self._page("/runs", RUNS_FILE)

    def run(self, run_id: str) -> str | None:
        """One run."""
        return self._page(f"/runs/{_part(run_id)}", run_file(run_id))

    def timeline(self) -> str | None:
        """All runs in time."""
        return self._page("/timeline", "timeline.html")

    def monitor(self) -> str | None:
        """The monitor."""
        return self._page("/monitor", MONITOR_FILE)

    def dmaic(self) -> str | None:
        """The phases of all sources."""
        return self._page("/dmaic", DMAIC_FILE)

    def phases(self, source: str) -> str | None:
        """The phases of one source."""
        return self._page(f"/sources/{_part(source)}/phases", phases_file(source))

    def source(self, source: str) -> str | None:
        """One source."""
        return self._page(f"/sources/{_part(source)}", source_file(source))

    def file(self, source: str, sha256: str) -> str | None:
        """One file of a source, by the hash of its content."""
        digits = sha256[:_SHA_DIGITS]
        return self._page(f"/sources/{_part(source)}/files/{digits}", file_file(source, sha256))

    def laboratory(self, source: str) -> str | None:
        """The hash-map laboratory's page of a source whose key column was measured."""
        return self._page(f"/sources/{_part(source)}/laboratory", f"{source}/hashmaps.html")

    def entropy(self, source: str = "") -> str | None:
        """The entropy of all sources, or of the columns of one."""
        if not source:
            return self._page("/entropy", "entropy.html")
        return self._page(f"/entropy/{_part(source)}", f"entropy/{source}.html")

    @abstractmethod
    def artifact(self, path: str) -> str | None:
        """A stored artifact, by its path below the data folder (`artifacts/KIND/...`)."""

    @abstractmethod
    def dagster(self, path: str = "") -> str | None:
        """A page of Dagster's UI, by its path there."""

    @abstractmethod
    def scripts(self) -> str | None:
        """The folder of the scripts that pages share, with its slash: what `Library` takes."""

    @abstractmethod
    def _page(self, address: str, file: str) -> str | None:
        """A page that is served at `address` and stands in `file`."""


class ServedLinks(Links):
    """Addresses that a server of ours answers to; they hold on whatever port it has.

    Without `has_dagster` the server stands alone, and nothing leads to Dagster's UI.
    """

    def __init__(self, *, has_dagster: bool = True) -> None:
        self._has_dagster = has_dagster

    def artifact(self, path: str) -> str | None:
        """Under its own path: the server knows the folder of artifacts by its name."""
        return f"/{quote(path)}"

    def dagster(self, path: str = "") -> str | None:
        """Below /dagster, where our pages stand beside it."""
        return f"/dagster/{quote(path)}" if self._has_dagster else None

    def scripts(self) -> str | None:
        """Among the artifacts."""
        return "/artifacts/assets/"

    def _page(self, address: str, file: str) -> str | None:  # noqa: ARG002 - files are not served
        return address


class FileLinks(Links):
    """Addresses relative to a page that is a file below data/reports.

    Args:
        at: The page's own path there.
        pages: The paths there of all pages that exist or are about to.
    """

    def __init__(self, at: str, pages: AbstractSet[str]) -> None:
        self._up = "../" * (len(PurePosixPath(at).parts) - 1)
        self._pages = pages

    def artifact(self, path: str) -> str | None:
        """In the data folder, beside that of the reports."""
        return f"{self._up}../{quote(path)}"

    def dagster(self, path: str = "") -> str | None:  # noqa: ARG002 - files know of no server
        """Nowhere: files know of no server."""
        return None

    def scripts(self) -> str | None:
        """Among the artifacts, so that all pages share them."""
        return f"{self._up}../artifacts/assets/"

    def _page(self, address: str, file: str) -> str | None:  # noqa: ARG002 - nobody serves files
        return f"{self._up}{quote(file)}" if file in self._pages else None


class NoLinks(Links):
    """For a page that stands alone, wherever it was sent, and for one in a sandbox.

    What is opened from a sandbox arrives without the cookie of the session.
    """

    def artifact(self, path: str) -> str | None:  # noqa: ARG002 - nothing is beside the page
        """Nowhere."""
        return None

    def dagster(self, path: str = "") -> str | None:  # noqa: ARG002 - no server is known
        """Nowhere."""
        return None

    def scripts(self) -> str | None:
        """In the page itself."""
        return None

    def _page(self, address: str, file: str) -> str | None:  # noqa: ARG002 - there is no page
        return None


def pages_in(reports: Path) -> frozenset[str]:
    """The pages that stand in data/reports, as `FileLinks` takes them."""
    return frozenset(path.relative_to(reports).as_posix() for path in reports.rglob("*.html"))


def source_file(source: str) -> str:
    """The file of a source's page, below data/reports."""
    return f"sources/{source}.html"


def phases_file(source: str) -> str:
    """The file of the page of a source's phases, below data/reports."""
    return f"dmaic/{source}.html"


def run_file(run_id: str) -> str:
    """The file of a run's page, below data/reports."""
    return f"runs/{run_id}.html"


def file_file(source: str, sha256: str) -> str:
    """The file of the report of one data file, below data/reports."""
    return f"sources/{source}/{sha256[:_SHA_DIGITS]}.html"


def _part(name: str) -> str:
    """A name as one part of an address, whatever stands in it."""
    return quote(name, safe="")
