"""Insight: finished steps of a process by when they were finished."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0015"
branch_labels = None
depends_on = None

INDEX = "ix_user_task_process_status_completed_at"


def upgrade() -> None:
    """Make the index."""
    op.create_index(INDEX, "user_task", ["process", "status", "completed_at"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_index(INDEX, "user_task")
