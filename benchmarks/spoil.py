"""Spoils clean tables with errors of known kinds, cell by cell, so that the truth is known.

Each kind is done to columns that it applies to; which ones is drawn from the random generator.
"""

import re
from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
Spoil = Callable[[str, np.random.Generator], str | None]


def typo(text: str, rng: np.random.Generator) -> str:
    places = [i for i, c in enumerate(text) if c.isalpha()]
    at = int(rng.choice(places))
    letter = LETTERS[int(rng.integers(26))]
    kinds = (
        text[:at] + letter + text[at + 1 :],
        text[:at] + text[at + 1 :],
        text[:at] + letter + text[at:],
    )
    return kinds[int(rng.integers(3))]


def marked(text: str, _: np.random.Generator) -> str:
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}"


def united(text: str, rng: np.random.Generator) -> str:
    return text + (" kg", "kg", " kg.")[int(rng.integers(3))]


def redated(text: str, _: np.random.Generator) -> str:
    year, month, day = text.split("-")
    return f"{day}.{month}.{year}"


def emptied(_: str, rng: np.random.Generator) -> str:
    return ("N/A", "NULL", "n/a")[int(rng.integers(3))]


def recased(text: str, _: np.random.Generator) -> str:
    return text.swapcase()


def padded(text: str, rng: np.random.Generator) -> str:
    return text + " " if rng.random() < 0.5 else " " + text


KINDS: Mapping[str, Spoil] = {
    "typo": typo,
    "case": recased,
    "blank": padded,
    "null token": emptied,
    "thousands": marked,
    "unit": united,
    "date": redated,
}


def spoiled(
    clean: pl.DataFrame, rng: np.random.Generator, *, share: float = 0.04
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Spoils `share` of the cells of most columns, one kind of error per column.

    Returns:
        The dirty table and its truth: the clean one, but empty where a token took a value's
        place. Tables that spell "no value" as NA get no other tokens, since only they know.
    """
    has_token = any((clean[name] == "NA").any() for name in clean.columns)
    dirty, truth = clean, clean
    for name in clean.columns:
        values = clean[name].to_list()
        kinds = [k for k in kinds_for(values) if not (has_token and k == "null token")]
        if not kinds or rng.random() < 0.2:
            continue
        kind = kinds[int(rng.integers(len(kinds)))]
        fits = [i for i, v in enumerate(values) if v is not None and applies(kind, v)]
        chosen = rng.permutation(fits)[: int(share * len(values))].tolist()
        worse, right = list(values), list(values)
        for row in chosen:
            worse[row] = KINDS[kind](values[row], rng)
            right[row] = None if kind == "null token" else right[row]
        dirty = dirty.with_columns(pl.Series(name, worse, dtype=pl.String))
        truth = truth.with_columns(pl.Series(name, right, dtype=pl.String))
    return dirty, truth


def kinds_for(values: list[str | None]) -> list[str]:
    """The kinds that at least one in five values of a column allows."""
    known = [v for v in values if v is not None]
    return [
        kind for kind in KINDS if known and sum(applies(kind, v) for v in known) >= 0.2 * len(known)
    ]


def broken(
    clean: pl.DataFrame, column: str, rng: np.random.Generator, *, share: float = 0.03
) -> pl.DataFrame:
    """Puts values of other rows into a column: well-formed, and wrong."""
    values = clean[column].to_list()
    for row in rng.permutation(len(values))[: int(share * len(values))].tolist():
        values[row] = values[int(rng.integers(len(values)))]
    return clean.with_columns(pl.Series(column, values, dtype=pl.String))


def applies(kind: str, value: str) -> bool:
    """Whether an error of a kind can be done to a value."""
    is_number = bool(_NUMBER.fullmatch(value))
    if kind in ("null token", "unit"):
        return is_number
    if kind == "thousands":
        return is_number and abs(float(value)) >= 1000 and len(value.partition(".")[0]) >= 4
    if kind == "date":
        return bool(_DATE.fullmatch(value))
    return any(c.isalpha() for c in value) and len(value) >= 2
