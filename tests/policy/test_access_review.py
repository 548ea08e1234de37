"""Step `access_review` (P4): only "all agencies involved in the case will be notified". Who has no part in a
review may open it in an emergency, for an hour and to read only; the Head of Safeguarding and Learning knows
at once, and looks at why.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from engine import VirtualClock
from engine.models import Outbox
from reviews.models import BreakGlass, Conflict, Review
from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.emergencies import REASON, asks, ends
from tests.policy.journey import at_agenda, at_screen, refused
from tests.policy.people import audit

NOTHING = ["We could not open a review with this reference. Check it, or telephone the Board’s business team"]


def minutes_pass(p: Partnership, minutes: int) -> None:
    assert isinstance(p.database.clock, VirtualClock)
    p.database.clock.advance(dt.timedelta(minutes=minutes))


def test_who_has_no_part_reads_where_it_stands_and_who_takes_part_for_an_hour(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_agenda(p)
    closed = p.bryn.open(f"/reviews/{ref}")
    assert closed.status == 404
    assert closed.links("Open a review in an emergency") == ["/emergency/"]
    page = asks(p.bryn, ref.lower())
    assert page.path == f"/reviews/{ref}"
    opened = {
        part: p.bryn.open(f"/reviews/{ref}/{part}")
        for part in "referral agencies meetings learning actions sharing documents timeline diagram".split()
    }
    assert {part for part, shown in opened.items() if shown.status == 200} == {"agencies"}
    assert "Schools and Colleges" in opened["agencies"].words
    for shown in (page, opened["agencies"]):
        assert shown.tree is not None
        [banner] = shown.tree.xpath("//*[@aria-label='Opened in an emergency']")
        assert "in 60 minutes" in banner.text_content()
        assert answers.CHILD not in shown.words
    assert p.bryn.open(f"/reviews/{ref}/identity").status == 403
    for change in ("pause", "declare-conflict", "restrict-access", "withdraw"):
        assert p.bryn.open(f"/reviews/{ref}/change/{change}").status == 403
    minutes_pass(p, 59)
    assert p.bryn.open(f"/reviews/{ref}").status == 200
    minutes_pass(p, 1)
    assert p.bryn.open(f"/reviews/{ref}").status == 404
    assert ref not in p.bryn.open("/reviews/").words


def test_it_can_be_ended_at_once_and_only_by_who_asked(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    asks(p.bryn, ref)
    action = p.bryn.open(f"/reviews/{ref}").form("/end").get("action")
    token = dict(p.ashby.open("/emergency/").form("/emergency/").form_values())["csrf_token"]
    assert p.ashby.client.post(action, data={"csrf_token": token}).status_code == 404
    assert "closed to you again" in ends(p.bryn, ref).words
    assert p.bryn.open(f"/reviews/{ref}").status == 404
    kinds = [each.kind for each in _all(p, ref)]
    assert kinds == ["access.opened", "access.ended"]


def test_the_head_and_the_chair_are_told_at_once_at_any_hour(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    p.tick()
    p.letters.clear()
    minutes_pass(p, 14 * 60)  # half past eleven at night
    asks(p.bryn, ref)
    p.tick()
    for person in ("morgan", "frankie"):
        assert p.letters_to(person) == [f"{ref}: opened in an emergency"]
    assert not any(REASON in letter.body for _, letter in p.letters)


def test_the_head_looks_at_why_and_who_opened_it_hears_what_was_found(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    asks(p.bryn, ref)
    row = p.morgan.finds("access_review", ref)
    assert row.due.startswith("due in 2 working days")
    shown = p.morgan.open(row.href).words
    assert "Bryn" in shown and REASON in shown and "A child may be at risk" in shown
    assert refused(p.morgan, "access_review", {}, ref).errors() == [
        "Select yes or no",
        "Enter what you found",
    ]
    found = {"outcome": "not_justified", "note": "The duty desk was there and could have been asked."}
    p.morgan.does("access_review", found, ref)
    p.tick()
    assert p.told("bryn", "was found not to be justified")
    with p.database.read() as session:
        kept = session.scalars(select(BreakGlass)).one()
        assert (kept.found, kept.looked_by) == ("not_justified", "u_morgan")


def test_it_says_the_same_whether_there_is_such_a_review_or_it_is_blocked(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_agenda(p)
    p.tick()
    p.letters.clear()
    _refusal(p, "MALR-2031-776")  # the first of all begins a chain of the audit log
    unknown = _refusal(p, "MALR-2031-777")
    with p.database.write() as session:
        _review(session, ref).restricted = True
    restricted = _refusal(p, ref)
    with p.database.write() as session:
        _review(session, ref).restricted = False
        _review(session, ref).state = "draft"
    draft = _refusal(p, ref)
    with p.database.write() as session:
        review, at = _review(session, ref), p.database.clock.now()
        review.state = "agency_preparation"
        session.add(
            Conflict(review=review.id, person="u_bryn", declared_at=at, declared_by="u_bryn", reason="Family")
        )
    conflict = _refusal(p, ref)
    assert unknown == restricted == draft == conflict, "the same words, by the same statements"
    p.tick()
    assert p.letters == []
    with p.database.read() as session:
        kept = session.scalars(select(BreakGlass)).all()
        assert [(row.review, row.process_instance) for row in kept] == [(None, None)] * 5


def test_an_hour_that_has_begun_ends_with_a_conflict_or_a_restriction(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    asks(p.bryn, ref)
    assert p.bryn.open(f"/reviews/{ref}").status == 200
    path = f"/reviews/{ref}/change/restrict-access"
    page = p.devon.open(path)
    p.devon.submit(page.form("restrict-access"), path, {"reason": "A member of staff"})
    assert p.bryn.open(f"/reviews/{ref}").status == 404


def test_nobody_goes_through_the_references_one_by_one(partnership: Partnership) -> None:
    p = partnership
    for number in range(5):
        assert asks(p.bryn, f"MALR-2031-{number:03d}").errors() == NOTHING
    ref = at_screen(p)
    said = asks(p.bryn, ref)
    assert said.errors() == [
        "You have asked several times today. Telephone the Head of Safeguarding and Learning."
    ]
    assert p.bryn.open(f"/reviews/{ref}").status == 404


def test_a_few_words_are_not_a_reason(partnership: Partnership) -> None:
    p = partnership
    ref = at_screen(p)
    said = asks(p.bryn, ref, reason="I need it")
    assert said.status == 422 and said.errors()
    assert "I need it" in dict(said.form("/emergency/").form_values())["reason"]
    assert p.bryn.open(f"/reviews/{ref}").status == 404


def test_only_leads_and_chairs_may_ask(partnership: Partnership) -> None:
    p = partnership
    for name in ("devon", "kit", "jude"):
        assert getattr(p, name).open("/emergency/").status == 403, name
    assert p.dale.open("/emergency/").status == 200


def test_who_sees_the_review_anyway_breaks_nothing(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    assert asks(p.dale, ref).path == f"/reviews/{ref}"
    with p.database.read() as session:
        assert session.scalars(select(BreakGlass)).all() == []


def test_a_pause_of_the_review_does_not_stop_the_look_at_it(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    asks(p.bryn, ref)
    path = f"/reviews/{ref}/change/pause"
    p.devon.submit(p.devon.open(path).form("pause"), path, {"reason": "A trial is coming up"})
    p.morgan.does("access_review", {"outcome": "justified", "note": "Right to ask."}, ref)


def test_the_audit_log_says_who_opened_it_and_how_it_was_refused(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    asks(p.bryn, ref)
    asks(p.bryn, "MALR-2031-777")
    [opened] = audit(p, ref, "access.opened")
    assert (opened.actor, opened.subject) == ("u_bryn", "child_at_risk")
    [refusal] = audit(p, "emergency access", "access.refused")
    assert refusal.actor == "u_bryn" and "777" not in str(refusal.details)
    with p.database.read() as session:
        assert not [row for row in session.scalars(select(Outbox)) if REASON in str(row.payload)]


def _review(session: Session, ref: str) -> Review:
    return session.scalars(select(Review).where(Review.ref == ref)).one()


def _refusal(p: Partnership, ref: str) -> tuple[str, list[str]]:
    """What Bryn reads when he asks for a review that stays closed, and the statements behind the answer."""
    page = p.bryn.open("/emergency/")
    given = {"reference": ref, "why": "child_at_risk", "reason": REASON}
    statements: list[str] = []

    def count(_c: object, _k: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(p.database.engine, "before_cursor_execute", count)
    said = p.bryn.submit(page.form("/emergency/"), page.path, given)
    event.remove(p.database.engine, "before_cursor_execute", count)
    assert (said.status, said.errors()) == (422, NOTHING)
    return said.words, statements


def _all(p: Partnership, ref: str):  # type: ignore[no-untyped-def]
    found = [each for kind in ("access.opened", "access.ended") for each in audit(p, ref, kind)]
    return sorted(found, key=lambda each: each.seq)
