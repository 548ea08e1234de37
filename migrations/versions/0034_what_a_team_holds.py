"""What colleagues of an agency have taken is read from an index of its own, without what nobody has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

LISTED = ["role", "agency", "status", "due_at", "opened_at", "id"]
TAKEN = {
    "postgresql_where": sa.text("assignee IS NOT NULL"),
    "sqlite_where": sa.text("assignee IS NOT NULL"),
}


def upgrade() -> None:
    """An index for the list of what a team has; the one that held what nobody has, too, goes."""
    op.create_index("ix_user_task_taken_role_agency", "user_task", LISTED, **TAKEN)
    op.drop_index("ix_user_task_role_agency", "user_task")


def downgrade() -> None:
    """As it was."""
    op.create_index("ix_user_task_role_agency", "user_task", LISTED)
    op.drop_index("ix_user_task_taken_role_agency", "user_task")
