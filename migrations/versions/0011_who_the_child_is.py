"""Who the child is: a blind index in a table of its own, with a key of its own, and corrections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. `roundtable identity rotate` then fills the index: it takes keys, a migration has none."""
    op.create_table(
        "child_index",
        sa.Column("review", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("token", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["review"], ["review.id"], name=op.f("fk_child_index_review_review")),
        sa.PrimaryKeyConstraint("review", "kind", "token", name=op.f("pk_child_index")),
    )
    op.create_index("ix_child_index_kind_token", "child_index", ["kind", "token"])
    op.create_table(
        "child_index_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_index_key")),
    )
    op.create_table(
        "identity_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["review"], ["review.id"], name=op.f("fk_identity_change_review_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_change")),
    )
    op.create_index("ix_identity_change_review_at", "identity_change", ["review", "at"])
    with op.batch_alter_table("child_identity") as table:
        table.drop_index("ix_child_identity_name_index")
        table.drop_column("name_index")
        table.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("child_identity") as table:
        table.alter_column("revision", server_default=None)


def downgrade() -> None:
    """Take them away again. The older index stays empty: a child referred twice is no longer noticed."""
    with op.batch_alter_table("child_identity") as table:
        table.drop_column("revision")
        table.add_column(sa.Column("name_index", sa.String(length=16), nullable=True))
        table.create_index("ix_child_identity_name_index", ["name_index"], unique=False)
    for name in ("identity_change", "child_index_key", "child_index"):
        op.drop_table(name)
