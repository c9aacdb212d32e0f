"""Two tables that hang together, clean or damaged, and what their uncertainty comes to."""

from datetime import UTC, date, datetime, timedelta

import polars as pl

from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.working import work_analyses
from dmaic_assets.settings.analyses import AnalysisSettings
from dmaic_assets.settings.entropy import EntropySettings

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = 400


def shop():
    customers = pl.DataFrame(
        {
            "customer_id": range(1000, 1080),
            "email": [f"someone{n}@example.org" for n in range(80)],
            "country": [("DE", "FR", "IT", "ES")[n % 4] for n in range(80)],
        }
    )
    orders = pl.DataFrame(
        {
            "order_id": range(50_000, 50_000 + ROWS),
            "customer_id": [1000 + (n * 7) % 80 for n in range(ROWS)],
            "ordered_on": [date(2025, 1, 1) + timedelta(days=n // 4) for n in range(ROWS)],
            "status": [("open", "paid", "sent")[n % 3] for n in range(ROWS)],
            "price_eur": [10 + (n * 37) % 900 / 8 for n in range(ROWS)],
        }
    )
    return {"customers": customers, "orders": orders}


def studied(frames=None, columns=None, limits=None):
    """The outcome of entropy, worked on with all that it needs."""
    tables = {n: table_of_frame(n, f) for n, f in (frames or shop()).items()}
    study = Study(
        tables,
        NOW,
        AnalysisSettings(columns=columns or {}),
        limits=limits or EntropySettings(),
    )
    outcomes = work_analyses(study, ["entropy"])
    return next(o for piece, o in outcomes.items() if piece.analysis == "entropy")
