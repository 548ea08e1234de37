"""Every change to what is kept of a review has an entry of the audit log in its transaction (promise S5).

A listener compares what each transaction wrote with what it told the log, while a review is lived through
from its referral to the rating of its impact, with the changes that may come at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from engine import Database, verify_log
from engine.audit_models import AuditHead, Event
from engine.models import Base
from reviews.models import Review
from tests.policy import journey
from tests.policy.conftest import SECRET, Partnership

# Rows that are written without an entry, each with its reason.
EXCEPTIONS = {
    "reference_counter": "gives out numbers; says nothing of a case",
    "schedule": "when the worker looks at the calendar next",
    "sign_in_session": "who is signed in: not about a review",
    "outbox": "what will be sent; whether it was is an entry of its own (notice.sent)",
    "draft": "what somebody has typed and not sent: theirs alone",
    "part_text": "within a sitting, what one person types on: its first save leaves an entry",
    "idempotency": "the answer given to a request, for when it is repeated",
}
# Columns of other rows that are written without one: when the worker looks at a deadline next.
QUIET_COLUMNS = {("deadline", "next_chase_at")}
ENGINES = frozenset({"event", "event_seal", "audit_head", "audit_anchor", "audit_anchor_head"})


class Watch:
    """What transactions wrote without telling."""

    def __init__(self, database: Database) -> None:
        with database.read() as session:
            self.ends = _ends(session)
        self.silent: set[tuple[str, str]] = set()
        self.transactions = 0
        self.tables: set[str] = set()

    def flushed(self, session: Session, _work: UOWTransaction) -> None:
        written = session.info.setdefault("written", [])
        for row in (*session.new, *session.dirty, *session.deleted):
            if row in session.new or row in session.deleted or _changed(row):
                written.append((inspect(row).mapper.local_table.name, getattr(row, "review", None)))

    def executed(self, state: ORMExecuteState) -> None:
        if (state.is_update or state.is_delete or state.is_insert) and state.bind_mapper is not None:
            found = state.session.info.setdefault("written", [])
            found.append((state.bind_mapper.local_table.name, None))

    def committing(self, session: Session) -> None:
        if session.in_nested_transaction():
            return  # entries are written at the end of the whole
        session.flush()
        before, self.ends = self.ends, _ends(session)
        told = {case for case, count in self.ends.items() if count > before.get(case, 0)}
        written = session.info.pop("written", [])
        self.transactions += bool(written)
        for table, review in written:
            self.tables.add(table)
            if table in ENGINES or table in EXCEPTIONS:
                continue
            key = self._ref(session, review)
            if not told or (key and key not in told):
                self.silent.add((table, key or "no entry at all"))

    def _ref(self, session: Session, review: object) -> str | None:
        if not isinstance(review, UUID):
            return None
        return session.scalar(select(Review.ref).where(Review.id == review))


def _ends(session: Session) -> dict[str, int]:
    """How many entries the log has of each case, with those of this transaction, which is about to commit."""
    return dict(session.execute(select(AuditHead.business_key, AuditHead.count)).all())


def _changed(row: object) -> bool:
    """Whether a column was changed that asks for an entry."""
    state = inspect(row)
    table = state.mapper.local_table.name
    changed = {column.key for column in state.attrs if column.history.has_changes()}
    return any((table, name) not in QUIET_COLUMNS for name in changed)


@contextmanager
def watching(database: Database) -> Iterator[Watch]:
    watch = Watch(database)
    pairs = (
        ("after_flush", watch.flushed),
        ("do_orm_execute", watch.executed),
        ("before_commit", watch.committing),
    )
    for name, listener in pairs:
        event.listen(Session, name, listener)
    try:
        yield watch
    finally:
        for name, listener in pairs:
            event.remove(Session, name, listener)


def is_whole(database: Database) -> bool:
    with database.read() as session:
        return verify_log(session.connection(), SECRET.encode()).findings == []


def test_a_whole_review_leaves_an_entry_for_every_change(partnership: Partnership) -> None:
    p = partnership
    journey.joins(p, "tess", "safeguarding_lead", "eh")  # so that the review is lived through, not copied
    with watching(p.database) as watch:
        ref = journey.at_impact_rating(p)
    assert watch.silent == set()
    known = {table.name for table in Base.metadata.sorted_tables}
    assert known >= EXCEPTIONS.keys()
    assert watch.transactions > 50
    assert {"review", "involvement", "summary", "action", "meeting", "impact_check"} <= watch.tables
    assert ref
    assert is_whole(p.database)


def test_what_may_happen_at_any_time_leaves_an_entry(partnership: Partnership) -> None:
    p = partnership
    ref = journey.at_meeting_date(p)
    here = f"/reviews/{ref}"
    with watching(p.database) as watch:
        for change, more in (
            ("pause", {}),
            ("resume", {}),
            ("change-chair", {"chosen": "u_alex"}),
            ("restrict-access", {}),
            ("withdraw", {}),
        ):
            page = p.morgan.open(f"{here}/change/{change}")
            sent = p.morgan.submit(page.form(change), page.path, {"reason": "for a test", **more})
            assert sent.status == 200, (change, sent.errors())
        page = p.morgan.open(f"{here}/identity")
        p.morgan.submit(page.form("identity"), page.path, {"reason": "to read our file"})
    assert watch.silent == set()
    assert "disclosure" in watch.tables
    with p.database.read() as session:
        kinds = set(session.scalars(select(Event.kind).where(Event.business_key == ref)))
    assert {"identity.shown", "case.read", "access.changed", "instance.paused"} <= kinds
    assert is_whole(p.database)
