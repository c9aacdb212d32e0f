"""Clean streams of files as businesses deliver them for months, made from a seed.

Counters pass powers of ten, years and clocks change, new countries and products appear, trade has
seasons: all of it is natural, so that every file of a stream is clean. What no file may do (a code
of fixed width cut short, a digit too many, a lost prefix) is in `DAMAGES`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

Rng: TypeAlias = np.random.Generator
FILES = 48
_COUNTRIES = ("DE", "FR", "IT", "ES", "PL", "NL", "AT", "BE", "CZ", "DK", "SE", "PT", "NO", "CH")
_WORDS = ("login", "printer", "mail", "invoice", "slow", "error", "access", "phone", "lost", "new")
_FIRST = ("anna", "tom", "maria", "li", "omar", "ines", "paul", "eva", "jan", "kim")
_BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream: its files in order, the columns whose width is a rule, and those that count on."""

    name: str
    files: tuple[pl.DataFrame, ...]
    fixed: tuple[str, ...]
    growing: tuple[str, ...]


def _near(rng: Rng, power: int, per_file: float) -> int:
    """Where a counter starts so that it passes a power of ten somewhere in the stream."""
    return max(1, int(10**power - per_file * rng.uniform(9, FILES)))


def _days(rng: Rng) -> list[date]:
    first = date(2023, 1, 1) + timedelta(days=int(rng.integers(0, 700)))
    step = int(rng.choice([1, 1, 7]))
    return [first + timedelta(days=step * i) for i in range(FILES)]


def _rows(rng: Rng, day: date, usual: float, trend: float) -> int:
    season = 1.0 + 0.25 * np.sin(2 * np.pi * day.timetuple().tm_yday / 365)
    weekday = 0.75 if day.weekday() >= 5 else 1.0
    return max(12, int(rng.poisson(usual * season * weekday * trend)))


def _clock(rng: Rng, day: date, n: int) -> list[str]:
    start = datetime(day.year, day.month, day.day, tzinfo=_BERLIN)
    seconds = np.sort(rng.integers(0, 86_400, n))
    return [
        (start + timedelta(seconds=int(s))).replace(tzinfo=None).isoformat(sep=" ") for s in seconds
    ]


def _offsets(rng: Rng, day: date, n: int) -> list[str]:
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("UTC"))
    seconds = np.sort(rng.integers(0, 86_400, n))
    return [(start + timedelta(seconds=int(s))).astimezone(_BERLIN).isoformat() for s in seconds]


def _pick(rng: Rng, values: Sequence[str], n: int, skew: float = 1.0) -> list[str]:
    weights = 1 / np.arange(1, len(values) + 1) ** skew
    return [values[i] for i in rng.choice(len(values), n, p=weights / weights.sum())]


def _gone(rng: Rng, values: Sequence[str], share: float) -> list[str]:
    return ["" if rng.random() < share else v for v in values]


