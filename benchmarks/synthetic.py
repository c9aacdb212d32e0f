"""The synthetic order table that the speed figures are measured on: 20 columns of mixed types.

The same seed and number of rows give the same table; rows come in blocks with their own random
streams, so that a shorter table is the head of a longer one.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

ROWS = 5_000_000
BLOCK_ROWS = 250_000
CATEGORIES = (
    "Books", "Garden & Outdoor", "Toys", "Electronics", "Groceries", "Health", "Office supplies",
    "Sports", "Automotive", "Jewellery", "Pet care", "Música",
)  # fmt: skip
STATUSES = ("delivered", "shipped", "open", "returned", "cancelled")
WORDS = (
    "please", "leave", "the", "parcel", "at", "door", "with", "neighbour", "call", "before",
    "delivery", "gift", "wrap", "blue", "not", "fragile", "second", "floor", "ring", "twice",
    "ask", "for", "Anna", "Tom", "size", "fits", "well", "broken", "box", "late", "again",
    "thanks", "urgent", "invoice", "2024", "no.", "17", "to", "follow", "café", "straße", "never",
    "received", "colour", "differs", "from", "picture",
)  # fmt: skip
_CARRIERS = ("DHL", "UPS", "FedEx", "GLS", "DPD")
_DAY_US = 86_400_000_000
_START_DAY = 18_628  # 2021-01-01, days after 1970-01-01
_DAYS = 1_400


def synthetic_frame(rows: int = ROWS, *, seed: int = 20) -> pl.DataFrame:
    """Builds the whole table in memory."""
    return pl.concat(list(synthetic_blocks(rows, seed=seed)), rechunk=True)


def synthetic_blocks(rows: int, *, seed: int = 20) -> Iterator[pl.DataFrame]:
    """Builds the table block by block, in row order; at least one block, empty for 0 rows."""
    for number, start in enumerate(range(0, max(rows, 1), BLOCK_ROWS)):
        rng = np.random.default_rng([seed, number])
        yield _block(rng, start).head(rows - start)


def write_parquet(target: Path, rows: int = ROWS, *, seed: int = 20) -> None:
    """Writes the table as one Parquet file."""
    synthetic_frame(rows, seed=seed).write_parquet(target)


def write_csv(target: Path, rows: int = ROWS, *, seed: int = 20) -> None:
    """Writes the table as CSV with a header, block by block: memory does not grow with rows."""
    with target.open("wb") as out:
        for number, block in enumerate(synthetic_blocks(rows, seed=seed)):
            block.write_csv(out, include_header=number == 0, datetime_format="%Y-%m-%dT%H:%M:%S")


def write_narrow_csv(target: Path, rows: int, *, seed: int = 20) -> None:
    """Writes five columns of the same kind as CSV, about 46 bytes a row: many rows, cheaply."""
    with target.open("wb") as out:
        for number, start in enumerate(range(0, max(rows, 1), BLOCK_ROWS)):
            rng = np.random.default_rng([seed, number])
            block = _narrow_block(rng, start).head(rows - start)
            block.write_csv(out, include_header=number == 0)


def _narrow_block(rng: np.random.Generator, start: int) -> pl.DataFrame:
    n = BLOCK_ROWS
    ordered = (_START_DAY + rng.integers(0, _DAYS, n)).astype(np.int32)
    price = pl.Series(np.round(rng.lognormal(3.2, 1.1, n), 2))
    return pl.DataFrame(
        {
            "order_id": 10_000_001 + np.arange(start, start + n),
            "customer_id": (rng.beta(0.6, 3.0, n) * 400_000).astype(np.int64),
            "category": _pick(rng, CATEGORIES, skew=1.1),
            "ordered_on": pl.Series(ordered).cast(pl.Date),
            "unit_price": _with_nulls(rng, price, 0.02),
        }
    )


def _block(rng: np.random.Generator, start: int) -> pl.DataFrame:
    n = BLOCK_ROWS
    ids = np.arange(start, start + n)
    return pl.DataFrame(
        {
            "order_id": 10_000_001 + ids,
            "order_code": _order_codes(rng, ids),
            "customer_id": (rng.beta(0.6, 3.0, n) * 400_000).astype(np.int64),
            "category": _pick(rng, CATEGORIES, skew=1.1),
            "country": _pick(rng, _letter_pairs(64), skew=1.3),
            "status": _with_nulls(rng, _pick(rng, STATUSES, skew=1.6), 0.02),
            **_amounts(rng),
            **_times(rng, ids),
            "is_gift": rng.random(n) < 0.07,
            "carrier": _with_nulls(rng, _pick(rng, _CARRIERS, skew=0.8), 0.10),
            "email": _with_nulls(rng, _emails(rng), 0.05),
            "phone": _phones(rng),
            "sku": _skus(rng),
            "comment": _with_nulls(rng, _comments(rng), 0.40),
        }
    )


def _amounts(rng: np.random.Generator) -> dict[str, pl.Series | np.ndarray]:
    n = BLOCK_ROWS
    quantity = rng.geometric(0.35, n).astype(np.int32)
    price = np.round(rng.lognormal(3.2, 1.1, n), 2)
    discount = rng.choice([0.0, 0.05, 0.1, 0.15, 0.2, 0.5], n, p=[0.6, 0.15, 0.1, 0.08, 0.05, 0.02])
    sign = np.where(rng.random(n) < 0.01, -1.0, 1.0)
    weight = pl.Series(np.round(rng.gamma(2.0, 1.7, n), 3))
    return {
        "quantity": quantity,
        "unit_price": price,
        "discount": _with_nulls(rng, pl.Series(discount), 0.30),
        "amount": np.round(sign * quantity * price * (1 - discount), 2),
        "weight_kg": _with_nulls(rng, weight, 0.03),
    }


def _times(rng: np.random.Generator, ids: np.ndarray) -> dict[str, pl.Series]:
    n = BLOCK_ROWS
    created = _START_DAY * _DAY_US + (ids * 20 + rng.integers(0, 20, n)) * 1_000_000
    shipped = created + rng.integers(1, 20 * 86_400, n) * 1_000_000
    ordered = (_START_DAY + rng.integers(0, _DAYS, n)).astype(np.int32)
    return {
        "ordered_on": pl.Series(ordered).cast(pl.Date),
        "created_at": pl.Series(created).cast(pl.Datetime("us")),
        "shipped_at": _with_nulls(rng, pl.Series(shipped).cast(pl.Datetime("us")), 0.10),
    }


def _order_codes(rng: np.random.Generator, ids: np.ndarray) -> pl.Series:
    pairs = _pick(rng, _letter_pairs(8), skew=0.2)
    parts = pl.DataFrame({"pair": pairs, "id": ids * 7919 % 100_000_007, "year": ids % 4 + 2021})
    number = pl.col("id").cast(pl.String).str.zfill(9)
    return parts.select(pl.format("{}-{}-{}", "pair", "year", number)).to_series()


def _emails(rng: np.random.Generator) -> pl.Series:
    first = _pick(rng, ("anna", "tom", "li.wei", "j.smith", "maria", "O'Neil", "josé"), skew=0.5)
    host = _pick(rng, ("example.com", "mail.example.org", "example.co.uk"), skew=0.7)
    number = rng.integers(0, 3_000_000, BLOCK_ROWS)
    parts = pl.DataFrame({"first": first, "number": number, "host": host})
    return parts.select(pl.format("{}{}@{}", "first", "number", "host")).to_series()


def _phones(rng: np.random.Generator) -> pl.Series:
    parts = pl.DataFrame(
        {
            "area": rng.integers(200, 1000, BLOCK_ROWS),
            "line": rng.integers(1_000_000, 10_000_000, BLOCK_ROWS),
            "form": rng.choice(4, BLOCK_ROWS, p=[0.8, 0.15, 0.04, 0.01]),
        }
    )
    forms = ("+1-{}-{}", "({}) {}", "{} {}", "{}{}")
    chosen = pl.format(forms[-1], "area", "line")
    for code, form in enumerate(forms[:-1]):
        chosen = (
            pl.when(pl.col("form") == code).then(pl.format(form, "area", "line")).otherwise(chosen)
        )
    return parts.select(chosen).to_series()


def _skus(rng: np.random.Generator) -> pl.Series:
    parts = pl.DataFrame(
        {"code": rng.zipf(1.3, BLOCK_ROWS) % 20_000, "letter": _pick(rng, "XYZ", skew=0.5)}
    )
    number = pl.col("code").cast(pl.String).str.zfill(5)
    return parts.select(pl.format("SKU-{}-{}", number, "letter")).to_series()


def _comments(rng: np.random.Generator) -> pl.Series:
    count = rng.integers(3, 10, BLOCK_ROWS)
    words = pl.Series(WORDS).gather(rng.integers(0, len(WORDS), int(count.sum())))
    owners = np.repeat(np.arange(BLOCK_ROWS), count)
    lists = pl.DataFrame({"owner": owners, "word": words}).group_by("owner", maintain_order=True)
    return lists.agg("word").select(pl.col("word").list.join(" ")).to_series()


def _pick(rng: np.random.Generator, values: Sequence[str], *, skew: float) -> pl.Series:
    weights = 1.0 / np.arange(1, len(values) + 1) ** skew
    chosen = rng.choice(len(values), BLOCK_ROWS, p=weights / weights.sum())
    return pl.Series(list(values)).gather(chosen)


def _letter_pairs(count: int) -> list[str]:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [letters[i * 7 % 26] + letters[(i * 11 + i // 26) % 26] for i in range(count)]


def _with_nulls(rng: np.random.Generator, values: pl.Series, share: float) -> pl.Series:
    is_kept = pl.Series(rng.random(len(values)) >= share)
    nothing = pl.Series([None], dtype=values.dtype).new_from_index(0, len(values))
    return values.zip_with(is_kept, nothing)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the synthetic order table.")
    parser.add_argument("target", type=Path, help="a .parquet or .csv file")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seed", type=int, default=20)
    args = parser.parse_args()
    write = write_csv if args.target.suffix == ".csv" else write_parquet
    write(args.target, args.rows, seed=args.seed)


if __name__ == "__main__":
    main()
