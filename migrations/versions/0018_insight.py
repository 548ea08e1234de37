"""Insight: finished steps of a process by when they were finished; what each decision was made of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INDEX = "ix_user_task_process_status_completed_at"


def upgrade() -> None:
    """Make the index and the table."""
    op.create_index(INDEX, "user_task", ["process", "status", "completed_at"])
    op.create_table(
        "decision_made",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("process", sa.String(length=100), nullable=False),
        sa.Column("element", sa.String(length=100), nullable=False),
        sa.Column("decision", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["process_instance.id"],
            name=op.f("fk_decision_made_instance_id_process_instance"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_made")),
    )
    op.create_index("ix_decision_made_process_decision_at", "decision_made", ["process", "decision", "at"])
    op.create_index("ix_decision_made_instance_id", "decision_made", ["instance_id"])


def downgrade() -> None:
    """Take both away again."""
    op.drop_table("decision_made")
    op.drop_index(INDEX, "user_task")
