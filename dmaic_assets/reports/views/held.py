"""Everything that is held whole or was split now, by source, rule and cause, with its answers.

What belongs here: reading it from the ledger in a fixed number of statements.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dmaic_assets.gate.release import can_be_read, freeing_command
from dmaic_assets.gate.repeated import RepeatedHold, repeated_hold
from dmaic_assets.model import Decision, Severity, Verdict
from dmaic_assets.store.ledger.record.standings import (
    HeldFile,
    held_files_now,
    newest_let_in,
)
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.kept_back.verdicts import without_hidden
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.state.hold_groups import Group, groups_of


@dataclass(frozen=True, slots=True)
class SourceHeld:
    """What is held of one source; `command` frees most for each rule, None where rules free none.

    `files` are held whole, `split` were accepted without some rows; `rows` are all that are not in
    the warehouse. `since` is when the oldest of them came.
    """

    source: str
    files: int
    split: int
    rows: int
    since: datetime
    command: str | None


@dataclass(frozen=True, slots=True)
class HeldView:
    """All that waits for a word of people: groups and sources, each most harmful first.

    `alike` are sources whose newest files are all held for the same reason. `unexplained` names
    held files whose verdict is not stored: judging them again brings it back.
    """

    groups: tuple[Group, ...]
    sources: tuple[SourceHeld, ...]
    alike: tuple[RepeatedHold, ...]
    unexplained: tuple[str, ...]

    @property
    def files(self) -> int:
        """How many files are held whole."""
        return sum(source.files for source in self.sources)

    @property
    def split(self) -> int:
        """How many files were accepted without some rows."""
        return sum(source.split for source in self.sources)

    @property
    def rows(self) -> int:
        """How many rows are not in the warehouse."""
        return sum(source.rows for source in self.sources)

    @property
    def sentence(self) -> str:
        """Says in one line how much is held, of how many sources."""
        if not self.sources:
            return "nothing is held"
        where = f"in {plural(len(self.sources), 'source')}"
        if not self.files:
            return f"no file is held; {plural(self.rows, 'row')} set apart {where}"
        apart = f", {plural(self.split, 'file')} split" if self.split else ""
        return f"{plural(self.files, 'file')} held{apart} {where}: {plural(self.rows, 'row')}"


def read_held(platform: Platform, sources: Collection[str] | None = None) -> HeldView:
    """Reads what is held or split now, a few statements however many files there are.

    Values of columns that tell of persons are kept back.

    Args:
        platform: The stores.
        sources: Only these sources; None means all.
    """
    files = held_files_now(platform.ledger, sources)
    if not files:
        return HeldView((), (), (), ())
    told = [(file.name, _as_it_stands(file.verdict, file)) for file in files if file.verdict]
    shown = without_hidden(platform, [verdict for _, verdict in told])
    names = {file.source for file in files}
    criticality: dict[str, Severity] = {
        name: platform.settings.source(name).criticality for name in names
    }
    pairs = [(name, verdict) for (name, _), verdict in zip(told, shown, strict=True)]
    groups = groups_of(pairs, criticality)
    order = {name: at for at, name in enumerate(dict.fromkeys(g.source for g in groups))}
    by_source = [
        _of_source(name, [f for f in files if f.source == name])
        for name in sorted(names, key=lambda name: (order.get(name, len(order)), name))
    ]
    return HeldView(
        tuple(groups),
        tuple(by_source),
        _alike(platform, files),
        tuple(f"{f.source}/{f.name}" for f in files if f.verdict is None),
    )


def _as_it_stands(verdict: Verdict, file: HeldFile) -> Verdict:
    """The verdict as it holds: one that was only asked for may say otherwise since."""
    decision: Decision = "reject" if file.disposition == "rejected" else "quarantine"
    return verdict if verdict.decision == decision else replace(verdict, decision=decision)


def _of_source(source: str, files: Sequence[HeldFile]) -> SourceHeld:
    held = [file for file in files if file.disposition == "rejected"]
    readable = [f.verdict for f in held if f.verdict is not None and can_be_read(f.verdict)]
    return SourceHeld(
        source,
        files=len(held),
        split=len(files) - len(held),
        rows=sum(file.quarantined for file in files),
        since=min(file.came_at for file in files),
        command=freeing_command(source, readable),
    )


def _alike(platform: Platform, files: Sequence[HeldFile]) -> tuple[RepeatedHold, ...]:
    """The sources whose newest files agree in what holds them, by name."""
    newest_in = newest_let_in(platform.ledger)
    newest: dict[str, list[tuple[str, Verdict]]] = {}
    for file in files:
        is_held = file.disposition == "rejected" and file.verdict is not None
        if is_held and file.sequence > newest_in.get(file.source, 0):
            newest.setdefault(file.source, []).append((file.name, file.verdict))  # pyright: ignore
    found = (repeated_hold(source, newest[source]) for source in sorted(newest))
    return tuple(hold for hold in found if hold is not None)
