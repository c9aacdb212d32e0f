"""What the clean data set promises, as a file of config/validation/.

What belongs here: laws that no look at the data tells: books that balance, payments that their
invoices ask for. Keys and references are those of `clean`.
"""

import json
from collections.abc import Iterator

from dmaic_assets.analysis.injection.clean import KEYS, LINKS

FILE_NAME = "validation.yaml"
# One check a line, in the order in which people read books.
_CHECKS = (
    "{name: entries_balance, kind: balance, table: journal_lines, left: debit, right: credit,"
    " by: [entry_id], severity: critical}",
    "{name: one_side, kind: constraint, table: journal_lines,"
    ' expression: "debit = 0 OR credit = 0"}',
    "{name: no_overpayment, kind: comparison,"
    " left: {table: payments, value: sum(amount), by: [invoice_id]},"
    ' operator: "<=", right: {table: invoices, value: sum(total), by: [invoice_id]}}',
    "{name: orders_add_up, kind: comparison,"
    " left: {table: order_lines, value: sum(amount), by: [order_id]},"
    " right: {table: orders, value: sum(net), by: [order_id]}}",
    "{name: invoices_are_orders, kind: comparison,"
    " left: {table: invoices, value: sum(total), by: [order_id]},"
    ' operator: "<=", right: {table: orders, value: sum(total), by: [order_id]}}',
)


def laws_text() -> str:
    """Spells the laws in the form that `analyses.validation` reads."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "checks:"
    for check in _CHECKS:
        yield f"  - {check}"
    yield "filters:"
    for table, key in KEYS.items():
        yield f"  - name: {table}_hang_together"
        yield f"    table: {table}"
        yield "    rules:"
        listed = json.dumps(list(key))
        yield f"      - {{name: has_key, not_null: {listed}, outcome: quarantine}}"
        yield f"      - {{name: one_of_it, unique: {listed}, outcome: quarantine}}"
        for _, column, other, ref in (link for link in LINKS if link[0] == table):
            said = f"{{columns: [{column}], table: {other}, ref_columns: [{ref}]}}"
            yield f"      - {{name: known_{column}, reference: {said}, outcome: exclude}}"
