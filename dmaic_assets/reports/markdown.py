"""Markdown of reports: whatever comes from files, rules or people is text there, never markup.

What belongs here: one way to escape text, commands and tables, used by everything that writes
Markdown. HTML pages have `markup`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

NONE = "none\n"
_BREAKS = re.compile(r"[\r\n\t\v\f\x1c-\x1e\x85\u2028\u2029]+")
# What starts markup wherever it stands: CommonMark, GitHub's tables, strikethrough and formulas.
_MARKS = re.compile(r"[\\`*\[\]|~$]")
# An underscore within a word starts nothing; names of columns are full of them.
_EDGE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
# What starts or ends a heading, starts a quotation, a list or a rule, or underlines a heading.
_BLOCK = re.compile(r"((?:^|(?<=\s))(?=#)|^(?=[>=])|^(?=[+-](?:[\s-]|$))|^\d{1,9}(?=[.)](?:\s|$)))")


@dataclass(frozen=True, slots=True)
class Code:
    """A command or a name that is shown as it is typed."""

    text: str


def md_text(text: str) -> str:
    """Spells text so that Markdown shows exactly it: no tag, link, emphasis, cell or heading.

    Line breaks and tabs become a space: text is one line.
    """
    line = _BREAKS.sub(" ", text).strip()
    line = _MARKS.sub(r"\\\g<0>", line)
    line = _EDGE_UNDERSCORE.sub(r"\\_", line)
    line = _TAG.sub("&lt;", _ENTITY.sub("&amp;", line))
    return _BLOCK.sub(r"\1\\", line)


def md_code(text: str) -> str:
    """Spells a command as code, with a fence longer than any run of backticks in it."""
    line = _BREAKS.sub(" ", text).strip()
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    room = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{room}{line}{room}{fence}"


def md_list(items: Sequence[str]) -> str:
    """One line with a dash for each text."""
    return "".join(f"- {md_text(item)}\n" for item in items)


def md_table(names: Sequence[str], rows: Sequence[Sequence[str | Code]]) -> str:
    """A table of texts and commands; "none" without rows."""
    if not rows:
        return NONE
    lines = [[md_text(n) for n in names], ["---"] * len(names), *([*map(_cell, r)] for r in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(cell: str | Code) -> str:
    # Within a table a bar ends the cell even inside code.
    return md_code(cell.text).replace("|", "\\|") if isinstance(cell, Code) else md_text(cell)
