"""Prints what was not accepted whole, by source, rule and cause, each group with its one command.

What belongs here: how groups look on a screen and in JSON. How they are made, `reports.views` says.
"""

from collections.abc import Collection, Sequence

from dmaic_assets.cli.console import count, say
from dmaic_assets.cli.gate.render_verdict import shorten
from dmaic_assets.model import Json
from dmaic_assets.store.codec import to_json
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.state.hold_groups import Group

# Groups after a run: with what stands around them they fill 24 lines of a terminal.
SHOWN_GROUPS = 6
# Rules that many files of a source break, after the groups that they speak for.
_SHOWN_NOTES = 3
# Characters of a cause, of what was seen, and of the name of the first file.
_WIDTH = 48


def group_document(group: Group) -> Json:
    """Builds the JSON form of a group: its fields, and the names of its files by what they are."""
    fields = to_json(group)
    names: dict[str, Json] = {"held": list(group.held), "split": list(group.split)}
    return {**fields, **names} if isinstance(fields, dict) else fields


def print_groups(
    groups: Sequence[Group],
    *,
    shown: int = SHOWN_GROUPS,
    new: Collection[str] | None = None,
    rest: str = "dmaic status",
) -> None:
    """Prints groups in their order, three lines each: how much and why, an example, the answer.

    Args:
        groups: The groups, most harmful first.
        shown: How many at most.
        new: SHA-256 of the files that the run judged; None where no run is told of.
        rest: The command that lists the groups that are not shown.
    """
    if not groups:
        return
    held, split = (sum(len(names) for names in kind) for kind in _names(groups))
    rows = sum(group.rows for group in groups)
    say(
        f"{plural(held, 'file')} held, {plural(split, 'file')} accepted without some rows, "
        f"{plural(rows, 'row')} in all; most harmful first:"
    )
    first = groups[:shown]
    names = [f"{group.source}  {group.rule}" for group in first]
    sizes = [_size(group) for group in first]
    for group, name, size in zip(first, names, sizes, strict=True):
        word = "held " if group.held else "split"
        line = f"{word}  {name:<{_widest(names)}}  {size:<{_widest(sizes)}}  {_why(group)}"
        say(line.rstrip(), style="red" if group.held else "yellow")
        say(f"       {_example(group, new)}")
        say(f"       {answer_line(group)}")
    if len(groups) > len(first):
        left = groups[len(first) :]
        files = sum(len(group.files) for group in left)
        say(
            f"and {plural(len(left), 'more group')} with {plural(files, 'file')}: {rest}",
            style="dim",
        )


def print_notes(notes: Sequence[str]) -> None:
    """Prints the first rules that half of the files of a source break; --json has all."""
    for note in notes[:_SHOWN_NOTES]:
        say(note, style="yellow")
    left = len(notes) - _SHOWN_NOTES
    if left > 0:
        say(f"and {plural(left, 'more rule')} that half of the files of a source break")


def answer_line(group: Group) -> str:
    """Says when the command of a group is right, and the command."""
    answer = group.answer
    return f"{answer.says}: {answer.command}" if answer.command else f"{answer.says}."


def _names(groups: Sequence[Group]) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    return [group.held for group in groups], [group.split for group in groups]


def _size(group: Group) -> str:
    both = group.held and group.split
    files = plural(len(group.held or group.split), "file")
    more = f" and {count(len(group.split))} split" if both else ""
    return f"{files}{more}, {plural(group.rows, 'row')}"


def _why(group: Group) -> str:
    return shorten(group.cause or "", width=_WIDTH)


def _example(group: Group, new: Collection[str] | None) -> str:
    names = [*group.held, *group.split]
    more = f" and {count(len(names) - 1)} more" if len(names) > 1 else ""
    before = sum(file.sha256 not in new for file in group.files) if new is not None else 0
    old = f" ({count(before)} of them from before)" if before else ""
    told = f"{shorten(names[0], width=_WIDTH)}{more}{old}"
    if not group.seen:
        return told
    expected, seen = (shorten(text, width=_WIDTH) for text in (group.expected, group.seen))
    return f"{told}: expected {expected}; seen {seen}"


def _widest(texts: Sequence[str]) -> int:
    return max(len(text) for text in texts)
