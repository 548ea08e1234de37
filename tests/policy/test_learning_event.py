"""L1, L2, L4: the event of a term from its plan to its report. Places are booked, a waiting list moves up,
its programme is drawn from published learning, those who come are ticked and say what they take from it, and
what was not shown goes to the next event.
"""

from __future__ import annotations

import datetime as dt
import io
import threading
import zipfile

import docx
from sqlalchemy import select

from engine import Refused, history
from engine.audit_models import Event
from reviews.learning_events import booking
from reviews.long_work.working import do_due
from reviews.models import EventAnswer, EventBooking, EventSource, LearningEvent
from reviews.permissions import viewer_for
from tests.policy import answers
from tests.policy.answers import DAY
from tests.policy.beside import event_plan
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.journey import at_briefing_check, leap
from tests.policy.test_documents_made import token_of, word_of
from tests.policy.test_long_work import saves

EVENT = "/learning/events/event-sum-2026"
NEXT = "/learning/events/event-aut-2026"
TITLE = "One plan, everyone has it"
FREE = "a place is free"


def published(p: Partnership) -> str:
    """A briefing is published; the Training sub-group offers its learning to the next event."""
    ref = at_briefing_check(p)
    p.morgan.does("briefing_check", answers.briefing_check(), ref)
    p.noor.does("training_change", answers.training_change(p.today), ref)
    return ref


def planned(p: Partnership, places: int = 6) -> dt.date:
    """The event of this term has a date, three weeks ahead."""
    p.tick()
    held = p.today + 21 * DAY
    p.noor.does("event_plan", {**event_plan(held), "places": places, "ends": "12:30pm"})
    p.tick()
    return held


def books(person: Person, event: str = EVENT) -> Page:
    page = person.open(event)
    return person.submit(page.form("/book"), page.path)


def books_for(person: Person, name: str, agency: str, **more: str) -> Page:
    page = person.open(f"{EVENT}/book-for")
    return person.submit(page.form(), page.path, {"name": name, "agency": agency, **more})


def cancels(person: Person, name: str = "") -> Page:
    page = person.open(f"{EVENT}/people" if name else EVENT)
    link = page.links(f"Cancel the booking of {name}" if name else "Cancel your")[0]
    page = person.open(link)
    return person.submit(page.form("/cancel"), page.path)


def ticks(person: Person, names: set[str]) -> Page:
    page = person.open(f"{EVENT}/attendance")
    assert page.tree is not None
    came = [
        label.getprevious().get("value")
        for label in page.tree.xpath("//main//label[starts-with(@for, 'came-')]")
        if any(label.text_content().strip().startswith(name) for name in names)
    ]
    return person.submit(page.form(), page.path, {"came": came})


def says(person: Person, useful: str, differently: str = "") -> Page:
    page = person.open(f"{EVENT}/feedback")
    given = {"useful": useful, "differently": differently, "anything_else": ""}
    return person.submit(page.form(), page.path, given)


def full(p: Partnership) -> dt.date:
    """Six places are taken; Dale and somebody without an account wait."""
    held = planned(p)
    for name in ("umar", "vesna", "ashby", "emery", "bryn", "tess"):
        assert "You have a place." in books(getattr(p, name)).words
    assert "All places are taken" in p.dale.open(EVENT).words
    assert "You are on the waiting list" in books(p.dale).words
    said = books_for(p.dale, "Robin Hale", "sch", job="Teacher")
    assert "Robin Hale" in said.words and "Waiting" in said.words
    return held