def _orders(rng: Rng) -> Stream:
    days, usual = _days(rng), float(rng.uniform(60, 200))
    number, person = _near(rng, 4, usual), _near(rng, 4, usual / 3)
    first, files = int(rng.integers(6, 10)), []
    for i, day in enumerate(days):
        n = _rows(rng, day, usual, 1 + i / 100)
        born = max(1, n // 3)
        known = rng.integers(max(1, person - 800), person + born, n)
        known[rng.choice(n, born, replace=False)] = np.arange(person, person + born)
        skus = _pick(rng, [f"SKU-{k * 37 % 20_000:05d}" for k in range(1, 60 + i)], n, 0.6)
        quantity, price = rng.geometric(0.5, n), np.round(rng.lognormal(3, 0.7, n), 2)
        files.append(
            {
                "order_id": [str(number + k) for k in range(n)],
                "order_no": [f"ORD-{number + k}" for k in range(n)],
                "customer": [f"person{k}@shop.example" for k in known],
                "country": _pick(rng, _COUNTRIES[: first + i // 12], n),
                "zip": [f"{k:05d}" for k in rng.integers(1067, 99998, n)],
                "sku": skus,
                "quantity": [str(k) for k in quantity],
                "price": [f"{p:.2f}" for p in price],
                "total": [f"{q * p:.2f}" for q, p in zip(quantity, price, strict=True)],
                "ordered_at": _clock(rng, day, n),
                "coupon": _gone(rng, [f"C{k:04d}" for k in rng.integers(0, 10_000, n)], 0.8),
            }
        )
        number, person = number + n, person + born
    return _stream("orders", files, ("zip", "sku", "coupon"), ("order_no", "customer"))


def _customers(rng: Rng) -> Stream:
    """Every file is the whole list, which grows."""
    days, born = _days(rng), int(rng.integers(4, 14))
    start = _near(rng, 3, born) if rng.random() < 0.7 else _near(rng, 2, 3)
    born = born if start > 99 else 3
    size = start + born * FILES
    fixed = {
        "customer": [f"C{k}" for k in range(1, size + 1)],
        "email": [f"{_FIRST[k * 7 % 10]}.{k}@mail.example" for k in range(1, size + 1)],
        "phone": [f"+49 30 {k}" for k in rng.integers(1_000_000, 10_000_000, size)],
        "country": _pick(rng, _COUNTRIES[:8], size),
        "iban": [
            f"DE{k:02d}{j:016d}"
            for k, j in zip(rng.integers(0, 97, size), rng.integers(0, 10**16, size), strict=True)
        ],
        "since": [
            (date(2019, 1, 1) + timedelta(days=int(1400 * k / size))).isoformat()
            for k in range(size)
        ],
        "points": [str(k) for k in rng.geometric(0.02, size)],
    }
    files = [{name: v[: start + born * i] for name, v in fixed.items()} for i in range(len(days))]
    return _stream("customers", files, ("phone", "iban", "country"), ("customer", "email"))


def _tickets(rng: Rng) -> Stream:
    days, usual = _days(rng), float(rng.uniform(25, 70))
    number, files = _near(rng, int(rng.choice([3, 4])), usual), []
    teams = ("OPS", "NET", "HR")
    for i, day in enumerate(days):
        n = _rows(rng, day, usual, 1.0)
        opened = _offsets(rng, day, n)
        hours = np.round(rng.lognormal(1, 1, n), 1)
        files.append(
            {
                "ticket": [f"{t}-{number + k}" for k, t in enumerate(_pick(rng, teams, n, 0.3))],
                "opened": opened,
                "hours": [str(h) for h in hours],
                "agent": _pick(rng, [f"agent {k}" for k in range(1, 8 + i // 8)], n, 0.4),
                "priority": _pick(rng, ("P3", "P2", "P4", "P1"), n, 0.8),
                "subject": [" ".join(rng.choice(_WORDS, rng.integers(2, 7))) for _ in range(n)],
                "batch": [f"export {95 + i}"] * n,
                "device": [f"{k:08x}" for k in rng.integers(0, 2**32, n)],
            }
        )
        number += n
    return _stream("tickets", files, ("priority", "device"), ("ticket",))


def _invoices(rng: Rng) -> Stream:
    days, usual = _days(rng), float(rng.uniform(30, 90))
    number, files, year = _near(rng, 3, usual), [], days[0].year
    padded = bool(rng.random() < 0.5)
    width = 4 if padded else 0
    number = _near(rng, 4, usual) if padded and rng.random() < 0.7 else number
    for day in days:
        n = _rows(rng, day, usual, 1.0)
        if day.year != year:
            number, year = 1, day.year
        net = np.round(rng.lognormal(5, 1, n), 2)
        files.append(
            {
                "invoice": [f"{year}-{number + k:0{width}d}" for k in range(n)],
                "customer_no": [f"K{k}" for k in rng.integers(100_000, 1_000_000, n)],
                "net": [f"{v:.2f}" for v in net],
                "tax": [f"{v * 0.19:.2f}" for v in net],
                "gross": [f"{v + round(v * 0.19, 2):.2f}" for v in net],
                "issued": [day.isoformat()] * n,
                "due": [(day + timedelta(days=14)).isoformat()] * n,
                "currency": _pick(rng, ("EUR", "CHF", "USD"), n, 1.5),
                "vat_id": [f"DE{k}" for k in rng.integers(100_000_000, 1_000_000_000, n)],
            }
        )
        number += n
    return _stream("invoices", files, ("customer_no", "currency", "vat_id"), ("invoice",))


def _shipments(rng: Rng) -> Stream:
    days, usual = _days(rng), float(rng.uniform(40, 120))
    number, tour, files = _near(rng, 5, usual), _near(rng, 2, 1), []
    carriers = ("DHL", "UPS", "GLS", "DPD", "Hermes")
    for i, day in enumerate(days):
        n = _rows(rng, day, usual * (1.3 if day.month == 12 else 1), 1.0)
        weight = np.round(rng.gamma(2, 2, n), 2)
        files.append(
            {
                "parcel": [f"PK/{number + k}/A" for k in range(n)],
                "tracking": [f"1Z{k:012d}" for k in rng.integers(0, 10**12, n)],
                "tour": [f"Tour {tour + i}-{k}" for k in rng.integers(1, 5, n)],
                "carrier": _pick(rng, carriers[: 3 + (i > 20) + (i > 33)], n, 0.7),
                "weight": [f"{w:.2f}" for w in weight],
                "to": _pick(rng, _COUNTRIES[: 8 + i // 16], n),
                "sent": _clock(rng, day, n),
                "depot": _pick(rng, [f"D{k:02d}" for k in range(1, 13)], n, 0.3),
            }
        )
        number += n
    return _stream("shipments", files, ("tracking", "depot"), ("parcel",))


def _sensors(rng: Rng) -> Stream:
    days, devices = _days(rng), int(rng.integers(4, 8))
    number, build, files = _near(rng, 5, devices * 24), 95, []
    for i, day in enumerate(days):
        warm = 10 - 9 * np.cos(2 * np.pi * day.timetuple().tm_yday / 365)
        hours = [f"{day.isoformat()}T{h:02d}:00:00Z" for h in range(24) for _ in range(devices)]
        n = len(hours)
        files.append(
            {
                "message": [f"m{number + k}" for k in range(n)],
                "at": hours,
                "device": [f"S-{k:02d}" for _ in range(24) for k in range(1, devices + 1)],
                "temperature": [f"{v:.1f}" for v in warm + rng.normal(0, 2, n)],
                "humidity": [str(int(v)) for v in np.clip(rng.normal(60, 9, n), 5, 100)],
                "firmware": [f"v2.{8 + i // 12}.{(build + i // 3) % 12}"] * n,
                "checksum": [f"{k:06X}" for k in rng.integers(0, 2**24, n)],
            }
        )
        number += n
    return _stream("sensors", files, ("device", "checksum"), ("message",))


def _events(rng: Rng) -> Stream:
    """Users are a growing population that rows are drawn from."""
    days, usual = _days(rng), float(rng.uniform(80, 250))
    users, born, files = 0, int(rng.integers(8, 40)), []
    users = _near(rng, int(rng.choice([3, 4])), born)
    pages = ("home", "cart", "item", "help")
    for day in days:
        n = _rows(rng, day, usual, 1.0)
        users += born
        files.append(
            {
                "user": [f"user_{k}" for k in rng.integers(1, users + 1, n)],
                "path": [
                    f"/{p}/{k}"
                    for p, k in zip(
                        _pick(rng, pages, n, 0.5), rng.integers(1, users, n), strict=True
                    )
                ],
                "ip": [".".join(map(str, rng.integers(1, 255, 4))) for _ in range(n)],
                "status": _pick(rng, ("200", "404", "302", "500"), n, 2.0),
                "at": _clock(rng, day, n),
                "ms": [str(k) for k in rng.geometric(0.01, n)],
                "session": [f"{a:08x}{b:08x}" for a, b in rng.integers(0, 2**32, (n, 2))],
                "plan": _pick(rng, ("free", "pro", "team"), n),
            }
        )
    return _stream("events", files, ("session", "status"), ("user",))


def _stream(
    name: str,
    files: Sequence[Mapping[str, list[str]]],
    fixed: tuple[str, ...],
    growing: tuple[str, ...],
) -> Stream:
    return Stream(name, tuple(pl.DataFrame(dict(f)) for f in files), fixed, growing)


KINDS: Mapping[str, Callable[[Rng], Stream]] = {
    "orders": _orders,
    "customers": _customers,
    "tickets": _tickets,
    "invoices": _invoices,
    "shipments": _shipments,
    "sensors": _sensors,
    "events": _events,
}


def _last_lost(value: str, _: Rng) -> str:
    return value[:-1]


def _digit_more(value: str, rng: Rng) -> str:
    at = max((i for i, c in enumerate(value) if c.isdigit()), default=-1)
    return value if at < 0 else f"{value[: at + 1]}{rng.integers(0, 10)}{value[at + 1 :]}"


def _digit_less(value: str, _: Rng) -> str:
    at = max((i for i, c in enumerate(value) if c.isdigit()), default=-1)
    return value if at < 0 else value[:at] + value[at + 1 :]


def _unpadded(value: str, _: Rng) -> str:
    """Zeros in front of a number are lost, as when a spreadsheet opened the file."""
    at = next((i for i, c in enumerate(value) if c.isdigit()), 0)
    rest = value[at:].lstrip("0")
    return value[:at] + (rest or "0")


def _letter_in(value: str, _: Rng) -> str:
    at = next((i for i, c in enumerate(value) if c.isdigit()), -1)
    return value if at < 0 else f"{value[:at]}O{value[at + 1 :]}"


def _first_lost(value: str, _: Rng) -> str:
    return value[1:]


def _doubled(value: str, _: Rng) -> str:
    return value + value


Damage: TypeAlias = Callable[[str, Rng], str]
# What is done to codes of fixed width, and to numbers that count on.
FIXED: Mapping[str, Damage] = {
    "last character lost": _last_lost,
    "digit more": _digit_more,
    "zeros lost": _unpadded,
    "first character lost": _first_lost,
}
GROWING: Mapping[str, Damage] = {
    "digit less": _digit_less,
    "digit more": _digit_more,
    "letter in number": _letter_in,
    "doubled": _doubled,
    "first character lost": _first_lost,
}
