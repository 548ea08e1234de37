"""Alembic's environment: the connection comes from `app.migrate`, the tables from the models."""

from __future__ import annotations

from alembic import context

import app.auth.models
import reviews.models
from engine.models import Base

assert app.auth.models
assert reviews.models

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
