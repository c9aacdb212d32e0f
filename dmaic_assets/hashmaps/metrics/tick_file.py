"""Ticks as lines of JSON: one file a play, the last few plays kept, each line checked when read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from dmaic_assets.errors import BadInputError, InvariantError, PolicyError
from dmaic_assets.hashmaps.metrics.schema import mistakes_of, tick_validator
from dmaic_assets.hashmaps.metrics.tick import SCHEMA, Tick

# Files of plays that are kept under one name, the newest included.
KEPT = 5
# Bytes of a file that are read: about 100,000 ticks.
MOST_BYTES = 256 << 20
# Bytes of a file's end that hold its newest ticks: one is about 3 KB.
_MOST_READ = 8 << 20


@dataclass(frozen=True, slots=True)
class TickFile:
    """An open file of ticks."""

    file: IO[str]

    def write(self, tick: Tick) -> None:
        """Adds a tick.

        Raises:
            OSError: The disk refuses.
        """
        self.file.write(tick.line() + "\n")

    def close(self) -> None:
        """Ends the file."""
        self.file.close()


def start_file(path: Path, kept: int = KEPT) -> TickFile:
    """Begins a file; those of earlier plays are called NAME.1, NAME.2 and so on before the ending.

    At most `kept` files stay, the new one included.

    Raises:
        OSError: The folder cannot be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    names = [path, *(_older(path, age) for age in range(1, kept))]
    for at in range(len(names) - 1, 0, -1):
        if names[at - 1].exists():
            names[at - 1].replace(names[at])
    age = kept
    while (gone := _older(path, age)).exists():
        gone.unlink()
        age += 1
    return TickFile(path.open("w", encoding="utf-8"))


def _older(path: Path, age: int) -> Path:
    return path.with_name(f"{path.stem}.{age}{path.suffix}")


def read_ticks(path: Path, most_bytes: int = MOST_BYTES) -> Iterator[dict[str, Any]]:
    """Yields the ticks of a file, each checked against the schema and the tick before it.

    Raises:
        BadInputError: There is no such file.
        PolicyError: It is larger than allowed.
        InvariantError: A line is no tick of `metrics.v1`, or counts fall; names the line.
    """
    if not path.is_file():
        raise BadInputError(f"the ticks {path}", "are no file", "Name a file of ticks.")
    if (size := path.stat().st_size) > most_bytes:
        fix = f"At most {most_bytes:,} bytes are read."
        raise PolicyError(f"the ticks {path}", f"have {size:,} bytes", fix)
    validator, before = tick_validator(), None
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            tick = _parsed(path, number, line)
            if wrong := mistakes_of(validator, tick, before):
                raise _no_tick(path, number, "; ".join(wrong))
            before = tick
            yield tick


def newest_ticks(path: Path, last: int) -> list[dict[str, Any]]:
    """Reads the newest whole ticks from the end of a file, the newest last; it may be growing.

    They are not checked against the schema, of which only the name is looked at. However long the
    file is, at most 8 MB of it are read, so that there may be fewer than asked for.

    Raises:
        InvariantError: A line is no tick of `metrics.v1`.
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _MOST_READ))
        lines = file.read(_MOST_READ).split(b"\n")
    # What stands behind the last line break is still being written, and the first line may be cut.
    whole = lines[(1 if size > _MOST_READ else 0) : -1]
    found: list[dict[str, Any]] = []
    for line in whole[-last:] if last > 0 else ():
        tick = _parsed(path, len(whole), line.decode("utf-8", "replace"))
        if not isinstance(tick, dict) or tick.get("schema") != SCHEMA:
            raise _no_tick(path, len(whole), f"is not {SCHEMA}")
        found.append(tick)
    return found


def _parsed(path: Path, number: int, line: str) -> Any:  # noqa: ANN401 - judged by the schema next
    try:
        return json.loads(line)
    except ValueError as error:
        raise _no_tick(path, number, f"is no JSON: {error}") from error


def _no_tick(path: Path, number: int, what: str) -> InvariantError:
    fix = "The file was cut off or changed, or another program wrote it."
    return InvariantError(f"the ticks {path}, line {number:,}", what, fix)
