"""The recursion that a run belongs to, and its place in it.

Revision: 0003, after 0002.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns; runs from before belong to no recursion."""
    # Spelled as SQL, because Alembic would copy the whole table to give SQLite a check.
    op.execute("ALTER TABLE runs ADD COLUMN recursion_id TEXT")
    op.execute(
        "ALTER TABLE runs ADD COLUMN iteration BIGINT CONSTRAINT ck_runs_iteration "
        "CHECK ((recursion_id IS NULL) = (iteration IS NULL) AND iteration > 0)"
    )
    op.create_index("ix_runs_recursion_id", "runs", ["recursion_id", "iteration"])
