"""What the database itself refuses: to change or remove rows of the audit log, its seals and its anchors.

Triggers, made with the tables (and by the migration, for databases that exist). They hold for everybody who
comes through SQL; the owner of a database can drop them, which `engine.audit_check` then reports, and what is
changed behind them the chains show. One way leads through: events whose case has a tombstone
(engine.audit_forgetting) may be removed, as far as its count.
"""

from __future__ import annotations

from collections.abc import Sequence

SENTENCE = "Rows of the audit log are only ever added."
NEVER_CHANGED = ("event", "event_seal", "audit_anchor", "audit_anchor_head", "audit_tombstone")
NEVER_REMOVED = ("audit_head", "audit_anchor", "audit_anchor_head", "audit_tombstone")
# When a row may be removed: its case was destroyed and the tombstone covers it.
REMOVED_WHEN = {
    "event": "exists (select 1 from audit_tombstone t where t.business_key = old.business_key"
    " and t.count >= coalesce(old.number, (select s.number from event_seal s where s.event_seq = old.seq"
    " and s.business_key = old.business_key)))",
    "event_seal": "exists (select 1 from audit_tombstone t where t.business_key = old.business_key"
    " and old.number <= t.count)",
}
HEAD_GOES_BACK = "new.count <= old.count or new.business_key <> old.business_key"


def guards(dialect: str) -> list[str]:
    """The statements that make the triggers of one kind of database. They may be run again."""
    rules = [(table, "update", "") for table in NEVER_CHANGED]
    rules += [(table, "delete", "") for table in NEVER_REMOVED]
    rules += [(table, "delete", f"not ({condition})") for table, condition in REMOVED_WHEN.items()]
    rules.append(("audit_head", "update", HEAD_GOES_BACK))
    if dialect == "sqlite":
        return [_sqlite(*rule) for rule in rules]
    tables = sorted({table for table, _, _ in rules})
    return [
        *(statement for rule in rules for statement in _postgresql(*rule)),
        *(statement for table in tables for statement in _postgresql(table, "truncate", "")),
    ]


def lifting(dialect: str, tables: Sequence[str]) -> list[str]:
    """The statements that let rows of some tables be changed, until `guards` are made again."""
    on = {table: "" if dialect == "sqlite" else f" on {table}" for table in tables}
    return [f"drop trigger if exists audit_guard_{table}_update{where}" for table, where in on.items()]


def _sqlite(table: str, act: str, condition: str) -> str:
    when = f" when {condition}" if condition else ""
    return (
        f"create trigger if not exists audit_guard_{table}_{act} before {act} on {table}{when}"
        f" begin select raise(abort, '{SENTENCE}'); end"
    )


def _postgresql(table: str, act: str, condition: str) -> tuple[str, str]:
    name = f"audit_guard_{table}_{act}"
    result = "null" if act == "truncate" else "old" if act == "delete" else "new"
    function = (
        f"create or replace function {name}() returns trigger language plpgsql as $$ begin"
        f" if {condition or 'true'} then raise exception '{SENTENCE}'; end if; return {result}; end $$"
    )
    each = "statement" if act == "truncate" else "row"
    trigger = (
        f"create or replace trigger {name} before {act} on {table} for each {each} execute function {name}()"
    )
    return function, trigger