def test_from_plan_to_report(partnership: Partnership) -> None:
    p = partnership
    ref = published(p)
    held = full(p)
    assert "places can be booked" in " ".join(p.letters_to("dale"))
    _chooses(p, ref)
    cancels(p.tess)
    p.tick()
    assert FREE in " ".join(p.letters_to("dale")), "first in, first moved up"
    leap(p, held)
    assert "Sheet to sign in on" in p.noor.open(f"{EVENT}/people").words
    ticks(p.noor, {"Umar", "Vesna", "Ashby", "Emery", "Bryn", "Dale"})
    page = p.noor.open(f"{EVENT}/walk-in")
    p.noor.submit(page.form(), page.path, {"name": "Casey Lund", "agency": "hou", "job": "Officer"})
    assert "7" in p.noor.open(f"{EVENT}/attendance").words
    for number, name in enumerate(("umar", "vesna", "ashby", "emery")):
        says(getattr(p, name), "no" if number == 3 else "yes", f"Ask again, as {number} said.")
    assert "shown once five people have answered" in p.noor.open(EVENT).words
    said = says(p.bryn, "yes").words
    assert "5 people answered. 4 found it useful (80%), 4 will do something differently." in said
    assert "Ask again" not in said, "words are for the organisers alone"
    assert "Ask again, as 0 said." in p.noor.open(EVENT).words
    _records_and_reports(p)
    _goes_on(p, ref)


def _chooses(p: Partnership, ref: str) -> None:
    page = p.noor.open(f"{EVENT}/programme")
    assert "5 pieces of learning wait for an event. 20% of them is good practice." in page.words
    assert page.words.count(TITLE) >= 2 and "Offered" in page.words
    wrong = p.noor.submit(
        page.form(), page.path, {f"chosen-{ref}.good_practice": "yes", f"minutes-{ref}.good_practice": "two"}
    )
    assert wrong.status == 422 and wrong.errors() == ["Enter the minutes as a number"]
    given = {
        f"chosen-{ref}.good_practice": "yes",
        f"minutes-{ref}.good_practice": "40",
        f"led-{ref}.good_practice": "Two head teachers",
        f"place-{ref}.good_practice": "1",
        "chosen-ol-2.development": "yes",
        "place-ol-2.development": "2",
    }
    p.noor.submit(page.form(), page.path, given)
    assert "It is not decided yet." in p.tess.open(EVENT).words, "the step decides"
    p.noor.does("event_programme", {"reflection": "What would you have asked?"})
    told = p.tess.open(EVENT)
    for words in (TITLE, "Good practice, from a learning review. 40 minutes, led by Two head teachers"):
        assert words in told.words, told.words
    programme = word_of(p.tess, "/documents/event-programme/event-sum-2026")
    cells = [cell.text for table in programme.tables for row in table.rows for cell in row.cells]
    text = " ".join([*cells, *(each.text for each in programme.paragraphs)])
    assert TITLE in text and "Two head teachers" in text
    assert "MALR" not in text and "MALR" not in told.words


def _records_and_reports(p: Partnership) -> None:
    p.noor.does("event_record", {})  # it begins with what the pages know
    with p.database.read() as session:
        event = session.get_one(LearningEvent, "event-sum-2026")
        assert (event.attended, event.booked, event.useful_percent, event.status) == (7, 6, 80, "held")
        assert {row["agency"]: row["people"] for row in event.attended_by_agency}["hou"] == 1
    assert p.vesna.open(f"{EVENT}/feedback").status == 404, "it is recorded"
    report = p.noor.open(p.noor.finds("event_report").href).words
    assert "7 people came, from 6 agencies. 80% of those who answered found it useful." in report
    p.noor.does("event_report", {"carried_forward": "How plans travel at weekends."})


def _goes_on(p: Partnership, ref: str) -> None:
    shown = p.tess.open(EVENT).words
    assert "What became of its learning" in shown and "No agency has told yet" in shown
    followed = p.tess.open(f"/learning/{ref}/what-became-of-it").words
    assert "7 people came from 6 agencies, to 6 places. 80% of those who answered" in followed
    leap(p, dt.date(2026, 8, 31))
    p.noor.does("event_plan", {**event_plan(dt.date(2026, 10, 1)), "places": 10})
    p.tick()
    choice = p.noor.open(f"{NEXT}/programme").words
    assert "How plans travel at weekends." in choice and "Carried over" in choice
    assert choice.count(TITLE) == 1 + 1, "what worked was shown; what was learned waits (its label names it)"
    page = p.noor.open(f"{NEXT}/people")
    assert "1 person waited for a place at the event before and got none: Robin Hale." in page.words
    p.noor.submit(page.form("/carry-over"), page.path)
    assert "Robin Hale" in p.dale.open(f"{NEXT}/people").words
    assert "waited for a place" not in p.noor.open(f"{NEXT}/people").words


