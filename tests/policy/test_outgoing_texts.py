"""2.9: "pseudonym ...; no date of birth, exact dates, street, school": what leaves its review without a
second reader is read for identifiers as it is sent: notices to agencies, plans, cascade, training, events.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from engine import history
from forms import load_form
from reviews.disclosure_check.outgoing import OUTGOING
from reviews.models import EventSource, LearningEvent
from reviews.shipped import bundle_files, shipped_processes
from tests.policy import answers
from tests.policy.answers import CHILD, STREET, Given
from tests.policy.beside import event_plan, event_programme
from tests.policy.conftest import Partnership
from tests.policy.journey import (
    at_adopted,
    at_anonymity_check,
    at_meeting,
    at_qa_changes,
    at_set_up,
    refused,
    refused_screens,
    sends,
)

NAME, SURNAME = CHILD.split()
DUE = dt.date(2026, 12, 1)


def tells(words: str) -> str:
    """The sentence that says what must go."""
    return f"“{words}” tells who somebody is and must go. Say it in another way"


def test_a_notice_to_agencies_may_name_staff_and_not_the_child(partnership: Partnership) -> None:
    p = partnership
    ref = at_set_up(p)
    given = {**answers.agency_notice(), "why": f"How services worked together for {NAME}."}
    assert refused(p.devon, "agency_notice", given, ref).errors() == [tells(NAME)]
    with p.database.read() as session:
        seen = [event for event in history(session, ref) if event.kind == "identity.compared"]
    assert len(seen) == 1, "whoever tries names out leaves a line"
    given["why"] = "How services worked together. Ask Dale H."
    p.devon.does("agency_notice", given, ref)


def test_immediate_actions_are_read_as_they_are_set(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting(p)
    action = {**answers.action(p.today), "text": "Visit Gooseberry Passage every week"}
    given = answers.meeting_record(p.today, immediate=[action])
    page = refused_screens(p.frankie, p.frankie.finds("meeting_record", ref).href, given)
    assert page.errors() == [tells("Gooseberry Passage")]


def test_the_plan_is_read_with_the_version_to_share(partnership: Partnership) -> None:
    p = partnership
    action = {**answers.action(DUE), "measure": f"{SURNAME} says that the plan was read to them"}
    ref = at_anonymity_check(p, [action])
    row = p.devon.finds("anonymity_check", ref)
    page = p.devon.open(f"{row.href.rsplit('/', 1)[0]}/marks/").words
    assert f"Action 1, how we will know {SURNAME}" in page and "1. Must go: A name of the child" in page
    assert "Recommendation 1 Plans reach every agency" in page
    sent = sends(p.devon, row.href, answers.anonymity_check())
    assert sent.status == 409
    assert sent.errors() == [
        "One place in it tells who somebody is and must go. Look at the text with its marks"
    ]


def test_a_change_of_the_plan_is_read_too(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_changes(p)
    given = {
        **answers.qa_changes(),
        "recommendations": [{"text": f"{NAME}’s plan reaches everyone", "priority": "high", "agency": "csc"}],
        "actions": [answers.action(p.today)],
    }
    page = refused_screens(p.frankie, p.frankie.finds("qa_changes", ref).href, given)
    assert page.errors() == [tells(f"{NAME}’s")]


def test_an_action_that_is_added_is_read(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    path = f"/reviews/{ref}/actions/add"
    given = {**answers.action(p.today), "text": f"Ask {SURNAME} again", "reason": "It was left out"}
    page = p.kit.submit(p.kit.open(path).form("/add"), path, given)
    assert page.status == 422 and page.errors() == [tells(SURNAME)]


def test_how_learning_was_shared_and_what_training_changes_name_nobody(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    p.devon.does("briefing", answers.briefing(), ref)
    p.morgan.does("briefing_check", answers.briefing_check(), ref)
    given = {**answers.cascade(p.today), "used": f"Everybody knew at once that it was {NAME}."}
    assert tells(NAME) in refused(p.dale, "cascade", given, ref).errors()
    given = {**answers.training_change(p.today), "what": f"A case study: the boy of {STREET}"}
    assert tells("14 Gooseberry Passage") in refused(p.noor, "training_change", given, ref).errors()
    given["what"] = f"Ask Frankie D. of {ref}"
    assert refused(p.noor, "training_change", given, ref).errors(), "staff are named to nobody"


def test_the_programme_of_an_event_names_nobody_of_the_reviews_it_draws_on(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    p.tick()
    given = event_plan(p.today + 40 * answers.DAY)
    p.noor.does("event_plan", given)
    with p.database.write() as session:
        event = session.scalars(select(LearningEvent).where(LearningEvent.status == "planned")).one()
        session.add(EventSource(event=event.id, source=ref, kind="review"))
    programme = event_programme()
    told: Given = {**programme, "reflection": f"What would you have asked {SURNAME}’s uncle?"}
    assert refused(p.noor, "event_programme", told).errors() == [tells(f"{SURNAME}’s")]
    p.noor.does("event_programme", programme)


def test_every_key_stands_in_its_form() -> None:
    """A question that is renamed is not left unread."""
    forms = {
        name.rpartition("/")[2].removesuffix(".form"): load_form(text, name)
        for process in shipped_processes()
        for name, text in bundle_files(process).items()
        if name.endswith(".form")
    }
    for step, leaves in OUTGOING.items():
        asked = {question.key: question for page in forms[step].pages for question in page.questions}
        for key in leaves.keys:
            rows, _, field = key.partition(".")
            inner = {each.key for each in asked[rows].questions} if field else {""}
            assert field in inner, f"{step}: {key}"
