"""The audit log shows tampering (promise S5): eight kinds of it, each found by the independent routine.

Most is tried twice: with seals in their entries, and with seals apart, as they were before tables 0033.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text, union_all, update
from sqlalchemy.exc import DBAPIError

import engine
from engine import (
    Actor,
    Database,
    LogVerdict,
    VirtualClock,
    audit_chain,
    forget_case_events,
    record,
    verify_log,
)
from engine.audit_guards import guards
from engine.audit_models import AuditHead, Event, EventSeal
from tests.conftest import SECRET_KEY

ALEX = Actor("alex")
CASE, OTHER = "CASE-1", "CASE-2"


def writes(database: Database, case: str = CASE, times: int = 1, **details: Any) -> None:
    """Record some events, each in a transaction of its own."""
    for _ in range(times):
        with database.write() as session:
            record(session, kind="record.changed", business_key=case, actor=ALEX, details=details)


def anchor(database: Database) -> str:
    """Write an anchor; its digest, as it is kept outside."""
    with database.write() as session:
        return engine.write_anchor(session, database.audit_key, database.clock.now()).digest


def verdict(database: Database, *anchors: str, case: str | None = None) -> LogVerdict:
    """What the routine says, as the command reads."""
    with database.read() as session:
        return verify_log(session.connection(), SECRET_KEY, case=case, anchors=anchors)


def found(database: Database, *anchors: str) -> set[tuple[str, int | None, str]]:
    """The findings, but for the guards, which these tests have to drop."""
    said = verdict(database, *anchors).findings
    assert all(each.sentence.endswith(".") for each in said)
    return {(each.case, each.entry, each.what) for each in said if each.what != "unguarded"}


def tamper(database: Database, *statements: str) -> None:
    """Change rows as somebody does who owns the database: first the guards go."""
    with database.engine.begin() as connection:
        drop_guards(connection)
        for statement in statements:
            connection.execute(text(statement))


def drop_guards(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        names = "select proname from pg_proc where proname like 'audit_guard_%'"
        for (name,) in connection.execute(text(names)).all():
            connection.execute(text(f"drop function {name}() cascade"))
        return
    names = "select name from sqlite_master where type = 'trigger' and name like 'audit_guard_%'"
    for (name,) in connection.execute(text(names)).all():
        connection.execute(text(f"drop trigger {name}"))


def seq(database: Database, number: int, case: str = CASE) -> int:
    """The row of an entry."""
    apart = select(EventSeal.event_seq).where(EventSeal.business_key == case, EventSeal.number == number)
    inside = select(Event.seq).where(Event.business_key == case, Event.number == number)
    with database.read() as session:
        return session.scalars(union_all(apart, inside)).one()


@pytest.fixture(params=["inside", "apart"])
def seals(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Where the seals stand: the table, and its column that names the entry's row."""
    return ("event", "seq") if request.param == "inside" else ("event_seal", "event_seq")


@pytest.fixture
def log(database: Database, seals: tuple[str, str]) -> Database:
    """Two cases of six entries each."""
    for number in range(6):
        writes(database, CASE, number=number, words="Zoë’s \U0001f600 \x00 end")
        writes(database, OTHER, number=number)
    if seals[0] == "event_seal":
        with database.engine.begin() as connection:
            drop_guards(connection)
            for case in (CASE, OTHER):
                seal_as_before(connection, case, database.audit_key)
            for statement in guards(connection.dialect.name):
                connection.exec_driver_sql(statement)
    return database


def seal_as_before(connection: Connection, case: str, key: bytes) -> None:
    """Take the seals out of the entries of a case and put them where they stood before tables 0033."""
    digest, mac = "0" * 64, ""
    entries = connection.execute(
        select(Event.__table__).where(Event.business_key == case).order_by(Event.seq)
    ).all()
    for number, row in enumerate(entries, 1):
        ids = [str(each) if each else None for each in (row.instance_id, row.task_id)]
        at = row.at.isoformat(timespec="microseconds")
        body = [number, row.seq, at, row.actor, row.kind, case, *ids, row.subject, row.details]
        written = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256((digest + written).encode()).hexdigest()
        mac = hmac.new(key, digest.encode(), hashlib.sha256).hexdigest()
        values = {"event_seq": row.seq, "business_key": case, "number": number, "digest": digest, "mac": mac}
        connection.execute(insert(EventSeal).values(values))
    connection.execute(update(Event).where(Event.business_key == case).values(number=None, digest=None))
    connection.execute(update(AuditHead).where(AuditHead.business_key == case).values(digest=digest, mac=mac))