def test_who_sees_which_names(partnership: Partnership) -> None:
    p = partnership
    full(p)
    assert "Umar D." in p.ellis.open(f"{EVENT}/people").words
    own = p.dale.open(f"{EVENT}/people").words
    assert "Robin Hale" in own and "Vesna K." in own
    assert "Umar D." not in own and "Ashby" not in own
    assert p.tess.open(f"{EVENT}/people").status == 403
    for person in (p.tess, p.dale):
        assert person.open(f"{EVENT}/attendance").status == 403
        assert person.open(f"{EVENT}/programme").status == 403
    assert "Umar" not in p.tess.open(EVENT).words
    refused = books_for(p.dale, "Ari West", "pol")
    assert refused.status == 422
    assert p.dale.open(f"{EVENT}/bookings/{_booking(p, 'Umar D.')}/cancel").status == 404
    assert "cancelled" in cancels(p.dale, "Robin Hale").words


def test_a_name_is_on_the_list_once_and_an_account_is_found_by_its_address(partnership: Partnership) -> None:
    p = partnership
    planned(p)
    books_for(p.dale, "Robin Hale", "sch")
    assert books_for(p.dale, "robin hale", "sch").errors() == ["They have a place, or wait for one, already."]
    books_for(p.dale, "Somebody", "sch", email="VESNA.K@thornmere.example")
    assert "You have a place." in p.vesna.open(EVENT).words
    p.tick()
    assert "you are on the list" in " ".join(p.letters_to("vesna"))
    assert "Cancel your place" in p.vesna.open(EVENT).words


def test_places_close_and_the_calendar_has_the_event(partnership: Partnership) -> None:
    p = partnership
    p.tick()
    held = p.today + 21 * DAY
    p.noor.does("event_plan", {**event_plan(held), "ends": "12:30pm", "book_by": held - 7 * DAY})
    books(p.umar)
    file = p.umar.client.get(f"{EVENT}/event.ics").get_data(as_text=True)
    assert f"DTSTART:{held:%Y%m%d}T083000Z" in file and f"DTEND:{held:%Y%m%d}T113000Z" in file
    assert "LOCATION:Town hall" in file
    leap(p, held - 6 * DAY)
    assert "Places can no longer be booked." in p.vesna.open(EVENT).words
    with p.database.read() as session:
        viewer = viewer_for(session, "u_vesna", p.today)
    try:
        with p.database.write() as session:
            booking.book(session, viewer, "event-sum-2026")
    except Refused as no:
        assert "no longer" in str(no)
    else:
        raise AssertionError("booked after the last day")


