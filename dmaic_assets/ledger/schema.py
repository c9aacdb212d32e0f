"""The ledger's tables, as the newest migration leaves them.

What belongs here: columns, keys, checks and indexes. Times are microseconds since 1970 (UTC) in
columns ending in `_us`; JSON is text. How an older ledger gets here, migrations/ says
(docs/adr/0011).
"""

import sqlalchemy as sa

# The newest revision in migrations/versions; a test keeps the two equal.
HEAD = "0001"

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
_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id(name: str) -> "sa.Column[int]":
    return sa.Column(name, _Id, primary_key=True, autoincrement=True)


def _run(*, is_key: bool = False) -> "sa.Column[str]":
    return sa.Column(
        "run_id",
        sa.Text,
        sa.ForeignKey("runs.run_id", ondelete="CASCADE"),
        primary_key=is_key,
        nullable=False,
    )


def _text(name: str, *, is_key: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, primary_key=is_key, nullable=False)


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger, nullable=False)


meta = sa.Table("meta", metadata, _text("key", is_key=True), _text("value"))

runs = sa.Table(
    "runs",
    metadata,
    _text("run_id", is_key=True),
    _text("kind"),
    _text("status"),
    _number("started_us"),
    sa.Column("finished_us", sa.BigInteger),
    _text("git_sha"),
    _text("config_hash"),
    _text("inputs_hash"),
    sa.Column("parent", sa.Text),
    sa.Column("branch_of", sa.Text),
    sa.Column("branches", sa.Integer, nullable=False, server_default="0"),
    sa.Column("totals", sa.Text),
    sa.CheckConstraint(
        "status IN ('running', 'succeeded', 'failed', 'skipped', 'interrupted')", name="status"
    ),
    sa.Index(None, "started_us"),
)

phases = sa.Table(
    "phases",
    metadata,
    _run(is_key=True),
    _text("phase", is_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    _text("status"),
    sa.Column("inputs_hash", sa.Text),
    sa.Column("outputs_hash", sa.Text),
    sa.Column("metrics", sa.Text),
    sa.Column("started_us", sa.BigInteger),
    sa.Column("finished_us", sa.BigInteger),
)

manifests = sa.Table(
    "manifests", metadata, _run(is_key=True), _text("source", is_key=True), _text("entry")
)

artifacts = sa.Table(
    "artifacts",
    metadata,
    _id("artifact_id"),
    _run(),
    _text("phase"),
    _text("source"),
    _text("kind"),
    _text("path"),
    _text("sha256"),
    _number("size_bytes"),
    _number("created_us"),
    _text("meta"),
    sa.UniqueConstraint("run_id", "phase", "source", "kind", "path"),
    sa.Index(None, "path"),
)

metrics = sa.Table(
    "metrics",
    metadata,
    _run(is_key=True),
    _text("phase", is_key=True),
    _text("source", is_key=True),
    _text("metric", is_key=True),
    sa.Column("value", sa.Double),
    _number("recorded_us"),
)

memo = sa.Table(
    "memo",
    metadata,
    _text("memo_key", is_key=True),
    _text("asset"),
    _text("data_version"),
    _text("code_version"),
    sa.Column("artifact", sa.Text),
    _text("run_id"),
    _number("computed_us"),
    _text("facts"),
    sa.Index(None, "computed_us"),
)

arrivals = sa.Table(
    "arrivals",
    metadata,
    _text("source", is_key=True),
    _text("sha256", is_key=True),
    sa.Column("sequence", sa.BigInteger, nullable=False, unique=True),
    _text("name"),
    _text("path"),
    _text("location"),
    _number("size_bytes"),
    _text("format"),
    sa.Column("is_owned", sa.Boolean, nullable=False),
    _text("disposition"),
    sa.Column("accepted_version", sa.Text),
    sa.Column("accepted_path", sa.Text),
    sa.Column("types", sa.Text),
    sa.Column("file_key", sa.Text),
    _text("run_id"),
    sa.Column("settled_run", sa.Text),
    sa.Column("replaced_by", sa.Text),
    _number("rows"),
    _number("accepted"),
    _number("quarantined"),
    sa.Column("score", sa.Double),
    _number("first_seen_us"),
    _number("updated_us"),
    sa.CheckConstraint("sequence > 0", name="sequence"),
    sa.CheckConstraint(
        "disposition IN ('landed', 'accepted', 'quarantine', 'rejected', 'replaced', 'removed')",
        name="disposition",
    ),
)

stat_cache = sa.Table(
    "stat_cache",
    metadata,
    _text("path", is_key=True),
    _number("size_bytes"),
    _number("mtime_ns"),
    _number("ctime_ns"),
    _text("inode"),
    _text("sha256"),
    _number("cached_us"),
)

verdicts = sa.Table(
    "verdicts",
    metadata,
    _id("verdict_id"),
    _run(),
    _text("source"),
    _text("file_sha256"),
    _text("path"),
    _text("decision"),
    sa.Column("score", sa.Double, nullable=False),
    _number("rows"),
    _number("accepted"),
    _number("quarantined"),
    _text("verdict"),
    _text("refs"),
    _number("recorded_us"),
    sa.UniqueConstraint("run_id", "source", "file_sha256"),
    sa.CheckConstraint("decision IN ('accept', 'quarantine', 'reject')", name="decision"),
    sa.CheckConstraint("rows = accepted + quarantined", name="partition"),
    sa.Index(None, "source", "file_sha256"),
)

dq_log = sa.Table(
    "dq_log",
    metadata,
    _id("entry_id"),
    _run(),
    _text("source"),
    _text("file_sha256"),
    _number("recorded_us"),
    _text("status"),
    sa.Column("score", sa.Double),
    _text("entry"),
    sa.UniqueConstraint("run_id", "source", "file_sha256"),
    sa.CheckConstraint("status IN ('PASSED', 'FAILED', 'ERROR')", name="status"),
)

catalogue_events = sa.Table(
    "catalogue_events",
    metadata,
    _id("event_id"),
    sa.Column("event_key", sa.Text, nullable=False, unique=True),
    _text("run_id"),
    _text("source"),
    _text("asset"),
    _text("payload"),
    _number("created_us"),
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
