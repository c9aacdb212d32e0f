"""Repairs of values that contradict what other columns of their row determine.

What belongs here: the votes of the determinants and what they lead to. All that is compared with
is in the repair's parameters, so that what becomes of a row depends on that row alone.
"""

from collections.abc import Mapping

from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.cell_evidence import elected
from dmaic_assets.phenomena.contract.repair_kind import Repair, Texts, number, pairs, texts
from dmaic_assets.phenomena.typo.repair import is_misspelling


def tables_of(parameters: Mapping[str, Json]) -> Mapping[str, Mapping[str, str]]:
    """What each determinant's values lead to expect, by determinant."""
    found = parameters.get("tables")
    if not isinstance(found, Mapping):
        return {}
    return {str(name): pairs(found, str(name)) for name in found}


def votes_of(
    columns: Mapping[str, Texts], tables: Mapping[str, Mapping[str, str]], row: int
) -> list[str]:
    """What the determinants of one row lead to expect, one vote per determinant that knows."""
    found = ((table, columns[name][row]) for name, table in tables.items())
    return [table[value] for table, value in found if value is not None and value in table]


def by_dependency(columns: Mapping[str, Texts], repair: Repair) -> Mapping[str, Texts]:
    """Replaces values that contradict what the determinants of their row lead to expect.

    `tables` has, per determinant, the value that each of its values leads to. Values that some
    table leads to are right somewhere and stay, unless `is_exact` says that the dependency has no
    exceptions; so do those of `keep`. Otherwise only misspellings of the expected value are
    replaced. `least_votes` determinants must agree.
    """
    target = repair.columns[0]
    tables = tables_of(repair.parameters)
    least = int(number(repair.parameters, "least_votes", 1))
    is_exact = repair.parameters.get("is_exact") is True
    known = frozenset(v for table in tables.values() for v in table.values())
    known |= frozenset(texts(repair.parameters, "keep"))
    verdicts: dict[tuple[str, str], bool] = {}
    result = list(columns[target])
    for row, raw in enumerate(result):
        if raw is None or (raw in known and not is_exact):
            continue
        chosen = elected(votes_of(columns, tables, row))
        if chosen is None or chosen[1] < least or chosen[0] == raw:
            continue
        pair = (raw, chosen[0])
        if pair not in verdicts:
            verdicts[pair] = is_exact or is_misspelling(*pair)
        if verdicts[pair]:
            result[row] = chosen[0]
    return {target: result}


def by_vote(columns: Mapping[str, Texts], repair: Repair) -> Mapping[str, Texts]:
    """Replaces what a row says of a thing by what `values` has for it; gaps are not filled."""
    target, thing = repair.columns
    known = pairs(repair.parameters, "values")
    told = zip(columns[target], columns[thing], strict=True)
    return {target: [raw if raw is None else known.get(key or "", raw) for raw, key in told]}


def tables_complaint(repair: Repair) -> str | None:
    """What makes the tables of a dependency unfit; None when nothing does."""
    tables = tables_of(repair.parameters)
    odd = set(tables) ^ set(repair.columns[1:])
    if odd:
        return f"tables and columns differ: {', '.join(sorted(odd))}"
    found = repair.parameters["tables"]
    whole = isinstance(found, Mapping) and all(isinstance(t, Mapping) for t in found.values())
    return None if whole else "tables does not map each determinant to a table"
