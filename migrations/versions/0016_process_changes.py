"""Changes of processes: drafts, their files and every revision of these."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "process_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process", sa.String(length=100), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("begun_by", sa.String(length=100), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=100), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checksum", sa.String(length=64), nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("deployed_number", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "status IN ('editing', 'asked', 'returned', 'approved', 'deployed', 'discarded')",
            name=op.f("ck_process_change_status_known"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_process_change_decided_by_another")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_change")),
    )
    op.create_index("ix_process_change_process_status", "process_change", ["process", "status"])
    op.create_table(
        "change_file",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.String(length=100), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["process_change.id"], name=op.f("fk_change_file_change_id_process_change")
        ),
        sa.PrimaryKeyConstraint("change_id", "name", name=op.f("pk_change_file")),
    )
    op.create_table(
        "change_revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["process_change.id"], name=op.f("fk_change_revision_change_id_process_change")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_revision")),
        sa.UniqueConstraint(
            "change_id", "name", "revision", name=op.f("uq_change_revision_change_id_name_revision")
        ),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("change_revision")
    op.drop_table("change_file")
    op.drop_table("process_change")
