"""Why a setting, an agency, a body or a list was changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A reason beside each change; those of before have none."""
    with op.batch_alter_table("setting_change") as table:
        table.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("setting_change") as table:
        table.alter_column("reason", server_default=None)
        table.create_index("ix_setting_change_setting", ["setting"])


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("setting_change") as table:
        table.drop_index("ix_setting_change_setting")
        table.drop_column("reason")
