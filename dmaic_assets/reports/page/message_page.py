"""A page that says one thing: what is not there, or cannot be shown, and what helps."""

from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.page.shell import Page, page_html


def message_page(title: str, words: str, todo: str, links: Links, library: Library) -> str:
    """Builds the page.

    Args:
        title: What kind of message it is, in two words.
        words: What is the matter.
        todo: What the reader can do about it.
        links: Where other pages are.
        library: How the page brings its scripts.
    """
    return page_html("message.html.j2", Page(title, links, library), words=words, todo=todo)
