"""`dmaic hashmap put`, `get`, `del` and `items`: a saved map as a small store of numbers by key."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.console import count, print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option
from dmaic_assets.cli.hashmap.laboratory import draw_seeds, need_numba
from dmaic_assets.cli.hashmap.snapshot_commands import there
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.columns import ArrowArray
    from dmaic_assets.hashmaps.hash_map import HashMap

snapshot_argument = click.argument("snapshot", type=click.Path(dir_okay=False, path_type=Path))
_PAIR = re.compile(r"(?P<key>.+)=(?P<value>[^=]+)", re.DOTALL)


def loaded(snapshot: Path, key: str | None = None) -> "HashMap":
    """Reads a saved map whole; `key` is the type of its keys, where that is told.

    Raises:
        BadInputError: There is no such file, or its keys are of another type.
        InvariantError: It is no snapshot, or has changed since it was written.
    """
    from dmaic_assets.hashmaps.snapshot.read import load

    held = load(there(snapshot), draw_seeds)
    if key not in (None, held.key):
        raise BadInputError(f"the snapshot {snapshot}", f"has keys {held.key}", "Leave --key out.")
    return held


def new_map(key: str | None) -> "HashMap":
    """An empty map of numbers; keys are strings unless that is told otherwise."""
    from dmaic_assets.hashmaps.hash_map import HashMap

    return HashMap(draw_seeds, "int64" if key == "int64" else "string", "float64")


def put_pairs(held: "HashMap", pairs: tuple[str, ...]) -> int:
    """Puts KEY=NUMBER pairs, all or none of them; gives how many keys are new.

    Raises:
        BadInputError: One is no such pair, or its key is none of this map.
    """
    import numpy as np

    read = [_pair(pair) for pair in pairs]
    values = np.array([value for _, value in read]).astype(np.dtype(held.value))
    return int(held.upsert(keys_of(held, tuple(name for name, _ in read)), values).sum())


def keys_of(held: "HashMap", texts: tuple[str, ...]) -> "ArrowArray":
    """Reads keys as the map has them.

    Raises:
        BadInputError: A key is no whole number, where the map's keys are.
    """
    import pyarrow as pa

    if held.key == "string":
        return pa.array(texts, pa.string())
    try:
        return pa.array([int(text) for text in texts], pa.type_for_alias(held.key))
    except (ValueError, pa.ArrowInvalid, OverflowError) as error:
        fix = f"The keys of this map are {held.key}."
        raise BadInputError("a key", str(error), fix) from error


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap put stock.snapshot apples=12 pears=3",
        "dmaic hashmap put ids.snapshot 4711=1 --key int64",
    ),
)
@snapshot_argument
@click.argument("pairs", nargs=-1, required=True, metavar="KEY=NUMBER...")
@click.option("--key", type=click.Choice(("string", "int64")), help="Of a new map (string).")
@json_option
def put(*, snapshot: Path, pairs: tuple[str, ...], key: str | None, is_json: bool) -> None:
    """Put numbers by key into a saved map; a map that does not exist is made."""
    need_numba()
    from dmaic_assets.hashmaps.snapshot.write import save

    held = loaded(snapshot, key) if snapshot.exists() else new_map(key)
    new = put_pairs(held, pairs)
    save(held, snapshot)
    if is_json:
        print_json({"new": new, "changed": len(pairs) - new, "keys": len(held)})
        return
    say(f"{count(new)} new, {count(len(pairs) - new)} changed; {count(len(held))} keys")


def _pair(text: str) -> tuple[str, float]:
    found = _PAIR.fullmatch(text)
    if not found:
        raise BadInputError(f"{text!r}", "is no KEY=NUMBER", "Write it like apples=12.")
    try:
        return found["key"], float(found["value"])
    except ValueError:
        raise BadInputError(
            f"{text!r}", "has no number behind =", "Write it like apples=12."
        ) from None


@click.command(cls=ExampleCommand, examples=("dmaic hashmap get stock.snapshot apples pears",))
@snapshot_argument
@click.argument("keys", nargs=-1, required=True)
@json_option
def get(*, snapshot: Path, keys: tuple[str, ...], is_json: bool) -> None:
    """Look keys up in a saved map."""
    held = loaded(snapshot)
    found = held.get(keys_of(held, keys)).to_pylist()
    if is_json:
        print_json({"values": dict(zip(keys, found, strict=True))})
        return
    rows = [(key, "none" if v is None else f"{v:g}") for key, v in zip(keys, found, strict=True)]
    print_table(("key", "value"), rows, right=("value",))


@click.command("del", cls=ExampleCommand, examples=("dmaic hashmap del stock.snapshot pears",))
@snapshot_argument
@click.argument("keys", nargs=-1, required=True)
@json_option
def delete(*, snapshot: Path, keys: tuple[str, ...], is_json: bool) -> None:
    """Take keys out of a saved map."""
    from dmaic_assets.hashmaps.snapshot.write import save

    held = loaded(snapshot)
    gone = int(held.delete(keys_of(held, keys)).sum())
    save(held, snapshot)
    if is_json:
        print_json({"deleted": gone, "keys": len(held)})
        return
    say(f"{count(gone)} deleted, {count(len(keys) - gone)} were not there")


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap items stock.snapshot",
        "dmaic hashmap items stock.snapshot --last 5 --json",
    ),
)
@snapshot_argument
@click.option("--last", type=click.IntRange(1), default=100, show_default=True)
@json_option
def items(*, snapshot: Path, last: int, is_json: bool) -> None:
    """List keys and values of a saved map, the newest last."""
    held = loaded(snapshot)
    listed = held.items()
    shown = listed.slice(max(len(held) - last, 0)).to_pylist()
    if is_json:
        rows: list[Json] = [{"key": row["key"], "value": row["value"]} for row in shown]
        print_json({"keys": len(held), "items": rows})
        return
    cells = [(str(row["key"]), f"{row['value']:g}") for row in shown]
    print_table(("key", "value"), cells, right=("value",))
    if len(shown) < len(held):
        say(f"the last {count(len(shown))} of {count(len(held))}; all of them: --last {len(held)}")
