"""What is sold: orders, their lines, invoices and payments, in order and adding up.

What belongs here: rows and sums. Amounts are whole cents until they are written, so that sums are
exact.
"""

from datetime import date, timedelta

import numpy as np
import polars as pl

from dmaic_assets.analysis.injection.masters import DAYS, FIRST_DAY

# Orders by weekday from Monday on, and by month from January on, against the mean.
_BY_WEEKDAY = (1.3, 1.2, 1.1, 1.1, 1.2, 0.6, 0.4)
_BY_MONTH = (0.8, 0.8, 1.0, 1.1, 1.2, 1.1, 1.0, 0.9, 1.0, 1.0, 1.1, 1.2)
_CHANNELS = ("shop", "web", "partner")
_REPS = ("A. Brandt", "C. Duval", "E. Fisher", "G. Haas", "I. Jensen", "K. Lopez", "M. Novak")
# Sales tax, per cent of the net amount.
_TAX_PER_CENT = 20


def orders_and_lines(
    random: np.random.Generator, count: int, customers: int, products: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Orders by rising date, and one to six lines of each; amounts are in cents."""
    per_order = np.minimum(1 + random.poisson(1.5, count), 6)
    order = np.repeat(np.arange(count), per_order)
    place = np.arange(len(order)) - np.repeat(np.cumsum(per_order) - per_order, per_order)
    product = random.choice(products.height, len(order), p=_popularity(products.height))
    lines = _lines(random, product, products)
    net = np.bincount(order, lines["amount"], count).astype(np.int64)
    weights = products["unit_weight_kg"].to_numpy()[product] * lines["quantity"]
    orders = _orders(random, net, np.bincount(order, weights, count), customers)
    told = {"order_id": order + 1, "line_no": place + 1, "product_id": product + 1, **lines}
    return orders, pl.DataFrame(told)


def _popularity(count: int) -> np.ndarray:
    """A few products sell most: the n-th sells as 1 / (n + 10)."""
    weight = 1 / (np.arange(count) + 10.0)
    return weight / weight.sum()


def _lines(
    random: np.random.Generator, product: np.ndarray, products: pl.DataFrame
) -> dict[str, np.ndarray]:
    price = np.round(products["list_price"].to_numpy()[product] * 100).astype(np.int64)
    unit_cost = np.round(products["standard_cost"].to_numpy()[product] * 100).astype(np.int64)
    quantity = 1 + random.geometric(0.25, len(product))
    per_cent = random.choice([0, 5, 10, 15], len(product), p=[0.7, 0.15, 0.1, 0.05])
    amount = np.round(quantity * price * (100 - per_cent) / 100).astype(np.int64)
    cost = quantity * unit_cost
    return {
        "quantity": quantity,
        "unit_price": price,
        "discount_pct": per_cent,
        "amount": amount,
        "cost": cost,
        "margin": amount - cost,
    }


def _orders(
    random: np.random.Generator, net: np.ndarray, weight: np.ndarray, customers: int
) -> pl.DataFrame:
    count = len(net)
    days = [FIRST_DAY + timedelta(d) for d in range(DAYS)]
    share = np.array([_BY_WEEKDAY[d.weekday()] * _BY_MONTH[d.month - 1] for d in days])
    ordered = np.sort(random.choice(DAYS, count, p=share / share.sum()))
    shipped = ordered + random.integers(1, 8, count)
    is_cancelled = random.random(count) < 0.03
    is_gone = ~is_cancelled & (shipped < DAYS)
    tax = np.round(net * _TAX_PER_CENT / 100).astype(np.int64)
    status = np.where(is_cancelled, "cancelled", np.where(is_gone, "shipped", "open"))
    return pl.DataFrame(
        {
            "order_id": np.arange(1, count + 1),
            "customer_id": random.integers(1, customers + 1, count),
            "ordered_on": dates(ordered),
            "promised_on": dates(ordered + 7),
            "shipped_on": dates(np.where(is_gone, shipped, -1)),
            "status": status,
            "channel": random.choice(_CHANNELS, count, p=[0.35, 0.45, 0.2]),
            "sales_rep": random.choice(_REPS, count),
            "handling_minutes": np.round(random.gamma(9, 4, count), 1),
            "weight_kg": np.round(weight, 2),
            "freight": np.maximum(1, np.round(np.exp(random.normal(7, 1.6, count)))).astype(int),
            "net": net,
            "tax": tax,
            "total": net + tax,
        }
    )


def invoices(random: np.random.Generator, orders: pl.DataFrame) -> pl.DataFrame:
    """One invoice for each shipped order, on the day that it left; due in 14, 30 or 60 days."""
    gone = orders.filter(pl.col("status") == "shipped")
    terms = random.choice([14, 30, 60], gone.height, p=[0.2, 0.6, 0.2])
    return pl.DataFrame(
        {
            "invoice_id": np.arange(1, gone.height + 1) + 100_000,
            "order_id": gone["order_id"],
            "invoiced_on": gone["shipped_on"],
            "terms_days": terms,
            "due_on": gone["shipped_on"] + pl.Series(terms * 86_400_000_000, dtype=pl.Duration),
            "net": gone["net"],
            "tax": gone["tax"],
            "total": gone["total"],
        }
    )


def payments(random: np.random.Generator, invoices: pl.DataFrame) -> pl.DataFrame:
    """Payments that add up to their invoice; one in twenty is unpaid, one in ten comes in two."""
    paid = invoices.filter(pl.Series(random.random(invoices.height) >= 0.05))
    total = paid["total"].to_numpy()
    first = np.where(random.random(len(total)) < 0.1, total // 2, total)
    days = (paid["invoiced_on"] - FIRST_DAY).dt.total_days().to_numpy()
    paid_on = days + 1 + np.round(random.gamma(6, 4, len(total))).astype(np.int64)
    number = paid["invoice_id"].to_numpy()
    rest = first < total
    frame = pl.DataFrame(
        {
            "invoice_id": np.concatenate([number, number[rest]]),
            "day": np.concatenate([paid_on, paid_on[rest] + 14]),
            "amount": np.concatenate([first, (total - first)[rest]]),
        }
    )
    frame = frame.filter(pl.col("day") < DAYS).sort("day", "invoice_id")
    method = random.choice(["transfer", "card", "cash"], frame.height, p=[0.6, 0.35, 0.05])
    return pl.DataFrame(
        {
            "payment_id": np.arange(1, frame.height + 1) + 500_000,
            "invoice_id": frame["invoice_id"],
            "paid_on": dates(frame["day"].to_numpy()),
            "method": method,
            "amount": frame["amount"],
            "fee": np.round(random.normal(120, 15, frame.height)).astype(np.int64),
        }
    )


def dates(days: np.ndarray) -> list[date | None]:
    """Days since the first as dates; a negative one is none."""
    return [None if day < 0 else FIRST_DAY + timedelta(int(day)) for day in days]
