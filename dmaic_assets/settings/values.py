"""What a configured value must be to work at all, checked when the configuration is loaded.

What belongs here: values whose text can be wrong in a way that no range tells: encodings and
signs of a text format. A value refused here stops a command before anything moves;
refused any later, every file of a source would be unreadable.
"""

import codecs
import io

_USUAL_QUOTE = '"'
_USUAL_DELIMITERS = ",;\t|"


def check_encoding(name: str) -> str:
    """Gives the name of a text encoding back.

    Raises:
        ValueError: Python knows no text encoding of that name.
    """
    try:
        # Refuses what is a codec but no text encoding, such as base64, and what cannot be read
        # block by block, such as idna.
        io.TextIOWrapper(io.BytesIO(), encoding=name)
        codecs.getincrementaldecoder(name)("replace").decode(b"", True)
    except (LookupError, ValueError) as error:
        raise ValueError(
            f"unknown encoding {name!r}: use a name that Python knows, such as utf-8, cp1252 or"
            " utf-16"
        ) from error
    return name


def check_signs(delimiter: str | None, quote: str | None) -> None:
    """Refuses signs that no file can be written with.

    Raises:
        ValueError: Delimiter or quote is a letter, digit, backslash or line end, is not ASCII, or
            both are the same.
    """
    for name, sign in (("delimiter", delimiter), ("quote", quote)):
        if sign is not None and (not sign.isascii() or sign.isalnum() or sign in "\r\n\0\\"):
            raise ValueError(f"{name} {sign!r} cannot be one: state an ASCII sign")
    if delimiter is not None and delimiter == (quote or _USUAL_QUOTE):
        raise ValueError(f"delimiter {delimiter!r} is the quote too: state two different signs")
    if delimiter is None and quote is not None and quote in _USUAL_DELIMITERS:
        raise ValueError(f"quote {quote!r} is a usual delimiter: state the delimiter too")
