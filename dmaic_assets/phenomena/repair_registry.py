"""The registry of repair kinds: what each needs, and how a repair is applied to a table.

What belongs here: one entry per kind, the check of parameters, and the dispatch. `dedupe` drops
rows and is therefore applied by `changes` alone, after everything else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import polars as pl

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import Repair, RepairKind, pairs
from dmaic_assets.phenomena.derived.formulas import FORMULAS, INPUTS
from dmaic_assets.phenomena.exchange.shift import WAYS, by_shift
from dmaic_assets.phenomena.notation.repair import date_writer, number_writer, scaler
from dmaic_assets.phenomena.repair_rows import (
    RowFunction,
    by_dependency,
    by_formula,
    by_split,
    by_swap,
    rewritten,
    tables_of,
)
from dmaic_assets.phenomena.spelling.repair import (
    READ_AS,
    ValueFunction,
    case_setter,
    decoder,
    token_remover,
    trimmer,
    value_mapper,
)
from dmaic_assets.phenomena.typo.repair import typo_corrector
from dmaic_assets.table.text_table import column

ValueBuilder: TypeAlias = Callable[[Mapping[str, Json]], ValueFunction]


@dataclass(frozen=True, slots=True)
class KindFacts:
    """The parameters of a kind with the type each must have, and how many columns it takes."""

    parameters: Mapping[str, type | tuple[type, ...]]
    required: tuple[str, ...] = ()
    least_columns: int = 1
    most_columns: int = 1


_NUMBER = (int, float)
KIND_FACTS: Mapping[RepairKind, KindFacts] = MappingProxyType(
    {
        "encoding": KindFacts({"read_as": str}, ("read_as",)),
        "trim": KindFacts({}),
        "null_token": KindFacts({"tokens": list, "to": str}, ("tokens",)),
        "shift": KindFacts({"way": str, "values": dict, "shapes": dict}, ("way",), 3, 1000),
        "split": KindFacts({"values": list}, ("values",), 2, 2),
        "swap": KindFacts({"first": list, "second": list}, ("first", "second"), 2, 2),
        "number_format": KindFacts(
            {"style": str, "units": list, "factor": _NUMBER, "is_canonical": bool, "unit": str},
            ("style",),
        ),
        "date_format": KindFacts({"from": list, "to": str}, ("from", "to")),
        "scale": KindFacts({"factor": _NUMBER, "above": _NUMBER, "below": _NUMBER}, ("factor",)),
        "case": KindFacts({"spellings": list}, ("spellings",)),
        "value_map": KindFacts({"map": dict}, ("map",)),
        "typo": KindFacts({"domain": list, "is_closed": bool}, ("domain",)),
        "dependency": KindFacts(
            {"tables": dict, "least_votes": int, "is_exact": bool, "keep": list},
            ("tables",),
            2,
            1000,
        ),
        "derived": KindFacts({"formula": str, "by": int}, ("formula",), 2, 3),
        "dedupe": KindFacts({}, (), 0, 0),
    }
)
_VALUES: Mapping[RepairKind, ValueBuilder] = MappingProxyType(
    {
        "encoding": decoder,
        "trim": trimmer,
        "null_token": token_remover,
        "number_format": number_writer,
        "date_format": date_writer,
        "scale": scaler,
        "case": case_setter,
        "value_map": value_mapper,
        "typo": typo_corrector,
    }
)
_ROWS: Mapping[RepairKind, RowFunction] = MappingProxyType(
    {
        "shift": by_shift,
        "split": by_split,
        "swap": by_swap,
        "dependency": by_dependency,
        "derived": by_formula,
    }
)


def value_function(repair: Repair) -> ValueFunction | None:
    """The function of a repair that looks at one value at a time; None for other kinds."""
    builder = _VALUES.get(repair.kind)
    return None if builder is None else builder(repair.parameters)


def apply_repair(frame: pl.DataFrame, repair: Repair) -> dict[str, pl.Series]:
    """Applies a repair to text columns.

    Args:
        frame: Text columns; those of the repair are among them.
        repair: Any kind; `dedupe` writes no column.

    Returns:
        The columns that changed, row by row as in `frame`; none when nothing changed.
    """
    if repair.kind == "dedupe":
        return {}
    function = value_function(repair)
    if function is None:
        found = rewritten(frame, repair, _ROWS[repair.kind])
    else:
        name = repair.columns[0]
        found = {name: _mapped(frame.select(column(name)).to_series(), function)}
    return {n: s for n, s in found.items() if changed_cells(frame.get_column(n), s).any()}


def _mapped(text: pl.Series, function: ValueFunction) -> pl.Series:
    values = text.drop_nulls().unique().to_list()
    better = {value: fresh for value in values if (fresh := function(value)) != value}
    if not better:
        return text
    fresh = pl.Series(list(better.values()), dtype=pl.String)
    return text.replace(pl.Series(list(better), dtype=pl.String), fresh)


def changed_cells(before: pl.Series, after: pl.Series) -> pl.Series:
    """Tells row by row whether two text columns differ; null and "" are different."""
    return before.ne_missing(after)


def check_repair(repair: Repair) -> None:
    """Refuses a repair that has no meaning.

    Raises:
        BadInputError: A column or parameter is missing, unknown or of a wrong type.
    """
    facts = KIND_FACTS[repair.kind]
    count = len(repair.columns)
    if not facts.least_columns <= count <= facts.most_columns:
        wanted = f"{facts.least_columns} to {facts.most_columns}"
        raise _bad(repair, f"names {count} columns, not {wanted}", "Correct columns.")
    for key, value in repair.parameters.items():
        wanted = facts.parameters.get(key)
        if wanted is None:
            known = ", ".join(facts.parameters) or "none"
            raise _bad(repair, f"parameter {key} is unknown", f"Remove it; known: {known}.")
        if not _is_of(value, wanted):
            raise _bad(repair, f"parameter {key}: {value!r} has a wrong type", f"Correct {key}.")
    for key in facts.required:
        if key not in repair.parameters:
            raise _bad(repair, f"parameter {key} is missing", f"Give {key}.")
    culprit = _contradiction(repair)
    if culprit:
        raise _bad(repair, culprit, "Correct the parameters.")


def _is_of(value: Json, wanted: type | tuple[type, ...]) -> bool:
    if isinstance(value, bool):
        return wanted is bool
    if wanted is list:
        return isinstance(value, list | tuple) and all(isinstance(v, str) for v in value)
    if wanted is dict:
        return isinstance(value, Mapping)
    return isinstance(value, wanted)


def _contradiction(repair: Repair) -> str | None:
    """What makes the parameters unfit for applying them twice, or without meaning."""
    parameters = repair.parameters
    checks: Mapping[RepairKind, Callable[[], str | None]] = {
        "encoding": lambda: _not_among(str(parameters["read_as"]), READ_AS),
        "number_format": lambda: _not_among(str(parameters["style"]), ("1,234.5", "1.234,5")),
        "shift": lambda: _not_among(str(parameters["way"]), WAYS),
        "value_map": lambda: _chain(pairs(parameters, "map")),
        "scale": lambda: (
            None
            if ("above" in parameters) != ("below" in parameters)
            else "exactly one of above and below is needed"
        ),
        "dependency": lambda: _tables_complaint(repair),
        "derived": lambda: _formula_complaint(repair),
    }
    check = checks.get(repair.kind)
    return check() if check else None


def _not_among(value: str, known: tuple[str, ...]) -> str | None:
    return None if value in known else f"{value} is none of {', '.join(known)}"


def _chain(known: Mapping[str, str]) -> str | None:
    both = sorted(set(known) & set(known.values()))
    return f"map replaces {both[0]!r}, which it also writes" if both else None


def _tables_complaint(repair: Repair) -> str | None:
    tables = tables_of(repair.parameters)
    odd = set(tables) ^ set(repair.columns[1:])
    if odd:
        return f"tables and columns differ: {', '.join(sorted(odd))}"
    found = repair.parameters["tables"]
    whole = isinstance(found, Mapping) and all(isinstance(t, Mapping) for t in found.values())
    return None if whole else "tables does not map each determinant to a table"


def _formula_complaint(repair: Repair) -> str | None:
    formula = str(repair.parameters["formula"])
    if formula not in FORMULAS:
        return _not_among(formula, tuple(FORMULAS))
    wanted = INPUTS[formula]
    if len(repair.columns) != wanted + 1:
        return f"formula {formula} takes {wanted} inputs"
    by = repair.parameters.get("by", 1)
    return None if isinstance(by, int) and by > 0 else "by is no whole number above 0"


def _bad(repair: Repair, culprit: str, fix: str) -> BadInputError:
    return BadInputError(f"repair {repair.id} ({repair.kind})", culprit, fix)
