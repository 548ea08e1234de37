"""Absence, cover for one role, and leaving."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Covers that there are stay in force: they were agreed before approval was asked for."""
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_absence_ends_after_start")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_absence_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_person_to_on", "absence", ["person", "to_on"])
    op.create_table(
        "leaving",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("arranged_by", sa.String(length=80), nullable=False),
        sa.Column("arranged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'confirmed', 'done')", name=op.f("ck_leaving_state_known")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_leaving_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaving")),
    )
    op.create_index("ix_leaving_state_last_day", "leaving", ["state", "last_day"])
    op.create_index("ix_leaving_person", "leaving", ["person"])
    with op.batch_alter_table("cover") as table:
        table.add_column(sa.Column("absence", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("role", sa.String(length=60), nullable=True))
        table.add_column(sa.Column("agency", sa.String(length=60), nullable=True))
        table.add_column(sa.Column("state", sa.String(length=60), nullable=False, server_default="approved"))
        table.add_column(sa.Column("decided_by", sa.String(length=80), nullable=True))
        table.add_column(sa.Column("decided_on", sa.Date(), nullable=True))
    with op.batch_alter_table("cover") as table:
        table.alter_column("state", server_default=None)
        table.create_foreign_key(op.f("fk_cover_absence_absence"), "absence", ["absence"], ["id"])
        table.create_foreign_key(op.f("fk_cover_agency_agency"), "agency", ["agency"], ["id"])
        table.create_check_constraint(
            op.f("ck_cover_state_known"), "state IN ('asked', 'approved', 'refused')"
        )
        table.create_index("ix_cover_covered_by_to_on", ["covered_by", "to_on"])
        table.create_index("ix_cover_person_to_on", ["person", "to_on"])
    with op.batch_alter_table("user_task") as table:
        table.add_column(sa.Column("completed_for", sa.String(length=100), nullable=True))


def downgrade() -> None:
    """Cover is for every role again, and nobody is away."""
    with op.batch_alter_table("user_task") as table:
        table.drop_column("completed_for")
    with op.batch_alter_table("cover") as table:
        table.drop_index("ix_cover_person_to_on")
        table.drop_index("ix_cover_covered_by_to_on")
        table.drop_constraint(op.f("ck_cover_state_known"), type_="check")
        table.drop_constraint(op.f("fk_cover_agency_agency"), type_="foreignkey")
        table.drop_constraint(op.f("fk_cover_absence_absence"), type_="foreignkey")
        for name in ("decided_on", "decided_by", "state", "agency", "role", "absence"):
            table.drop_column(name)
    op.drop_table("leaving")
    op.drop_table("absence")
