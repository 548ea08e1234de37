"""What was said of marks of the disclosure check, and the words that a second reader signed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models import Moment

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A word on a mark; the digest of what was signed. What was signed before has none, and stands."""
    op.create_table(
        "disclosure_word",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review", sa.Uuid(), nullable=False),
        sa.Column("document", sa.String(length=60), nullable=False),
        sa.Column("mark", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by_person", sa.String(length=80), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("part IN ('author', 'reader')", name="ck_disclosure_word_part_known"),
        sa.ForeignKeyConstraint(["review"], ["review.id"], name="fk_disclosure_word_review_review"),
        sa.PrimaryKeyConstraint("id", name="pk_disclosure_word"),
    )
    op.create_index("ix_disclosure_word_review_document", "disclosure_word", ["review", "document"])
    with op.batch_alter_table("summary") as table:
        table.add_column(sa.Column("cleared_checksum", sa.String(length=64), nullable=True))
    with op.batch_alter_table("briefing") as table:
        table.add_column(sa.Column("checked_by", sa.String(length=80), nullable=True))
        table.add_column(sa.Column("checked_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("checksum", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("briefing") as table:
        table.drop_column("checksum")
        table.drop_column("checked_on")
        table.drop_column("checked_by")
    with op.batch_alter_table("summary") as table:
        table.drop_column("cleared_checksum")
    op.drop_index("ix_disclosure_word_review_document", table_name="disclosure_word")
    op.drop_table("disclosure_word")
