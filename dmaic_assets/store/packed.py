"""Long texts that few read again, packed: artifacts in JSON, documents in rows of SQLite.

What belongs here: packing and unpacking. Artifacts are gzip files, which `zcat`, DuckDB and Polars
open as they are. Rows are zlib streams against a dictionary of phrases that all of them have: a
document of 4 KB comes to .4 KB that way, and to 1 KB without.
"""

import gzip
import zlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect, Engine
from typing_extensions import override

from dmaic_assets.store.phrases import PHRASES

GZIP = ".gz"
# zlib's effort, 1 to 9: at 6 the events of sixty files come to three quarters of what they come to
# at 1, for 10 ms of cpu more.
_LEVEL = 6
# Characters from which a document is packed: keys, hashes and numbers stay readable in SQL.
_LONG = 200
# zlib's name for a dictionary stands in bytes 2 to 5 of what was packed against it.
_DICTIONARIES = {zlib.adler32(PHRASES): PHRASES}
_NAME = slice(2, 6)


def packed(content: bytes) -> bytes:
    """Packs the bytes of a file; equal bytes give equal bytes, whenever they are packed."""
    return gzip.compress(content, _LEVEL, mtime=0)


def unpacked(content: bytes) -> bytes:
    """Gives back what `packed` gave.

    Raises:
        ValueError: It was not packed here, or was changed since.
    """
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error


class PackedText(sa.Text):
    """A text column of SQLite that keeps long documents packed; other databases get plain text.

    Rows that were written before are read as they are. Packed ones can be neither compared nor
    searched in SQL.
    """

    cache_ok = True

    @override
    def bind_processor(self, dialect: Dialect) -> Any:  # pyright: ignore[reportExplicitAny] - a protocol of SQLAlchemy's own
        """Packs what is written."""
        return _to_row if dialect.name == "sqlite" else None

    @override
    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # pyright: ignore[reportExplicitAny] - a protocol of SQLAlchemy's own
        """Unpacks what is read."""
        return _from_row if dialect.name == "sqlite" else None


def pack_documents(engine: Engine) -> None:
    """Has an engine of SQLite, whose tables are not ours, keep JSON objects in `Text` packed.

    Called before the engine's first statement.
    """
    engine.dialect.colspecs = {**engine.dialect.colspecs, sa.Text: PackedText}


def _to_row(value: str | None) -> str | bytes | None:
    # Lists stay: Dagster spells the keys of assets as lists, and searches for them.
    if value is None or len(value) < _LONG or not value.startswith("{"):
        return value
    packer = zlib.compressobj(_LEVEL, zdict=PHRASES)
    return packer.compress(value.encode("utf-8", "surrogatepass")) + packer.flush()


def _from_row(value: str | bytes | None) -> str | None:
    if not isinstance(value, bytes):
        return value
    unpacker = zlib.decompressobj(zdict=_DICTIONARIES[int.from_bytes(value[_NAME])])
    return (unpacker.decompress(value) + unpacker.flush()).decode("utf-8", "surrogatepass")
