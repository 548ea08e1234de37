"""Local sign-in: accounts with a second factor, recovery codes, one-time links, attempts; sessions know more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables. Sessions begin anew: what they must now say was not written down before."""
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("role_changes", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("person") as person:
        person.alter_column("role_changes", server_default=None)
    op.drop_table("sign_in_session")
    op.create_table(
        "sign_in_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.Column("role_changes", sa.Integer(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("proved_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("id", name=op.f("uq_sign_in_session_id")),
    )
    op.create_index("ix_sign_in_session_person", "sign_in_session", ["person"])
    op.create_table(
        "local_account",
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("password_set_at", MOMENT, nullable=True),
        sa.Column("factor", sa.LargeBinary(), nullable=True),
        sa.Column("pending_factor", sa.LargeBinary(), nullable=True),
        sa.Column("factor_set_at", MOMENT, nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_local_account_person_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_local_account")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_recovery_code_person_person")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_recovery_code")),
    )
    op.create_index("ix_recovery_code_person", "recovery_code", ["person"])
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_one_time_link_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_one_time_link_digest")),
    )
    op.create_index("ix_one_time_link_person", "one_time_link", ["person"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index("ix_sign_in_attempt_account_at", "sign_in_attempt", ["account", "at"])
    op.create_index("ix_sign_in_attempt_network_at", "sign_in_attempt", ["network", "at"])


def downgrade() -> None:
    """Take them away again."""
    for table in ("sign_in_attempt", "one_time_link", "recovery_code", "local_account", "sign_in_session"):
        op.drop_table(table)
    op.create_table(
        "sign_in_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in_session")),
    )
    op.create_index("ix_sign_in_session_person", "sign_in_session", ["person"])
    with op.batch_alter_table("person") as person:
        person.drop_column("role_changes")
