"""Brings a ledger to the newest schema, once, however many processes open it first.

What belongs here: comparing versions and calling Alembic. What each version changes stands in
migrations/versions.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dmaic_assets.errors import StoreError
from dmaic_assets.store.ledger.database.schema import HEAD

_VERSIONS = sa.table("alembic_version", sa.column("version_num"))


def current_version(connection: Connection) -> str | None:
    """Reads the schema version, or None for a database without a ledger."""
    if not sa.inspect(connection).has_table(_VERSIONS.name):
        return None
    return connection.execute(sa.select(_VERSIONS.c.version_num)).scalar()


def upgrade(connection: Connection, place: str, *, to: str = "head") -> None:
    """Migrates inside the given transaction, which the caller has made exclusive.

    Raises:
        StoreError: The ledger was made by a newer version of this package.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "dmaic_assets.store.ledger:migrations")
    config.set_main_option("path_separator", "os")
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise StoreError(
            place,
            f"its schema version {current_version(connection)} is unknown here (newest: {HEAD})",
            "Install the version of dmaic-assets that made it, or a newer one.",
        ) from error
