"""Writes bytes to a file and reads them back as a table."""

from pathlib import Path

from dmaic_assets.settings.project import IntakeSettings, ReadOptions
from dmaic_assets.table.read.discovery import source_file
from dmaic_assets.table.read.source_file import read_table
from dmaic_assets.table.text_table import SourceTable


def read_bytes(folder: Path, content: bytes, *, name: str = "orders.csv", **options) -> SourceTable:
    """Reads a file of this content; `in_memory_bytes` and `max_columns` go to the settings."""
    limits = {k: options.pop(k) for k in ("in_memory_bytes", "max_columns") if k in options}
    path = folder / name
    path.write_bytes(content)
    return read_table(
        source_file(path, source="orders"),
        ReadOptions(**options),
        IntakeSettings.model_construct(**{**IntakeSettings().model_dump(), **limits}),
        staging=folder / "staging",
    )


def rows_of(table: SourceTable) -> list[tuple]:
    """The table's rows; checks on the way that it is consistent."""
    frame = table.lazy.collect()
    assert tuple(frame.columns) == table.columns
    assert frame.height == table.row_count
    assert len(table.data_rows()) == table.row_count
    together = [*table.data_rows().to_list(), *(bad.row for bad in table.malformed)]
    assert sorted(together) == list(range(table.total_rows))
    return frame.rows()
