"""Step `undelivered_notice` (P2, P4): "all agencies involved in the case will be notified". A notice that did
not arrive is somebody's work: sent again to the right address, or told in another way; never in a circle.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from engine import Actor, Undeliverable, came_back
from engine.models import Outbox
from reviews.models import Person, UndeliveredNotice
from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import at_set_up, joins, refused

REFUSED = "The mail server refuses this address (550)."
POST = Actor.system("post")


@pytest.fixture
def refuses(partnership: Partnership, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make the post office refuse every letter to somebody's present address."""
    taken = partnership.send

    def refuse(*names: str) -> None:
        people = [f"u_{name}" for name in names]
        with partnership.database.read() as session:
            wrong = {session.get_one(Person, person).email for person in people}

        def send(session, notice):  # type: ignore[no-untyped-def]
            person = session.get(Person, notice.recipient)
            if person is not None and person.email in wrong:
                raise Undeliverable(REFUSED)
            taken(session, notice)

        monkeypatch.setattr(partnership, "send", send)

    return refuse


def _told_agencies(p: Partnership) -> str:
    ref = at_set_up(p)
    p.devon.does("agency_notice", answers.agency_notice(), ref)
    p.tick()
    return ref


def _given(outcome: str, **more: str) -> dict[str, str]:
    return {"outcome": outcome, "note": "Telephoned on Monday.", **more}


def _keys(p: Partnership, person: str, status: str) -> list[str]:
    query = select(Outbox.key).where(Outbox.recipient == f"u_{person}", Outbox.status == status)
    with p.database.read() as session:
        return list(session.scalars(query))


def test_a_refused_notice_is_sent_again_to_the_right_address(
    partnership: Partnership, refuses: Callable[..., None]
) -> None:
    p = partnership
    refuses("ashby")
    ref = _told_agencies(p)
    assert not p.letters_to("ashby")
    p.tick()
    assert f"{ref}: a notice did not arrive" in p.letters_to("ellis")
    row = p.ellis.finds("undelivered_notice", ref)
    assert row.due == "due in 2 working days:15 April 2026"
    shown = p.ellis.open(row.href).words
    assert f"{ref}: your agency is asked to prepare" in shown and REFUSED in shown
    assert answers.CHILD not in shown
    again = refused(p.ellis, "undelivered_notice", _given("sent_again", email=""), ref)
    assert again.errors() == ["Enter their e-mail address"]
    p.ellis.does("undelivered_notice", _given("sent_again", email="ashby@new.example"), ref)
    p.tick()
    assert f"{ref}: your agency is asked to prepare" in p.letters_to("ashby")
    assert {letter.to for to, letter in p.letters if to == "u_ashby"} == {"ashby@new.example"}
    assert not p.ellis.has("undelivered_notice", ref)
    assert "Your e-mail address was corrected" in p.letters_to("ashby"), "its owner hears of it"
    assert "An e-mail address was corrected" in p.letters_to("devon"), "and so does the business manager"


def test_support_does_not_change_the_address_of_who_looks_after_people(
    partnership: Partnership, refuses: Callable[..., None]
) -> None:
    """Links to this service go to an address: with it, support could act as the office."""
    p = partnership
    joins(p, "ashby", "system_admin")
    refuses("ashby")
    ref = _told_agencies(p)
    p.tick()
    page = p.ellis.open(p.ellis.finds("undelivered_notice", ref).href)
    given = _given("sent_again", email="ashby@new.example")
    said = p.ellis.submit(page.form(page.path), page.path, given, "send")
    assert said.errors() == [
        "This person looks after people. Ask the Board's business manager to correct the address."
    ]
    p.ellis.does("undelivered_notice", _given("told"), ref)


