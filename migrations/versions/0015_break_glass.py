"""Reviews opened in an emergency."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of requests."""
    op.create_table(
        "break_glass",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review", sa.Uuid(), nullable=True),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("why", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("process_instance", sa.Uuid(), nullable=True),
        sa.Column("found", sa.String(length=20), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "why IN ('child_at_risk', 'asked_today', 'on_call')", name=op.f("ck_break_glass_why_known")
        ),
        sa.CheckConstraint(
            "found IN ('justified', 'not_justified')", name=op.f("ck_break_glass_found_known")
        ),
        sa.ForeignKeyConstraint(["review"], ["review.id"], name=op.f("fk_break_glass_review_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    op.create_index("ix_break_glass_person_asked_at", "break_glass", ["person", "asked_at"])
    op.create_index("ix_break_glass_review", "break_glass", ["review"])
    op.create_index("ix_break_glass_process_instance", "break_glass", ["process_instance"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("break_glass")
