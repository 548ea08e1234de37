"""What the calendar begins: when it is looked at next, and policies that are no longer looked at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the schedule; let a policy be withdrawn."""
    op.create_table(
        "schedule",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedule")),
    )
    with op.batch_alter_table("policy_document") as table:
        table.add_column(sa.Column("withdrawn_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take both away again."""
    with op.batch_alter_table("policy_document") as table:
        table.drop_column("withdrawn_on")
    op.drop_table("schedule")
