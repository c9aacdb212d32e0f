"""How repairs of exchanged cells are tried: rows with cells moved, and what confirms them."""

from collections.abc import Mapping

import polars as pl

from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.repair_kind import Repair, number, texts
from dmaic_assets.phenomena.contract.repair_spec import Confirms, Row
from dmaic_assets.phenomena.exchange.shift import LEFT, RIGHT, moved, shape_of
from dmaic_assets.phenomena.notation.repair import PLAIN
from dmaic_assets.table.text_table import column

# Share of rows that end in a known value anyway, up to which such an end is an exchange.
USUAL_SHARE = 0.01


def merged(part: pl.DataFrame, repair: Repair) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """Rows whose second cell is written at the end of the first one."""
    first, second = repair.columns
    values = texts(repair.parameters, "values")
    wanted = part.filter(column(second).is_in(list(values)) & (column(first).str.len_chars() > 0))
    worse = wanted.with_columns(
        (column(first) + " " + column(second)).alias(first),
        pl.lit(None, dtype=pl.String).alias(second),
    )
    return (wanted, worse) if wanted.height else None


def swapped(part: pl.DataFrame, repair: Repair) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """Rows whose two cells are exchanged."""
    first, second = repair.columns
    ours, theirs = (list(texts(repair.parameters, key)) for key in ("first", "second"))
    wanted = part.filter(column(first).is_in(ours) & column(second).is_in(theirs))
    worse = wanted.with_columns(column(first).alias(second), column(second).alias(first))
    return (wanted, worse) if wanted.height else None


def displaced(part: pl.DataFrame, repair: Repair) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """Rows whose cells are moved the other way; only those that lose no value by it."""
    names = list(repair.columns)
    wrong_way = RIGHT if repair.parameters["way"] == LEFT else LEFT
    found = [moved(cells, wrong_way) for cells in part.select(names).iter_rows()]
    kept = [row for row, cells in enumerate(found) if cells is not None]
    if not kept:
        return None
    wanted = part[kept]
    worse = pl.DataFrame(
        [found[row] for row in kept], schema=dict.fromkeys(names, pl.String), orient="row"
    )
    return wanted, wanted.with_columns(worse.get_columns())


def is_split(evidence: Evidence, repair: Repair) -> Confirms:
    """The tail is a value of the second column, the head one of the first, or nearly all split."""
    known = frozenset(evidence.part(repair.columns[0]).values)
    is_rare = number(repair.evidence, "usual_share", 1) <= USUAL_SHARE
    values = texts(repair.parameters, "values")

    def confirms(name: str, _: Row, fresh: str | None) -> bool:
        if fresh is None:
            return False
        return fresh in values if name == repair.columns[1] else fresh in known or is_rare

    return confirms


def is_not_contradicted(evidence: Evidence, _: Repair) -> Confirms:
    """No other column expects another value."""

    def confirms(name: str, row: Row, fresh: str | None) -> bool:
        expected = evidence.expected(name, row)
        return fresh is not None and (expected is None or expected[0] == fresh)

    return confirms


def is_at_home(evidence: Evidence, repair: Repair) -> Confirms:
    """A moved value is known in its column, or lies between values that are.

    A cell that became empty is confirmed where the column lacks values in whole rows as well.
    """
    rows = evidence.whole_rows
    parts = (evidence.part(name) for name in repair.columns)
    missing_somewhere = frozenset(part.name for part in parts if (part.codes[rows] == -1).any())
    homes: dict[str, _Home] = {}

    def confirms(name: str, _: Row, fresh: str | None) -> bool:
        if fresh is None:
            return name in missing_somewhere
        if name not in homes:
            homes[name] = _home_of(evidence.values_of_whole_rows(name))
        return _is_among(fresh, homes[name])

    return confirms


_Home = tuple[frozenset[str], tuple[float, float] | None]


def _home_of(values: Mapping[str, int]) -> _Home:
    """A column's values, and the least and greatest number among them."""
    plain = [float(v) for v in values if PLAIN.fullmatch(v.strip())]
    return frozenset(values), (min(plain), max(plain)) if plain else None


def _is_among(fresh: str, home: _Home) -> bool:
    known, numbers = home
    if fresh in known:
        return True
    if PLAIN.fullmatch(fresh.strip()):
        return numbers is not None and numbers[0] <= float(fresh) <= numbers[1]
    alike = [v for v in known if len(v) == len(fresh) and shape_of(v) == shape_of(fresh)]
    return bool(alike) and min(alike) <= fresh <= max(alike)
