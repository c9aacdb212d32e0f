"""A small project whose names and cells try to act as markup, and whose people must not be told.

Source `people` has five clean files, a split one (cells that are formulas and tags), a held one
(another column, twice the rows wrong), and columns that tell of persons. Source `empty` has one
file of a single column; `declared` is only declared.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dmaic_assets.process.cycle.publish import publish
from dmaic_assets_tests.process.conftest import configure
from dmaic_assets_tests.process.shop import cycle
from dmaic_assets_tests.work.conftest import Project, csv_of, make_project

TAG = "<script>alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A0"
ROWS = 200
SPLIT = "split <i> '6'.csv"
HELD = "held & 7.csv"
COLUMN = 'kind <b>of</b> "thing"'
OWNER = "Kim <kim@example.com>"
LONG = "long " * 100
VALUES = ("north", "<b>south</b>", 'east "wing"', "west & co")
Columns = dict[str, Callable[[int], object]]


@dataclass(frozen=True)
class Hostile:
    root: Path
    run_id: str


def clean(day: int) -> Columns:
    return {
        COLUMN: lambda n: _quoted(VALUES[n % 4]),
        "email": lambda n: f"person{n}.{day}@example.com",
        "salary": lambda n: 1000 + n,
    }


def split() -> Columns:
    wrong = (FORMULA, TAG, "+1+1", _quoted(LONG))
    return clean(6) | {"amount": lambda n: wrong[n] if n < 4 else f"{10 + (n * 37) % 100}.5"}


def held() -> Columns:
    return clean(7) | {
        "amount": lambda n: TAG,
        "email": lambda n: "secret@example.com" if n == 3 else f"x{n}@example.com",
        "salary": lambda n: -77777 if n < 150 else 1000 + n,
    }


def build(folder: Path) -> Hostile:
    """Makes the project, runs it through all phases and publishes it."""
    made = make_project(folder / "project")
    configure(made.root, "recursion: {max_iterations: 2}\n")
    sources = "sources:\n  - {name: people, owner: '" + OWNER + "', description: '<b>Who</b>'}\n"
    (made.root / "config" / "sources.yaml").write_text(sources + "  - {name: declared}\n")
    made.reload()
    for day in range(1, 6):
        made.drop(f"{day} <i>.csv", csv_of(1000 * day, rows=ROWS, **clean(day)), source="people")
        made.run()
    made.drop("one.csv", "only\n1\n2\n", source="empty")
    made.drop(SPLIT, csv_of(9000, rows=ROWS, **split()), source="people")
    made.run()
    made.drop(HELD, csv_of(9500, rows=ROWS, **held()), source="people")
    result = cycle(made)
    publish(made.platform, result.run_id)
    made.platform.close()
    return Hostile(made.root, result.run_id)


def opened(hostile: Hostile) -> Project:
    """Opens the project again, as the next command would."""
    from dmaic_assets.settings.project import load_settings
    from dmaic_assets.work.run.platform import open_platform
    from dmaic_assets_tests.work.conftest import AT_ONCE

    return Project(hostile.root, open_platform(load_settings(hostile.root, environment=AT_ONCE)))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
