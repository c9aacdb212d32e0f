"""Gives a file's bytes in blocks, inflated where they are gzipped, and refuses what is no text.

What belongs here: containers. What does not: what else a file may be, and what the bytes mean.
"""

import gzip
import os
import zlib
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO, cast

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.table.read.not_text import SIGNATURE_BYTES, refuse_other_formats

# Bytes given at a time (32 MB): a block's fixed cost vanishes, and a few fit into memory.
BLOCK_BYTES = 1 << 25
# Bytes of the first, small block: enough to tell what a file is before much is read.
_NEAR_BYTES = 1 << 16
_GZIP = b"\x1f\x8b"


def text_blocks(path: Path, *, block_bytes: int = BLOCK_BYTES) -> Generator[bytes]:
    """Reads a text file block by block; a gzipped one is inflated, whatever its name says.

    Raises:
        UnreadableFileError: The file is away or not readable, its signature is that of another
            format, or the gzip stream is damaged or ends early. A cut gzip stream is refused
            whole: nobody can tell how many rows are missing.
    """
    ending = "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix
    try:
        with path.open("rb") as raw:
            head = raw.read(SIGNATURE_BYTES)
            raw.seek(0)
            if head.startswith(_GZIP):
                with gzip.GzipFile(fileobj=raw) as inflated:
                    # A GzipFile reads like any binary file.
                    for block in _blocks(cast("BinaryIO", inflated), block_bytes):
                        if inflated.tell() == len(block):
                            refuse_other_formats(block[:SIGNATURE_BYTES], str(path), suffix=ending)
                        yield block
            else:
                refuse_other_formats(head, str(path), suffix=ending)
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
