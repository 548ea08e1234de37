"""Themes that come back, learning from elsewhere with who entered and withdrew it, and how it was before an
action.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from reviews.models.searching import full_text

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

SOURCE = "ck_other_learning_source_known"
KIND = "ck_other_learning_kind_known"
BEFORE = "source IN ('serious_case_review', 'audit', 'single_agency_review', 'national_review', 'other')"
NOW = (
    "source IN ('serious_case_review', 'national_review', 'single_agency_review', 'audit', 'inspection',"
    " 'complaint', 'other')"
)


def upgrade() -> None:
    """A table of alerts; what is known of learning from elsewhere; a baseline beside each action."""
    op.create_table(
        "theme_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("arose_on", sa.Date(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("over_on", sa.Date(), nullable=True),
        sa.CheckConstraint("reviews >= 1 AND months >= 1", name=op.f("ck_theme_alert_counts_something")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_alert")),
    )
    op.create_index("ix_theme_alert_theme", "theme_alert", ["theme"])
    with op.batch_alter_table("other_learning") as table:
        table.add_column(
            sa.Column("kind", sa.String(length=60), nullable=False, server_default="development")
        )
        table.add_column(sa.Column("recorded_by", sa.String(length=80), nullable=True))
        table.add_column(sa.Column("recorded_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("withdrawn_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("withdrawn_by", sa.String(length=80), nullable=True))
        table.add_column(sa.Column("withdrawn_reason", sa.Text(), nullable=False, server_default=""))
        table.drop_constraint(op.f(SOURCE), type_="check")
        table.create_check_constraint(op.f(SOURCE), NOW)
        table.create_check_constraint(op.f(KIND), "kind IN ('strength', 'development')")
    with op.batch_alter_table("other_learning") as table:
        table.alter_column("kind", server_default=None)
        table.alter_column("withdrawn_reason", server_default=None)
    with op.batch_alter_table("action") as table:
        table.add_column(sa.Column("baseline", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("action") as table:
        table.alter_column("baseline", server_default=None)
    _words_go_along()


def downgrade() -> None:
    """Take it away again; sources that were unknown before are "other"."""
    with op.batch_alter_table("action") as table:
        table.drop_column("baseline")
    op.execute("UPDATE other_learning SET source = 'other' WHERE source IN ('inspection', 'complaint')")
    with op.batch_alter_table("other_learning") as table:
        table.drop_constraint(op.f(KIND), type_="check")
        table.drop_constraint(op.f(SOURCE), type_="check")
        table.create_check_constraint(op.f(SOURCE), BEFORE)
        for name in (
            "withdrawn_reason",
            "withdrawn_by",
            "withdrawn_on",
            "recorded_on",
            "recorded_by",
            "kind",
        ):
            table.drop_column(name)
    op.drop_table("theme_alert")
    _words_go_along()


def _words_go_along() -> None:
    """SQLite makes a changed table anew, without the triggers that take its words out of the search."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for statement in full_text("sqlite", ("action", "other_learning")):
            connection.exec_driver_sql(statement)
