"""`dmaic reset`: removes every output of a project and puts held and archived files back.

What belongs here: which folders are outputs, and which files in them came from outside.
"""

import fcntl
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.console import print_json, say, size
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import settings_at
from dmaic_assets.errors import BadInputError, PolicyError
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.settings.project import Paths, Settings


@dataclass(frozen=True, slots=True)
class Return:
    """A source file that the platform had moved away: where it is and where it goes back to."""

    source_file: Path
    place: Path


@click.command(
    "reset", cls=ExampleCommand, examples=("dmaic reset", "dmaic reset --yes --project shop")
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@project_option
def reset(*, yes: bool, is_json: bool, project: Path | None) -> None:
    """Remove every output; source files and config stay.

    Outputs are warehouse, quarantine, artifacts, ledger and Dagster's history. Those incoming
    files that were moved to quarantine or archive go back to where they arrived. Rows of files
    that you have removed since are lost. Stop `dmaic dev` and workers first.
    """
    settings = settings_at(project)
    _refuse_shared_ledger(settings)
    _refuse_running_servers(settings.paths)
    _refuse_open_runs(settings.paths)
    returns = returns_of(settings)
    folders = [folder for folder in outputs_of(settings.paths) if folder.exists()]
    if not yes:
        _ask(folders, returns, is_json=is_json)
    put_back(returns)
    for folder in folders:
        shutil.rmtree(folder)
    if is_json:
        removed: list[Json] = [str(folder) for folder in folders]
        back: list[Json] = [str(r.place) for r in returns]
        print_json({"removed": removed, "put_back": back})
        return
    say(
        f"Removed {plural(len(folders), 'folder')} of outputs; put back "
        f"{plural(len(returns), 'source file')}."
    )


def outputs_of(paths: "Paths") -> tuple[Path, ...]:
    """Lists the folders that hold nothing but outputs, the ledger last: it knows the rest."""
    return (
        paths.warehouse,
        paths.quarantine,
        paths.archive,
        paths.data / "branches",
        paths.data / "hashmaps",
        paths.data / "logs",
        paths.artifacts,
        paths.staging,
        paths.dagster_home,
        paths.ledger,
    )


def returns_of(settings: "Settings") -> list[Return]:
    """Finds the source files that lie in quarantine or archive, read from the folders alone.

    The ledger is not asked, since it may be what is broken. Copies of files that a glob
    declares are no source files: their originals were never moved.
    """
    from dmaic_assets.table.read.discovery import landing_folders

    paths = settings.paths
    folders = landing_folders(paths.incoming)
    found = [*_held(paths), *_archived(paths)]
    owned = [(s, p) for s, p in found if settings.source(s).glob is None]
    taken: set[Path] = set()
    returns: list[Return] = []
    for source, path in owned:
        folder = folders.get(source, paths.incoming / source)
        place = _free_place(folder / path.name, path, taken)
        taken.add(place)
        returns.append(Return(path, place))
    return returns


def put_back(returns: list[Return]) -> None:
    """Moves source files back; an interrupted call is finished by calling again."""
    for item in returns:
        item.place.parent.mkdir(parents=True, exist_ok=True)
        item.source_file.replace(item.place)


def _held(paths: "Paths") -> list[tuple[str, Path]]:
    found: list[tuple[str, Path]] = []
    for reason in sorted(paths.quarantine.glob("*/*/reason.json")):
        told = json.loads(reason.read_text(encoding="utf-8"))
        held = reason.parent / str(told.get("held"))
        if told.get("verdict", {}).get("decision") == "reject" and held.is_file():
            found.append((reason.parent.parent.name, held))
    return found


def _archived(paths: "Paths") -> list[tuple[str, Path]]:
    # archive/<day>_<run>/<source>/<file>; what was withdrawn from the warehouse is an output.
    files = sorted(paths.archive.glob("*_*/*/*"))
    return [(path.parent.name, path) for path in files if path.is_file()]


def _free_place(place: Path, path: Path, taken: set[Path]) -> Path:
    key = path.parent.name
    other = place.with_name(f"{place.stem}.{key}{place.suffix}")
    return other if place.exists() or place in taken else place


def _refuse_shared_ledger(settings: "Settings") -> None:
    if settings.dmaic.ledger.url:
        raise PolicyError(
            "ledger.url",
            "the ledger is not in the data folder and is not emptied from here",
            "Empty that database yourself, then remove the folders under the data folder.",
        )


def _refuse_running_servers(paths: "Paths") -> None:
    lock = paths.dagster_home / "dev.lock"
    if not lock.is_file():
        return
    with lock.open("a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PolicyError(
                str(paths.root), "`dmaic dev` is running for this project", "Stop it first."
            ) from error


def _refuse_open_runs(paths: "Paths") -> None:
    from dmaic_assets.work.run.holders import held_elsewhere

    held = held_elsewhere(paths)
    if held:
        raise PolicyError(str(paths.root), f"{held[0]} is at work", "Wait for it, or end it.")


def _ask(folders: list[Path], returns: list[Return], *, is_json: bool) -> None:
    if is_json or not sys.stdin.isatty():
        raise BadInputError("dmaic reset", "nobody to ask here", "Add --yes to go ahead.")
    for folder in folders:
        total = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
        say(f"  {folder}  {size(total)}")
    if returns:
        say(f"  {plural(len(returns), 'source file')} go back to where they arrived")
    click.confirm("Remove all of these?", abort=True, err=True)
