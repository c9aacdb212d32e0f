"""The demo's second act: weekly deliveries of one source, some of them badly written, to improve.

What belongs here: which files there are and what happened to them. They are every sixth flight of
the first two months of the same real data, four deliveries a month.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.cli.demo.data import (
    DemoFile,
    append_unit,
    cut_off,
    flight_lines,
    package_data,
    swap_columns,
)

SOURCE = "departures"
MONTHS, WEEKS = 2, 4
# One flight in six: some 950 rows a week, so that the second act stays short.
_EVERY = 6


@dataclass(frozen=True, slots=True)
class Mishap:
    """What happened to one delivery on its way."""

    file: str
    story: str
    apply: Callable[[bytes], bytes]


MISHAPS: Sequence[Mishap] = (
    Mishap(
        "departures-2013-02-w1.csv",
        "another program wrote dep_delay with its unit, 14 min",
        lambda content: append_unit(content, "dep_delay", "min", from_share=0.6),
    ),
    Mishap(
        "departures-2013-02-w3.csv",
        "somebody swapped the headings origin and dest",
        lambda content: swap_columns(content, "origin", "dest"),
    ),
    Mishap(
        "departures-2013-02-w4.csv",
        "the transfer broke off in the middle of a row",
        lambda content: cut_off(content, 0.4),
    ),
)


def weekly_files() -> list[DemoFile]:
    """Builds the files of the second act; the same bytes each time.

    Raises:
        BadInputError: The package with the data is not installed.
    """
    weeks = _weeks(flight_lines(package_data() / "flights.csv.zip"))
    mishaps = {m.file: m for m in MISHAPS}
    return [
        DemoFile(SOURCE, name, _spoilt(content, mishaps.get(name)))
        for name, content in weeks.items()
    ]


def _spoilt(content: bytes, mishap: Mishap | None) -> bytes:
    return mishap.apply(content) if mishap else content


def _weeks(lines: Sequence[bytes]) -> Mapping[str, bytes]:
    rows: dict[str, list[bytes]] = {
        f"departures-2013-{month:02d}-w{week}.csv": []
        for month in range(1, MONTHS + 1)
        for week in range(1, WEEKS + 1)
    }
    for line in lines[1:]:
        _, month, day, _ = line.split(b",", 3)
        if int(month) > MONTHS:
            continue
        name = f"departures-2013-{int(month):02d}-w{1 + (int(day) - 1) // 7}.csv"
        if name in rows:
            rows[name].append(line)
    return {name: lines[0] + b"".join(found[::_EVERY]) for name, found in rows.items()}
