"""A summary that several people write: its parts' texts, who was asked, and agencies' own views."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models import Moment

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Three tables. Drafts that somebody has begun stay theirs; their step begins with them."""
    op.create_table(
        "part_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=60), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("by_person", sa.String(length=80), nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint(
            "how IN ('written', 'recorded', 'joined', 'brought_back', 'aside')",
            name="ck_part_text_how_known",
        ),
        sa.ForeignKeyConstraint(["task"], ["user_task.id"], name="fk_part_text_task_user_task"),
        sa.PrimaryKeyConstraint("id", name="pk_part_text"),
        sa.UniqueConstraint("task", "part", "revision", name="uq_part_text_task_part_revision"),
    )
    op.create_table(
        "writer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review", sa.Uuid(), nullable=False),
        sa.Column("task", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["review"], ["review.id"], name="fk_writer_review_review"),
        sa.ForeignKeyConstraint(["task"], ["user_task.id"], name="fk_writer_task_user_task"),
        sa.PrimaryKeyConstraint("id", name="pk_writer"),
        sa.UniqueConstraint("task", "person", name="uq_writer_task_person"),
    )
    op.create_index("ix_writer_review", "writer", ["review"])
    op.create_table(
        "agency_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_person", sa.String(length=80), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_agency_view_agency_agency"),
        sa.ForeignKeyConstraint(["review"], ["review.id"], name="fk_agency_view_review_review"),
        sa.PrimaryKeyConstraint("id", name="pk_agency_view"),
        sa.UniqueConstraint("review", "agency", name="uq_agency_view_review_agency"),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("agency_view")
    op.drop_index("ix_writer_review", table_name="writer")
    op.drop_table("writer")
    op.drop_table("part_text")
