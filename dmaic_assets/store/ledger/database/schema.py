"""The ledger's tables of record, as the newest migration leaves them.

What belongs here: columns, keys, checks and indexes; those of tasks and effects are in
schema_tasks.py. Times are microseconds since 1970 (UTC) in
columns ending in `_us`; JSON is text. How an older ledger gets here, migrations/ says
(docs/adr/0011).
"""

import sqlalchemy as sa

from dmaic_assets.store.packed import PackedText

# The newest revision in migrations/versions; a test keeps the two equal.
HEAD = "0007"

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# SQLite numbers rows by itself only for a column declared INTEGER.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def id_column(name: str) -> "sa.Column[int]":
    """A key that the database counts up."""
    return sa.Column(name, _ID, primary_key=True, autoincrement=True)


def run_column(*, is_key: bool = False) -> "sa.Column[str]":
    """The run that a row belongs to and goes with."""
    return sa.Column(
        "run_id",
        sa.Text,
        sa.ForeignKey("runs.run_id", ondelete="CASCADE"),
        primary_key=is_key,
        nullable=False,
    )


def text_column(name: str, *, is_key: bool = False) -> "sa.Column[str]":
    """Text that is never missing."""
    return sa.Column(name, sa.Text, primary_key=is_key, nullable=False)


def document_column(name: str) -> "sa.Column[str]":
    """JSON that is never missing, and that no statement looks into."""
    return sa.Column(name, PackedText, nullable=False)


def number_column(name: str) -> "sa.Column[int]":
    """A whole number of 64 bits that is never missing."""
    return sa.Column(name, sa.BigInteger, nullable=False)


meta = sa.Table("meta", metadata, text_column("key", is_key=True), text_column("value"))

runs = sa.Table(
    "runs",
    metadata,
    text_column("run_id", is_key=True),
    text_column("kind"),
    text_column("status"),
    number_column("started_us"),
    sa.Column("finished_us", sa.BigInteger),
    text_column("git_sha"),
    text_column("config_hash"),
    text_column("inputs_hash"),
    sa.Column("parent", sa.Text),
    sa.Column("branch_of", sa.Text),
    sa.Column("branches", sa.Integer, nullable=False, server_default="0"),
    sa.Column("totals", sa.Text),
    sa.Column("recursion_id", sa.Text),
    sa.Column("iteration", sa.BigInteger),
    sa.CheckConstraint(
        "(recursion_id IS NULL) = (iteration IS NULL) AND iteration > 0", name="iteration"
    ),
    sa.CheckConstraint(
        "status IN ('running', 'succeeded', 'failed', 'skipped', 'interrupted')", name="status"
    ),
    sa.Index(None, "started_us"),
    sa.Index("ix_runs_recursion_id", "recursion_id", "iteration"),
)

run_tags = sa.Table(
    "run_tags",
    metadata,
    text_column("name", is_key=True),
    run_column(),
    number_column("tagged_us"),
    sa.Index(None, "run_id"),
)

