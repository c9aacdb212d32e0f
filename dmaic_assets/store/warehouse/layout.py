"""Where accepted rows and the database of views lie, and the SQL of each view.

What belongs here: names, paths and quoting. What does not: opening anything.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dmaic_assets.settings.project import Paths

DATABASE = "warehouse.duckdb"
LEDGER_SCHEMA = "_dmaic"
# A folder such as line=7 above the project would otherwise become a column, over one of the rows'.
_AS_WRITTEN = "hive_partitioning = false"
# Hash-like text that a CSV reader would otherwise take for numbers (1234567, 12e4567).
_TEXT_COLUMNS = (
    "run_id",
    "git_sha",
    "config_hash",
    "inputs_hash",
    "parent",
    "branch_of",
    "recursion_id",
)


@dataclass(frozen=True, slots=True)
class View:
    """One view: its schema and name, and the query behind it."""

    schema: str
    name: str
    query: str

    @property
    def qualified(self) -> str:
        """Schema and name, quoted."""
        return f"{quote_name(self.schema)}.{quote_name(self.name)}"


def database_path(paths: Paths) -> Path:
    """The DuckDB file that holds the views."""
    return paths.warehouse / DATABASE


def accepted_folder(paths: Paths) -> Path:
    """The folder with one folder of Parquet files per source."""
    return paths.warehouse / "accepted"


def repairs_folder(paths: Paths) -> Path:
    """The folder with the raw values of repaired cells: per source, one file per accepted file."""
    return paths.warehouse / "repairs"


def findings_folder(paths: Paths) -> Path:
    """The folder with what analyses found: per table, one file per run."""
    return paths.warehouse / "findings"


def quote_name(name: str) -> str:
    """Quotes an identifier, whatever characters it holds."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Quotes a string literal."""
    return "'" + text.replace("'", "''") + "'"


def wanted_views(paths: Paths) -> tuple[View, ...]:
    """Lists the views there should be now: sources with files, and mirrors that exist.

    Paths in them are absolute: DuckDB resolves relative ones against the working folder of
    whoever asks. Every source's view spans its files by column name, old and new columns alike.
    """
    folders = _filled_folders(accepted_folder(paths).absolute())
    sources = (View("main", folder.name, _accepted_query(folder)) for folder in folders)
    repairs = _view_below(repairs_folder(paths).absolute(), "repaired_cells")
    findings = _view_below(findings_folder(paths).absolute(), "findings")
    return (*sources, *repairs, *findings, *_mirror_views(paths.ledger.absolute()))


def _view_below(root: Path, name: str) -> Iterator[View]:
    """One view over the files in all folders below one."""
    if any(_filled_folders(root)):
        pattern = quote_text(f"{_without_wildcards(root)}/*/*.parquet")
        yield View(LEDGER_SCHEMA, name, _select("read_parquet", pattern))


def _filled_folders(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        return
    for folder in sorted(root.iterdir()):
        if folder.is_dir() and any(path.suffix == ".parquet" for path in folder.iterdir()):
            yield folder


def _accepted_query(folder: Path) -> str:
    pattern = f"{_without_wildcards(folder)}/*.parquet"
    return _select("read_parquet", quote_text(pattern), "union_by_name = true")


def _mirror_views(ledger: Path) -> Iterator[View]:
    runs, metrics, log = ledger / "runs.csv", ledger / "metrics.parquet", ledger / "dq_logs.jsonl"
    if _has_content(runs):
        query = _select("read_csv", _place(runs), "header = true", f"types = {_types(runs)}")
        yield View(LEDGER_SCHEMA, "runs", query)
    if _has_content(metrics):
        yield View(LEDGER_SCHEMA, "metrics", _select("read_parquet", _place(metrics)))
    if _has_content(log):
        query = _select("read_json", _place(log), "format = 'newline_delimited'")
        yield View(LEDGER_SCHEMA, "dq_logs", query)


def _select(reader: str, place: str, *options: str) -> str:
    arguments = ", ".join((place, *options, _AS_WRITTEN))
    return f"SELECT * FROM {reader}({arguments})"  # noqa: S608 - quoted


def _types(runs: Path) -> str:
    with runs.open(encoding="utf-8", newline="") as handle:
        header = next(csv.reader(handle), [])
    pairs = (f"{quote_text(c)}: 'VARCHAR'" for c in _TEXT_COLUMNS if c in header)
    return "{" + ", ".join(pairs) + "}"


def _place(path: Path) -> str:
    return quote_text(_without_wildcards(path))


def _without_wildcards(path: Path) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))


def _has_content(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0
