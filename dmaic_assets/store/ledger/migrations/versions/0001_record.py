"""Runs and what they found: phases, artifacts, metrics, memo keys, arrivals, verdicts, outbox.

Revision: 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Creates the tables of record."""
    _create_meta()
    _create_runs()
    _create_phases()
    _create_manifests()
    _create_artifacts()
    _create_metrics()
    _create_memo()
    _create_arrivals()
    _create_stat_cache()
    _create_verdicts()
    _create_dq_log()
    _create_catalogue_events()


def _create_meta() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_us", sa.BigInteger(), nullable=False),
        sa.Column("finished_us", sa.BigInteger()),
        sa.Column("git_sha", sa.Text(), nullable=False),
        sa.Column("config_hash", sa.Text(), nullable=False),
        sa.Column("inputs_hash", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text()),
        sa.Column("branch_of", sa.Text()),
        sa.Column("branches", sa.Integer(), server_default="0", nullable=False),
        sa.Column("totals", sa.Text()),
        sa.CheckConstraint(
            "status IN ('running', 'succeeded', 'failed', 'skipped', 'interrupted')",
            name="ck_runs_status",
        ),
        sa.PrimaryKeyConstraint("run_id", name="pk_runs"),
    )
    op.create_index("ix_runs_started_us", "runs", ["started_us"])


def _create_phases() -> None:
    op.create_table(
        "phases",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("inputs_hash", sa.Text()),
        sa.Column("outputs_hash", sa.Text()),
        sa.Column("metrics", sa.Text()),
        sa.Column("started_us", sa.BigInteger()),
        sa.Column("finished_us", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], name="fk_phases_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "phase", name="pk_phases"),
    )


def _create_manifests() -> None:
    op.create_table(
        "manifests",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], name="fk_manifests_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "source", name="pk_manifests"),
    )


def _create_artifacts() -> None:
    op.create_table(
        "artifacts",
        sa.Column("artifact_id", _ID, autoincrement=True, nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("meta", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], name="fk_artifacts_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("artifact_id", name="pk_artifacts"),
        sa.UniqueConstraint(
            "run_id",
            "phase",
            "source",
            "kind",
            "path",
            name="uq_artifacts_run_id_phase_source_kind_path",
        ),
    )
    op.create_index("ix_artifacts_path", "artifacts", ["path"])


def _create_metrics() -> None:
    op.create_table(
        "metrics",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("value", sa.Double()),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], name="fk_metrics_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "phase", "source", "metric", name="pk_metrics"),
    )


def _create_memo() -> None:
    op.create_table(
        "memo",
        sa.Column("memo_key", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("data_version", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("artifact", sa.Text()),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("computed_us", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("memo_key", name="pk_memo"),
    )
    op.create_index("ix_memo_computed_us", "memo", ["computed_us"])


def _create_arrivals() -> None:
    op.create_table(
        "arrivals",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("is_owned", sa.Boolean(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("accepted_version", sa.Text()),
        sa.Column("accepted_path", sa.Text()),
        sa.Column("types", sa.Text()),
        sa.Column("file_key", sa.Text()),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("settled_run", sa.Text()),
        sa.Column("replaced_by", sa.Text()),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("quarantined", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Double()),
        sa.Column("first_seen_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "disposition IN "
            "('landed', 'accepted', 'quarantine', 'rejected', 'replaced', 'removed')",
            name="ck_arrivals_disposition",
        ),
        sa.CheckConstraint("sequence > 0", name="ck_arrivals_sequence"),
        sa.PrimaryKeyConstraint("source", "sha256", name="pk_arrivals"),
        sa.UniqueConstraint("sequence", name="uq_arrivals_sequence"),
    )


def _create_stat_cache() -> None:
    op.create_table(
        "stat_cache",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("ctime_ns", sa.BigInteger(), nullable=False),
        sa.Column("inode", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("cached_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_stat_cache"),
    )


def _create_verdicts() -> None:
    op.create_table(
        "verdicts",
        sa.Column("verdict_id", _ID, autoincrement=True, nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("quarantined", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("refs", sa.Text(), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "decision IN ('accept', 'quarantine', 'reject')", name="ck_verdicts_decision"
        ),
        sa.CheckConstraint("rows = accepted + quarantined", name="ck_verdicts_partition"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], name="fk_verdicts_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("verdict_id", name="pk_verdicts"),
        sa.UniqueConstraint(
            "run_id", "source", "file_sha256", name="uq_verdicts_run_id_source_file_sha256"
        ),
    )
    op.create_index("ix_verdicts_source_file_sha256", "verdicts", ["source", "file_sha256"])


def _create_dq_log() -> None:
    op.create_table(
        "dq_log",
        sa.Column("entry_id", _ID, autoincrement=True, nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("score", sa.Double()),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('PASSED', 'FAILED', 'ERROR')", name="ck_dq_log_status"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], name="fk_dq_log_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", name="pk_dq_log"),
        sa.UniqueConstraint(
            "run_id", "source", "file_sha256", name="uq_dq_log_run_id_source_file_sha256"
        ),
    )


def _create_catalogue_events() -> None:
    op.create_table(
        "catalogue_events",
        sa.Column("event_id", _ID, autoincrement=True, nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("published_us", sa.BigInteger()),
        sa.Column("reserved_by", sa.Text()),
        sa.Column("reserved_until_us", sa.BigInteger()),
        sa.PrimaryKeyConstraint("event_id", name="pk_catalogue_events"),
        sa.UniqueConstraint("event_key", name="uq_catalogue_events_event_key"),
    )
    op.create_index(
        "ix_catalogue_events_unpublished",
        "catalogue_events",
        ["event_id"],
        sqlite_where=sa.text("published_us IS NULL"),
        postgresql_where=sa.text("published_us IS NULL"),
    )
