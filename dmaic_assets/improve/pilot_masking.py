"""Masked recovery: clean cells are spoiled as the repair supposes, and it must restore them.

What belongs here: one way to spoil per kind. How often exactly the hidden value comes back, among
the spoiled cells that the repair touches, estimates its precision without knowing the truth.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import polars as pl

from dmaic_assets.phenomena.contract.repair_kind import Repair, RepairKind, number, pairs, texts
from dmaic_assets.phenomena.exchange.shift import LEFT, RIGHT, moved
from dmaic_assets.phenomena.notation.repair import PLAIN, canonical, moment_of
from dmaic_assets.phenomena.repair_registry import apply_repair
from dmaic_assets.table.text_table import column

Spoiler: TypeAlias = Callable[[str, Repair, np.random.Generator], str | None]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Spoiled cells that have no clean text of their own: what matters is that nothing else comes back.
UNTOUCHED: frozenset[RepairKind] = frozenset({"null_token", "value_map"})


@dataclass(frozen=True, slots=True)
class Recovery:
    """How many spoiled cells the repair touched, and how many it restored exactly."""

    touched: int
    restored: int


def recover(
    clean: pl.DataFrame, repair: Repair, rng: np.random.Generator, *, most: int
) -> Recovery:
    """Spoils clean cells of the repaired column and counts what comes back.

    Args:
        clean: Rows without a failing cell.
        repair: Any kind; `dedupe` has nothing to recover.
        rng: The random generator; the same state gives the same figures.
        most: How many rows are tried at most.
    """
    if repair.kind == "dedupe" or clean.is_empty():
        return Recovery(0, 0)
    rows = rng.permutation(clean.height)[:most]
    part = clean[np.sort(rows).tolist()]
    pair = _pair_spoiler(repair)
    spoiled = pair(part, repair) if pair else _spoiled(part, repair, rng)
    if spoiled is None:
        return Recovery(0, 0)
    wanted, worse = spoiled
    back = worse.with_columns(apply_repair(worse, repair).values())
    return _counted(wanted, worse, back, repair)


def _counted(
    wanted: pl.DataFrame, worse: pl.DataFrame, back: pl.DataFrame, repair: Repair
) -> Recovery:
    touched = restored = 0
    for name in repair.written:
        is_touched = back[name].ne_missing(worse[name]) | (
            worse[name].eq_missing(wanted[name]) if repair.kind in UNTOUCHED else False
        )
        is_right = back[name].eq_missing(wanted[name])
        touched += int(is_touched.sum())
        restored += int((is_touched & is_right).sum())
    return Recovery(touched, restored)


def _spoiled(
    part: pl.DataFrame, repair: Repair, rng: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """The rows as they should be and as they are spoiled, in the repaired column."""
    name = repair.columns[0]
    spoil = _SPOILERS[repair.kind]
    values = part.get_column(name).to_list()
    found = [None if not v or not v.strip() else spoil(v, repair, rng) for v in values]
    kept = [i for i, text in enumerate(found) if text is not None]
    if not kept:
        return None
    wanted = part[kept]
    if repair.kind == "encoding":
        wanted = wanted.with_columns((column(name) + "\u00e9").alias(name))
    worse = wanted.with_columns(pl.Series(name, [found[i] for i in kept], dtype=pl.String))
    if repair.kind == "number_format":
        wanted = wanted.with_columns(apply_repair(wanted, repair).values())
    return wanted, worse


def _edited(text: str, _: Repair, rng: np.random.Generator) -> str | None:
    """One slip: a letter exchanged, lost, doubled or swapped with the next one."""
    places = [i for i, c in enumerate(text) if c.isalnum()]
    if not places:
        return None
    at = places[int(rng.integers(len(places)))]
    letter = _LETTERS[int(rng.integers(len(_LETTERS)))]
    kinds = (
        text[:at] + letter + text[at + 1 :],
        text[:at] + text[at + 1 :],
        text[:at] + letter + text[at:],
        text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :],
    )
    worse = kinds[int(rng.integers(len(kinds)))]
    return worse if worse != text else None


def _decorated(text: str, repair: Repair, rng: np.random.Generator) -> str | None:
    units = texts(repair.parameters, "units")
    bare = text.strip()
    for unit in units:
        bare = bare.removesuffix(unit).strip()
    if not PLAIN.fullmatch(bare):
        return None
    if not units:
        return _marked(bare, repair)
    factor = number(repair.parameters, "factor", 1.0)
    amount = bare if factor == 1 else canonical(Decimal(bare) / Decimal(repr(factor)))
    return amount + units[int(rng.integers(len(units)))]


def _marked(text: str, repair: Repair) -> str | None:
    if repair.parameters.get("style") == "1.234,5":
        return text.replace(".", ",") if "." in text else None
    whole, point, rest = text.partition(".")
    grouped = f"{int(whole):,}" if whole.lstrip("+-").isdigit() else whole
    return f"{grouped}{point}{rest}" if "," in grouped else None


def _redated(text: str, repair: Repair, rng: np.random.Generator) -> str | None:
    moment = moment_of(text.strip(), str(repair.parameters["to"]))
    sources = texts(repair.parameters, "from")
    return None if moment is None else moment.strftime(sources[int(rng.integers(len(sources)))])


def _rescaled(text: str, repair: Repair, _: np.random.Generator) -> str | None:
    if not PLAIN.fullmatch(text.strip()):
        return None
    return canonical(Decimal(text.strip()) / Decimal(repr(number(repair.parameters, "factor", 1))))


def _recased(text: str, repair: Repair, _: np.random.Generator) -> str | None:
    return text.swapcase() if text in texts(repair.parameters, "spellings") else None


def _padded(text: str, _: Repair, rng: np.random.Generator) -> str | None:
    return f" {text}" if rng.random() < 0.5 else f"{text} "


def _misread(text: str, repair: Repair, _: np.random.Generator) -> str | None:
    raw = (text + "\u00e9").encode()
    try:
        return raw.decode(str(repair.parameters["read_as"]))
    except UnicodeError:
        return None


def _as_it_is(text: str, repair: Repair, _: np.random.Generator) -> str | None:
    known = pairs(repair.parameters, "map")
    return text if text not in known else None


def _other_number(text: str, _: Repair, rng: np.random.Generator) -> str | None:
    return str(int(rng.integers(1, 10))) + text if text.isdigit() else None


_SPOILERS: Mapping[RepairKind, Spoiler] = MappingProxyType(
    {
        "encoding": _misread,
        "trim": _padded,
        "null_token": _as_it_is,
        "number_format": _decorated,
        "date_format": _redated,
        "scale": _rescaled,
        "case": _recased,
        "value_map": _as_it_is,
        "typo": _edited,
        "dependency": _edited,
        "derived": _other_number,
    }
)


def _pair_spoiler(
    repair: Repair,
) -> Callable[[pl.DataFrame, Repair], tuple[pl.DataFrame, pl.DataFrame] | None] | None:
    return {"split": _merged, "swap": _swapped, "shift": _displaced}.get(repair.kind)


def _merged(part: pl.DataFrame, repair: Repair) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    first, second = repair.columns
    values = texts(repair.parameters, "values")
    wanted = part.filter(column(second).is_in(list(values)) & (column(first).str.len_chars() > 0))
    worse = wanted.with_columns(
        (column(first) + " " + column(second)).alias(first),
        pl.lit(None, dtype=pl.String).alias(second),
    )
    return (wanted, worse) if wanted.height else None


def _swapped(part: pl.DataFrame, repair: Repair) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    first, second = repair.columns
    ours, theirs = (list(texts(repair.parameters, key)) for key in ("first", "second"))
    wanted = part.filter(column(first).is_in(ours) & column(second).is_in(theirs))
    worse = wanted.with_columns(column(first).alias(second), column(second).alias(first))
    return (wanted, worse) if wanted.height else None


def _displaced(part: pl.DataFrame, repair: Repair) -> tuple[pl.DataFrame, pl.DataFrame] | None:
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
