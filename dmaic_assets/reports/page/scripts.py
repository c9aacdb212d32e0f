"""The scripts of pages: plotly.js with the traces that we draw, and what our pages do themselves.

What belongs here: how a page brings them. It either loads files that all pages of a project share,
or holds everything and can be sent to anybody. No page asks another machine for anything.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from markupsafe import Markup

from dmaic_assets.store.effect_files import write_bytes

# The folder of shared scripts, below that of the artifacts.
FOLDER: Final = "assets"
# What the library folder of this package has, by the name that templates use.
_FILES = {
    "plotly": "plotly.min.js",
    "page": "page.js",
    "lesson": "lesson.js",
    "monitor": "monitor.js",
}
# Hexadecimal digits of a content in its file's name: chance equals no two in any project.
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Library:
    """Where a page has its scripts: in itself, or at an address.

    `at` is the address of the folder of scripts, with its slash; None puts them into the page.
    """

    at: str | None = None

    def element(self, name: str) -> Markup:
        """The element that brings a script: `plotly`, `page`, `lesson` or `monitor`."""
        if self.at is None:
            return Markup("<script>{}</script>").format(_text(name))
        return Markup('<script src="{}"></script>').format(self.at + file_name(name))

    def policy(self, names: Sequence[str]) -> str:
        """What a page with these scripts in it may do: run them, and reach nothing.

        Empty for a page that loads them: whoever serves it says what it may.
        """
        if self.at is not None:
            return ""
        hashes = " ".join(_hash(name) for name in names)
        return (
            f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline';"
            " img-src data: blob:"
        )


# The scripts as a page among the artifacts finds them, served or on the disk.
ARTIFACT_SCRIPTS: Final = Library(f"../../{FOLDER}/")


def file_name(name: str) -> str:
    """The file of a script in the shared folder; its content is in its name."""
    stem = _FILES[name].removesuffix(".js")
    digest = hashlib.sha256(_text(name).encode()).hexdigest()[:_DIGITS]
    return f"{stem.removesuffix('.min')}-{digest}.min.js"


def shared_files() -> frozenset[str]:
    """All shared scripts, relative to the folder of artifacts."""
    return frozenset(f"{FOLDER}/{file_name(name)}" for name in _FILES)


def provide_scripts(artifacts: Path) -> None:
    """Puts the shared scripts where pages look for them; those that are there stay.

    Raises:
        StoreError: The folder refuses.
    """
    for name in _FILES:
        target = artifacts / FOLDER / file_name(name)
        if not target.is_file():
            write_bytes(target, _text(name).encode())


@cache
def _text(name: str) -> Markup:
    path = resources.files("dmaic_assets.reports.page") / "library" / _FILES[name]
    return Markup(path.read_text("utf-8"))  # noqa: S704 - our own scripts, as they stand


@cache
def _hash(name: str) -> str:
    digest = hashlib.sha256(_text(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
