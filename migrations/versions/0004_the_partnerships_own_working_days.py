"""The partnership's own working days, and since when a clock counts from what it counts from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the calendar's tables. A clock's count began when it started; what a pause left is worked out."""
    op.create_table(
        "working_calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_calendar")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "school_holiday",
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_school_holiday_ends_no_earlier")),
        sa.PrimaryKeyConstraint("starts", name=op.f("pk_school_holiday")),
    )
    for name in ("deadline", "timer"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True))
        op.execute(f"update {name} set counted_at = started_at")  # noqa: S608  (two names of ours)
        with op.batch_alter_table(name) as table:
            table.alter_column("counted_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    with op.batch_alter_table("deadline") as table:
        table.drop_column("left_at_pause")


def downgrade() -> None:
    """Take them away again. What a running pause had left is not known any more."""
    with op.batch_alter_table("deadline") as table:
        table.add_column(sa.Column("left_at_pause", sa.Integer(), nullable=True))
    for name in ("deadline", "timer"):
        with op.batch_alter_table(name) as table:
            table.drop_column("counted_at")
    op.drop_table("school_holiday")
    op.drop_table("calendar_day")
    op.drop_table("working_calendar")
