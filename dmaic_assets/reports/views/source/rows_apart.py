"""The rows of a file that fail its rules: read a page at a time, or written whole as CSV.

What belongs here: finding them. Of a split file they lie in quarantine; a held file is judged once
more by the rules that judged it. Values of sensitive columns are kept back, and a spreadsheet that
opens the CSV runs none of its cells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dmaic_assets.errors import BadInputError
from dmaic_assets.gate.release import can_be_read
from dmaic_assets.model import Json, Verdict
from dmaic_assets.store.ledger.record.memo import components_of, lookup
from dmaic_assets.work.assets.names import QUARANTINE
from dmaic_assets.work.kept_back.columns import KEPT_BACK
from dmaic_assets.work.run.cell_outcomes import FileState, rules_of_state, types_of_state
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.tasks import locate

if TYPE_CHECKING:
    import polars as pl

# Rows on one page.
ROWS_ON_PAGE = 50
# Columns of a row on a page: those that its rules are about come first, and the CSV has all.
MOST_COLUMNS = 30
# Characters of a cell on a page.
LONGEST_CELL = 80
# Bytes of a held file that is judged again for a page: about a second. Of a larger one the page
# shows the examples of its verdict.
MOST_JUDGED_BYTES = 20_000_000
# Kinds of rules that look into other files, which are not at hand when a file is judged again.
_OF_OTHER_FILES = frozenset({"inclusion", "known_key"})
_ROW, _RULES, _RAW, _REASONS = "_dmaic_row", "_dmaic_rules", "_dmaic_raw", "_dmaic_reasons"


@dataclass(frozen=True, slots=True)
class RowApart:
    """One row: its 0-based number among the data rows (None above the table), and its rules.

    `raw` is the whole record where it does not fit the header.
    """

    row: int | None
    rules: tuple[str, ...]
    values: tuple[str | None, ...]
    raw: str | None


@dataclass(frozen=True, slots=True)
class RowsPage:
    """One page of the rows that fail `rule`, or any: `total` of them on `pages` pages.

    `more_columns` are not shown. `problem` says why there are none to show. Rows that fail
    `unlisted` rules are not found again: those rules look into other files, as they were then.
    """

    columns: tuple[str, ...]
    more_columns: int
    rows: tuple[RowApart, ...]
    rule: str
    page: int
    pages: int
    total: int
    problem: str = ""
    unlisted: tuple[str, ...] = ()


# For a page that shows examples only.
NO_ROWS = RowsPage((), 0, (), "", 1, 1, 0, "the CSV has the failing rows")


@dataclass(frozen=True, slots=True)
class Apart:
    """Which file, what was said of it, and which of its columns are kept back."""

    platform: Platform
    state: FileState
    verdict: Verdict
    hidden: frozenset[str]

    @property
    def is_held(self) -> bool:
        """Whether the file is held whole."""
        return self.state.arrival.disposition == "rejected"


def rows_page(apart: Apart, *, rule: str = "", page: int = 1) -> RowsPage:
    """Reads one page of the failing rows of a file.

    Raises:
        BadInputError: The file's bytes are nowhere any more.
    """
    problem = _problem(apart)
    if problem:
        return RowsPage((), 0, (), rule, 1, 1, 0, problem, _unlisted(apart))
    import polars as pl

    rows = frame_of(apart, rule)
    total = int(rows.select(pl.len()).collect().item())
    pages = max(1, -(-total // ROWS_ON_PAGE))
    place = min(max(page, 1), pages)
    frame = rows.slice((place - 1) * ROWS_ON_PAGE, ROWS_ON_PAGE).collect()
    frame = _as_text(frame, apart.hidden)
    columns = _columns_first(apart.verdict, _texts(frame), rule)
    shown = columns[:MOST_COLUMNS]
    return RowsPage(
        columns=tuple(shown),
        more_columns=len(columns) - len(shown),
        rows=tuple(_row(entry, shown) for entry in frame.iter_rows(named=True)),
        rule=rule,
        page=place,
        pages=pages,
        total=total,
        unlisted=_unlisted(apart),
    )


def csv_of(apart: Apart, *, rule: str = "") -> bytes:
    """Spells all failing rows of a file as CSV: row number, rules, reasons, then every column.

    Cells that a spreadsheet would run begin with an apostrophe.

    Raises:
        BadInputError: No row is set apart, or the file's bytes are nowhere any more.
    """
    problem = _without_rows(apart)
    if problem:
        arrival = apart.state.arrival
        fix = "Only held files, and files of which rows are set apart, have failing rows."
        raise BadInputError(f"{arrival.source}/{arrival.name}", problem, fix)
    from dmaic_assets.table.read.spreadsheet_text import shown_as_text

    frame = _as_text(frame_of(apart, rule).collect(), apart.hidden)
    first = [_ROW, _RULES, _REASONS]
    told = shown_as_text(frame.select(*first, *_texts(frame), _RAW))
    return _header(told.columns) + told.write_csv(include_header=False).encode()


def frame_of(apart: Apart, rule: str = "") -> "pl.LazyFrame":
    """The failing rows of a file as they stand in it, with number, rules and reasons.

    Raises:
        BadInputError: The file's bytes are nowhere any more.
    """
    import polars as pl

    rows = _judged_again(apart) if apart.is_held else _in_quarantine(apart)
    rows = rows.filter(pl.col(_RULES) != "")
    if not rule:
        return rows
    return rows.filter(pl.col(_RULES).str.split(";").list.contains(rule))


_OWN = frozenset({_ROW, _RULES, _RAW, _REASONS})


def _in_quarantine(apart: Apart) -> "pl.LazyFrame":
    import polars as pl

    arrival, data = apart.state.arrival, apart.platform.paths.data
    record = apart.state.records.get(QUARANTINE)
    place = record.facts.get("path") if record else None
    path = data / str(place)
    if not isinstance(place, str) or not path.is_file():
        fix = f"Set them apart again: dmaic ingest --source {arrival.source} --force"
        raise BadInputError(f"{arrival.source}/{arrival.name}", "its rows are not there", fix)
    return pl.scan_parquet(path, glob=False)


def _judged_again(apart: Apart) -> "pl.LazyFrame":
    from dmaic_assets.work.file.file_work import FileWork
    from dmaic_assets.work.people.source_changes import changes_as_judged

    platform, arrival = apart.platform, apart.state.arrival
    key = arrival.file_key or ""
    components: Mapping[str, Json] = components_of(lookup(platform.ledger, [key]).get(key))
    work = FileWork(
        platform.settings,
        locate(arrival, platform.paths.data),
        rules_of_state(platform, apart.state),
        apart.verdict.thresholds,
        changes_as_judged(platform.settings, arrival.source, components),
        readings=platform.readings,
    )
    work.use_types(types_of_state(platform, apart.state))
    return work.parts.quarantined


def _problem(apart: Apart) -> str:
    is_large = apart.state.arrival.size_bytes > MOST_JUDGED_BYTES
    if apart.is_held and is_large and not _without_rows(apart):
        return "the file is too large to be judged again for a page; the CSV has its failing rows"
    return _without_rows(apart)


def _without_rows(apart: Apart) -> str:
    if apart.state.arrival.disposition not in ("rejected", "quarantine"):
        return "no row of this file is set apart"
    return "" if can_be_read(apart.verdict) else "the file cannot be read into rows"


def _unlisted(apart: Apart) -> tuple[str, ...]:
    rules = (
        v.rule for v in apart.verdict.violations if v.kind in _OF_OTHER_FILES and v.rows_failed
    )
    return tuple(rules) if apart.is_held else ()


def _columns_first(verdict: Verdict, columns: Sequence[str], rule: str) -> list[str]:
    """The columns that the violated rules are about, then the others, as they stand."""
    asked = [v for v in verdict.violations if not rule or v.rule == rule]
    named = dict.fromkeys(c for v in asked if v.scope == "row" for c in v.columns if c in columns)
    return [*named, *(c for c in columns if c not in named)]


def _texts(frame: "pl.DataFrame") -> list[str]:
    return [name for name in frame.columns if name not in _OWN]


def _as_text(frame: "pl.DataFrame", hidden: frozenset[str]) -> "pl.DataFrame":
    """Every cell as text, those of hidden columns kept back; the row number stays a number."""
    import polars as pl

    from dmaic_assets.table.profile.value_texts import texts_of

    kept = {*hidden, _RAW, _REASONS} if hidden else hidden
    told: list[pl.Series] = []
    for series in frame.get_columns():
        there = series.is_not_null()
        if series.name in kept:
            texts = pl.Series([KEPT_BACK if is_there else None for is_there in there])
        elif series.name == _ROW or series.dtype == pl.String:
            texts = series
        else:
            known = iter(texts_of(series.drop_nulls()))
            texts = pl.Series([next(known) if is_there else None for is_there in there])
        told.append(
            texts.cast(series.dtype if series.name == _ROW else pl.String).alias(series.name)
        )
    return pl.DataFrame(told)


def _header(names: Sequence[str]) -> bytes:
    """The first line of the CSV; names of columns are data, too."""
    import polars as pl

    from dmaic_assets.table.read.spreadsheet_text import shown_as_text

    shown = shown_as_text(pl.DataFrame({"name": list(names)}))["name"].to_list()
    line = pl.DataFrame([shown], schema=[str(n) for n in range(len(shown))], orient="row")
    return line.write_csv(include_header=False).encode()


def _row(entry: Mapping[str, object], columns: Sequence[str]) -> RowApart:
    raw, number = entry[_RAW], entry[_ROW]
    return RowApart(
        row=number if isinstance(number, int) else None,
        rules=tuple(r for r in str(entry[_RULES]).split(";") if r),
        values=tuple(None if (v := entry[c]) is None else _short(str(v)) for c in columns),
        raw=None if raw is None else _short(str(raw)),
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
