"""Long work that somebody asked for, with its progress and its result."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of what was asked for and of what came of it."""
    op.create_table(
        "long_work",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("review", sa.Uuid(), nullable=True),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'at_work', 'done', 'failed', 'stopped')",
            name=op.f("ck_long_work_state_known"),
        ),
        sa.CheckConstraint("total IS NULL OR done <= total", name=op.f("ck_long_work_done_within_total")),
        sa.ForeignKeyConstraint(["review"], ["review.id"], name=op.f("fk_long_work_review_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_long_work")),
    )
    op.create_index("ix_long_work_asked_by", "long_work", ["asked_by"])
    op.create_index("ix_long_work_state", "long_work", ["state"])
    op.create_table(
        "long_work_piece",
        sa.Column("work", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["work"], ["long_work.id"], name=op.f("fk_long_work_piece_work_long_work")),
        sa.PrimaryKeyConstraint("work", "number", name=op.f("pk_long_work_piece")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("long_work_piece")
    op.drop_table("long_work")
