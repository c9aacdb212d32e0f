"""The kind about text that went through the wrong encoding: readable.

What belongs here, too: the signs of it, as one expression for all who look for them. A sign is one
that hardly any language writes and that every such accident leaves behind.
"""

import re
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import FrameContext, RowKind, is_text
from dmaic_assets.table.text_table import column

# What the bytes 80 to BF, with which UTF-8 goes on, become in cp1252 and in Latin-1.
_NEXT = (
    "[\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152"
    "\u017d\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]"
)
# Letters of two, three and four bytes. One of the first kind may be a letter before a closing
# quote, so that two in a row are asked for, but where languages have no such letter in front.
_LETTER = f"(?:[\u00c2-\u00df]{_NEXT}|[\u00e0-\u00ef]{_NEXT}{{2}}|\u00f0{_NEXT}{{3}})"
_ALONE = f"[\u00c2\u00c3]{_NEXT}|\u00e2[\u0080-\u009f\u20ac\u201a\u201e\u2020\u02c6\u2122]{_NEXT}"
# What stands for a lost character, and control characters that no text needs.
_LOST = "\ufffd|\u00ef\u00bf\u00bd"
_CONTROL = "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]"
SIGNS = f"{_LOST}|{_CONTROL}|{_ALONE}|{_LETTER}{{2}}"
CAUSE = "encoding"
_FOUND = re.compile(SIGNS)


def is_misread(text: str) -> bool:
    """Tells whether a text bears a sign of an encoding that was taken for another one."""
    return _FOUND.search(text) is not None


class ReadableKind(RowKind):
    """Texts have no signs of the wrong encoding.

    The gate looks for them in every text column, whatever the rules say; a rule of this kind
    replaces that check of its column, with a severity and tolerance of its own.
    """

    name: ClassVar[str] = "readable"
    summary: ClassVar[str] = "texts bear no signs of the wrong encoding"

    @override
    def describe(self, rule: Rule) -> str:
        """Names the column."""
        return f"{rule.columns[0]} is readable text, with no signs of the wrong encoding"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Text only."""
        return is_text(dtype)

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for a text with a sign of another encoding, a lost or a control character."""
        return column(rule.columns[0]).cast(pl.String).str.contains(SIGNS)

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """The wrong encoding, which is what the signs are of."""
        return CAUSE


SPELLING_KINDS: tuple[RowKind, ...] = (ReadableKind(),)
"""The kinds about how right values are written."""
