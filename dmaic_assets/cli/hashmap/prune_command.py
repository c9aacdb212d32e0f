"""`dmaic hashmap snapshot prune`: how many saved maps a folder keeps."""

from pathlib import Path
from typing import cast

import click

from dmaic_assets.cli.console import count, print_json, say, size
from dmaic_assets.cli.framework import ExampleCommand, json_option
from dmaic_assets.cli.hashmap.laboratory import need_numba
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap snapshot prune snapshots --keep 5 --dry-run",
        "dmaic hashmap snapshot prune snapshots --keep 5",
    ),
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1), required=True, help="The newest that stay.")
@click.option("--dry-run", is_flag=True, help="Name what would go, and delete nothing.")
@json_option
def prune(*, folder: Path, keep: int, dry_run: bool, is_json: bool) -> None:
    """Delete all but the newest snapshots directly in a folder.

    The time of the last change counts, then the name. What does not begin like a snapshot, links
    and folders are left alone.
    """
    need_numba()
    if not folder.is_dir():
        raise BadInputError(f"the folder {folder}", "is none", "Name a folder of saved maps.")
    gone = older_than_newest(folder, keep)
    freed = sum(path.stat().st_size for path in gone)
    for path in () if dry_run else gone:
        path.unlink()
    if is_json:
        names = cast("Json", [str(path) for path in gone])
        print_json({"deleted": [] if dry_run else names, "would_go": names, "bytes": freed})
        return
    for path in gone:
        say(f"{path}")
    verb = "would be deleted" if dry_run else "deleted"
    say(f"{count(len(gone))} {verb}, {size(freed)}")


def older_than_newest(folder: Path, kept: int) -> tuple[Path, ...]:
    """The snapshots directly in a folder but for the newest ones, the oldest first.

    Ties of the time of change are broken by name: the last name is the newest.

    Raises:
        OSError: The folder or a file cannot be read.
    """
    found = [path for path in folder.iterdir() if _is_snapshot(path)]
    found.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
    return tuple(found[: max(len(found) - kept, 0)])


def _is_snapshot(path: Path) -> bool:
    from dmaic_assets.hashmaps.snapshot.header import MAGIC

    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC
