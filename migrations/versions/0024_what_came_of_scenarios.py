"""What came of the scenarios of a change, kept for the files that they were played on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

CHECK = "ck_process_change_status_known"
BEFORE = "status IN ('editing', 'asked', 'returned', 'approved', 'deployed', 'discarded')"
NOW = "status IN ('editing', 'trying', 'asked', 'returned', 'approved', 'deployed', 'discarded')"


def upgrade() -> None:
    """A table of runs, and a state for a change whose scenarios are being played."""
    op.create_table(
        "scenario_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process", sa.String(length=100), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("beside", sa.String(length=64), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("asked_by", sa.String(length=100), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sound", sa.Boolean(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'playing', 'done')", name=op.f("ck_scenario_run_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["process_change.id"], name=op.f("fk_scenario_run_change_id_process_change")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_run")),
    )
    op.create_index("ix_scenario_run_process_checksum", "scenario_run", ["process", "checksum"])
    op.create_index(op.f("ix_scenario_run_status"), "scenario_run", ["status"])
    _states(NOW)


def downgrade() -> None:
    """Take it away again; a change whose scenarios are being played is being edited."""
    op.execute("UPDATE process_change SET status = 'editing', checksum = NULL WHERE status = 'trying'")
    _states(BEFORE)
    op.drop_table("scenario_run")


def _states(condition: str) -> None:
    with op.batch_alter_table("process_change") as table:
        table.drop_constraint(op.f(CHECK), type_="check")
        table.create_check_constraint(op.f(CHECK), condition)
