"""What a run did not accept whole, grouped by rule and likely cause: one screen for many files.

What belongs here: printing the groups with how to answer.
"""

from collections.abc import Sequence

from dmaic_assets.cli.console import count, print_table, say
from dmaic_assets.cli.gate.render_verdict import shorten
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.state.hold_groups import Group

# Groups on one screen: with what stands around them they fill 24 lines of a terminal.
SHOWN_GROUPS = 12
_WIDTH = 36  # characters of a cause or a file name


def print_groups(groups: Sequence[Group]) -> None:
    """Prints the groups, and below them how to answer."""
    held = sum(len(group.held) for group in groups)
    split = sum(len(group.split) for group in groups)
    say(f"{plural(held, 'file')} held, {split} accepted without some rows; by rule and cause:")
    rows = [
        (
            f"{g.source} {g.rule}",
            count(len(g.held)),
            count(len(g.split)),
            count(g.rows),
            shorten(g.cause or g.seen, width=_WIDTH),
            shorten((*g.held, *g.split)[0], width=_WIDTH),
        )
        for g in groups[:SHOWN_GROUPS]
    ]
    headers = ("rule", "held", "split", "rows", "likely cause", "first file")
    print_table(headers, rows, right=("held", "split", "rows"))
    if len(groups) > SHOWN_GROUPS:
        say(f"and {len(groups) - SHOWN_GROUPS} more (--json lists all)", style="dim")
    first = next((g for g in groups if g.held), next((g for g in groups if g.answers), None))
    if first is None:
        return
    say("Answer, for instance:")
    for word, command in first.answers:
        say(f"  {word}: {command}")
