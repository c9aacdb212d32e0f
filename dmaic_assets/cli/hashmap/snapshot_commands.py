"""`dmaic hashmap snapshot`: saved maps looked at, checked, mended, shrunk and pruned."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dmaic_assets.cli.console import count, print_json, print_table, say, size
from dmaic_assets.cli.errors import OK
from dmaic_assets.cli.framework import (
    ExampleCommand,
    LazyGroup,
    json_option,
    refuse_overwriting,
    section_of,
)
from dmaic_assets.cli.hashmap.laboratory import draw_seeds, need_numba
from dmaic_assets.errors import BadInputError, InvariantError
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.snapshot.header import Header
    from dmaic_assets.hashmaps.snapshot.read import Checked

MEMBERS = section_of(
    "Commands",
    "dmaic_assets.cli.hashmap",
    {
        "snapshot_commands:inspect": "Show what a snapshot holds, without reading its entries.",
        "snapshot_commands:verify": "Compare every digest; exit code 3 when something has changed.",
        "snapshot_commands:repair": "Save what stands in whole leaves as a new snapshot.",
        "snapshot_commands:compact": "Write a snapshot anew, without tombstones and room.",
        "snapshot_commands:prune": "Delete all but the newest snapshots of a folder.",
    },
)
file_argument = click.argument("file", type=click.Path(path_type=Path))
output_argument = click.argument("output", type=click.Path(dir_okay=False, path_type=Path))


@click.group("snapshot", cls=LazyGroup, lazy=MEMBERS)
def snapshot() -> None:
    """Look at, check, mend and shrink saved maps."""


def there(file: Path) -> Path:
    """Refuses a file that does not exist.

    Raises:
        BadInputError: There is no such file.
    """
    need_numba()
    if not file.is_file():
        raise BadInputError(f"the snapshot {file}", "is no file", "Name a saved map.")
    return file


@click.command(cls=ExampleCommand, examples=("dmaic hashmap snapshot inspect keys.snapshot",))
@file_argument
@json_option
def inspect(*, file: Path, is_json: bool) -> None:
    """Show what a snapshot holds; only its first page is read."""
    from dmaic_assets.hashmaps.snapshot.read import open_snapshot

    header = open_snapshot(there(file)).header
    if is_json:
        print_json({"file": str(file), **_document(header)})
        return
    say(f"{file}: {count(header.entries)} keys of type {header.key}")
    rows = [(s.name, count(s.offset), size(s.length)) for s in header.sections]
    print_table(("section", "at byte", "size"), rows, right=("at byte", "size"))


def _document(header: "Header") -> dict[str, Json]:
    """The header without the secrets that hash the keys."""
    from dmaic_assets.hashmaps.indexes import KINDS

    told = cast("dict[str, Json]", asdict(header))
    del told["seeds"]
    return {**told, "root": header.root.hex(), "index": KINDS[header.index]}


@click.command(cls=ExampleCommand, examples=("dmaic hashmap snapshot verify keys.snapshot",))
@file_argument
@json_option
def verify(*, file: Path, is_json: bool) -> int:
    """Compare every digest with what stands in the file."""
    from dmaic_assets.hashmaps.snapshot.read import check, open_snapshot

    found = check(open_snapshot(there(file)))
    if is_json:
        print_json({"file": str(file), "is_whole": found.is_whole, **_checked(found)})
    elif found.is_whole:
        say(f"{file}: whole, leaves checked: {found.leaves}")
    else:
        what = "its header or its digests" if found.is_root_damaged else "some leaves"
        say(f"{file}: changed: {what}; {len(found.damaged_leaves)} of {found.leaves} leaves differ")
        say(f"to save the rest: dmaic hashmap snapshot repair {file} OUTPUT")
    return OK if found.is_whole else InvariantError.exit_code


def _checked(found: "Checked") -> dict[str, Json]:
    return cast("dict[str, Json]", asdict(found))


@click.command(
    cls=ExampleCommand, examples=("dmaic hashmap snapshot repair keys.snapshot mended.snapshot",)
)
@file_argument
@output_argument
@json_option
def repair(*, file: Path, output: Path, is_json: bool) -> None:
    """Save what stands in whole leaves as a new snapshot; says how many entries are lost."""
    _write_anew(file, output, is_json=is_json)


@click.command(
    cls=ExampleCommand, examples=("dmaic hashmap snapshot compact keys.snapshot small.snapshot",)
)
@file_argument
@output_argument
@json_option
def compact(*, file: Path, output: Path, is_json: bool) -> None:
    """Write a snapshot anew, without tombstones and room; one that has changed is refused."""
    from dmaic_assets.hashmaps.snapshot.read import check, open_snapshot

    if not check(open_snapshot(there(file))).is_whole:
        fix = f"Save what is whole: dmaic hashmap snapshot repair {file} {output}"
        raise BadInputError(f"the snapshot {file}", "has changed since it was written", fix)
    _write_anew(file, output, is_json=is_json)


def _write_anew(file: Path, output: Path, *, is_json: bool) -> None:
    from dmaic_assets.hashmaps.snapshot.mend import mend

    refuse_overwriting("OUTPUT", output, [there(file)])
    told = mend(file, output, draw_seeds)
    before, after = file.stat().st_size, output.stat().st_size
    if is_json:
        print_json({"file": str(output), "kept": told.kept, "lost": told.lost, "bytes": after})
        return
    say(f"{output}: {count(told.kept)} keys kept, {count(told.lost)} lost")
    say(f"{size(before)} before, {size(after)} now")


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
