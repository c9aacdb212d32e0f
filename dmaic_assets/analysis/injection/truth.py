"""What was put into a data set: each fault with its rows, before and after, as a YAML file.

What belongs here: the record and its text. It is what detectors are judged against.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from dmaic_assets.analysis.injection.clean import KEYS, LINKS

FILE_NAME = "ground_truth.yaml"
_LINK = ("table", "column", "ref_table", "ref_column")


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of damage in one place.

    `rows` count from 0 in the file as it is written. `before` and `after` have a list for each of
    `columns`, as long as `rows`: cells. Where rows were added, `rows` are the new ones, `before`
    has the row that each repeats under "row", and `columns` is empty. Where a column got another
    name, `rows` is empty, and `before` and `after` have the name under "name".
    """

    kind: str
    table: str
    columns: tuple[str, ...]
    rate: float
    rows: tuple[int, ...]
    before: Mapping[str, tuple[object, ...]]
    after: Mapping[str, tuple[object, ...]]
    note: str


@dataclass(frozen=True, slots=True)
class Written:
    """How a data set was made and written; `files` are the file names of tables."""

    seed: int
    scale: str
    files: Mapping[str, str]
    tables: Mapping[str, pl.DataFrame]


def truth_text(written: Written, faults: tuple[Fault, ...]) -> str:
    """Spells the manifest: block style for what people read, one line for each list."""
    return "\n".join(_lines(written, faults)) + "\n"


def _lines(written: Written, faults: tuple[Fault, ...]) -> Iterator[str]:
    yield "version: 1"
    yield f"seed: {written.seed}"
    yield f"scale: {written.scale}"
    yield "tables:"
    for name, frame in written.tables.items():
        yield f"  - table: {name}"
        yield f"    file: {written.files[name]}"
        yield f"    rows: {frame.height}"
        yield f"    key: {_flow(list(KEYS[name]))}"
    yield "foreign_keys:"
    for link in LINKS:
        yield f"  - {_flow(dict(zip(_LINK, link, strict=True)))}"
    yield "faults:" if faults else "faults: []"
    for fault in faults:
        yield f"  - kind: {fault.kind}"
        yield f"    file: {written.files[fault.table]}"
        yield f"    table: {fault.table}"
        yield f"    columns: {_flow(list(fault.columns))}"
        yield f"    rate: {fault.rate:g}"
        yield f"    note: {_flow(fault.note)}"
        yield f"    rows: {_flow(list(fault.rows))}"
        yield f"    before: {_flow(fault.before)}"
        yield f"    after: {_flow(fault.after)}"


def _flow(value: object) -> str:
    """JSON, which YAML reads as well."""
    return json.dumps(value, ensure_ascii=False, default=_spelt)


def _spelt(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