def test_an_address_that_is_somebody_elses_is_refused(
    partnership: Partnership, refuses: Callable[..., None]
) -> None:
    p = partnership
    refuses("ashby")
    ref = _told_agencies(p)
    with p.database.read() as session:
        taken = session.get_one(Person, "u_devon").email
    page = p.ellis.open(p.ellis.finds("undelivered_notice", ref).href)
    given = _given("sent_again", email=taken.upper())
    said = p.ellis.submit(page.form(page.path), page.path, given, "send")
    assert (said.status, said.errors()) == (409, ["This is somebody else's address."])
    kept = dict(said.form("undelivered-notice").form_values())
    assert (kept["email"], kept["note"]) == (taken.upper(), "Telephoned on Monday.")
    p.ellis.does("undelivered_notice", _given("told"), ref)
    p.tick()
    assert not p.letters_to("ashby"), "told in another way: not sent again"


def test_several_notices_to_one_person_about_one_review_are_one_task(
    partnership: Partnership, refuses: Callable[..., None]
) -> None:
    p = partnership
    refuses("ashby")
    ref = _told_agencies(p)
    path = f"/reviews/{ref}/change/pause"
    p.devon.submit(p.devon.open(path).form("pause"), path, {"reason": "A trial is coming up"})
    path = f"/reviews/{ref}/change/resume"
    p.devon.submit(p.devon.open(path).form("resume"), path)
    p.tick()
    rows = [row for row in p.ellis.my_work() if row.href.endswith("/undelivered-notice")]
    assert len(rows) == 1
    assert f"{ref}: paused" in p.ellis.open(rows[0].href).words
    p.ellis.does("undelivered_notice", _given("sent_again", email="ashby@new.example"), ref)
    p.tick()
    assert len([each for each in p.letters_to("ashby") if each.startswith(ref)]) == 3


def test_a_notice_that_comes_back_later_is_the_same_work(partnership: Partnership) -> None:
    p = partnership
    ref = _told_agencies(p)
    (key,) = _keys(p, "ashby", "sent")
    with p.database.write() as session:
        assert came_back(session, key, by=POST)
        assert not came_back(session, key, by=POST)
    assert (
        "The mail server sent it back." in p.ellis.open(p.ellis.finds("undelivered_notice", ref).href).words
    )
    p.ellis.does("undelivered_notice", _given("left"), ref)


def test_it_never_goes_in_a_circle(partnership: Partnership, refuses: Callable[..., None]) -> None:
    """Neither the word to the office nor a reminder of the task makes another task."""
    p = partnership
    refuses("ashby", "ellis", "devon")
    ref = _told_agencies(p)
    p.days_pass(8)
    query = select(UndeliveredNotice).where(UndeliveredNotice.person == "u_ellis")
    with p.database.read() as session:
        about_it = [row for row in session.scalars(query) if row.process_instance is None]
        tasks = session.scalars(select(UndeliveredNotice.process_instance).distinct()).all()
    assert about_it, "the word to the office is in the list, and nothing more"
    assert len({task for task in tasks if task}) == len(
        [row for row in p.ellis.my_work() if row.href.endswith("/undelivered-notice")]
    )
    assert len(tasks) < 8
    _settle_all(p)
    assert ref


def test_a_restricted_review_shows_its_undelivered_notices_to_those_on_its_list(
    partnership: Partnership, refuses: Callable[..., None]
) -> None:
    p = partnership
    refuses("ashby")
    ref = _told_agencies(p)
    href = p.ellis.finds("undelivered_notice", ref).href
    path = f"/reviews/{ref}/change/restrict-access"
    p.devon.submit(p.devon.open(path).form("restrict-access"), path, {"reason": "A member of staff"})
    assert not p.ellis.has("undelivered_notice", ref)
    assert p.ellis.open(href).status == 404
    _settle_all(p)


def _settle_all(p: Partnership) -> None:
    """What this test leaves open on purpose."""
    with p.database.write() as session:
        for row in session.scalars(select(UndeliveredNotice)):
            row.settled_at = p.database.clock.now()
