"""A learning event's programme, who booked a place and came, and what they said; when and for whom it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models import Moment
from reviews.models.searching import full_text

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

WORDS = ("audience", "carried_forward")


def upgrade() -> None:
    """Three tables of an event, and what was not known of one."""
    with op.batch_alter_table("learning_event") as table:
        for name in ("begins", "ends"):
            table.add_column(sa.Column(name, sa.String(length=5), nullable=False, server_default=""))
        for name in WORDS:
            table.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("book_by", sa.Date(), nullable=True))
    with op.batch_alter_table("learning_event") as table:
        for name in ("begins", "ends", *WORDS):
            table.alter_column(name, server_default=None)
    _words_go_along()
    _items()
    _bookings()
    _answers()


def downgrade() -> None:
    """Take it away again."""
    for name in ("event_answer", "event_booking", "event_item"):
        op.drop_table(name)
    with op.batch_alter_table("learning_event") as table:
        for name in ("book_by", *WORDS, "ends", "begins"):
            table.drop_column(name)
    _words_go_along()


def _words_go_along() -> None:
    """SQLite makes a changed table anew, without the trigger that takes its words out of the search."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for statement in full_text("sqlite", ("learning_event",)):
            connection.exec_driver_sql(statement)


def _items() -> None:
    op.create_table(
        "event_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("came_from", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=True),
        sa.Column("theme", sa.String(length=60), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("led_by", sa.String(length=150), nullable=False),
        sa.CheckConstraint(
            "kind IN ('good_practice', 'development', 'reflection')", name=op.f("ck_event_item_kind_known")
        ),
        sa.CheckConstraint("minutes >= 1", name=op.f("ck_event_item_minutes_take_time")),
        sa.ForeignKeyConstraint(
            ["event"], ["learning_event.id"], name=op.f("fk_event_item_event_learning_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_item")),
        sa.UniqueConstraint("event", "position", name=op.f("uq_event_item_event_position")),
    )
    op.create_index("ix_event_item_source", "event_item", ["source"])


def _bookings() -> None:
    op.create_table(
        "event_booking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=True),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=True),
        sa.Column("job", sa.String(length=150), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("booked_by", sa.String(length=80), nullable=False),
        sa.Column("booked_at", Moment(), nullable=False),
        sa.Column("walked_in", sa.Boolean(), nullable=False),
        sa.Column("came", sa.Boolean(), nullable=True),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state IN ('booked', 'waiting')", name=op.f("ck_event_booking_state_known")),
        sa.ForeignKeyConstraint(
            ["event"], ["learning_event.id"], name=op.f("fk_event_booking_event_learning_event")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_event_booking_person_person")),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name=op.f("fk_event_booking_agency_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_booking")),
        sa.UniqueConstraint("event", "number", name=op.f("uq_event_booking_event_number")),
        sa.UniqueConstraint("event", "person", name=op.f("uq_event_booking_event_person")),
    )
    op.create_index("ix_event_booking_person", "event_booking", ["person"])


def _answers() -> None:
    op.create_table(
        "event_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=False),
        sa.Column("differently", sa.Text(), nullable=False),
        sa.Column("anything_else", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event"], ["learning_event.id"], name=op.f("fk_event_answer_event_learning_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_answer")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_event_answer_event", "event_answer", ["event"])
