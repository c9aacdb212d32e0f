"""The shell of every page: its title, the way to other pages, and what it is made from.

What belongs here: what all pages share. A page's template extends base.html.j2 and fills its block
`content`; the parts that it is made of are in parts.html.j2.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.page.rendering import rendered
from dmaic_assets.reports.page.scripts import Library


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One line of macro `groups`: what asks, how much of it there is, and what answers it.

    `tone` is bad (an alarm, a held file), warn (a decision) or info (a word with somebody), `word`
    says which. `command` answers it, "" where none does; `address` leads to what it is about, "" or
    None where it leads nowhere.
    """

    tone: str
    word: str
    heading: str
    count: str
    detail: str
    command: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """What the shell says of a page.

    `here` is the entry of the navigation that the page belongs to, `sections` are places on the
    page: (fragment, words) each. `made_at` is when it was made and `run_id` what it shows; a page
    that is a pure function of stored facts gives neither, so that equal facts give equal bytes.
    """

    title: str
    links: Links
    library: Library
    here: str = ""
    lead: str = ""
    sections: Sequence[tuple[str, str]] = ()
    made_at: datetime | None = None
    run_id: str = ""
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def ways(self) -> Sequence[tuple[str, str, bool]]:
        """The navigation: (words, address, whether it is this page) of each page that is there."""
        links = self.links
        found = (
            ("Overview", links.overview()),
            ("Sources", links.fleet()),
            ("Runs", links.runs()),
            ("Monitor", links.monitor()),
            ("DMAIC", links.dmaic()),
            ("Uncertainty", links.entropy()),
            ("Dagster", links.dagster()),
        )
        return [(words, address, words == self.here) for words, address in found if address]

    @property
    def run_link(self) -> str | None:
        """Where the run is that the page shows."""
        return self.links.run(self.run_id) if self.run_id else None

    @property
    def made(self) -> str:
        """When the page was made, in UTC, as a person reads it."""
        return f"{self.made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if self.made_at else ""


def page_html(template: str, page: Page, **values: object) -> str:
    """Fills a page's template, which extends base.html.j2."""
    return rendered(template, page=page, **values)


def message_page(title: str, words: str, todo: str, links: Links, library: Library) -> str:
    """Builds a page that says one thing: what is not there, or cannot be shown, and what helps.

    Args:
        title: What kind of message it is, in two words.
        words: What is the matter.
        todo: What the reader can do about it.
        links: Where other pages are.
        library: How the page brings its scripts.
    """
    says, _, command = todo.partition(": dmaic ")
    return page_html(
        "message.html.j2",
        Page(title, links, library),
        words=words,
        todo=f"{says}:" if command else todo,
        run=f"dmaic {command}" if command else "",
        overview=links.overview(),
    )
