"""A report to the Board keeps its period, its text by section, its numbers and the list behind each; and what
is arranged of the agendas of meetings.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

REPORT = sa.table(
    "board_report",
    sa.column("id", sa.Uuid()),
    sa.column("overview", sa.Text()),
    sa.column("texts", sa.JSON()),
)


def upgrade() -> None:
    """The text of earlier reports stays in one piece; they have no numbers."""
    with op.batch_alter_table("board_report") as table:
        table.add_column(sa.Column("period_from", sa.Date(), nullable=True))
        table.add_column(sa.Column("period_to", sa.Date(), nullable=True))
        table.add_column(sa.Column("texts", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("figures", sa.JSON(), nullable=False, server_default="[]"))
    connection = op.get_bind()
    for key, overview in connection.execute(sa.select(REPORT.c.id, REPORT.c.overview)).all():
        if overview:
            connection.execute(REPORT.update().where(REPORT.c.id == key).values(texts={"report": overview}))
    with op.batch_alter_table("board_report") as table:
        table.drop_column("overview")
        table.alter_column("texts", server_default=None)
        table.alter_column("figures", server_default=None)
    op.create_table(
        "board_report_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report", sa.Uuid(), nullable=False),
        sa.Column("figure", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("counts_as", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report"], ["board_report.id"], name=op.f("fk_board_report_line_report_board_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_report_line")),
        sa.UniqueConstraint(
            "report", "figure", "position", name=op.f("uq_board_report_line_report_figure_position")
        ),
    )
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.String(length=60), nullable=False),
        sa.Column("meeting_on", sa.Date(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=True),
        sa.Column("added_on", sa.Date(), nullable=True),
        sa.Column("carried_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint("body", "meeting_on", "key", name=op.f("uq_agenda_item_body_meeting_on_key")),
    )


def downgrade() -> None:
    """Take it away again; the sections become one text."""
    op.drop_table("agenda_item")
    op.drop_table("board_report_line")
    with op.batch_alter_table("board_report") as table:
        table.add_column(sa.Column("overview", sa.Text(), nullable=False, server_default=""))
    connection = op.get_bind()
    for key, texts in connection.execute(sa.select(REPORT.c.id, REPORT.c.texts)).all():
        whole = "\n\n".join(str(text) for text in (texts or {}).values())
        connection.execute(REPORT.update().where(REPORT.c.id == key).values(overview=whole))
    with op.batch_alter_table("board_report") as table:
        table.alter_column("overview", server_default=None)
        for name in ("figures", "texts", "period_to", "period_from"):
            table.drop_column(name)
