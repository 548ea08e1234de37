"""Restricted reviews (practice 2.9): a list of names beats every role, has a page, hides no work for long."""

from __future__ import annotations

from sqlalchemy import select

from engine import tasks
from reviews.models import NamedAccess
from tests.policy import answers
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.journey import at_agenda, at_meeting_date
from tests.policy.people import audit


def restricts(person: Person, ref: str, chosen: str = "") -> Page:
    path = f"/reviews/{ref}/change/restrict-access"
    page = person.open(path)
    return person.submit(page.form("restrict-access"), path, {"reason": "A colleague", "chosen": chosen})


def test_the_page_warns_of_steps_that_nobody_could_do_and_the_office_is_told(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_meeting_date(p)
    p.tick()
    p.letters.clear()
    warned = p.devon.open(f"/reviews/{ref}/change/restrict-access").words
    assert "Name somebody for these open steps too" in warned and "Board business support" in warned
    listed = restricts(p.devon, ref)
    assert listed.path == f"/reviews/{ref}/access/"
    assert "Nobody on the list can do these open steps" in listed.words
    p.tick()
    assert p.letters_to("devon") == [f"{ref}: a step waits for somebody to be named"]
    assert not p.ellis.has("meeting_date", ref)


def test_somebody_is_named_and_taken_off_again(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    page = restricts(p.devon, ref)
    said = p.devon.submit(page.form("/access/"), page.path, {"person": "u_ellis", "reason": "Fixes the date"})
    assert "They are on the list" in said.words
    assert p.ellis.has("meeting_date", ref)
    said = p.devon.submit(said.form("/u_ellis/take-off"), said.path)
    assert "no longer on the list" in said.words
    assert not p.ellis.has("meeting_date", ref)
    assert p.ellis.open(f"/reviews/{ref}").status == 404
    subjects = [each.subject for each in audit(p, ref, "access.changed")]
    assert subjects[-2:] == ["named", "taken_off"]


def test_somebody_on_the_list_can_always_name_others(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    page = restricts(p.devon, ref)
    said = p.devon.submit(page.form("/u_devon/take-off"), page.path)
    assert said.status == 422
    assert said.errors() == [
        "Nobody else on the list could name people. Name somebody else of the office first."
    ]
    path = f"/reviews/{ref}/access/u_frankie/take-off"
    sent = dict(page.form("/u_devon/take-off").form_values())
    assert p.devon.client.post(path, data=sent).status_code == 422, "the chair stays"
    with p.database.read() as session:
        named = session.scalars(select(NamedAccess.person).order_by(NamedAccess.person)).all()
        assert named == ["u_devon", "u_frankie"]


def test_a_restriction_is_lifted(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    page = restricts(p.devon, ref)
    assert p.morgan.open(f"/reviews/{ref}").status == 404
    p.devon.submit(page.form("/lift"), page.path)
    assert p.morgan.open(f"/reviews/{ref}").status == 200
    assert p.devon.open(f"/reviews/{ref}/access/").status == 404, "there is no list to look at"


def test_a_step_that_opens_later_for_nobody_is_told_of(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    page = restricts(p.morgan, ref)
    p.morgan.submit(page.form("/access/"), page.path, {"person": "u_ellis", "reason": "Sends the agenda"})
    p.tick()
    p.letters.clear()
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    with p.database.read() as session:
        assert tasks(session, business_keys=[ref])
    assert p.dale.open(f"/reviews/{ref}/access/").status == 404