def test_a_log_that_nobody_touched_is_whole(log: Database) -> None:
    kept = anchor(log)
    said = verdict(log, kept)
    assert (said.findings, said.entries, said.cases, said.anchors) == ([], 12, 2, 1)


def test_every_event_of_one_transaction_has_its_own_number(database: Database) -> None:
    with database.write() as session:
        for case in (CASE, OTHER, CASE):
            record(session, kind="case.read", business_key=case, actor=ALEX)
    assert verdict(database).findings == []
    assert [seq(database, 1), seq(database, 2)] == sorted([seq(database, 1), seq(database, 2)])


def test_what_a_savepoint_takes_back_is_in_no_chain(database: Database) -> None:
    with database.write() as session:
        record(session, kind="case.read", business_key=CASE, actor=ALEX)
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            record(session, kind="record.changed", business_key=CASE, actor=ALEX)
            session.flush()
            raise ZeroDivisionError
    said = verdict(database)
    assert (said.findings, said.entries) == ([], 1)


def test_an_edited_entry_is_found(log: Database) -> None:
    tamper(log, f"update event set actor = 'somebody' where seq = {seq(log, 3)}")
    assert found(log) == {(CASE, 3, "changed")}


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'case.read'",
        "subject = 'x'",
        "details = '{}'",
        "at = '2026-01-01 00:00:00.000000'",
        "task_id = '00000000000000000000000000000001'",
        "instance_id = '00000000000000000000000000000001'",
    ],
)
def test_no_column_can_be_edited(log: Database, change: str) -> None:
    tamper(log, f"update event set {change} where seq = {seq(log, 3)}")
    assert found(log) == {(CASE, 3, "changed")}


def test_an_entry_moved_to_another_case_is_found(log: Database, seals: tuple[str, str]) -> None:
    tamper(log, f"update event set business_key = 'CASE-3' where seq = {seq(log, 3)}")
    assert (CASE, 3, "missing" if seals[0] == "event" else "changed") in found(log)


def test_a_deleted_entry_is_found(log: Database) -> None:
    row = seq(log, 3)
    tamper(log, f"delete from event where seq = {row}")
    assert found(log) == {(CASE, 3, "missing")}


def test_an_entry_deleted_with_its_seal_is_found(log: Database, seals: tuple[str, str]) -> None:
    table, column = seals
    row = seq(log, 3)
    tamper(log, f"delete from event where seq = {row}", f"delete from {table} where {column} = {row}")
    assert found(log) == {(CASE, 3, "missing")}


def test_a_tail_that_was_cut_off_is_found(log: Database, seals: tuple[str, str]) -> None:
    table, column = seals
    rows = f"{seq(log, 5)}, {seq(log, 6)}"
    tamper(
        log,
        f"delete from event where seq in ({rows})",
        f"delete from {table} where {column} in ({rows})",
    )
    assert found(log) == {(CASE, 5, "tail cut")}


def test_a_tail_cut_off_with_its_head_is_found(log: Database, seals: tuple[str, str]) -> None:
    """By the anchor; where the seals stand in the entries also by the head, whose MAC nobody can take over."""
    table, column = seals
    kept = anchor(log)
    fourth = f"(select digest from {table} where business_key = '{CASE}' and number = 4)"
    if table == "event":
        turned = "encode({}, 'hex')" if log.engine.dialect.name == "postgresql" else "lower(hex({}))"
        fourth, mac = turned.format(fourth), "mac"
    else:
        mac = f"(select mac from {table} where business_key = '{CASE}' and number = 4)"
    rows = f"{seq(log, 5)}, {seq(log, 6)}"
    tamper(
        log,
        f"delete from event where seq in ({rows})",
        f"delete from {table} where {column} in ({rows})",
        f"update audit_head set count = 4, digest = {fourth}, mac = {mac} where business_key = '{CASE}'",
    )
    forged = {(CASE, 4, "rewritten")} if table == "event" else set()
    assert found(log, kept) == {(CASE, 5, "tail cut")} | forged


