"""Says what is wrong with a record that does not fit the header, and where.

What belongs here: the words, the column and the raw text. What does not: finding such records.
"""

import re
from collections.abc import Sequence

from dmaic_assets.model import MalformedRow
from dmaic_assets.table.csv.exact import Break, Record

_BREAKS: dict[Break, str] = {
    "unclosed": "a quoted field is never closed",
    "after_quote": "text stands behind the closing quote of a field",
}
# How the reason of a record ends behind which the file has no line end.
ENDS_INSIDE = "; the file ends inside this row"
# What transcoding makes of a byte that its encoding does not have: U+DC00 + byte, in UTF-8.
_MARKED_BYTE = re.compile(rb"\xed[\xb0-\xb3][\x80-\xbf]")


def explain(
    record: Record, raw: bytes, *, columns: Sequence[str], place: tuple[int, int], encoding: str
) -> MalformedRow:
    """Describes a record that is not a row.

    Args:
        record: Its fields, one character per byte.
        raw: Its bytes, line end included.
        columns: The header.
        place: Data row number and physical line.
        encoding: What the file was read as; named when a byte is not valid in it.
    """
    row, line = place
    index, reason = _fault(record, len(columns), encoding)
    if not raw.endswith((b"\n", b"\r")) and record.broken != "after_quote":
        reason += ENDS_INSIDE
    text = readable(raw.removesuffix(b"\n").rstrip(b"\r"))
    return MalformedRow(row, line, columns[min(index, len(columns) - 1)], reason, text)


def readable(raw: bytes) -> str:
    r"""Decodes UTF-8 for people; a byte that is not valid in the file is spelled \xNN."""
    if raw.isascii():
        return raw.decode("ascii")
    spelled = _MARKED_BYTE.sub(lambda m: rb"\x%02x" % _marked(m.group()), raw)
    return spelled.decode("utf-8", "backslashreplace")


def undecodable(raw: bytes, encoding: str) -> str | None:
    """Names the first thing in UTF-8 text that the file's own encoding does not allow."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        start = error.start
        if _MARKED_BYTE.match(raw, start):
            return f"the byte 0x{_marked(raw[start : start + 3]):02X} is not valid {encoding}"
        return f"the byte 0x{raw[start]:02X} is not valid {encoding}"
    return None


def _marked(sign: bytes) -> int:
    return ord(sign.decode("utf-8", "surrogatepass")) - 0xDC00


def _fault(record: Record, columns: int, encoding: str) -> tuple[int, str]:
    if record.broken:
        return len(record.fields), _BREAKS[record.broken]
    for index, value in enumerate(record.fields):
        if value and "\0" in value:
            return index, "a NUL byte"
        fault = undecodable(value.encode("latin-1"), encoding) if value else None
        if fault:
            return index, fault
    found = len(record.fields)
    fields = "1 field" if found == 1 else f"{found} fields"
    return found, f"{fields} where the header has {columns}"
