"""Pairs of a dirty and a clean table: values of real tables written in other forms, or mixed up.

Other tables than those of made_pairs.py, and other kinds of errors: currency signs, percent signs,
decimal commas, thousands marks, other formats of dates, edge and inner blanks, case, lost or added
zeros, spelled nulls, slips, and values of other rows. Each column gets, with probability .7, one
kind that it allows in a share of its rows.

One table in three is left out while working (`is_kept`), to state a closing figure on.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import polars as pl

from benchmarks.made_pairs import ROWS, SHARES, Pair
from benchmarks.spoil import KINDS as USUAL
from benchmarks.spoil import Spoil, applies
from benchmarks.unseen.tables import read
from dmaic_assets.phenomena.notation.propose_dates import DATE_FORMATS
from dmaic_assets.phenomena.notation.repair import moment_of

TABLES = ("vega/airports", "vega/seattle-weather", "Ecdat/breaches", "HSAUR/Forbes2000",
          "openintro/birds", "openintro/ucla_f18", "openintro/cpu", "ratdat/complete",
          "gt/pizzaplace", "medicaldata/covid_testing", "dplyr/storms",
          "openintro/mlb_players_18", "openintro/get_it_dunn_run", "openintro/london_murders",
          "validate/nace_rev2", "validate/samplonomy", "dragracer/rpdr_contep",
          "modeldata/lending_club", "stevedata/fakeAPI", "openintro/epa2021",
          "modeldata/Sacramento", "openintro/hfi", "AER/Municipalities",
          "Ecdat/HHSCyberSecurityBreaches")  # fmt: skip
# A column of a format has this share of its values in it.
_NEARLY_ALL = 0.95
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def pairs(*, kept: bool) -> Iterator[Pair]:
    """Name, dirty and clean table of each pair that was (not) kept for the closing figure."""
    for source in TABLES:
        if is_kept(source) is kept:
            table = clean_table(source)
            for seed, share in enumerate(SHARES):
                rng = np.random.default_rng([seed, len(source), 7])
                yield f"{source}, {share:.0%} otherwise", *rewritten(table, rng, share)


def is_kept(source: str) -> bool:
    """Whether a table is kept for the closing figure."""
    return int(hashlib.sha256(f"forms/{source}".encode()).hexdigest(), 16) % 3 == 0


def clean_table(source: str) -> pl.DataFrame:
    """Some rows of a table as text, spread over all of it; what is missing is null."""
    table = read(source)
    table = table[:, :30].with_columns(
        pl.when(pl.col(c) != "NA").then(pl.col(c)) for c in table.columns[:30]
    )
    return table[:: max(1, table.height // ROWS)].head(ROWS)


def rewritten(
    clean: pl.DataFrame, rng: np.random.Generator, share: float
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Independent errors in a share of the rows of most columns, and the truth."""
    dirty, truth = clean, clean
    for name in clean.columns:
        values: list[str | None] = clean[name].to_list()
        kinds = {**_kinds(values)}
        if not kinds or rng.random() < 0.3:
            continue
        kind = [*kinds][int(rng.integers(len(kinds)))]
        worse, right = list(values), list(values)
        fits = [i for i, v in enumerate(values) if v is not None and kinds[kind](v, rng) != v]
        for row in rng.permutation(fits)[: int(share * len(values))].tolist():
            worse[row] = kinds[kind](str(values[row]), rng)
            right[row] = None if kind == "null token" else right[row]
        dirty = dirty.with_columns(pl.Series(name, worse, dtype=pl.String))
        truth = truth.with_columns(pl.Series(name, right, dtype=pl.String))
    return dirty, truth


def _kinds(values: list[str | None]) -> Mapping[str, Spoil]:
    """The kinds of error that a column allows, each with its function."""
    known = [v for v in values if v is not None]
    if not known:
        return {}
    found: dict[str, Spoil] = {}
    if _most(known, lambda v: bool(_NUMBER.fullmatch(v))):
        found = _of_numbers(known)
    elif form := next((f for f in DATE_FORMATS if _most(known, _is_date(f))), ""):
        found = {"date": lambda v, rng: _redated(v, form, rng)}
    else:
        found = {"blank": _padded, "case": _recased, "typo": _mistyped}
    if sum(" " in v.strip() for v in known) >= 0.2 * len(known):
        found["inner blank"] = lambda v, _: v.replace(" ", "  ", 1)
    if len(set(known)) <= 0.5 * len(known):
        found["other"] = lambda _, rng: known[int(rng.integers(len(known)))]
    return found


def _of_numbers(known: list[str]) -> dict[str, Spoil]:
    found: dict[str, Spoil] = {
        "currency": _paid,
        "percent": lambda v, _: f"{v}%",
        "null token": _emptied,
    }
    if any("." in v for v in known):
        found["comma"] = lambda v, _: v.replace(".", ",")
    if sum(_is_large(v) for v in known) >= 0.2 * len(known):
        found["thousands"] = lambda v, rng: USUAL["thousands"](v, rng) if _is_large(v) else v
    lengths = {len(v) for v in known}
    if _most(known, str.isdigit) and len(lengths) == 1 and max(lengths) > 1:
        found["zeros"] = lambda v, _: v.lstrip("0") or v if v[0] == "0" else f"00{v}"
    return found


def _is_large(value: str) -> bool:
    return bool(_NUMBER.fullmatch(value)) and applies("thousands", value)


def _is_date(form: str) -> Callable[[str], bool]:
    return lambda value: moment_of(value, form) is not None


def _most(known: list[str], is_so: Callable[[str], bool]) -> bool:
    return sum(is_so(v) for v in known) >= _NEARLY_ALL * len(known)


def _paid(value: str, rng: np.random.Generator) -> str:
    return (f"${value}", f"$ {value}", f"{value} USD")[int(rng.integers(3))]


def _emptied(_: str, rng: np.random.Generator) -> str:
    return ("N/A", "-", "null", "unknown")[int(rng.integers(4))]


def _redated(value: str, form: str, rng: np.random.Generator) -> str:
    moment = moment_of(value, form)
    other = ("%d.%m.%Y", "%d %b %Y", "%Y/%m/%d")[int(rng.integers(3))]
    if moment is None or other == form or ":" in value:
        return value
    return moment.strftime(other)


def _padded(value: str, rng: np.random.Generator) -> str:
    return (f" {value}", f"{value} ", f"{value}\u00a0")[int(rng.integers(3))]


def _recased(value: str, rng: np.random.Generator) -> str:
    return (value.swapcase(), value.upper(), value.lower())[int(rng.integers(3))]


def _mistyped(value: str, rng: np.random.Generator) -> str:
    return USUAL["typo"](value, rng) if applies("typo", value) else value
