"""The shapes that commands are built from: lazily loaded groups, and help with examples.

What belongs here: click classes and the options that many commands share. What does not: any
command. Only click is imported, since `dmaic --help` loads this module.
"""

import importlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from dmaic_assets.errors import BadInputError, did_you_mean

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])

# Help is at most 100 columns wide: longer lines are hard to read.
CONTEXT_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class ExampleCommand(click.Command):
    """A command whose help ends with its members, if it has some, and examples to copy."""

    def __init__(
        self,
        name: str | None,
        *,
        examples: Sequence[str] = (),
        **attributes: object,
    ) -> None:
        self.examples = tuple(examples)
        attributes.setdefault("context_settings", CONTEXT_SETTINGS)
        super().__init__(name, **attributes)  # pyright: ignore[reportArgumentType] - click's own keywords

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes members, then the examples: one per line and never wrapped."""
        super().format_epilog(ctx, formatter)
        if rows := [(f"{ctx.command_path} {c.name}", c.summary) for c in _members(ctx)]:
            with formatter.section("Commands"):
                formatter.write_dl(rows, col_spacing=3)
        if self.examples:
            with formatter.section("Examples"):
                formatter.write("".join(f"  {example}\n" for example in self.examples))


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """A command known by name and one line of help; its module is imported when it is called."""

    name: str
    target: str
    summary: str
    section: str = "Commands"

    def load(self) -> click.Command:
        """Imports the module and returns the command in it; `target` is `module:attribute`."""
        module, _, attribute = self.target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


def section_of(name: str, package: str, members: Mapping[str, str]) -> tuple[LazyCommand, ...]:
    """Builds the commands of one section of help; a command is called like its function.

    Args:
        name: The section's heading.
        package: The package under which the modules of the members are.
        members: The line of help of each `module:function`.
    """
    return tuple(
        LazyCommand(target.partition(":")[2].replace("_", "-"), f"{package}.{target}", text, name)
        for target, text in members.items()
    )


class LazyGroup(click.Group):
    """A group that knows its commands without importing them; help lists them in sections."""

    def __init__(
        self, name: str | None = None, *, lazy: Sequence[LazyCommand], **attributes: object
    ) -> None:
        self.lazy = {command.name: command for command in lazy}
        attributes.setdefault("context_settings", CONTEXT_SETTINGS)
        super().__init__(name, **attributes)  # pyright: ignore[reportArgumentType] - click's own keywords

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Lists the command names in the order of their declaration."""
        return [*self.lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports and returns one command, or None when there is none of that name."""
        known = self.lazy.get(cmd_name)
        return known.load() if known else super().get_command(ctx, cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Shows the help when nothing was asked for."""
        return super().parse_args(ctx, args or ["--help"])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command; an unknown one is refused with the nearest names."""
        name = args[0]
        if name not in self.list_commands(ctx) and not name.startswith("-"):
            ctx.fail(f"no command {name!r}{did_you_mean(name, self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes one section of help per section of commands, importing none of them."""
        commands = [self.lazy[name] for name in self.list_commands(ctx)]
        for section in dict.fromkeys(command.section for command in commands):
            rows = [(c.name, c.summary) for c in commands if c.section == section]
            with formatter.section(section):
                formatter.write_dl(rows, col_spacing=3)


class DefaultGroup(LazyGroup):
    """A group that is a command too: what is no name of a member goes to the default command.

    So `dmaic gate FILE` and `dmaic gate release FILE` stand side by side. A file that is called
    like a member is written with its folder: `./release`.
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        default: LazyCommand,
        lazy: Sequence[LazyCommand] = (),
        **attributes: object,
    ) -> None:
        self.default = default
        super().__init__(name, lazy=lazy, **attributes)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: object,
    ) -> click.Context:
        """Makes the context of the member named first, else of the default command."""
        if args and args[0] in self.lazy:
            return super().make_context(info_name, args, parent, **extra)
        return self.default.load().make_context(info_name, args, parent, **extra)


def _members(context: click.Context) -> tuple[LazyCommand, ...]:
    """The members of the group whose default command is asked; none for any other command."""
    parent = context.parent
    if parent is None or not isinstance(parent.command, LazyGroup) or not context.info_name:
        return ()
    group = parent.command.get_command(parent, context.info_name)
    return tuple(group.lazy.values()) if isinstance(group, DefaultGroup) else ()


def commands_beside(context: click.Context, option: str) -> tuple[str, ...]:
    """Names the commands of the same section of help that have an option."""
    parent = context.parent
    group = parent.command if parent else None
    if parent is None or not isinstance(group, LazyGroup) or context.info_name not in group.lazy:
        return ()
    section = group.lazy[context.info_name].section
    found = {n: c.load() for n, c in group.lazy.items() if c.section == section}
    return tuple(
        f"{parent.command_path} {name}"
        for name, command in found.items()
        if any(option in parameter.opts for parameter in command.params)
    )


def json_option(function: FunctionT) -> FunctionT:
    """Adds `--json`: exactly one JSON document on standard output, errors as JSON too."""
    return click.option(
        "--json", "is_json", is_flag=True, help="Print one JSON document; errors become JSON too."
    )(function)


def by_option(function: FunctionT) -> FunctionT:
    """Adds `--by`: the name that a decision is signed with."""
    return click.option(
        "--by",
        envvar="DMAIC_USER",
        metavar="NAME",
        help="Who says so (default: the user of this system).",
    )(function)


def refuse_overwriting(option: str, output: Path | None, inputs: Sequence[Path]) -> None:
    """Refuses to write over what a command reads, by whatever name or link.

    Raises:
        BadInputError: The output is one of the inputs; names both.
    """
    for path in inputs:
        if output is not None and output.exists() and path.exists() and output.samefile(path):
            fix = f"Give {option} another name."
            raise BadInputError(f"{option} {output}", f"is the input {path}", fix)


def project_option(function: FunctionT) -> FunctionT:
    """Adds `--project`, the folder that holds config/ and data/, and `--env`, its profile."""
    with_profile = click.option(
        "--env",
        metavar="NAME",
        expose_value=False,
        callback=_choose_profile,
        help="The profile of config/dmaic.yaml that holds; local when none is named.",
    )(function)
    return click.option(
        "--project",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        envvar="DMAIC_PROJECT",
        metavar="DIR",
        help="The project folder, when it is not this folder or a parent of it.",
    )(with_profile)


def _choose_profile(_context: click.Context, _option: click.Parameter, name: str | None) -> None:
    """Chooses a profile for this process, and for those that it starts."""
    if name is not None:
        os.environ["DMAIC_ENV"] = name
