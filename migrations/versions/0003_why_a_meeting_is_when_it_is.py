"""Why a meeting is when it is, and the note for those invited."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
NEW = ("invitation_note", "date_reason")


def upgrade() -> None:
    """Two columns of words, empty for the meetings there are."""
    with op.batch_alter_table("meeting") as table:
        for name in NEW:
            table.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("meeting") as table:
        for name in NEW:
            table.alter_column(name, server_default=None)


def downgrade() -> None:
    """Take both away again."""
    with op.batch_alter_table("meeting") as table:
        for name in NEW:
            table.drop_column(name)
