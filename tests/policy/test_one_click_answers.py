"""One-click answers (practice 2.7): the link of a reminder leads to four answers with one sentence. Opening
it changes nothing; a step is completed only by its form; more time is somebody else's decision.
"""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import select

from engine.models import Outbox
from reviews.models import Action, TaskNote, TimeRequest
from tests.policy import answers
from tests.policy.beside import at_action, holds
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.journey import ACTION_DUE, at_adopted, at_meeting_date, leap

SENTENCE = "The file is with another team until then."
LINK = re.compile(r"https://roundtable\.example(/answer/[0-9a-f-]+)")


def task_of(person: Person, step: str, ref: str) -> str:
    return person.finds(step, ref).href.split("/")[2]


def says(person: Person, task: str, answer: str, sentence: str = SENTENCE, until: object = "") -> Page:
    """Open the page of the four answers and send one."""
    page = person.open(f"/answer/{task}")
    assert page.status == 200, page.words
    given = {"answer": answer, "sentence": sentence, **({"until": until} if until else {})}
    return person.submit(page.form(page.path), page.path, given)


def kept(p: Partnership, table: type) -> list[object]:
    with p.database.read() as session:
        return list(session.scalars(select(table)))


def due(person: Person, step: str, ref: str) -> str:
    return person.finds(step, ref).due


# --- the link ---


def test_a_reminder_of_one_step_links_to_its_answers_for_who_may_do_it(partnership: Partnership) -> None:
    p = partnership
    at_action(p)
    leap(p, dt.date(2026, 6, 17))  # 10 working days before the action is due
    letter = next(x for to, x in p.letters if to == "u_ashby" and "Coming up" in x.subject)
    found = LINK.search(letter.body)
    assert found, letter.body
    assert "Do the action" in p.ashby.open(found[1]).words
    assert p.dale.open(found[1]).status in (403, 404), "nobody else"


def test_a_reminder_of_several_steps_links_to_my_work(partnership: Partnership) -> None:
    p = partnership
    at_meeting_date(p)
    at_meeting_date(p)
    p.days_pass(10)
    letter = next(x for to, x in p.letters if to == "u_ashby" and "Coming up" in x.subject)
    assert letter.body.count("- Prepare for the meeting") == 2
    assert not LINK.search(letter.body)


def test_who_only_reads_that_a_step_is_late_is_not_sent_to_its_answers(partnership: Partnership) -> None:
    p = partnership
    at_meeting_date(p)
    late = dt.date(2026, 4, 28)  # 5 working days after the date of the meeting had to be fixed
    leap(p, late)
    (letter,) = [x for to, x in p.letters if to == "u_devon" and "Five working days late" in x.subject]
    assert "Fix a date" in letter.body
    assert not LINK.search(letter.body)


