"""Answers from a reminder, cancelled meetings, and the addresses of personal calendars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Three tables, and what is kept of a cancelled meeting."""
    _time_requests()
    _task_notes()
    op.create_table(
        "calendar_address",
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_calendar_address_person_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_calendar_address")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_address_digest")),
    )
    with op.batch_alter_table("meeting") as table:
        table.add_column(sa.Column("cancelled_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("cancelled_by", sa.String(length=80), nullable=True))
        table.add_column(sa.Column("cancel_reason", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("meeting") as table:
        table.alter_column("cancel_reason", server_default=None)


def downgrade() -> None:
    """Take all of it away again."""
    with op.batch_alter_table("meeting") as table:
        for name in ("cancelled_on", "cancelled_by", "cancel_reason"):
            table.drop_column(name)
    for name in ("calendar_address", "task_note", "time_request"):
        op.drop_table(name)


def _time_requests() -> None:
    op.create_table(
        "time_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_until", sa.Date(), nullable=False),
        sa.Column("old_due", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("new_due", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answered_by IS NULL OR answered_by <> asked_by",
            name=op.f("ck_time_request_answered_by_another"),
        ),
        sa.CheckConstraint(
            "agreed IS NULL OR answered_by IS NOT NULL", name=op.f("ck_time_request_answered_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_request")),
    )
    op.create_index("ix_time_request_task", "time_request", ["task"])
    op.create_index("ix_time_request_about", "time_request", ["about"])


def _task_notes() -> None:
    op.create_table(
        "task_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("answer", sa.String(length=60), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("by_person", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer IN ('not_mine', 'blocked')", name=op.f("ck_task_note_answer_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_note")),
    )
    op.create_index("ix_task_note_task", "task_note", ["task"])
    op.create_index("ix_task_note_about", "task_note", ["about"])
