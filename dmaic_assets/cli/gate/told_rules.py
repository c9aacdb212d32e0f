"""What a release made of rules, for people: each in one line, before and after."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dmaic_assets.cli.console import say
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.work.people.release import Became

# Other rules that are named; the rest is counted.
_NAMED = 5


def rules_document(became: "Sequence[Became]") -> list[Json]:
    """Builds the JSON of what became of rules."""
    return [
        {"rule": b.rule, "before": b.was, "after": b.now, "held_it": b.is_holder} for b in became
    ]


def say_rules(became: "Sequence[Became]") -> None:
    """A line for each rule that held files; then the others that history does not bear out."""
    for one in became:
        if one.is_holder:
            say(f"  {one.rule}: {_moved(one)}")
    others = [one for one in became if not one.is_holder]
    for one in others[:_NAMED]:
        say(f"  {one.rule}: {one.was} -> not learnt any more: the file does not keep it")
    if len(others) > _NAMED:
        say(f"  and {plural(len(others) - _NAMED, 'more rule')} not learnt any more")
    if not others:
        say("  no other rule was taken away")


def _moved(one: "Became") -> str:
    if one.is_same:
        return f"unchanged: {one.was}"
    if one.now is None:
        return f"{one.was} -> switched off"
    # Of columns that tell of persons nothing is said but that it differs.
    return f"{one.was} -> {'wider than before' if one.now == one.was else one.now}"
