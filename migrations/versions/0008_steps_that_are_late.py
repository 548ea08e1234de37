"""The ladder of a late step of a review, and what was answered on it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of late steps. Reviews at work keep the diagram they began with, and have none."""
    op.create_table(
        "late_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review", sa.Uuid(), nullable=False),
        sa.Column("task", sa.Uuid(), nullable=False),
        sa.Column("process_instance", sa.Uuid(), nullable=True),
        sa.Column("person", sa.String(length=80), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["review"], ["review.id"], name=op.f("fk_late_step_review_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_step")),
    )
    op.create_index("ix_late_step_task", "late_step", ["task"])
    op.create_index("ix_late_step_process_instance", "late_step", ["process_instance"])
    op.create_table(
        "late_step_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("late_step", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("decision", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("new_date", sa.Date(), nullable=True),
        sa.Column("given_by", sa.String(length=80), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["late_step"], ["late_step.id"], name=op.f("fk_late_step_answer_late_step_late_step")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_step_answer")),
    )
    op.create_index("ix_late_step_answer_late_step", "late_step_answer", ["late_step"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("late_step_answer")
    op.drop_table("late_step")
