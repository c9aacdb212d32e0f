"""Turns the bytes of a text file into UTF-8 and tells what encoding they were in.

What belongs here: detecting the encoding and transcoding. What does not: rows. Detection reads a
bounded part, decoding is strict over all of it: a byte that the encoding does not have is marked,
so that the row it stands in can be set apart.
"""

import codecs
import io
import re
from collections.abc import Generator, Iterable
from typing import cast

from charset_normalizer import from_bytes

from dmaic_assets.errors import UnreadableFileError

# Bytes that an encoding is told from at first; UTF-8 is still checked to the end.
SAMPLE_BYTES = 1 << 16
_BOMS = (
    # The UTF-32 mark starts with the UTF-16 one, so it is tried first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NON_WESTERN = [
    "cp932", "euc_jp", "gb18030", "big5", "cp949", "cp1251", "koi8_r", "cp1253", "cp1255", "cp1256"
]  # fmt: skip
_HIGH = re.compile(rb"[\x80-\xff]+")
_NOT_IN_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_MARK = "dmaic_mark"


class Utf8Stream:
    """Iterates over a file's text as UTF-8 blocks; `encoding` and `notes` are final at the end.

    Without a stated encoding: a byte order mark decides, then the pattern of NULs that UTF-16
    and UTF-32 have, then the first 64 KB from the first byte beyond ASCII on: UTF-8 when valid
    (or nearly), else an encoding of the region the letters look like, as a rule cp1252. A file
    of nothing but ASCII is UTF-8.

    A byte that the encoding does not have comes out as it is (UTF-8) or as an encoded surrogate
    U+DC00 + byte; both are invalid UTF-8 and never anything else.

    Raises:
        UnreadableFileError: The stated encoding does not exist.
    """

    def __init__(self, blocks: Iterable[bytes], *, subject: str, encoding: str | None) -> None:
        self.encoding = "utf-8"
        self.has_bom = False
        self.notes: list[str] = []
        self._blocks = iter(blocks)
        self._stated = None if encoding is None else _known_encoding(encoding, subject)

    def __iter__(self) -> Generator[bytes]:
        """Yields the text in blocks, none of them empty."""
        first = next(self._blocks, b"")
        bom = next((b for b in _BOMS if first.startswith(b[0])), None)
        encoding = self._stated
        if bom and (encoding is None or encoding.replace("_", "-").startswith(bom[1][:6])):
            self.has_bom = True
            first, encoding = first[len(bom[0]) :], bom[1]
        elif encoding is None:
            encoding = _wide_encoding(first[:SAMPLE_BYTES])
        stream = self._chain(first)
        if encoding is None:
            yield from self._detect(stream)
        else:
            self.encoding = encoding
            yield from self._decode(stream)

    def _chain(self, first: bytes) -> Generator[bytes]:
        if first:
            yield first
        yield from self._blocks

    def _detect(self, stream: Generator[bytes]) -> Generator[bytes]:
        for block in stream:
            if block.isascii():
                yield block
                continue
            found = _HIGH.search(block)
            start = found.start() if found else 0
            held = [block]
            size = len(block)
            while size - start < SAMPLE_BYTES and (more := next(stream, b"")):
                held.append(more)
                size += len(more)
            joined = b"".join(held)
            self.encoding, note = detect_encoding(joined[start : start + SAMPLE_BYTES])
            self.notes.extend([note] if note else [])
            yield from self._decode([joined], stream)

    def _decode(self, *streams: Iterable[bytes]) -> Generator[bytes]:
        if self.encoding == "utf-8":
            for stream in streams:
                yield from stream
            return
        codecs.register_error(_MARK, _mark)
        decoder = codecs.getincrementaldecoder(self.encoding)(_MARK)
        for stream in streams:
            for block in stream:
                text = decoder.decode(block)
                if text:
                    yield text.encode("utf-8", "surrogatepass")
        rest = decoder.decode(b"", True)
        if rest:
            yield rest.encode("utf-8", "surrogatepass")


def detect_encoding(sample: bytes) -> tuple[str, str | None]:
    """Tells the encoding of text from a part that starts with a byte beyond ASCII.

    Returns:
        The encoding, and a note when it is a guess or the text is damaged.
    """
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(sample, len(sample) < SAMPLE_BYTES)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8", None
    text = sample.decode("utf-8", "surrogateescape")
    # The end of the part may cut a character in up to three bytes.
    text = text if len(sample) < SAMPLE_BYTES else text[:-3]
    broken = sum(1 for sign in text if "\udc80" <= sign <= "\udcff")
    whole = sum(1 for sign in text if sign > "\x7f") - broken
    if whole >= broken:
        return "utf-8", "the text is UTF-8 with damaged bytes; their rows are set apart"
    encoding = _legacy_encoding(sample)
    return (
        encoding,
        f"the text is not UTF-8 and was read as {encoding}; state `read.encoding` if not",
    )


def _legacy_encoding(sample: bytes) -> str:
    runs = [len(run) for run in _HIGH.findall(sample)]
    western = "latin-1" if _NOT_IN_CP1252.search(sample) else "cp1252"
    # Western text has its accented letters one by one between plain ones.
    if sum(length for length in runs if length > 1) <= 0.5 * sum(runs):
        return western
    lines = b"\n".join(line for line in sample.splitlines() if not line.isascii())
    best = from_bytes(lines[: SAMPLE_BYTES // 4], cp_isolation=_NON_WESTERN, steps=3).best()
    return best.encoding if best is not None else western


def _wide_encoding(sample: bytes) -> str | None:
    """Recognises UTF-16 and UTF-32 without a mark: plain letters leave NULs at fixed places."""
    size = len(sample) & ~3
    if size >= 8:
        zeros = [sample[place:size:4].count(0) / (size // 4) for place in range(4)]
        if min(zeros[1:]) > 0.9 and zeros[0] < 0.1:
            return "utf-32-le"
        if min(zeros[:3]) > 0.9 and zeros[3] < 0.1:
            return "utf-32-be"
    pairs = len(sample) // 2
    if pairs >= 2:
        even, odd = sample[0 : pairs * 2 : 2].count(0), sample[1 : pairs * 2 : 2].count(0)
        if odd > 0.4 * pairs and even < 0.05 * pairs:
            return "utf-16-le"
        if even > 0.4 * pairs and odd < 0.05 * pairs:
            return "utf-16-be"
    return None


def _known_encoding(name: str, subject: str) -> str:
    try:
        codec = codecs.lookup(name)
        # Refuses what is a codec but no text encoding, such as base64.
        io.TextIOWrapper(io.BytesIO(), encoding=name)
    except LookupError as error:
        fix = "Use a name that Python knows, such as utf-8, cp1252 or utf-16."
        raise UnreadableFileError(subject, f"unknown encoding {name}", fix) from error
    plain = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
    return plain.get(codec.name, codec.name)


def _mark(error: UnicodeError) -> tuple[str, int]:
    fault = cast("UnicodeDecodeError", error)
    marks = (chr(0xDC00 + byte) for byte in fault.object[fault.start : fault.end])
    return "".join(marks), fault.end
