"""Text of files stays text in Markdown: what a reader sees is what the file said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dmaic_assets.reports.markdown import Code, md_code, md_list, md_table, md_text

_RENDER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_SIGNS = st.sampled_from([*"\\`*_{}[]()<>#+-.!|~$&;:=\"' \n\r\tab1", "<b>", "&lt;", "](x)", "---"])
_TEXTS = st.lists(_SIGNS, max_size=12).map("".join) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), max_size=20
)


def _shown(text: str) -> str:
    return " ".join(text.split())


def _read(markdown: str) -> list[tuple[str, str]]:
    """The kinds and contents of everything inline that a reader of the Markdown sees."""
    found = [c for t in _RENDER.parse(markdown) for c in t.children or []]
    return [(c.type, c.content) for c in found]


def _plain(markdown: str) -> str:
    found = _read(markdown)

    assert {kind for kind, _ in found} <= {"text", "text_special"}
    return _shown("".join(content for _, content in found))


@given(_TEXTS)
def test_text_is_read_as_it_was_written(text: str) -> None:
    markdown = md_text(text)

    assert _plain(markdown) == _shown(text)
    assert not [t for t in _RENDER.parse(markdown) if t.type.startswith(("html", "heading", "bul"))]
    assert _plain(f"# {markdown}") == _plain(md_list([text])) == _shown(text)


@given(_TEXTS, _TEXTS)
def test_cells_stay_in_their_cells(first: str, second: str) -> None:
    tokens = _RENDER.parse(md_table(("a", "b"), [(first, second)]))

    cells = [t for t in tokens if t.type == "inline"]
    assert [_shown("".join(c.content for c in t.children or [])) for t in cells] == [
        *("a", "b"),
        *(_shown(first), _shown(second)),
    ]
    kinds = {c.type for t in cells for c in t.children or []}
    assert kinds <= {"text", "text_special"}


@given(_TEXTS.filter(lambda text: text.strip()))
def test_commands_are_read_as_they_are_typed(text: str) -> None:
    ((kind, content),) = _read("x " + md_code(text))[1:]

    assert (kind, _shown(content)) == ("code_inline", _shown(text))


@pytest.mark.parametrize("text", ["is_late", "amount > 0", "a < b", "R&D", "12.5 %", "x (y)"])
def test_what_is_no_markup_stays_readable(text: str) -> None:
    assert md_text(text) == text


def test_a_bar_in_a_command_does_not_end_the_cell() -> None:
    found = _read(md_table(("do",), [(Code("a | b"),)]))

    assert found[-1] == ("code_inline", "a | b")
