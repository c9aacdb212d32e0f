"""Gives a file's bytes in blocks, inflated where they are gzipped, and refuses what is no text.

What belongs here: containers and file signatures. What does not: what the bytes mean.
"""

import gzip
import os
import zlib
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO, cast

from dmaic_assets.errors import UnreadableFileError

# Bytes given at a time (32 MB): a block's fixed cost vanishes, and a few fit into memory.
BLOCK_BYTES = 1 << 25
# Bytes of the first, small block: enough to tell what a file is before much is read.
_NEAR_BYTES = 1 << 16
_GZIP = b"\x1f\x8b"
_SIGNATURES = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook or another Office file"),
    (b"%PDF-", "a PDF document"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"ARROW1\x00\x00", "an Arrow file"),
)
_PAGES = (b"<!doctype html", b"<html")


def text_blocks(path: Path, *, block_bytes: int = BLOCK_BYTES) -> Generator[bytes]:
    """Reads a text file block by block; a gzipped one is inflated, whatever its name says.

    Raises:
        UnreadableFileError: The file is away or not readable, its signature is that of another
            format, or the gzip stream is damaged or ends early. A cut gzip stream is refused
            whole: nobody can tell how many rows are missing.
    """
    try:
        with path.open("rb") as raw:
            head = raw.read(64)
            raw.seek(0)
            if head.startswith(_GZIP):
                with gzip.GzipFile(fileobj=raw) as inflated:
                    # A GzipFile reads like any binary file.
                    yield from _blocks(cast("BinaryIO", inflated), block_bytes)
            else:
                _refuse_other_formats(head, path)
                yield from _line_blocks(raw, block_bytes)
    except EOFError as error:
        fix = "Fetch the file again: the transfer was cut."
        raise UnreadableFileError(str(path), "the gzip stream ends early", fix) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        fix = "Fetch the file again, or compress it anew."
        raise UnreadableFileError(str(path), f"the gzip stream is damaged: {error}", fix) from error
    except OSError as error:
        fix = "Check that the file exists and that this user may read it."
        reason = f"cannot be read: {error.strerror or error}"
        raise UnreadableFileError(str(path), reason, fix) from error


def _blocks(handle: BinaryIO, block_bytes: int) -> Generator[bytes]:
    while block := handle.read(block_bytes):
        yield block


def _line_blocks(handle: BinaryIO, block_bytes: int) -> Generator[bytes]:
    """Cuts blocks behind a line feed where there is one near: what follows then copies nothing."""
    place = 0
    while True:
        near = min(_NEAR_BYTES, block_bytes)
        look = os.pread(handle.fileno(), near, place + block_bytes - near)
        cut = look.rfind(b"\n") + 1 or len(look)
        block = handle.read(block_bytes - near + cut)
        if not block:
            return
        yield block
        place += len(block)


def _refuse_other_formats(head: bytes, path: Path) -> None:
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            fix = f"Export it as text, or name it by its format (its name ends in {path.suffix})."
            raise UnreadableFileError(str(path), f"is {kind}, not text", fix)
    if head.lstrip().lower().startswith(_PAGES):
        fix = "Fetch the data itself; a server's error page may have been saved instead."
        raise UnreadableFileError(str(path), "is an HTML page, not a table", fix)
