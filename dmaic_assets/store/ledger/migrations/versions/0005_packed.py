"""Documents in rows of SQLite may be packed from here on: older programs cannot read them.

No row is rewritten. The revision has them refuse the ledger instead of failing over a row.

Revision: 0005, after 0004.
"""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes nothing: rows from before are read as they are."""
