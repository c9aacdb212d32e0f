"""What the pages of a source and of its files say of held files and of the rules that they fail.

What belongs here: lines of tables and groups from the views, and the addresses of their pages.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from dmaic_assets.model import Violation
from dmaic_assets.reports.page.links import Links, ServedLinks
from dmaic_assets.reports.page.rendering import macro
from dmaic_assets.reports.page.shell import GroupLine
from dmaic_assets.reports.source.file_words import cell_words, rows_words
from dmaic_assets.reports.views.source.files import (
    HeldFile,
    RuleGroup,
    disposition_words,
)
from dmaic_assets.reports.wording import NOTHING
from dmaic_assets.store.ledger.record.files import Disposition
from dmaic_assets.table.spelled_numbers import plural

# Groups of rules on the page of a source: what is beyond asks no one first.
_MOST_GROUPS = 6
# Characters of what a rule expects or saw in a cell: a few lines.
_LONGEST = 240
_TONES: dict[Disposition, str] = {
    "landed": "quiet",
    "accepted": "good",
    "quarantine": "warn",
    "rejected": "bad",
    "replaced": "quiet",
    "removed": "quiet",
}


@dataclass(frozen=True, slots=True)
class HeldShown:
    """A held or split file as the page of its source shows it."""

    anchor: str
    name: str
    state: str
    tone: str
    size: str
    thresholds: Sequence[str]
    violations: Sequence[Sequence[str]]
    left_out: str
    examples: Sequence[Sequence[str]]
    address: str | None
    command: str


@dataclass(frozen=True, slots=True)
class Pager:
    """The way to the pages before and after; None where there is none, or nobody serves it."""

    what: str
    page: int
    pages: int
    before: str | None = None
    after: str | None = None
    before_words: str = "Before"
    after_words: str = "Next"


def state_of(disposition: Disposition) -> tuple[str, str]:
    """The word and the tone of what became of a file."""
    return disposition_words(disposition), _TONES[disposition]


def state_badge(disposition: Disposition) -> Markup:
    """The badge of what became of a file."""
    return macro("badge")(*state_of(disposition))


def held_shown(source: str, file: HeldFile, links: Links) -> HeldShown:
    """A held or split file with its reasons, and the way to all of its rows."""
    line = file.line
    word, tone = state_of(line.disposition)
    return HeldShown(
        anchor=f"file-{line.key}",
        name=line.name,
        state=word,
        tone=tone,
        size=f"{line.quarantined:,} of {plural(line.rows, 'row')}, {line.arrived_at:%Y-%m-%d}",
        thresholds=file.thresholds,
        violations=violation_lines(file.violations),
        left_out=f"{plural(file.left_out, 'more rule')} failed." if file.left_out else "",
        examples=example_lines(file.violations),
        address=links.file(source, line.sha256),
        command=file.command,
    )


def violation_lines(violations: Iterable[Violation]) -> list[Sequence[str]]:
    """One line for each violated rule."""
    return [
        (
            v.rule,
            macro("state")(v.severity) if v.is_broken else f"{v.severity}, tolerated",
            _short(v.expected),
            _short(v.seen),
            v.cause or NOTHING,
            rows_words(v),
        )
        for v in violations
    ]


def example_lines(violations: Iterable[Violation]) -> list[Sequence[str]]:
    """One line for each example row of each violated rule."""
    return [
        (
            v.rule,
            f"{e.row:,}",
            ", ".join(f"{name} = {cell_words(text)}" for name, text in e.values.items()),
        )
        for v in violations
        for e in v.examples
    ]


def group_lines(groups: Sequence[RuleGroup], address: str | None) -> list[GroupLine]:
    """The rules that hold and split most, each with where to see its files.

    Rules that hold the very same files stand together, under the first of them.
    """
    alike: dict[frozenset[str], list[RuleGroup]] = {}
    for group in groups:
        alike.setdefault(frozenset(group.keys), []).append(group)
    return [_group(members, address) for members in list(alike.values())[:_MOST_GROUPS]]


def served(links: Links, address: str | None) -> str | None:
    """An address that answers questions: only a server does."""
    return address if isinstance(links, ServedLinks) else None


def asked(address: str | None, *, fragment: str = "", **asked_for: str | int) -> str | None:
    """An address with a question; None where nobody answers it."""
    if address is None:
        return None
    query = urlencode({name: value for name, value in asked_for.items() if value not in ("", 1)})
    return f"{address}{'?' if query else ''}{query}{'#' if fragment else ''}{fragment}"


def pager_of(
    address: str | None, what: str, *, page: int, pages: int, rule: str, fragment: str
) -> Pager:
    """The pages of a list."""
    before = asked(address, rule=rule, page=page - 1, fragment=fragment) if page > 1 else None
    after = asked(address, rule=rule, page=page + 1, fragment=fragment) if page < pages else None
    return Pager(what, page, pages, before, after)


def _group(members: Sequence[RuleGroup], address: str | None) -> GroupLine:
    first, more = members[0], len(members) - 1
    also = f"; {plural(more, 'more rule')} in the same files" if more else ""
    word, tone = _what_it_does(first)
    return GroupLine(
        tone=tone,
        word=word,
        heading=first.rule,
        count=_count(first),
        detail=_short(f"Expected {first.expected}{_causes(first)}{also}."),
        command="",
        address=asked(address, rule=first.rule, fragment="held") or f"#file-{first.keys[0]}",
    )


def _what_it_does(group: RuleGroup) -> tuple[str, str]:
    """The word and the tone; of a file that another rule holds whole, no row is set apart."""
    if group.held:
        return "held", "bad"
    return ("split", "warn") if group.split else ("fails too", "quiet")


def _count(group: RuleGroup) -> str:
    rows = f", {plural(group.rows_failed, 'failing row')}" if group.rows_failed else ""
    return f"{plural(group.files, 'file')}{rows}"


def _causes(group: RuleGroup) -> str:
    return f"; likely: {', '.join(group.causes[:3])}" if group.causes else ""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
