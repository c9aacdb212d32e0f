"""Names that people give to runs which are to stay, however old they get.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table; no run has a name yet."""
    op.create_table(
        "run_tags",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("tagged_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_run_tags"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], name="fk_run_tags_run_id_runs", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_run_tags_run_id", "run_tags", ["run_id"])
