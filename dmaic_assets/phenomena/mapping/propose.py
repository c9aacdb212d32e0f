"""Proposes to write what the determinants of a row lead to expect.

What belongs here: which dependencies of the evidence are firm enough for a repair.
"""

from collections.abc import Iterator

from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.cell_evidence import Dependency, Evidence
from dmaic_assets.phenomena.contract.repair_kind import LEAST_CELLS, Repair, repair_id

# Rows of history without exception from which a dependency is exact.
LEAST_EXACT_ROWS = 100
# Groups that it must tell apart.
LEAST_EXACT_GROUPS = 5


def dependency_proposals(evidence: Evidence) -> Iterator[Repair]:
    """Proposes dependency repairs: of columns that deviate, and of those that never did."""
    for name, found in evidence.dependencies.items():
        repair = _dependency(name, found)
        if repair is not None:
            yield repair
    for name, found in evidence.trusted.items():
        repair = _exact(evidence, name, found)
        if repair is not None:
            yield repair


def _dependency(name: str, found: tuple[Dependency, ...]) -> Repair | None:
    deviating = max(d.deviating for d in found)
    if deviating < LEAST_CELLS:
        return None
    tables: dict[str, Json] = {d.determinant: {**d.table} for d in found}
    columns = (name, *tables)
    return Repair(
        repair_id("dependency", (name,)),
        "dependency",
        columns,
        {"tables": tables, "least_votes": 1, "keep": [*sorted({v for d in found for v in d.kept})]},
        {
            "deviating": deviating,
            "disagreeing": max(d.disagreeing for d in found),
            "rows": max(d.rows for d in found),
            "strength": round(found[0].strength, 4),
        },
    )


def _exact(evidence: Evidence, name: str, found: tuple[Dependency, ...]) -> Repair | None:
    """A dependency without exception in the accepted history, of two determinants at least."""
    kept = [d for d in found if d.rows >= LEAST_EXACT_ROWS and len(d.table) >= LEAST_EXACT_GROUPS]
    if len(kept) < 2 or len(evidence.part(name).values) < 2:
        return None
    tables: dict[str, Json] = {d.determinant: {**d.table} for d in kept}
    return Repair(
        repair_id("dependency", (name,), "exact"),
        "dependency",
        (name, *tables),
        {"tables": tables, "least_votes": 2, "is_exact": True},
        {"trusted_rows": evidence.trusted_rows, "rows": max(d.rows for d in kept)},
    )
