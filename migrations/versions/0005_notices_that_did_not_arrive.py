"""Notices that did not arrive, and what the office did about each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table, empty."""
    op.create_table(
        "undelivered_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice", sa.String(200), nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("about", sa.String(100), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("process_instance", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(20), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(80), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('sent_again', 'told', 'left')", name=op.f("ck_undelivered_notice_outcome_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undelivered_notice")),
        sa.UniqueConstraint("notice", name=op.f("uq_undelivered_notice_notice")),
    )
    op.create_index("ix_undelivered_notice_process_instance", "undelivered_notice", ["process_instance"])
    op.create_index("ix_undelivered_notice_person_about", "undelivered_notice", ["person", "about"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("undelivered_notice")