@pytest.mark.parametrize("with_head", [False, True])
def test_a_whole_case_that_is_gone_is_found(log: Database, with_head: bool) -> None:
    kept = anchor(log)
    heads = [f"delete from audit_head where business_key = '{CASE}'"] if with_head else []
    tamper(
        log,
        f"delete from event where business_key = '{CASE}'",
        f"delete from event_seal where business_key = '{CASE}'",
        *heads,
    )
    assert found(log, kept) == {(CASE, None, "case gone")}


def test_two_entries_whose_contents_changed_places_are_found(log: Database) -> None:
    first, second = seq(log, 2), seq(log, 4)
    tamper(
        log,
        f"update event set details = '{{\"number\": 3}}' where seq = {first}",
        f"update event set details = '{{\"number\": 1}}' where seq = {second}",
    )
    assert {number for _, number, _ in found(log)} == {2, 4}


def test_two_entries_that_changed_places_are_found(log: Database, seals: tuple[str, str]) -> None:
    table, column = seals
    first, second = seq(log, 2), seq(log, 3)
    tamper(
        log,
        f"update {table} set number = 99 where {column} = {first}",
        f"update {table} set number = 2 where {column} = {second}",
        f"update {table} set number = 3 where {column} = {first}",
    )
    assert {(CASE, 2, "out of order"), (CASE, 3, "out of order")} <= found(log)


def test_entries_whose_rows_changed_places_are_found(database: Database) -> None:
    """The number of a row is no part of what is sealed: entries follow one another in their rows, too."""
    writes(database, times=3)
    tamper(
        database,
        "update event set seq = 99 where number = 1",
        "update event set seq = 1 where number = 2",
        "update event set seq = 2 where number = 99 or seq = 99",
    )
    assert found(database) == {(CASE, 2, "out of order")}


def test_an_inserted_entry_is_found(log: Database) -> None:
    tamper(
        log,
        "insert into event (seq, at, actor, kind, business_key, details)"
        f" values (99, '2026-05-05 09:00:00', 'x', 'case.read', '{CASE}', '{{}}')",
    )
    assert found(log) == {(CASE, None, "inserted")}


def test_renumbered_entries_are_found(log: Database, seals: tuple[str, str]) -> None:
    table, column = seals
    tamper(log, *(f"update {table} set number = {n + 1} where {column} = {seq(log, n)}" for n in (6, 5, 4)))
    said = found(log)
    assert (CASE, 4, "missing") in said
    assert any(what in ("inserted", "rewritten", "changed") for _, _, what in said)


def test_a_log_rewritten_without_the_key_is_found(log: Database) -> None:
    rewrite(log, b"another key altogether, made up here")
    assert found(log) == {(CASE, 6, "rewritten")}


def test_a_log_rewritten_with_the_key_is_found_by_the_anchor(log: Database) -> None:
    kept = anchor(log)
    rewrite(log, log.audit_key)
    said = found(log, kept)
    assert said
    assert {what for _, _, what in said} == {"rewritten"}


def test_a_log_rewritten_with_the_key_and_its_anchors_is_found_by_what_was_kept_outside(
    log: Database,
) -> None:
    kept = anchor(log)
    tamper(log, "delete from audit_anchor", "delete from audit_anchor_head")
    rewrite(log, log.audit_key)
    anchor(log)
    assert found(log) == set()  # inside, all is consistent: only the outside tells
    assert {what for _, _, what in found(log, kept)} == {"older copy"}


def test_an_older_copy_put_back_is_found(log: Database) -> None:
    tables = ("event", "event_seal", "audit_head", "audit_anchor", "audit_anchor_head")
    anchor(log)
    with log.engine.begin() as connection:
        for table in tables:
            connection.execute(text(f"create table copy_{table} as select * from {table}"))
    writes(log, times=3)
    kept = anchor(log)
    tamper(
        log,
        *(f"delete from {table}" for table in tables),
        *(f"insert into {table} select * from copy_{table}" for table in tables),
    )
    assert found(log) == set()
    assert {what for _, _, what in found(log, kept)} == {"older copy"}


