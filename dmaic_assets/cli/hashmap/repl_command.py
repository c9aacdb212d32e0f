"""`dmaic hashmap repl`: a saved map changed and asked line by line, and written only by `save`."""

import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.console import count, print_table, say
from dmaic_assets.cli.errors import OK
from dmaic_assets.cli.framework import ExampleCommand
from dmaic_assets.cli.hashmap.laboratory import need_numba
from dmaic_assets.cli.hashmap.map_commands import (
    keys_of,
    loaded,
    new_map,
    put_pairs,
    snapshot_argument,
)
from dmaic_assets.errors import BadInputError, DmaicError

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.hash_map import HashMap

# Entries that `items` lists where no number is given.
LISTED = 20
HELP = """put KEY=NUMBER...   put numbers by key
get KEY...          look keys up
del KEY...          take keys out
items [N]           list the newest N keys (20)
stats               what the map is, and what comes next
save                write the map to its file
help                this text
quit                end; changes that are not saved are lost"""


@dataclass
class Talk:
    """A map in memory, its file, and whether the two differ."""

    held: "HashMap"
    file: Path
    is_changed: bool = False

    def do(self, line: str) -> None:
        """Does one line.

        Raises:
            BadInputError: There is no such command, or what follows it is wrong; nothing is done.
            OSError: The disk refuses to take the file.
        """
        try:
            word, *told = shlex.split(line, comments=True) or [""]
        except ValueError as error:
            fix = "Close what is quoted."
            raise BadInputError("the line", f"cannot be read: {error}", fix) from error
        if not word:
            return
        if word not in _COMMANDS:
            known = ", ".join(_COMMANDS)
            raise BadInputError(repr(word), "is no command here", f"Commands: {known}, quit.")
        _COMMANDS[word](self, tuple(told))


def _put(talk: Talk, told: tuple[str, ...]) -> None:
    new = put_pairs(talk.held, _some(told, "put apples=12"))
    talk.is_changed = True
    say(f"{count(new)} new, {count(len(told) - new)} changed; {count(len(talk.held))} keys")


def _get(talk: Talk, told: tuple[str, ...]) -> None:
    found = talk.held.get(keys_of(talk.held, _some(told, "get apples"))).to_pylist()
    for key, value in zip(told, found, strict=True):
        say(f"{key}: " + ("none" if value is None else f"{value:g}"))


def _delete(talk: Talk, told: tuple[str, ...]) -> None:
    gone = int(talk.held.delete(keys_of(talk.held, _some(told, "del apples"))).sum())
    talk.is_changed = talk.is_changed or gone > 0
    say(f"{count(gone)} deleted, {count(len(told) - gone)} were not there")


def _items(talk: Talk, told: tuple[str, ...]) -> None:
    wanted = told[0] if told else str(LISTED)
    if not wanted.isdecimal() or len(told) > 1:
        raise BadInputError("items", f"is told {' '.join(told)!r}", "Write: items 20")
    listed = talk.held.items()
    shown = listed.slice(max(len(talk.held) - int(wanted), 0)).to_pylist()
    print_table(("key", "value"), [(str(r["key"]), f"{r['value']:g}") for r in shown])
    if len(shown) < len(talk.held):
        say(f"the last {count(len(shown))} of {count(len(talk.held))}")


def _stats(talk: Talk, told: tuple[str, ...]) -> None:
    _none(told, "stats")
    found = talk.held.stats()
    ahead = found.forecast.lines()
    rows = [(name, f"{value}") for name, value in asdict(found).items() if name != "forecast"]
    print_table(("", ""), [*rows, *(("next", line) for line in ahead)])


def _save(talk: Talk, told: tuple[str, ...]) -> None:
    from dmaic_assets.hashmaps.snapshot.write import save

    _none(told, "save")
    save(talk.held, talk.file)
    talk.is_changed = False
    say(f"{talk.file}: {count(len(talk.held))} keys written")


def _help(talk: Talk, told: tuple[str, ...]) -> None:
    del talk, told
    say(HELP)


def _some(told: tuple[str, ...], example: str) -> tuple[str, ...]:
    if not told:
        raise BadInputError(example.split()[0], "is told no key", f"Write: {example}")
    return told


def _none(told: tuple[str, ...], word: str) -> None:
    if told:
        raise BadInputError(
            word, f"takes nothing, and is told {' '.join(told)!r}", f"Write: {word}"
        )


_COMMANDS: Mapping[str, Callable[[Talk, tuple[str, ...]], None]] = {
    "put": _put,
    "get": _get,
    "del": _delete,
    "items": _items,
    "stats": _stats,
    "save": _save,
    "help": _help,
}


@click.command(
    "repl",
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap repl stock.snapshot",
        "dmaic hashmap repl ids.snapshot --key int64 < lines.txt",
    ),
)
@snapshot_argument
@click.option("--key", type=click.Choice(("string", "int64")), help="Of a new map (string).")
def repl(*, snapshot: Path, key: str | None) -> int:
    """Change and ask a saved map line by line; a map that does not exist is new.

    Commands: put, get, del, items, stats, save, help, quit. Nothing is written before `save`.
    Lines also come from a pipe: the first one that fails ends it then, with its exit code.
    """
    need_numba()
    held = loaded(snapshot, key) if snapshot.exists() else new_map(key)
    talk, is_asking = Talk(held, snapshot), sys.stdin.isatty()
    if is_asking:
        say(f"{snapshot}: {count(len(held))} keys; `help` names the commands")
    while (line := _line(is_asking=is_asking)) is not None and line.strip() not in ("quit", "exit"):
        try:
            talk.do(line)
        except DmaicError as error:
            if not is_asking:
                _tell_lost(talk)
                raise
            say(f"{error}. {error.fix}", style="yellow")
    _tell_lost(talk)
    return OK


def _line(*, is_asking: bool) -> str | None:
    """The next line; None at the end of what there is."""
    if not is_asking:
        return sys.stdin.readline() or None
    try:
        return input("> ")
    except (EOFError, KeyboardInterrupt):
        return None


def _tell_lost(talk: Talk) -> None:
    if talk.is_changed:
        click.echo(f"{talk.file}: changes since the last `save` were not written", err=True)
