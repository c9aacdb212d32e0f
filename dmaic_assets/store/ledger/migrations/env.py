"""Alembic's entry: runs the migrations on the connection that migrate.py hands over."""

from typing import cast

from alembic import context
from sqlalchemy.engine import Connection

connection = cast("Connection", context.config.attributes["connection"])
context.configure(connection=connection, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
