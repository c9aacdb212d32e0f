"""What confirms a value that was written because other columns determine it."""

from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.repair_kind import Repair, pairs
from dmaic_assets.phenomena.contract.repair_spec import Confirms, Row
from dmaic_assets.phenomena.mapping.repair import tables_of, votes_of
from dmaic_assets.phenomena.typo.repair import Dictionary


def is_supported(_: Evidence, repair: Repair) -> Confirms:
    """Two determinants agree on the value, or the old one misspells it and nothing else."""
    tables = tables_of(repair.parameters)
    led_to = {v for table in tables.values() for v in table.values()}
    dictionary = Dictionary(tuple(sorted(led_to)), 1)

    def confirms(name: str, row: Row, fresh: str | None) -> bool:
        if fresh is None:
            return False
        columns = {determinant: [row[determinant]] for determinant in tables}
        if votes_of(columns, tables, 0).count(fresh) >= 2:
            return True
        return dictionary.nearest(row[name] or "") == fresh

    return confirms


def is_voted(_: Evidence, repair: Repair) -> Confirms:
    """Two camps of sources that do not copy from each other say so: only that is voted for."""
    told = frozenset(pairs(repair.parameters, "values").values())
    return lambda _, __, fresh: fresh in told
