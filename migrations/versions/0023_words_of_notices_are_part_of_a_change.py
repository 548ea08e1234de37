"""The office's own words of notices become files of the reminders, which a second person approves."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

SETTING = sa.table("setting", sa.column("id", sa.String()), sa.column("value", sa.JSON()))
VERSION = sa.table(
    "process_version",
    sa.column("id", sa.Uuid()),
    sa.column("process", sa.String()),
    sa.column("number", sa.Integer()),
    sa.column("checksum", sa.String()),
    sa.column("files", sa.JSON()),
    sa.column("note", sa.Text()),
    sa.column("deployed_by", sa.String()),
    sa.column("approved_by", sa.String()),
    sa.column("deployed_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """A version of the reminders that holds the words in force. Where the reminders are not in use yet, there
    is nothing to hold them: the words of the release are sent, and the settings stay."""
    connection = op.get_bind()
    own = connection.execute(sa.select(SETTING).where(SETTING.c.id.like("text:%"))).all()
    query = sa.select(VERSION).where(VERSION.c.process == "chasing").order_by(VERSION.c.number.desc())
    newest = connection.execute(query.limit(1)).one_or_none()
    if not own or newest is None:
        return
    files: dict[str, Any] = dict(newest.files)
    for row in own:
        name = row.id.removeprefix("text:") + ".notice"
        files[name] = f"{row.value['subject']}\n\n{row.value['body']}\n"
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode() + b"\0" + files[name].encode() + b"\0")
    connection.execute(
        VERSION.insert().values(
            id=uuid4(),
            process="chasing",
            number=newest.number + 1,
            checksum=total.hexdigest(),
            files=files,
            note="The office's own words of notices, as they were in force.",
            deployed_by="system:upgrade",
            approved_by=None,
            deployed_at=datetime.now(UTC),
        )
    )
    connection.execute(SETTING.delete().where(SETTING.c.id.like("text:%")))


def downgrade() -> None:
    """The words stay in the version that holds them."""
