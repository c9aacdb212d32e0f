"""Which sources of a run are judged first: those whose keys other sources of it refer to.

What belongs here: the order between sources, and which of them must not be worked on at the same
time. Sources that share a lane are worked on one file at a time, in the order of planning, so that
a foreign key sees the rows that the same run has accepted of the other source.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from dmaic_assets.model import Rule
from dmaic_assets.work.file.links import KINDS, learnt_links_of_all
from dmaic_assets.work.people.hand_rules import HandRules
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class SourceOrder:
    """The sources with work in the order of judging, the lane of each, and what is to be said."""

    sources: tuple[str, ...]
    lanes: Mapping[str, str]
    notes: tuple[str, ...] = ()

    def rank(self, source: str) -> int:
        """The place of a source; those without work come last."""
        return self.sources.index(source) if source in self.sources else len(self.sources)


def source_order(platform: Platform, hand: Mapping[str, HandRules]) -> SourceOrder:
    """Puts the sources that a run has work for in order, by the foreign keys known now.

    Args:
        platform: The stores.
        hand: What people wrote, of each source with work.

    Returns:
        Sources whose keys others refer to first, otherwise as given. Sources that refer to each
        other in a circle are in the order of their names, and a note says so.

    Raises:
        BadInputError: A rule file is not one; names file, rule and key.
    """
    sources = tuple(hand)
    if len(sources) < 2:
        return SourceOrder(sources, {s: s for s in sources})
    parents = _parents(hand, learnt_links_of_all(platform, sources))
    lanes = _lanes(sources, parents)
    order: list[str] = []
    notes: list[str] = []
    for lane in dict.fromkeys(lanes.values()):
        members = [s for s in sources if lanes[s] == lane]
        graph = {s: {*parents.get(s, ())} for s in members}
        found, told = _sorted(graph, members)
        order.extend(found)
        notes.extend(told)
    return SourceOrder(tuple(order), lanes, tuple(notes))


def _sorted(graph: Mapping[str, set[str]], members: Sequence[str]) -> tuple[list[str], list[str]]:
    """Parents first; a circle gives up its own references only, and takes the order of names."""
    notes: list[str] = []
    left = {source: set(names) for source, names in graph.items()}
    while True:
        ranked = sorted(members) if notes else members
        told = {s: sorted(left[s], key=ranked.index) for s in ranked}
        try:
            return list(TopologicalSorter(told).static_order()), notes
        except CycleError as error:
            circle: list[str] = error.args[1]
            shown = " -> ".join(circle)
            notes.append(f"sources refer to each other ({shown}): judged in the order of names")
            for source in circle:
                left[source] -= set(circle)


def _parents(
    hand: Mapping[str, HandRules], learnt: Mapping[str, Sequence[Rule]]
) -> dict[str, set[str]]:
    """The sources among these whose keys each source refers to, by learnt and by written rules."""
    found: dict[str, set[str]] = {}
    for source, of_source in hand.items():
        written = of_source.load()
        said = {rule.id: rule for rule in written.rules} if written is not None else {}
        rules = {rule.id: rule for rule in learnt.get(source, ())} | said
        named = {
            str(rule.parameters["reference"]).partition(".")[0]
            for rule in rules.values()
            if rule.kind in KINDS and rule.is_enabled
        }
        found[source] = named & set(hand) - {source}
    return {source: names for source, names in found.items() if names}


def _lanes(sources: Sequence[str], parents: Mapping[str, set[str]]) -> dict[str, str]:
    """One lane per group of sources that refer to each other, under its first source's name."""
    lanes = {source: source for source in sources}
    for child, names in parents.items():
        joined = {lanes[child], *(lanes[name] for name in names)}
        first = min(joined, key=sources.index)
        lanes = {source: first if lane in joined else lane for source, lane in lanes.items()}
    return lanes
