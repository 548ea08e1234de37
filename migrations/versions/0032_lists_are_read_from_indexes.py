"""Lists are read from indexes: what My work, the guards of steps and closed reviews ask for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

LISTED = ["status", "due_at", "opened_at", "id"]
UNTAKEN = {
    "postgresql_where": sa.text("assignee IS NULL"),
    "sqlite_where": sa.text("assignee IS NULL"),
}
RESTRICTED = {
    "postgresql_where": sa.text("restricted IS true"),
    "sqlite_where": sa.text("restricted IS 1"),
}


def upgrade() -> None:
    """An index for each list of tasks, in its order; and some that were missing."""
    op.create_index("ix_user_task_assignee", "user_task", ["assignee", *LISTED])
    op.create_index("ix_user_task_role_agency", "user_task", ["role", "agency", *LISTED])
    op.create_index("ix_user_task_free_role", "user_task", ["role", *LISTED], **UNTAKEN)
    op.create_index("ix_user_task_free_role_agency", "user_task", ["role", "agency", *LISTED], **UNTAKEN)
    op.create_index("ix_user_task_status", "user_task", LISTED)
    op.drop_index("ix_user_task_assignee_status_due_at", "user_task")
    op.drop_index("ix_user_task_role_agency_status_due_at", "user_task")
    op.create_index("ix_action_process_instance", "action", ["process_instance"])
    op.create_index("ix_writer_person", "writer", ["person"])
    op.create_index("ix_destruction_certificate_wiped_at", "destruction_certificate", ["wiped_at"])
    op.create_index("ix_review_restricted", "review", ["ref", "id"], **RESTRICTED)


def downgrade() -> None:
    """As it was."""
    op.drop_index("ix_review_restricted", "review")
    op.drop_index("ix_destruction_certificate_wiped_at", "destruction_certificate")
    op.drop_index("ix_writer_person", "writer")
    op.drop_index("ix_action_process_instance", "action")
    op.create_index(
        "ix_user_task_role_agency_status_due_at", "user_task", ["role", "agency", "status", "due_at"]
    )
    op.create_index("ix_user_task_assignee_status_due_at", "user_task", ["assignee", "status", "due_at"])
    for name in ("status", "free_role_agency", "free_role", "role_agency", "assignee"):
        op.drop_index(f"ix_user_task_{name}", "user_task")
