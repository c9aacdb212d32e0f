"""Feeds a text file block by block to a reader of rows, and its frames to a store."""

from collections.abc import Iterable
from itertools import chain
from typing import Protocol

import polars as pl

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.table.read.encoding import Utf8Stream
from dmaic_assets.table.read.not_text import refuse_binary
from dmaic_assets.table.read.staging import FrameStore

# Bytes gathered before reading begins: what `encoding` and the dialect are told from.
_HEAD_BYTES = 1 << 16


class BlockReader(Protocol):
    """Reads rows from stretches of text; see `csv_text.RowReader`."""

    encoding: str

    def feed(self, data: bytes, *, is_last: bool) -> bytes:
        """Reads whole rows; gives back the incomplete one at the end."""
        ...

    def take(self) -> pl.DataFrame | None:
        """Hands over the rows read since the last call."""
        ...


class OpenedText:
    """A text file whose start has been looked at and whose rest waits."""

    def __init__(self, stream: Utf8Stream, subject: str) -> None:
        self.stream = stream
        self._blocks = iter(stream)
        head = next(self._blocks, b"")
        while len(head) < _HEAD_BYTES and (more := next(self._blocks, b"")):
            head += more
        self.head = head
        self._next = next(self._blocks, None)
        _refuse_blank(head, subject, has_bom=stream.has_bom)
        refuse_binary(head[:_HEAD_BYTES], subject)

    @property
    def is_whole(self) -> bool:
        """Whether the head is the whole file."""
        return self._next is None

    def feed(self, reader: BlockReader, store: FrameStore, *, start: int = 0) -> None:
        """Reads everything from the offset `start` of the head on."""
        rest: Iterable[bytes] = () if self._next is None else chain((self._next,), self._blocks)
        left = self.head[start:]
        size = len(self.head)
        self.head = b""
        for block in chain(rest, (None,)):
            reader.encoding = self.stream.encoding
            left = reader.feed(left, is_last=block is None)
            store.add(reader.take(), size_bytes=size)
            if block is not None:
                size = len(block)
                left = left + block if left else block


def _refuse_blank(head: bytes, subject: str, *, has_bom: bool) -> None:
    if head.strip(b" \t\r\n\0\v\f"):
        return
    if head.strip():
        reason = "holds nothing but NUL bytes and white space"
    elif head:
        reason = "holds nothing but white space"
    else:
        reason = "holds nothing but a byte order mark" if has_bom else "holds no bytes"
    raise UnreadableFileError(subject, reason, "Fetch the file again; this one is empty.")
