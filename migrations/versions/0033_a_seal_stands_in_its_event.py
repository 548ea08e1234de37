"""The seal of an event stands in its row. Seals that are there stay where they are, and hold.

A migration stands alone: the condition of the guard is written out here once more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

SENTENCE = "Rows of the audit log are only ever added."
BEFORE = (
    "exists (select 1 from audit_tombstone t join event_seal s on s.business_key = t.business_key"
    " and s.number <= t.count where s.event_seq = old.seq and t.business_key = old.business_key)"
)
NOW = (
    "exists (select 1 from audit_tombstone t where t.business_key = old.business_key"
    " and t.count >= coalesce(old.number, (select s.number from event_seal s where s.event_seq = old.seq"
    " and s.business_key = old.business_key)))"
)


def upgrade() -> None:
    """Two columns, which old entries leave empty, and a guard that knows them."""
    op.add_column("event", sa.Column("number", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("digest", sa.LargeBinary(length=32), nullable=True))
    op.create_index("ix_event_business_key_number", "event", ["business_key", "number"], unique=True)
    _guard(NOW)


def downgrade() -> None:
    """As it was; entries that were sealed since would have no seal, so there must be none."""
    if op.get_bind().execute(sa.text("select 1 from event where number is not null limit 1")).first():
        raise RuntimeError("Entries of the audit log were sealed by this release: put a backup back instead.")
    _guard(BEFORE)
    op.drop_index("ix_event_business_key_number", "event")
    op.drop_column("event", "digest")
    op.drop_column("event", "number")


def _guard(condition: str) -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        bind.exec_driver_sql("drop trigger if exists audit_guard_event_delete")
        bind.exec_driver_sql(
            f"create trigger audit_guard_event_delete before delete on event when not ({condition})"
            f" begin select raise(abort, '{SENTENCE}'); end"
        )
        return
    bind.exec_driver_sql(
        "create or replace function audit_guard_event_delete() returns trigger language plpgsql as $$ begin"
        f" if not ({condition}) then raise exception '{SENTENCE}'; end if; return old; end $$"
    )
