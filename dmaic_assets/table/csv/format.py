"""How a delimited text is written, as far as taking it apart needs to know."""

from dataclasses import dataclass

# How many carriage returns before a line feed are one line end with it: programs that write
# \r\n through a text mode of their own leave two.
MOST_RETURNS = 2
# A line end with a line feed, and any line end, as expressions.
FEED_END = rf"\r{{0,{MOST_RETURNS}}}\n"
LINE_END = rf"{FEED_END}|\r"


@dataclass(frozen=True, slots=True)
class TextFormat:
    """The signs that structure a delimited text; each is one ASCII character.

    `escape` takes the meaning from the quote, delimiter or line end behind it. `is_spaced` says
    that one blank behind each delimiter belongs to the delimiter, `cr_ends_rows` that a
    carriage return ends a row by itself.
    """

    delimiter: str
    quote: str | None = '"'
    escape: str | None = None
    is_spaced: bool = False
    cr_ends_rows: bool = False
