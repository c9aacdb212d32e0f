"""Spells text of an unusual format the plain way, many bytes at a time.

What belongs here: carriage returns that end rows, blanks that belong to delimiters, escapes. The
plain text is only good if `csv_scan` then finds it regular: whether a sign stands inside quotes
is told by counting quotes. What does not: text that is not that regular (`csv_exact`).
"""

import re
from dataclasses import dataclass, replace

import numpy as np

from dmaic_assets.table.csv.format import MOST_RETURNS, TextFormat
from dmaic_assets.table.csv.scan import Positions

_LINE_FEED = ord("\n")
_CARRIAGE_RETURN = ord("\r")
_BLANK = ord(" ")
# Stand for an escaped escape and an escaped quote until records are told; as long as these.
_HELD_ESCAPE = b"\x00\x01"
_HELD_QUOTE = b"\x00\x02"
_HELD_SIGN = _HELD_QUOTE[1]


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text in the plain format `form`, and where its signs stood before (None: same places)."""

    text: bytes
    form: TextFormat
    origins: Positions | None = None

    def finished(self, end: int) -> bytes:
        """The text up to an offset, as Polars is to read it."""
        text = self.text[:end].replace(_HELD_ESCAPE, b"\\")
        return text.replace(_HELD_QUOTE, (self.form.quote or "").encode() * 2)

    def origin(self, end: int) -> int:
        """Where the sign behind an offset stood before."""
        if self.origins is None or not end:
            return end
        return int(self.origins[end - 1]) + 1


def is_plain(form: TextFormat) -> bool:
    """Whether a format has nothing that needs spelling out."""
    return not (form.cr_ends_rows or form.is_spaced or form.escape)


def spell_plainly(data: bytes, form: TextFormat, *, is_last: bool) -> PlainText | None:
    """Spells a stretch of text the plain way; None when that cannot be done at a stroke."""
    plain = replace(form, cr_ends_rows=False, is_spaced=False, escape=None)
    if form.escape:
        text = None if form.escape != "\\" else _without_escapes(data, form)
        return None if text is None else PlainText(text, plain)
    for _ in range(MOST_RETURNS if form.cr_ends_rows and not is_last else 0):
        # Their line feed may be yet to come.
        data = data.removesuffix(b"\r")
    signs = np.frombuffer(data, np.uint8).copy()
    is_outside = np.ones(len(signs), dtype=np.bool_)
    if form.quote:
        is_outside = ~np.bitwise_xor.accumulate(signs == ord(form.quote))
    is_kept = np.ones(len(signs), dtype=np.bool_)
    if form.cr_ends_rows:
        is_return = (signs == _CARRIAGE_RETURN) & is_outside
        is_pair = np.zeros(len(signs), dtype=np.bool_)
        is_pair[:-1] = is_return[:-1] & (signs[1:] == _LINE_FEED)
        is_pair[:-1] |= is_return[:-1] & is_pair[1:]
        signs[is_return] = _LINE_FEED
        is_kept &= ~is_pair
    if form.is_spaced:
        is_delimiter = (signs == ord(form.delimiter)) & is_outside
        is_kept[1:] &= ~(is_delimiter[:-1] & (signs[1:] == _BLANK))
    return PlainText(signs[is_kept].tobytes(), plain, np.flatnonzero(is_kept))


def _without_escapes(data: bytes, form: TextFormat) -> bytes | None:
    if b"\0" in data:
        return None
    text = data.replace(b"\\\\", _HELD_ESCAPE)
    if form.quote:
        text = text.replace(b"\\" + form.quote.encode(), _HELD_QUOTE)
        signs = np.frombuffer(text, np.uint8)
        is_inside = np.bitwise_xor.accumulate(signs == ord(form.quote))
        is_held = (signs[1:] == _HELD_SIGN) & (signs[:-1] == 0)
        if np.any(is_held & ~is_inside[1:]):
            # Doubling is how a quote is written inside quotes, and only there.
            return None
    # Escaped delimiters and line ends would change what a record is.
    rest = rb"\\(?:[\r\n" + re.escape(form.delimiter.encode()) + rb"]|\Z)"
    return None if re.search(rest, text) else text
