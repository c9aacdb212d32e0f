"""Finds every command of ours that the product's texts print, out of the source itself.

What belongs here: which commands there are. What each does is asserted in `test_printed_commands`.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click

import dmaic_assets
from dmaic_assets.cli.main import dmaic

PACKAGE = Path(dmaic_assets.__file__).parent
_OPTION_OR_PLACE = re.compile(r"--[a-z-]+|[A-Z]{2,}|\{\}|latest")
_TRAILING = "`.,;:)'\""


def printed_commands() -> dict[str, set[str]]:
    """The commands in messages, hints, reports and files, by where they are written.

    Examples of help are left out: they are whole command lines with files of their own.
    """
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE).as_posix()
        for text in _texts(ast.parse(path.read_text())):
            for command in _commands(text):
                found.setdefault(command, set()).add(place)
    return found


def examples() -> Iterator[tuple[str, str]]:
    """The examples of help, with the command that they belong to."""
    for path, command in _leaves(dmaic, "dmaic"):
        for example in getattr(command, "examples", ()):
            yield path, example


def _leaves(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            member = command.get_command(context, name)
            if member is not None:
                yield from _leaves(member, f"{path} {name}")
        default = getattr(command, "default", None)
        if default is not None:
            yield path, default.load()
    else:
        yield path, command


def _texts(tree: ast.Module) -> Iterator[str]:
    left_out = {id(node) for node in _docstrings_and_examples(tree)}
    for node in ast.walk(tree):
        if id(node) in left_out:
            continue
        if isinstance(node, ast.JoinedStr):
            left_out |= {id(part) for part in node.values}
            yield "".join(_spelled(part) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.List) and node.elts and _spelled(node.elts[0]) == "dmaic":
            yield " ".join(_spelled(part) for part in node.elts)


def _docstrings_and_examples(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield node.value
        if isinstance(node, ast.keyword) and node.arg == "examples":
            yield from ast.walk(node.value)
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == "examples" for t in node.targets
        ):
            yield from ast.walk(node.value)


def _spelled(part: ast.AST) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "{}"


def _commands(text: str) -> Iterator[str]:
    for match in re.finditer(r"(?<![\w/.-])dmaic ", text):
        words = text[match.end() :].split()
        taken = _taken(words)
        if taken:
            yield " ".join(["dmaic", *taken])


def _taken(words: list[str]) -> list[str]:
    """The words that are a command of ours with the options and places that follow it."""
    taken: list[str] = []
    command: click.Command = dmaic
    while words and isinstance(command, click.Group):
        word = words[0].rstrip(_TRAILING)
        member = command.get_command(click.Context(command), word)
        if member is None:
            break
        command = member
        taken.append(word)
        if words.pop(0) != word:
            return taken
    with_value = {name for p in command.params if not _is_flag(p) for name in p.opts}
    while taken and words:
        word = words.pop(0)
        bare = word.rstrip(_TRAILING)
        if not _OPTION_OR_PLACE.fullmatch(bare) and taken[-1] not in with_value:
            break
        taken.append(bare)
        if word != bare:
            break
    return taken


def _is_flag(parameter: click.Parameter) -> bool:
    return not isinstance(parameter, click.Option) or parameter.is_flag
