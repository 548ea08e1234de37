"""What people who took part said of a review, without a name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

SCALE = "('agree_strongly', 'agree', 'neither', 'disagree', 'disagree_strongly', 'too_early')"
PEOPLE = "people IN ('practitioner', 'family')"


def upgrade() -> None:
    """Rounds of asking, who is asked while one is open, and the answers."""
    op.create_table(
        "feedback_round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review", sa.Uuid(), nullable=False),
        sa.Column("moment", sa.String(length=60), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("moment IN ('meeting', 'shared')", name=op.f("ck_feedback_round_moment_known")),
        sa.CheckConstraint("closes_on > asked_on", name=op.f("ck_feedback_round_closes_after_asking")),
        sa.ForeignKeyConstraint(["review"], ["review.id"], name=op.f("fk_feedback_round_review_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_round")),
        sa.UniqueConstraint("review", "moment", name=op.f("uq_feedback_round_review_moment")),
    )
    op.create_table(
        "feedback_ask",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Uuid(), nullable=False),
        sa.Column("people", sa.String(length=60), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=True),
        sa.Column("agency", sa.String(length=60), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.CheckConstraint(PEOPLE, name=op.f("ck_feedback_ask_people_known")),
        sa.CheckConstraint(
            "person IS NULL OR digest IS NULL", name=op.f("ck_feedback_ask_by_name_or_by_link")
        ),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name=op.f("fk_feedback_ask_agency_agency")),
        sa.ForeignKeyConstraint(
            ["round"], ["feedback_round.id"], name=op.f("fk_feedback_ask_round_feedback_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_ask")),
        sa.UniqueConstraint("digest", name=op.f("uq_feedback_ask_digest")),
        sa.UniqueConstraint("round", "person", name=op.f("uq_feedback_ask_round_person")),
    )
    op.create_index("ix_feedback_ask_person", "feedback_ask", ["person"])
    op.create_table(
        "feedback_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Uuid(), nullable=False),
        sa.Column("people", sa.String(length=60), nullable=False),
        sa.Column("safe", sa.String(length=60), nullable=False),
        sa.Column("told", sa.String(length=60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(PEOPLE, name=op.f("ck_feedback_answer_people_known")),
        sa.CheckConstraint(f"safe IN {SCALE}", name=op.f("ck_feedback_answer_safe_known")),
        sa.CheckConstraint(f"told IN {SCALE}", name=op.f("ck_feedback_answer_told_known")),
        sa.ForeignKeyConstraint(
            ["round"], ["feedback_round.id"], name=op.f("fk_feedback_answer_round_feedback_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_answer")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feedback_answer_round", "feedback_answer", ["round"])


def downgrade() -> None:
    """Take the three tables away again."""
    op.drop_table("feedback_answer")
    op.drop_table("feedback_ask")
    op.drop_table("feedback_round")
