"""Tells what a file is that is no table in text, and what to do about it.

What belongs here: signatures of formats, and the signs of binary content. What does not: what the
text of a table means. docs/guides/reading.md lists what is refused by name.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass

from dmaic_assets.errors import UnreadableFileError

# Bytes that tell what a file is: a tar archive has its signature at 257.
SIGNATURE_BYTES = 512
_EXPORT = "Export the table as text, such as CSV."
_UNPACK = "Unpack it, and deliver each table as a file of its own."
_BINARY = "binary content of an unknown format"
_ASK = (
    "Fetch the file again, or ask its sender for text, such as CSV; what is encrypted or "
    "compressed has to be opened first."
)
_GZIP = b"\x1f\x8b"
_INSTEAD = "Fetch the data itself; something else was saved under this name."


@dataclass(frozen=True, slots=True)
class OtherFormat:
    """A format that is no delimited text, in words, and what to do.

    A signature that is `words`, letters that a header could begin with, counts only where bytes
    follow that no text has.
    """

    signature: bytes
    name: str
    fix: str
    is_words: bool = False


_FORMATS = (
    OtherFormat(b"PK\x03\x04", "a ZIP archive or an Excel workbook", _EXPORT),
    OtherFormat(b"\xd0\xcf\x11\xe0", "an old Excel workbook or another Office file", _EXPORT),
    OtherFormat(b"%PDF-", "a PDF document", _EXPORT),
    OtherFormat(b"PAR1", "a Parquet file", "Let its name end in .parquet.", is_words=True),
    OtherFormat(_GZIP, "gzip within gzip", "Compress it once."),
    OtherFormat(b"SQLite format 3\x00", "an SQLite database", _EXPORT),
    OtherFormat(b"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK),
    OtherFormat(b"BZh", "a bzip2 archive", _UNPACK, is_words=True),
    OtherFormat(b"\xfd7zXZ\x00", "an xz archive", _UNPACK),
    OtherFormat(b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    OtherFormat(b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    OtherFormat(b"ARROW1\x00\x00", "an Arrow file", _EXPORT),
    OtherFormat(b"Obj\x01", "an Avro file", _EXPORT),
    OtherFormat(b"ORC", "an ORC file", _EXPORT, is_words=True),
    OtherFormat(b"\x89HDF\r\n\x1a\n", "an HDF5 file", _EXPORT),
    OtherFormat(b"\x89PNG\r\n\x1a\n", "a PNG picture", _INSTEAD),
    OtherFormat(b"\xff\xd8\xff", "a JPEG picture", _INSTEAD),
    OtherFormat(b"{\\rtf", "an RTF document", _EXPORT),
    OtherFormat(b"<?xml", "an XML document", _EXPORT),
)
# Where a tar archive says what it is, behind the name, rights and size of its first file (POSIX).
_TAR = (257, b"ustar")
_PAGES = (b"<!doctype html", b"<html")
_CONTROLS = bytes({*range(9), *range(14, 32)} - {0x1A, 0x1B})
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
# Share of signs that are control characters above which content is binary. Of random bytes 10 %
# are, without the three that come most often 9; a file whose tenth part was overwritten has 1 %.
_MOST_CONTROLS = 0.04
# Control characters that a table may be written with: Hive's \x01, \x02 and \x03 at most.
_SEPARATORS = 3
# Other control characters that are no accident, in however short a file.
_LEAST_CONTROLS = 2
_JSON_ARRAY = re.compile(rb"\[\s*\{\s*\"")


def refuse_other_formats(head: bytes, subject: str, *, suffix: str) -> None:
    """Refuses what has the signature of another format.

    Args:
        head: The first bytes, at least `SIGNATURE_BYTES` where there are as many.
        subject: The file.
        suffix: How its name ends.

    Raises:
        UnreadableFileError: It has; the culprit names the format.
    """
    found = _signed(head)
    if found is not None:
        reason = f"is {found.name}, not text, though its name ends in {suffix}"
        raise UnreadableFileError(subject, reason, found.fix)
    if head.lstrip().lower().startswith(_PAGES):
        fix = "Fetch the data itself; a server's error page may have been saved instead."
        raise UnreadableFileError(subject, "is an HTML page, not a table", fix)


def refuse_binary(text: bytes, subject: str) -> None:
    """Refuses content that no encoding makes a text.

    Args:
        text: The start of the file as UTF-8, however it was decoded.
        subject: The file.

    Raises:
        UnreadableFileError: Too many of its signs are control characters.
    """
    counted = Counter(text.translate(None, bytes(set(range(256)) - set(_CONTROLS))))
    kinds = counted.most_common()[_SEPARATORS:]
    controls = sum(number for _, number in kinds)
    # Bytes that go on with a sign are none of their own.
    signs = sum(1 for byte in text if byte & 0xC0 != 0x80) if controls else 0
    if controls < _LEAST_CONTROLS or controls <= _MOST_CONTROLS * signs:
        return
    share = sum(counted.values()) / signs
    raise UnreadableFileError(
        subject,
        f"is {_BINARY}, not text: {share:.0%} of its first signs are control characters, of "
        f"{len(counted)} kinds",
        _ASK,
    )


def refuse_json(head: bytes, subject: str) -> None:
    """Refuses JSON under the name of delimited text: its braces and commas would be cells.

    Raises:
        UnreadableFileError: The text begins as a JSON document, or its first lines are objects.
    """
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    lines = [line for line in start.splitlines()[:3] if line.strip()]
    if _JSON_ARRAY.match(start) or (lines and lines[0].strip() == b"{"):
        fix = "Write one object a line (jq -c '.[]' FILE) and let the name end in .jsonl."
        raise UnreadableFileError(subject, "is a JSON document, not delimited text", fix)
    if lines and all(_is_object(line) for line in lines):
        raise UnreadableFileError(
            subject, "is JSON lines, not delimited text", "Let its name end in .jsonl."
        )


def refuse_no_parquet(head: bytes, subject: str) -> None:
    """Refuses what does not even begin as a Parquet file: fetching it again helps nobody.

    Raises:
        UnreadableFileError: It does not; the culprit names what it is.
    """
    if head.startswith(b"PAR1"):
        return
    found = _signed(head)
    if found is not None:
        name = "gzip" if found.signature == _GZIP else found.name
        fix = "Deliver Parquet, or a text whose name ends in .csv or .jsonl."
    elif _NO_TEXT.search(head):
        name, fix = _BINARY, _ASK
    else:
        name, fix = (
            "text",
            "Deliver it again, its name ending as its content is: .csv, say, or .jsonl.",
        )
    raise UnreadableFileError(subject, f"is no Parquet file but {name}", fix)


def _signed(head: bytes) -> OtherFormat | None:
    for known in _FORMATS:
        if head.startswith(known.signature) and (
            not known.is_words or _NO_TEXT.search(head, len(known.signature))
        ):
            return known
    place, signature = _TAR
    if head.startswith(signature, place):
        return OtherFormat(signature, "a tar archive", _UNPACK)
    return None


def _is_object(line: bytes) -> bool:
    try:
        return line.lstrip().startswith(b"{") and isinstance(json.loads(line), dict)
    except ValueError:
        return False
