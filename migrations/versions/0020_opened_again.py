"""Which ended review another one carries on, and why it was opened again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two facts of a review; those of before carry on none."""
    with op.batch_alter_table("review") as table:
        table.add_column(sa.Column("carries_on", sa.String(60), nullable=True))
        table.add_column(sa.Column("carries_on_reason", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("review") as table:
        table.alter_column("carries_on_reason", server_default=None)
        table.create_index("ix_review_carries_on", ["carries_on"])


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("review") as table:
        table.drop_index("ix_review_carries_on")
        table.drop_column("carries_on_reason")
        table.drop_column("carries_on")
