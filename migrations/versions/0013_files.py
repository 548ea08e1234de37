"""Files of a review, and their sealed bytes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models import Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=True),
        sa.Column("action", sa.Uuid(), nullable=True),
        sa.Column("evidence", sa.Uuid(), nullable=True),
        sa.Column("made_from", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("scan", sa.String(length=60), nullable=False),
        sa.Column("scanned_at", Moment(), nullable=True),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("shared_by", sa.String(length=80), nullable=True),
        sa.Column("shared_at", Moment(), nullable=True),
        sa.Column("removed_by", sa.String(length=80), nullable=True),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.Column("removed_why", sa.Text(), nullable=False),
        sa.Column("destroyed_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('referral', 'paper', 'preparation', 'evidence', 'shareable')",
            name=op.f("ck_file_kind_known"),
        ),
        sa.CheckConstraint(
            "scan IN ('unscanned', 'waiting', 'clean', 'infected')", name=op.f("ck_file_scan_known")
        ),
        sa.CheckConstraint(
            "shared_by IS NULL OR shared_by <> added_by", name=op.f("ck_file_shared_by_another")
        ),
        sa.CheckConstraint(
            "kind <> 'evidence' OR action IS NOT NULL", name=op.f("ck_file_evidence_of_an_action")
        ),
        sa.CheckConstraint(
            "kind <> 'preparation' OR agency IS NOT NULL", name=op.f("ck_file_preparation_of_an_agency")
        ),
        sa.ForeignKeyConstraint(["review"], ["review.id"], name=op.f("fk_file_review_review")),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name=op.f("fk_file_agency_agency")),
        sa.ForeignKeyConstraint(["action"], ["action.id"], name=op.f("fk_file_action_action")),
        sa.ForeignKeyConstraint(["evidence"], ["evidence.id"], name=op.f("fk_file_evidence_evidence")),
        sa.ForeignKeyConstraint(["made_from"], ["file.id"], name=op.f("fk_file_made_from_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
    )
    for column in ("review", "action", "scan", "removed_at"):
        op.create_index(f"ix_file_{column}", "file", [column])
    op.create_table(
        "file_piece",
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["file"], ["file.id"], name=op.f("fk_file_piece_file_file")),
        sa.PrimaryKeyConstraint("file", "number", name=op.f("pk_file_piece")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("file_piece")
    op.drop_table("file")