def test_anchors_that_are_taken_away_are_found(log: Database) -> None:
    anchor(log)
    writes(log)
    anchor(log)
    tamper(log, "delete from audit_anchor where number = 2")
    assert {what for _, _, what in found(log)} == {"anchors"}


def test_a_fault_of_the_writer_is_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The routine does not share the writer's idea of what an entry is."""
    right = audit_chain._body
    monkeypatch.setattr(audit_chain, "_body", lambda number, event: [*right(number, event)[:-1], {}])
    writes(database, words="left out")
    assert found(database) == {(CASE, 1, "changed")}


@pytest.mark.parametrize(
    "statement",
    [
        "update event set actor = 'x'",
        "delete from event",
        "update event set number = number + 100",
        "update event set digest = null",
        "delete from audit_head",
        "update audit_head set count = 1",
        "update audit_anchor set digest = 'x'",
        "delete from audit_anchor",
        "delete from audit_anchor_head",
    ],
)
def test_the_database_refuses(log: Database, statement: str) -> None:
    anchor(log)
    with pytest.raises(DBAPIError, match="only ever added"), log.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("seals", [("event_seal", "event_seq")])
@pytest.mark.parametrize(
    "statement", ["update event_seal set number = number + 100", "delete from event_seal"]
)
def test_the_database_refuses_to_change_older_seals(
    log: Database, seals: tuple[str, str], statement: str
) -> None:
    with pytest.raises(DBAPIError, match="only ever added"), log.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.postgresql_only
def test_the_database_refuses_to_empty_the_log(log: Database) -> None:
    with pytest.raises(DBAPIError, match="only ever added"), log.engine.begin() as connection:
        connection.execute(text("truncate event"))


def test_guards_that_are_gone_are_found(log: Database) -> None:
    tamper(log)
    assert {each.what for each in verdict(log).findings} == {"unguarded"}


def test_a_destroyed_case_leaves_one_line_and_a_whole_log(log: Database) -> None:
    kept = anchor(log)
    with log.write() as session:
        assert forget_case_events(session, CASE, by=ALEX) == 6
    writes(log)  # its chain goes on
    later = anchor(log)
    said = verdict(log, kept, later)
    assert said.findings == []
    with log.read() as session:
        assert session.query(Event).filter(Event.business_key == CASE).count() == 1


def test_a_made_up_tombstone_is_found(log: Database) -> None:
    anchor(log)
    tamper(
        log,
        'insert into audit_tombstone (business_key, count, at, "by", first_digest, digest, mac)'
        f" select business_key, count, '2026-05-05 09:00:00', 'x', digest, digest, mac from audit_head"
        f" where business_key = '{CASE}'",
        f"delete from event where business_key = '{CASE}'",
        f"delete from event_seal where business_key = '{CASE}'",
    )
    assert {"forged", "case gone"} <= {what for _, _, what in found(log)}


def test_many_writers_keep_their_chains(database: Database) -> None:
    """Eight at once, on one case, on another, and on both in either order: no deadlock, no gap."""
    gate, faults = threading.Barrier(8), []

    def work(number: int) -> None:
        gate.wait()
        try:
            for turn in range(12):
                cases = [CASE, OTHER] if (number + turn) % 2 else [OTHER, CASE, f"own-{number}"]

                def several(session: Any, cases: list[str] = cases) -> None:
                    for case in cases:
                        record(session, kind="case.read", business_key=case, actor=ALEX)
                        session.flush()

                with database.write() as session:  # not `retrying`: a deadlock would be seen
                    several(session)
        except Exception as fault:
            faults.append(fault)

    each = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in each:
        thread.start()
    for thread in each:
        thread.join()
    said = verdict(database)
    assert (faults, said.findings, said.entries) == ([], [], 8 * (6 * 2 + 6 * 3))