def test_the_last_place_goes_to_one_of_many_who_want_it_at_once(partnership: Partnership) -> None:
    p = partnership
    planned(p, places=1)
    people = ("u_umar", "u_vesna", "u_tess", "u_ashby", "u_emery", "u_bryn")
    gate = threading.Barrier(len(people))

    def wants(person: str) -> None:
        gate.wait()

        def work(session):  # type: ignore[no-untyped-def]
            return booking.book(session, viewer_for(session, person, p.today), "event-sum-2026").state

        p.database.retrying(work)

    threads = [threading.Thread(target=wants, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with p.database.read() as session:
        rows = session.scalars(select(EventBooking).order_by(EventBooking.number)).all()
    assert [row.number for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.state for row in rows] == ["booked", *["waiting"] * 5]


def test_nothing_leads_from_a_person_to_an_answer(partnership: Partnership) -> None:
    p = partnership
    held = full(p)
    leap(p, held)
    says(p.umar, "no", "A sentence of my own.")
    assert p.umar.open(f"{EVENT}/feedback").status == 404, "once"
    with p.database.read() as session:
        assert {column.name for column in EventAnswer.__table__.columns} == {
            *("id", "event", "useful", "differently", "anything_else")
        }
        logged = [row for row in history(session, "EVENT-sum-2026") if row.subject == "event_feedback_given"]
        assert [(row.actor.startswith("u_"), row.details) for row in logged] == [(False, {})]
        told = session.scalars(select(Event).where(Event.actor == "u_umar"))
        assert "A sentence" not in " ".join(str(row.details) for row in told)


def test_certificates_of_those_who_came(partnership: Partnership) -> None:
    p = partnership
    held = full(p)
    leap(p, held)
    ticks(p.noor, {"Umar", "Robin"})
    p.days_pass(1)  # it was a bank holiday: letters wait
    ticks(p.noor, {"Umar", "Robin"})
    p.tick()
    assert " ".join(p.letters_to("umar")).count("what do you take from it?") == 1, "asked once"
    assert "what do you take from it?" not in " ".join(p.letters_to("vesna"))
    own = f"/documents/certificate/{_booking(p, 'Umar D.')}"
    assert "Your certificate of attendance" in p.umar.open(EVENT).words
    assert "Umar D." in " ".join(each.text for each in word_of(p.umar, own).paragraphs)
    assert p.vesna.open(own).status == 404
    assert "certificate" not in p.vesna.open(EVENT).words
    page = p.noor.open(f"{EVENT}/attendance")
    work = p.noor.submit(page.form("/certificates"), page.path)
    do_due(p.database)
    status, content, _ = saves(p.noor, work.path)
    assert status == 200
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        names = folder.namelist()
        text = " ".join(each.text for each in docx.Document(io.BytesIO(folder.read(names[0]))).paragraphs)
    assert [name[:9] for name in names] == ["001 Robin", "002 Umar "]
    assert "Robin Hale" in text
    assert (
        p.dale.client.post(f"{EVENT}/certificates", data={"csrf_token": token_of(p.dale)}).status_code == 403
    )


def test_names_are_erased_a_year_after_the_event_and_numbers_stay(partnership: Partnership) -> None:
    p = partnership
    held = full(p)
    leap(p, held)
    ticks(p.noor, {"Umar", "Vesna"})
    p.noor.does("event_programme", {"items": [_item()], "reflection": "What now?"})
    p.noor.does("event_record", {"feedback_count": 0, "feedback": "None."})
    leap(p, held.replace(year=2027) - DAY)
    assert "The event was on" not in p.devon.open("/records/drafts-and-notices").words
    p.days_pass(1)
    batch = p.devon.open("/records/drafts-and-notices")
    assert f"The event was on {held.day} " in batch.words
    assert batch.tree is not None
    chosen = [
        box.get("value")
        for box in batch.tree.xpath("//input[@name='chosen'][contains(following::label[1], 'The event was')]")
    ]
    assert p.devon.submit(batch.form(), batch.path, {"chosen": chosen}).status == 200
    with p.database.read() as session:
        assert session.scalars(select(EventBooking)).all() == []
        event = session.get_one(LearningEvent, "event-sum-2026")
        assert (event.attended, event.booked) == (2, 6)
    assert "There are no names" in p.noor.open(f"{EVENT}/people").words
    assert "12 months from the event" in p.devon.open("/records/schedule").words


def test_a_term_without_an_event_is_pointed_out(partnership: Partnership) -> None:
    p = partnership
    leap(p, dt.date(2026, 6, 1))
    assert "No event is planned, and the term ends soon" in p.tess.open("/learning/events/").words
    leap(p, dt.date(2026, 9, 7))
    assert "No event was held in this term" in p.tess.open("/learning/events/").words


def test_what_is_restricted_waits_for_no_event(partnership: Partnership) -> None:
    p = partnership
    ref = published(p)
    with p.database.read() as session:
        assert session.scalars(select(EventSource.source)).all() == [ref]
    planned(p)
    assert TITLE in p.noor.open(f"{EVENT}/programme").words
    from tests.policy.test_restricted_reviews import restricts

    restricts(p.devon, ref)
    assert TITLE not in p.noor.open(f"{EVENT}/programme").words


def _item() -> dict[str, object]:
    return {"title": "Time to think", "source": "other", "kind": "reflection", "minutes": 30}


def _booking(p: Partnership, name: str) -> str:
    with p.database.read() as session:
        return str(session.scalars(select(EventBooking.id).where(EventBooking.name == name)).one())
