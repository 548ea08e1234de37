"""How long records are kept, what is due, legal holds, certificates of destruction, learning kept after it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of records. What ended before is listed when its time has come."""
    op.create_table(
        "destruction_certificate",
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("records", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("learning_kept", sa.Boolean(), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("wiped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "proposed_by IS NULL OR proposed_by <> approved_by",
            name=op.f("ck_destruction_certificate_approved_by_another"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_destruction_certificate")),
    )
    op.create_table(
        "kept_briefing",
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_kept_briefing")),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("authority", sa.String(length=300), nullable=False),
        sa.Column("placed_by", sa.String(length=80), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index("ix_legal_hold_about_ended_at", "legal_hold", ["about", "ended_at"])
    op.create_table(
        "record_due",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("item", sa.String(length=130), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("look_on", sa.Date(), nullable=False),
        sa.Column("why", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=True),
        sa.Column("kept_by", sa.String(length=80), nullable=True),
        sa.Column("kept_reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_reason", sa.Text(), nullable=False),
        sa.Column("with_learning", sa.Boolean(), nullable=False),
        sa.Column("sent_back_by", sa.String(length=80), nullable=True),
        sa.Column("sent_back_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state <> 'proposed' OR proposed_by IS NOT NULL", name=op.f("ck_record_due_proposed_by_somebody")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'listed', 'proposed')", name=op.f("ck_record_due_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_due")),
        sa.UniqueConstraint("record", "about", "item", name=op.f("uq_record_due_record_about_item")),
    )
    op.create_index("ix_record_due_about", "record_due", ["about"])
    op.create_index("ix_record_due_state_look_on", "record_due", ["state", "look_on"])
    op.create_table(
        "retention_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record", sa.String(length=60), nullable=False),
        sa.Column("old", sa.String(length=400), nullable=False),
        sa.Column("new", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_change")),
    )
    op.create_index("ix_retention_change_record_changed_at", "retention_change", ["record", "changed_at"])
    op.create_table(
        "retention_rule",
        sa.Column("record", sa.String(length=60), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("least_years", sa.Integer(), nullable=True),
        sa.Column("afterwards", sa.String(length=60), nullable=False),
        sa.Column("confirmed_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "afterwards IN ('delete', 'review', 'keep')", name=op.f("ck_retention_rule_afterwards_known")
        ),
        sa.CheckConstraint("unit IN ('day', 'month', 'year')", name=op.f("ck_retention_rule_unit_known")),
        sa.CheckConstraint("amount >= 1", name=op.f("ck_retention_rule_amount_at_least_one")),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_retention_rule")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("retention_rule")
    op.drop_table("retention_change")
    op.drop_table("record_due")
    op.drop_table("legal_hold")
    op.drop_table("kept_briefing")
    op.drop_table("destruction_certificate")
