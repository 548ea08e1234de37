"""The words of what can be searched, and the database's full text over them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from reviews.models.searching import AS_WRITTEN, SOURCES, STEMS, full_text

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and its full text; `app.migrate` fills it from the rows that are there."""
    op.create_table(
        "search_text",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_text")),
        sa.UniqueConstraint("kind", "about", name=op.f("uq_search_text_kind_about")),
    )
    connection = op.get_bind()
    tables = set(sa.inspect(connection).get_table_names())  # of this step: a later one may know more
    for statement in full_text(connection.dialect.name, tables):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Take them away again; with the triggers of other tables."""
    connection = op.get_bind()
    tables = [source[0] for source in SOURCES.values()]
    if connection.dialect.name == "sqlite":
        for table in tables:
            op.execute(f"drop trigger if exists search_{table}_gone")
        for table in (STEMS, AS_WRITTEN):
            op.execute(f"drop table {table}")
    else:
        for table in tables:
            op.execute(f"drop function if exists search_{table}_gone() cascade")
    op.drop_table("search_text")
