"""Sixty rules over the synthetic order table, as data: many of them with failing rows."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

_COLUMNS = (
    "order_id", "order_code", "customer_id", "category", "country", "status", "quantity",
    "unit_price", "discount", "amount", "weight_kg", "ordered_on", "created_at", "shipped_at",
    "is_gift", "carrier", "email", "phone", "sku", "comment",
)  # fmt: skip
_RANGES: Mapping[str, Mapping[str, Any]] = {
    "customer_id": {"min": 0, "max": 300_000},
    "quantity": {"min": 1, "max": 10},
    "unit_price": {"min": 0.5, "max": 400.0},
    "discount": {"min": 0.0, "max": 0.3},
    "amount": {"min": 0.0, "max": 2_000.0},
    "weight_kg": {"min": 0.01, "max": 15.0},
    "ordered_on": {"min": "2021-01-05", "max": "2024-10-01"},
    "created_at": {"min": "2021-01-02", "max": "2030-01-01"},
    "shipped_at": {"min": "2021-01-02", "max": "2030-01-01"},
}
_SETS: Mapping[str, Sequence[str]] = {
    "category": (
        "Books", "Garden & Outdoor", "Toys", "Electronics", "Groceries", "Health",
        "Office supplies", "Sports", "Automotive", "Jewellery", "Música",
    ),
    "status": ("delivered", "shipped", "open", "returned"),
    "carrier": ("DHL", "UPS", "FedEx", "GLS"),
    "discount": (),
}  # fmt: skip
_LENGTHS: Mapping[str, tuple[int, int]] = {
    "order_code": (15, 20),
    "category": (4, 15),
    "country": (2, 2),
    "email": (10, 34),
    "phone": (11, 15),
    "sku": (11, 11),
    "comment": (10, 70),
}
_SHAPES: Mapping[str, str] = {
    "order_code": r"[A-Z]{2}-20[0-9]{2}-[0-9]{9}",
    "country": r"[A-Z]{2}",
    "email": r"[A-Za-z0-9.]+@[a-z.]+",
    "phone": r"\+1-[0-9]{3}-[0-9]{7}|\([0-9]{3}\) [0-9]{7}",
    "sku": r"SKU-[0-9]{5}-[XY]",
}
_PAIRS = (("created_at", "shipped_at"), ("discount", "quantity"), ("unit_price", "amount"))
_EXPRESSIONS = (
    "amount <= quantity * unit_price",
    "weight_kg * 100 >= quantity OR is_gift",
    "NOT (is_gift AND amount < 0)",
)


class Spec(NamedTuple):
    """One rule: kind, columns and parameters as in a rule file."""

    kind: str
    columns: tuple[str, ...]
    parameters: Mapping[str, Any]


def specs() -> list[Spec]:
    """The sixty rules, in order."""
    discounts = [0.0, 0.05, 0.1, 0.15, 0.2]
    found = [Spec("not_null", (name,), {}) for name in _COLUMNS]
    found += [Spec("range", (name,), bounds) for name, bounds in _RANGES.items()]
    found += [Spec("in_set", (c,), {"values": list(v) or discounts}) for c, v in _SETS.items()]
    found += [Spec("length", (c,), {"min": a, "max": b}) for c, (a, b) in _LENGTHS.items()]
    found += [Spec("shape", (c,), {"pattern": p}) for c, p in _SHAPES.items()]
    found += [Spec("column_pair", pair, {"operator": "<="}) for pair in _PAIRS]
    found += [Spec("unique", (c,), {}) for c in ("order_id", "order_code")]
    found += [Spec("expression", (), {"sql": sql}) for sql in _EXPRESSIONS]
    found += [Spec("null_share", (c,), {"max": 0.06}) for c in _COLUMNS[-7:]]
    assert len(found) == 60
    return found
