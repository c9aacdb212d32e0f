"""Pairs of a dirty and a clean table, made from real clean tables by written error processes.

`spoilt`: independent errors. Each column gets, with probability .7, one kind of error in a share of
its rows: one of spoil.py, the value of another row, or a gap; the latter two only where values
recur. Many of them nothing in the table contradicts: recall 1 cannot be reached.
`claimed`: sources tell of things. Each knows 88 % of the things; it is right in a share drawn from
Beta(6, 2), else it knows nothing (3 in 10) or has the value of one of three other things. Some
sources copy 90 % of what one of the first four says.

One pair in three is left out while working (`is_kept`), to state a closing figure on.
"""

import hashlib
from collections.abc import Iterator

import numpy as np
import polars as pl

from benchmarks import feeds
from benchmarks.spoil import KINDS, applies, kinds_for
from benchmarks.unseen.run import chosen
from benchmarks.unseen.tables import read

ROWS = 2_000
THINGS = 60
SOURCES = 30
SHARES = (0.02, 0.06)
COPYING = (0.0, 0.5, 0.8)
_WORK = ("cities", "polls", "diseases", "nations", "inspections", "crashes", "incidents",
         "homegames")  # fmt: skip
_LAHMAN = ("Teams", "Managers", "Schools", "Parks", "HallOfFame", "Salaries", "AwardsPlayers",
           "SeriesPost", "People")  # fmt: skip
_NYC = ("airports", "planes")
_THINGS = {
    "planes": ("tailnum", "year", "manufacturer", "model", "seats"),
    "Parks": ("parkkey", "parkname", "city", "state"),
    "airports": ("faa", "name", "lat", "alt", "tzone"),
    "People": ("playerID", "birthYear", "birthCity", "weight", "debut"),
    "Schools": ("schoolID", "name_full", "city", "state"),
}
Pair = tuple[str, pl.DataFrame, pl.DataFrame]


def pairs(*, kept: bool) -> Iterator[Pair]:
    """Name, dirty and clean table of each pair that was (not) kept for the closing figure."""
    for name in (*_WORK, *_LAHMAN, *_NYC):
        if is_kept(name) is kept:
            table = clean_table(name)
            for seed, share in enumerate(SHARES):
                rng = np.random.default_rng([seed, len(name)])
                yield f"{name}, {share:.0%} of some columns", *spoilt(table, rng, share)
    for name, columns in _THINGS.items():
        if is_kept(f"{name} claimed") is kept:
            for seed, share in enumerate(COPYING):
                rng = np.random.default_rng([seed, len(name)])
                yield f"{name}, {share:.0%} copy", *claimed(clean_table(name), columns, rng, share)


def is_kept(name: str) -> bool:
    """Whether a table is kept for the closing figure."""
    return int(hashlib.sha256(f"pairs/{name}".encode()).hexdigest(), 16) % 3 == 0


def clean_table(name: str) -> pl.DataFrame:
    """Some rows of a table as text, spread over all of it; what is missing is null."""
    if name in _WORK:
        table = read(next(t.source for t in chosen("work", [name])))
    else:
        table = feeds.nyc(name) if name in _NYC else feeds.lahman(name)
    table = table.with_columns(pl.when(pl.col(c) != "NA").then(pl.col(c)) for c in table.columns)
    return table[:: max(1, table.height // ROWS)].head(ROWS)


def spoilt(
    clean: pl.DataFrame, rng: np.random.Generator, share: float
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Independent errors in a share of the rows of most columns."""
    dirty = clean
    for name in clean.columns:
        values: list[str | None] = clean[name].to_list()
        kinds = [kind for kind in kinds_for(values) if kind != "null token"]
        if clean[name].n_unique() <= 0.5 * len(values):
            kinds += ["other", "other", "gap"]
        if not kinds or rng.random() < 0.3:
            continue
        kind = kinds[int(rng.integers(len(kinds)))]
        fits = [
            i
            for i, value in enumerate(values)
            if value is not None and (kind in {"other", "gap"} or applies(kind, value))
        ]
        worse = list(values)
        for row in rng.permutation(fits)[: int(share * len(values))].tolist():
            worse[row] = _wrong(kind, values, row, rng)
        dirty = dirty.with_columns(pl.Series(name, worse, dtype=pl.String))
    return dirty, clean


def _wrong(kind: str, values: list[str | None], row: int, rng: np.random.Generator) -> str | None:
    if kind == "gap":
        return None
    if kind == "other":
        return values[int(rng.integers(len(values)))]
    return KINDS[kind](str(values[row]), rng)


def claimed(
    clean: pl.DataFrame, columns: tuple[str, ...], rng: np.random.Generator, copying: float
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What sources say of things (the first column), and what is true of them."""
    things = clean.select(columns).drop_nulls().unique(subset=columns[0], maintain_order=True)
    truth = things.sample(THINGS, seed=int(rng.integers(1_000_000))).rows()
    right = rng.beta(6, 2, SOURCES)
    told: list[dict[int, list[str | None]]] = []
    for source in range(SOURCES):
        leader = None
        if source > 2 and rng.random() < copying:
            leader = told[int(rng.integers(min(source, 4)))]
        told.append(_told(truth, float(right[source]), leader, rng))
    dirty = [
        (f"site{s:02}", truth[i][0], *v) for s, said in enumerate(told) for i, v in said.items()
    ]
    true = [(f"site{s:02}", *truth[i]) for s, said in enumerate(told) for i in said]
    order = rng.permutation(len(dirty)).tolist()
    schema = dict.fromkeys(("source", *columns), pl.String)
    return (
        pl.DataFrame([dirty[i] for i in order], schema=schema, orient="row"),
        pl.DataFrame([true[i] for i in order], schema=schema, orient="row"),
    )


def _told(
    truth: list[tuple[str, ...]],
    right: float,
    leader: dict[int, list[str | None]] | None,
    rng: np.random.Generator,
) -> dict[int, list[str | None]]:
    told: dict[int, list[str | None]] = {}
    for thing, row in enumerate(truth):
        if rng.random() < 0.12:
            continue
        said: list[str | None] = []
        for place in range(1, len(row)):
            if leader is not None and thing in leader and rng.random() < 0.9:
                said.append(leader[thing][place - 1])
                continue
            drawn = (float(rng.random()) - right) / (1 - right)
            other = truth[(thing + 1 + int(rng.integers(3))) % len(truth)][place]
            said.append(row[place] if drawn < 0 else None if drawn < 0.3 else other)
        told[thing] = said
    return told
