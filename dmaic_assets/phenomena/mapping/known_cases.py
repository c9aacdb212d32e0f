"""Which rows a rule knows the case of: kinds that let an unknown determinant pass.

What belongs here: telling "passes because it is right" from "passes because nothing is known".
"""

from collections.abc import Callable, Mapping
from typing import cast

import polars as pl

from dmaic_assets.model import Json, Rule
from dmaic_assets.phenomena.mapping.rule import joined, known_map


def known_cases(rule: Rule) -> pl.Expr | None:
    """True where the rule's first columns are a case that it knows; None for other kinds.

    A row with a missing determinant gives null: it is no known case.
    """
    known = _KNOWN.get(rule.kind)
    if known is None:
        return None
    cases = pl.Series(list(known(rule)), dtype=pl.String)
    return joined(rule.columns[:-1]).is_in(pl.lit(cases).implode())


_KNOWN: Mapping[str, Callable[[Rule], Mapping[str, Json]]] = {
    "mapping": known_map,
    "range_by": lambda rule: cast("Mapping[str, Json]", rule.parameters["bounds"]),
}