def test_opening_the_link_changes_nothing(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    task = task_of(p.ellis, "meeting_date", ref)
    for address in (f"/answer/{task}", f"/answer/{task}?answer=blocked"):
        page = p.ellis.open(address)
        assert ref in page.words
        assert page.status == 200
    assert page.tree is not None
    assert page.tree.xpath("//input[@value='blocked'][@checked]"), "a link may choose an answer"
    assert kept(p, TaskNote) == []
    assert kept(p, TimeRequest) == []
    assert p.ellis.has("meeting_date", ref)


def test_an_answer_without_a_sentence_or_a_date_comes_back(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    task = task_of(p.ellis, "meeting_date", ref)
    assert says(p.ellis, task, "", "").errors() == ["Select how it is going", "Enter a sentence"]
    assert says(p.ellis, task, "blocked", "").errors() == ["Enter a sentence"]
    sent = says(p.ellis, task, "need_longer")
    assert (sent.status, sent.errors()) == (422, ["Enter the date you need"])
    assert SENTENCE in sent.words, "what was typed is kept"
    early = says(p.ellis, task, "need_longer", until=p.today)
    assert early.errors() == ["Give a date that is later than the present one."]


# --- the four answers ---


def test_done_leads_to_the_step_and_does_not_complete_it(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    task = task_of(p.ellis, "meeting_date", ref)
    sent = says(p.ellis, task, "done", "")
    assert sent.path == f"/tasks/{task}/meeting-date"
    assert p.ellis.has("meeting_date", ref)


def test_more_time_is_asked_for_decided_by_somebody_else_and_both_are_told(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    task, before = task_of(p.ellis, "meeting_date", ref), due(p.ellis, "meeting_date", ref)
    until = p.today + 20 * answers.DAY
    sent = says(p.ellis, task, "need_longer", until=until)
    assert "is asked for" in sent.tree.text_content()  # type: ignore[union-attr]
    assert due(p.ellis, "meeting_date", ref) == before, "the date stays until it is decided"
    assert "asked for already" in says(p.ellis, task, "need_longer", until=until).words
    p.tick()
    for name in ("morgan", "devon"):
        assert f"{ref}: more time is asked for" in p.letters_to(name)
    assert not any(SENTENCE in letter.body for _, letter in p.letters), "the sentence never leaves"
    assert p.ellis.open("/time-requests/").status == 403
    page = p.morgan.open("/time-requests/")
    (href,) = page.links("Fix a date and invite people")
    shown = p.morgan.open(href)
    assert SENTENCE in shown.words
    assert p.morgan.submit(shown.form(), shown.path, {"outcome": "agreed"}).errors() == [
        "Enter the reason for your decision"
    ]
    p.morgan.submit(shown.form(), shown.path, {"outcome": "agreed", "reason": "It is half term."})
    assert due(p.ellis, "meeting_date", ref) != before
    p.tick()
    assert any(f"{ref}: more time, until" in subject for subject in p.letters_to("ellis"))
    assert "It is half term." in p.ellis.open(f"/answer/{task}").words
    assert p.morgan.open("/time-requests/").links("Fix a date and invite people") == []
    assert p.devon.open(href).status == 404, "decided"


def test_a_second_time_is_for_the_monitoring_chair(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    task = task_of(p.ellis, "meeting_date", ref)
    agreed = {"outcome": "agreed", "reason": "It is half term."}
    for days, name in ((20, "morgan"), (40, "kit")):
        until = p.today + days * answers.DAY
        says(p.ellis, task, "need_longer", until=until)
        others = {"morgan", "devon", "kit"} - ({"morgan", "devon"} if name == "morgan" else {name})
        for other in others:
            assert getattr(p, other).open("/time-requests/").links("Fix a date and invite people") == []
        p.tick()
        decides = getattr(p, name)
        assert f"{ref}: more time is asked for" in p.letters_to(name)
        (href,) = decides.open("/time-requests/").links("Fix a date and invite people")
        shown = decides.open(href)
        sent = decides.submit(shown.form(), shown.path, agreed)
        assert sent.status == 200, sent.errors()
        assert str(until.day) in due(p.ellis, "meeting_date", ref)


def test_a_request_that_is_not_agreed_keeps_the_date(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    task, before = task_of(p.ellis, "meeting_date", ref), due(p.ellis, "meeting_date", ref)
    says(p.ellis, task, "need_longer", until=p.today + 20 * answers.DAY)
    (href,) = p.devon.open("/time-requests/").links("Fix a date and invite people")
    shown = p.devon.open(href)
    p.devon.submit(shown.form(), shown.path, {"outcome": "not_agreed", "reason": "The family waits."})
    p.tick()
    assert any(f"{ref}: the date stays" in subject for subject in p.letters_to("ellis"))
    assert due(p.ellis, "meeting_date", ref) == before
    assert "The family waits." in p.ellis.open(f"/answer/{task}").words


def test_nobody_decides_about_their_own_time(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    holds(p, "morgan", "business_support")
    task = task_of(p.morgan, "meeting_date", ref)
    says(p.morgan, task, "need_longer", until=p.today + 20 * answers.DAY)
    p.tick()
    assert p.morgan.open("/time-requests/").links("Fix a date and invite people") == []
    assert f"{ref}: more time is asked for" not in p.letters_to("morgan")
    assert p.devon.open("/time-requests/").links("Fix a date and invite people")


def test_a_task_that_was_taken_on_is_given_back(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    task = task_of(p.ellis, "meeting_date", ref)
    work = p.ellis.open("/")
    p.ellis.submit(work.form("/work/act"), "/work/act", {"task": [task], "act": "claim"})
    sent = says(p.ellis, task, "not_mine")
    assert "given back" in sent.tree.text_content()  # type: ignore[union-attr]
    assert "Not taken yet" in p.ellis.open("/").words


def test_a_task_given_by_name_stays_and_the_office_hears_of_it(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    p.frankie.does("family_view", answers.family_view(p.today), ref)
    p.ellis.does("meeting_date", answers.meeting_date(dt.date(2026, 5, 11)), ref)
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    leap(p, dt.date(2026, 5, 12))
    says(p.frankie, task_of(p.frankie, "meeting_record", ref), "not_mine")
    p.tick()
    assert p.frankie.has("meeting_record", ref), "still theirs"
    for name in ("devon", "ellis"):
        assert f"{ref}: a step needs somebody else" in p.letters_to(name)
    assert SENTENCE in p.devon.open(f"/reviews/{ref}").words


def test_blocked_is_told_by_reference_and_read_only_by_the_team_and_the_own_agency(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_meeting_date(p)
    says(p.ashby, task_of(p.ashby, "agency_preparation", ref), "blocked")
    p.tick()
    for name in ("devon", "ellis", "frankie"):
        assert f"{ref}: something is in the way" in p.letters_to(name)
    assert not any(SENTENCE in f"{x.subject} {x.body}" for _, x in p.letters)
    for name in ("devon", "frankie", "ashby"):
        assert SENTENCE in getattr(p, name).open(f"/reviews/{ref}").words, name
    assert SENTENCE not in p.emery.open(f"/reviews/{ref}").words, "another agency"
    p.ashby.does("agency_preparation", answers.agency_preparation(p.today), ref)
    assert SENTENCE not in p.devon.open(f"/reviews/{ref}").words, "over with the step"


def test_the_office_hands_a_step_over_that_is_not_theirs_to_do(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    holds(p, "sam", "safeguarding_lead", "csc")
    task = task_of(p.ashby, "agency_preparation", ref)
    says(p.ashby, task, "not_mine")
    (href,) = p.devon.open(f"/reviews/{ref}").links("Hand it over")
    assert p.emery.open(href).status == 404, "another agency's"
    page = p.devon.open(href)
    p.devon.submit(page.form("/work/hand-over"), page.path, {"to": "u_sam", "reason": "Ashby asked."})
    assert p.sam.has("agency_preparation", ref)
    assert not p.ashby.has("agency_preparation", ref)


def test_an_answer_to_a_step_that_is_over_says_who_was_first(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    task = task_of(p.ellis, "meeting_date", ref)
    page = p.ellis.open(f"/answer/{task}")
    p.ellis.does("meeting_date", answers.meeting_date(dt.date(2026, 5, 11)), ref)
    sent = p.ellis.submit(page.form(page.path), page.path, {"answer": "blocked", "sentence": SENTENCE})
    assert sent.status == 409
    assert kept(p, TaskNote) == []


# --- actions: their own verbs ---


def test_an_asked_update_is_answered_and_done_goes_on_to_the_evidence(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p)
    leap(p, dt.date(2026, 6, 10))
    task = task_of(p.ashby, "action_update", ref)
    sent = says(p.ashby, task, "done", "")
    assert sent.path.endswith("/action-evidence")
    assert not p.ashby.has("action_update", ref)
    assert p.ashby.has("action_evidence", ref)


def test_an_owner_who_needs_longer_unasked_is_heard_by_the_monitoring_chair(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_action(p)
    task = task_of(p.ashby, "action_evidence", ref)
    says(p.ashby, task, "need_longer", until=dt.date(2026, 7, 29))
    p.tick()
    assert f"{ref}: more time is asked for an action" in p.letters_to("kit")
    assert not p.kit.has("extension_decision", ref), "the process asked nobody"
    (href,) = p.kit.open("/time-requests/").links("Send the child")
    shown = p.kit.open(href)
    p.kit.submit(shown.form(), shown.path, {"outcome": "agreed", "reason": "Two teams need it."})
    p.tick()
    assert f"{ref}: more time, until 29 July 2026" in p.letters_to("ashby")
    assert due(p.ashby, "action_evidence", ref) == "due on 29 July 2026"
    with p.database.read() as session:
        action = session.scalars(select(Action)).one()
        assert (action.due, action.original_due) == (dt.date(2026, 7, 29), ACTION_DUE)


def test_the_office_agrees_to_more_time_for_an_action_once(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p)
    task = task_of(p.ashby, "action_evidence", ref)
    says(p.ashby, task, "need_longer", until=dt.date(2026, 7, 29))
    (href,) = p.devon.open("/time-requests/").links("Send the child")
    shown = p.devon.open(href)
    p.devon.submit(shown.form(), shown.path, {"outcome": "agreed", "reason": "Two teams need it."})
    says(p.ashby, task, "need_longer", until=dt.date(2026, 8, 19))
    assert p.devon.open("/time-requests/").links("Send the child") == [], "once without the sub-group"
    assert p.morgan.open("/time-requests/").links("Send the child") == []
    assert len(p.kit.open("/time-requests/").links("Send the child")) == 1


def test_an_owner_updates_an_action_at_any_time_from_the_board(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p)
    board = p.ashby.open("/actions/")
    (href,) = board.links("Update")
    page = p.ashby.open(href)
    given = {"answer": "on_track", "note": "Two teams have begun."}
    assert p.ashby.submit(page.form(), page.path, {"answer": "on_track"}).status == 422
    assert p.ashby.submit(page.form(), page.path, given).status == 200
    assert p.marley.open(href).status == 404
    assert p.kit.open(href).status == 403, "who may know of it, but is not its owner"
    says(p.ashby, task_of(p.ashby, "action_evidence", ref), "not_mine")
    p.tick()
    assert f"{ref}: an action needs another owner" in p.letters_to("kit")


def test_an_action_is_added_to_an_adopted_plan_and_cancelled_with_a_reason(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    part = p.kit.open(f"/reviews/{ref}/actions")
    (href,) = part.links("Add an action")
    page = p.kit.open(href)
    wanted = answers.action(dt.date(2026, 9, 1), owner="u_emery", agency="pol") | {"text": "Ask again"}
    assert p.kit.submit(page.form(), page.path, wanted).errors() == ["Enter why it is added"]
    p.kit.submit(page.form(), page.path, wanted | {"reason": "Missed at QA."})
    p.tick()
    assert any("an action for you" in subject for subject in p.letters_to("emery"))
    assert p.emery.has("action_evidence", ref)
    assert p.emery.open(href).status in (403, 404)
    links = p.kit.open(f"/reviews/{ref}/actions").links("Cancel")
    assert len(links) == 2
    ours = next(link for link in links if link.endswith("-A2/cancel"))
    shown = p.kit.open(ours)
    assert p.kit.submit(shown.form(), shown.path).errors() == ["Enter a reason in a few words"]
    p.kit.submit(shown.form(), shown.path, {"reason": "Said twice."})
    p.tick()
    assert not p.emery.has("action_evidence", ref)
    assert any("action" in subject and "cancel" in subject.lower() for subject in p.letters_to("emery"))


def test_no_notice_holds_a_sentence(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    says(p.ellis, task_of(p.ellis, "meeting_date", ref), "blocked")
    with p.database.read() as session:
        for row in session.scalars(select(Outbox)):
            assert SENTENCE not in str(row.payload)
