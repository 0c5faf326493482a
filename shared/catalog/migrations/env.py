"""Alembic's entry: run on the connection given by shared.catalog.migrate."""

from alembic import context

from shared.catalog.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
