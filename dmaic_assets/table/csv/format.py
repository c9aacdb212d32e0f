"""How a delimited text is written, as far as taking it apart needs to know."""

from dataclasses import dataclass


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
