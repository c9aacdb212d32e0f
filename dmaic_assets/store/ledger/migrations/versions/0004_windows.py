"""Indexes by which files are found by window and by place, however many there are.

Revision: 0004, after 0003.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the indexes."""
    op.create_index("ix_arrivals_source_sequence", "arrivals", ["source", "sequence"])
    op.create_index("ix_arrivals_source_path", "arrivals", ["source", "path"])