def test_a_chain_that_has_grown_since_its_end_was_read_is_read_again(database: Database) -> None:
    """A step reads the end of the chain with the rest, without a lock: others may add to it meanwhile."""
    writes(database, times=2)
    with database.write() as session:
        audit_chain.know_head(session, CASE, 0, audit_chain.NOTHING_BEFORE)  # as it was before them
        record(session, kind="record.changed", business_key=CASE, actor=ALEX)
    assert found(database) == set()
    with database.read() as session:
        assert session.scalars(select(Event.number).order_by(Event.seq)).all() == [1, 2, 3]


def test_a_crash_before_the_commit_leaves_the_chain_as_it_was(
    log: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    extended = audit_chain._extended

    def crash(*given: Any) -> bool:
        assert extended(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("engine.audit_chain._extended", crash)
        with pytest.raises(KeyboardInterrupt):
            writes(log)
    writes(log)
    assert verdict(log).findings == []


def test_both_databases_hold_the_same_digests(database: Database, clock: VirtualClock) -> None:
    """The canonical form does not depend on the database: microseconds, order of keys, letters, numbers."""
    clock.advance_to(datetime(2026, 5, 6, 9, 30, 0, 123456, tzinfo=UTC))
    writes(database, b=1, a="Zoë – ‘x’", n=1.50, nested={"z": None, "a": [True, 2]})
    with database.read() as session:
        digest = session.query(Event.digest).scalar()
    assert digest.hex() == "dda111ad9bbf118b86c0ae912808b89fc7c4f5c3a0feda6ff3394ec6f32de120"


def rewrite(database: Database, key: bytes) -> None:
    """Change the first entry of a case and seal the whole case anew, with a key."""
    tamper(database, f"update event set actor = 'nobody' where seq = {seq(database, 1)}")
    entries = select(Event.__table__).where(Event.business_key == CASE).order_by(Event.seq)
    with database.write() as session:
        rows = [dict(row) for row in session.execute(entries).mappings()]
        for table in ("event", "event_seal", "audit_head"):
            session.execute(text(f"delete from {table} where business_key = '{CASE}'"))
        audit_chain.seal_chains(session, key, {CASE: rows})


def reopened(database: Database, secret: bytes) -> Database:
    url = database.url.render_as_string(hide_password=False)
    return Database(url, clock=database.clock, secret_key=secret)


def test_another_secret_seals_the_log_again_and_leaves_it_whole_and_guarded(
    log: Database, seals: tuple[str, str]
) -> None:
    outside = anchor(log)
    with log.write() as session:
        forget_case_events(session, OTHER, by=ALEX)
    writes(log, OTHER)
    new = b"another secret of the deployment, long enough"
    later = reopened(log, new)
    with later.write() as session:
        assert engine.seal_log_again(session, SECRET_KEY) >= (10 if seals[0] == "event_seal" else 4)
    writes(later)
    with later.read() as session:
        said = verify_log(session.connection(), new, anchors=[outside])
        assert (said.findings, said.cases) == ([], 3)
    assert {what for *_, what in found(log)} != set(), "the old key says nothing any more"
    with pytest.raises(DBAPIError, match="only ever added"), later.engine.begin() as connection:
        connection.execute(text("update event set digest = null"))
    later.dispose()


def test_a_log_that_was_tampered_with_is_not_sealed_again(log: Database, seals: tuple[str, str]) -> None:
    table, where = ("audit_head", f"business_key = '{CASE}'")
    if seals[0] == "event_seal":
        table, where = "event_seal", f"event_seq = {seq(log, 2)}"
    tamper(log, f"update {table} set mac = '{'0' * 64}' where {where}")
    later = reopened(log, b"another secret of the deployment, long enough")
    with pytest.raises(engine.StateUnreadable), later.write() as session:
        engine.seal_log_again(session, SECRET_KEY)
    later.dispose()


@pytest.mark.parametrize(
    "line", ["", "null", "3", "{", '{"anchor": 1}', '{"anchor": [], "heads": 3}', '{"business_key": []}']
)
def test_a_line_of_an_export_that_is_none_is_a_finding(line: str) -> None:
    verdict = engine.verify_export([line])
    assert [found.sentence for found in verdict.findings] == ["Line 1 is no entry and no anchor of a log."]
