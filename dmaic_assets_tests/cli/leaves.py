"""Every command of `dmaic` that does something, with its path."""

from collections.abc import Iterator

import click

from dmaic_assets.cli.framework import DefaultGroup
from dmaic_assets.cli.main import dmaic as root


def leaves(
    group: click.Group = root, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Lists commands; a group with a default command counts as a command too."""
    context = click.Context(group, info_name="dmaic")
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, DefaultGroup):
            yield (*path, name), command.default.load()
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name), command
