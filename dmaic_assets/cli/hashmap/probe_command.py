"""`dmaic hashmap probe`: the search for one key in each kind of index, side by side."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dmaic_assets.cli.console import print_json, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, refuse_overwriting
from dmaic_assets.cli.hashmap.laboratory import draw_seeds, key_column, need_numba
from dmaic_assets.cli.hashmap.map_commands import keys_of, loaded
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.hash_map import HashMap
    from dmaic_assets.hashmaps.view.probe import Search


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap probe orders.csv --column order_id --key 4711",
        "dmaic hashmap probe stock.snapshot --key apples --html probe.html",
        "dmaic hashmap probe stock.snapshot --key apples --json | jq '.searches[].lines'",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", help="A key column of a file of rows; without it FILE is a snapshot.")
@click.option("--key", required=True, help="The key that is searched.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page.")
@json_option
def probe(*, file: Path, column: str | None, key: str, html: Path | None, is_json: bool) -> None:
    """Follow the search for one key in each kind of index, side by side.

    Shows where its search begins, what it looks at, how many cache lines that touches, and which
    links would move if the key were put or taken away. The map's own index is shown as it stands,
    the others as they would be made of its entries.
    """
    need_numba()
    refuse_overwriting("--html", html, [file])
    held = loaded(file) if column is None else _map_of(file, column)
    searches, is_held = _searches(held, key)
    what = f"{'held' if is_held else 'not held'} among {len(held):,} keys of {file.name}"
    if html is not None:
        from dmaic_assets.reports.hashmap.probe_view import probe_page

        # The page may be passed on: it does not name the key.
        html.write_text(probe_page("Where a key stands", f"It is {what}.", searches), "utf-8")
    if is_json:
        found = [cast("Json", search.document()) for search in searches]
        print_json(
            {
                "file": str(file),
                "key": key,
                "is_held": is_held,
                "keys": len(held),
                "html": None if html is None else str(html),
                "searches": found,
            }
        )
        return
    _print(f"{key} is {what}", searches)
    if html is not None:
        say(f"the page is {html}")


def _map_of(file: Path, column: str) -> "HashMap":
    """A map of the keys of a column, its values the positions of their last rows."""
    from dmaic_assets.hashmaps.hash_map import HashMap
    from dmaic_assets.hashmaps.workload.column import as_keys

    keys = as_keys(key_column(file, column).drop_null())
    held = HashMap(draw_seeds, "int64" if str(keys.type) == "int64" else "string")
    held.upsert(keys)
    return held


def _searches(held: "HashMap", key: str) -> "tuple[tuple[Search, ...], bool]":
    import numpy as np

    from dmaic_assets.hashmaps.view.probe import searches_for, words_in

    one = keys_of(held, (key,))
    (found,) = searches_for(held.index, words_in(held, one))
    return found, bool(np.any(held.contains(one)))


def _print(what: str, searches: "tuple[Search, ...]") -> None:
    from dmaic_assets.hashmaps.view.strip import LEGEND, strip_of

    say(what)
    for search in searches:
        for line in strip_of(search):
            say(line)
    for line in LEGEND:
        say(line, style="dim")
