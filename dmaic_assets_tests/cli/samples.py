"""Small source files that look like one feed: orders, a file per day."""

import random
from pathlib import Path

ROWS = 300
COUNTRIES = ("DE", "FR", "IT", "ES")


def orders(day: int, *, rows: int = ROWS) -> list[dict[str, str]]:
    chance = random.Random(day)
    return [
        {
            "order_id": str(day * 10_000 + number),
            "ordered_at": f"2026-11-{day:02d}T{number * 24 // rows:02d}:{number % 60:02d}:00",
            "country": chance.choice(COUNTRIES),
            "amount": f"{chance.uniform(5, 500):.2f}",
            "units": str(chance.randint(1, 9)),
        }
        for number in range(rows)
    ]


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_days(folder: Path, days: range) -> list[Path]:
    return [write_csv(folder / f"orders-2026-11-{day:02d}.csv", orders(day)) for day in days]
