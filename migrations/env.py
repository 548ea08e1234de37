"""Alembic's environment: the connection comes from `app.migrate`, the tables from the models."""

from __future__ import annotations

from alembic import context

import app.auth.models
import reviews.models
from engine.models import Base, Moment

assert app.auth.models
assert reviews.models


def _render(kind: str, item: object, autogen: object) -> str | bool:
    """A migration stands alone: it names no type of ours, which may change later."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
