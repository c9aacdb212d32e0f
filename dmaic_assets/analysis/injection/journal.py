"""The books: one balanced journal entry for each invoice and each payment.

What belongs here: entries and their lines, amounts in cents.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from dmaic_assets.analysis.injection.masters import CASH, RECEIVABLE, REVENUE, TAX


def journal(invoices: pl.DataFrame, payments: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Entries by date, and their lines: debits and credits of an entry are equal."""
    entries = pl.concat(
        [
            invoices.select(
                pl.col("invoiced_on").alias("posted_on"),
                pl.lit("invoice").alias("document_type"),
                pl.col("invoice_id").alias("document_id"),
                "net",
                "tax",
            ),
            payments.select(
                pl.col("paid_on").alias("posted_on"),
                pl.lit("payment").alias("document_type"),
                pl.col("payment_id").alias("document_id"),
                pl.col("amount").alias("net"),
                pl.lit(0, pl.Int64).alias("tax"),
            ),
        ]
    ).sort("posted_on", "document_type", "document_id")
    entries = entries.with_row_index("entry_id", 1).cast({"entry_id": pl.Int64})
    return entries.drop("net", "tax"), _lines(entries)


def _lines(entries: pl.DataFrame) -> pl.DataFrame:
    """Invoice: receivable to revenue and tax. Payment: cash to receivable."""
    is_invoice = entries["document_type"] == "invoice"
    sold, paid = entries.filter(is_invoice), entries.filter(~is_invoice)
    total = sold["net"] + sold["tax"]
    none_sold, none_paid = _zeros(sold.height), _zeros(paid.height)
    parts = (
        _part(sold, (1, RECEIVABLE), (total, none_sold)),
        _part(sold, (2, REVENUE), (none_sold, sold["net"])),
        _part(sold, (3, TAX), (none_sold, sold["tax"])),
        _part(paid, (1, CASH), (paid["net"], none_paid)),
        _part(paid, (2, RECEIVABLE), (none_paid, paid["net"])),
    )
    return pl.concat(parts).sort("entry_id", "line_no")


def _part(
    entries: pl.DataFrame, place: tuple[int, int], sides: Sequence[pl.Series]
) -> pl.DataFrame:
    line_no, account = place
    return pl.DataFrame(
        {
            "entry_id": entries["entry_id"],
            "line_no": np.full(entries.height, line_no),
            "account_id": np.full(entries.height, account),
            "debit": sides[0],
            "credit": sides[1],
        }
    )


def _zeros(count: int) -> pl.Series:
    return pl.Series(np.zeros(count, dtype=np.int64))