phases = sa.Table(
    "phases",
    metadata,
    run_column(is_key=True),
    text_column("phase", is_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    text_column("status"),
    sa.Column("inputs_hash", sa.Text),
    sa.Column("outputs_hash", sa.Text),
    sa.Column("metrics", sa.Text),
    sa.Column("started_us", sa.BigInteger),
    sa.Column("finished_us", sa.BigInteger),
)

manifests = sa.Table(
    "manifests",
    metadata,
    run_column(is_key=True),
    text_column("source", is_key=True),
    document_column("entry"),
)

artifacts = sa.Table(
    "artifacts",
    metadata,
    id_column("artifact_id"),
    run_column(),
    text_column("phase"),
    text_column("source"),
    text_column("kind"),
    text_column("path"),
    text_column("sha256"),
    number_column("size_bytes"),
    number_column("created_us"),
    text_column("meta"),
    sa.UniqueConstraint("run_id", "phase", "source", "kind", "path"),
    sa.Index(None, "path"),
)

metrics = sa.Table(
    "metrics",
    metadata,
    run_column(is_key=True),
    text_column("phase", is_key=True),
    text_column("source", is_key=True),
    text_column("metric", is_key=True),
    sa.Column("value", sa.Double),
    number_column("recorded_us"),
)

memo = sa.Table(
    "memo",
    metadata,
    text_column("memo_key", is_key=True),
    text_column("asset"),
    text_column("data_version"),
    text_column("code_version"),
    sa.Column("artifact", PackedText),
    text_column("run_id"),
    number_column("computed_us"),
    document_column("facts"),
    sa.Index(None, "computed_us"),
)

arrivals = sa.Table(
    "arrivals",
    metadata,
    text_column("source", is_key=True),
    text_column("sha256", is_key=True),
    sa.Column("sequence", sa.BigInteger, nullable=False, unique=True),
    text_column("name"),
    text_column("path"),
    text_column("location"),
    number_column("size_bytes"),
    text_column("format"),
    sa.Column("is_owned", sa.Boolean, nullable=False),
    text_column("disposition"),
    sa.Column("accepted_version", sa.Text),
    sa.Column("accepted_path", sa.Text),
    sa.Column("types", PackedText),
    sa.Column("file_key", sa.Text),
    text_column("run_id"),
    sa.Column("settled_run", sa.Text),
    sa.Column("replaced_by", sa.Text),
    number_column("rows"),
    number_column("accepted"),
    number_column("quarantined"),
    sa.Column("score", sa.Double),
    number_column("first_seen_us"),
    number_column("updated_us"),
    sa.Index("ix_arrivals_source_sequence", "source", "sequence"),
    sa.Index("ix_arrivals_source_path", "source", "path"),
    sa.CheckConstraint("sequence > 0", name="sequence"),
    sa.CheckConstraint(
        "disposition IN ('landed', 'accepted', 'quarantine', 'rejected', 'replaced', 'removed')",
        name="disposition",
    ),
)

stat_cache = sa.Table(
    "stat_cache",
    metadata,
    text_column("path", is_key=True),
    number_column("size_bytes"),
    number_column("mtime_ns"),
    number_column("ctime_ns"),
    text_column("inode"),
    text_column("sha256"),
    number_column("cached_us"),
)

verdicts = sa.Table(
    "verdicts",
    metadata,
    id_column("verdict_id"),
    run_column(),
    text_column("source"),
    text_column("file_sha256"),
    text_column("path"),
    text_column("decision"),
    sa.Column("score", sa.Double, nullable=False),
    number_column("rows"),
    number_column("accepted"),
    number_column("quarantined"),
    document_column("verdict"),
    document_column("refs"),
    number_column("recorded_us"),
    sa.UniqueConstraint("run_id", "source", "file_sha256"),
    sa.CheckConstraint("decision IN ('accept', 'quarantine', 'reject')", name="decision"),
    sa.CheckConstraint("rows = accepted + quarantined", name="partition"),
    sa.Index(None, "source", "file_sha256"),
)

dq_log = sa.Table(
    "dq_log",
    metadata,
    id_column("entry_id"),
    run_column(),
    text_column("source"),
    text_column("file_sha256"),
    number_column("recorded_us"),
    text_column("status"),
    sa.Column("score", sa.Double),
    document_column("entry"),
    sa.UniqueConstraint("run_id", "source", "file_sha256"),
    sa.CheckConstraint("status IN ('PASSED', 'FAILED', 'ERROR')", name="status"),
)

catalogue_events = sa.Table(
    "catalogue_events",
    metadata,
    id_column("event_id"),
    sa.Column("event_key", sa.Text, nullable=False, unique=True),
    text_column("run_id"),
    text_column("source"),
    text_column("asset"),
    document_column("payload"),
    number_column("created_us"),
    sa.Column("published_us", sa.BigInteger),
    sa.Column("reserved_by", sa.Text),
    sa.Column("reserved_until_us", sa.BigInteger),
    sa.Index(
        "ix_catalogue_events_unpublished",
        "event_id",
        sqlite_where=sa.text("published_us IS NULL"),
        postgresql_where=sa.text("published_us IS NULL"),
    ),
)
