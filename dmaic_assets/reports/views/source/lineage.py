"""Where the rows of a source come from, what is done to them, and where they go.

What belongs here: putting it together from settings, foreign keys, the change file and the facts of
reading.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.errors import DmaicError
from dmaic_assets.model import Json, Rule
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.work.people.source_changes import changes_path
from dmaic_assets.work.run.platform import Platform

_FOREIGN_KEY = "inclusion"


@dataclass(frozen=True, slots=True)
class LinkView:
    """A foreign key: columns of `source` hold values of `reference`, as "source.column"."""

    source: str
    columns: tuple[str, ...]
    reference: str
    rule: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A promoted repair that is, or was, applied to each file before the gate."""

    id: str
    version: int
    kind: str
    columns: tuple[str, ...]
    status: str
    promoted_at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """The way of a source's rows; counts are of the files looked at.

    `problem` says why the change file could not be read.
    """

    files_lie_in: str
    formats: tuple[str, ...]
    refers_to: tuple[LinkView, ...]
    referred_to_by: tuple[LinkView, ...]
    changes: tuple[ChangeView, ...]
    repaired_cells: int
    dropped_rows: int
    looked_at: int
    view: str
    problem: str = ""


def lineage_of(
    platform: Platform,
    source: str,
    files: Sequence[Arrival],
    links: Mapping[str, Sequence[Rule]],
    readings: Sequence[Mapping[str, Json]],
) -> Lineage:
    """Tells the way of a source's rows.

    Args:
        platform: Settings and folders.
        source: The source.
        files: Its current files.
        links: The foreign keys of all sources that were learnt.
        readings: The recorded facts of reading the newest files.
    """
    every = [_link(name, rule) for name, rules in links.items() for rule in rules]
    keys = [link for link in every if link is not None]
    changes, problem = _changes(platform, source)
    return Lineage(
        files_lie_in=platform.settings.source(source).glob or f"incoming/{source}",
        formats=tuple(sorted({a.format for a in files})),
        refers_to=tuple(link for link in keys if link.source == source),
        referred_to_by=tuple(link for link in keys if link.reference.partition(".")[0] == source),
        changes=changes,
        repaired_cells=sum(_count(t, "repaired") for t in readings),
        dropped_rows=sum(_count(t, "dropped") for t in readings),
        looked_at=len(readings),
        view=source if any(a.accepted for a in files) else "",
        problem=problem,
    )


def _link(source: str, rule: Rule) -> LinkView | None:
    reference = rule.parameters.get("reference")
    if rule.kind != _FOREIGN_KEY or not isinstance(reference, str):
        return None
    return LinkView(source, rule.columns, reference, rule.id)


def _changes(platform: Platform, source: str) -> tuple[tuple[ChangeView, ...], str]:
    path = changes_path(platform.settings, source)
    if not path.is_file():
        return (), ""
    from dmaic_assets.improve.changes_file import load_changes

    try:
        loaded = load_changes(path)
    except DmaicError as error:
        # A page that shows all else is worth more than none: the run refuses such a file anyway.
        return (), f"{error.subject}: {error.culprit}"
    ordered = sorted(loaded, key=lambda c: (c.status != "active", c.id, -c.version))
    return tuple(
        ChangeView(
            id=c.id,
            version=c.version,
            kind=c.repair.kind,
            columns=tuple(c.repair.columns),
            status=c.status,
            promoted_at=c.promoted_at,
            reason=c.reason,
        )
        for c in ordered
    ), ""


def _count(facts: Mapping[str, Json], name: str) -> int:
    value = facts.get(name)
    return value if isinstance(value, int) else 0
