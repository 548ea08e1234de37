"""Two agencies and two reviews: "all agencies involved in the case will be notified", and nobody else (P4;
practice 2.9). Of a review that is not theirs an agency's lead fetches nothing: no page, list, count,
search, spreadsheet, timeline, diagram or letter. In a review they share each sees its own preparation only
before the meeting, and afterwards what the policy shares.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.pages.routes import ACCESS
from app.pages.studio.access import STUDIO_ACCESS
from engine.models import UserTask
from reviews.documents.kinds import KINDS
from reviews.feedback.asking import follow_rounds
from reviews.models import FeedbackRound, Review
from tests.policy import answers
from tests.policy.answers import CHILD, STREET
from tests.policy.browsing import Person
from tests.policy.conftest import Partnership
from tests.policy.documents import adds_to, files_in
from tests.policy.journey import MEETING, at_agenda, begins_referral, leap, newest

TITLE = "The winter coat"
SECTIONS = (
    "referral agencies meetings learning actions sharing documents timeline diagram diagram.bpmn overview"
).split()
CHANGES = (
    "statutory-threshold pause resume change-chair add-agency restrict-access declare-conflict withdraw"
).split()
LISTS = (
    "/",
    "/?view=team",
    "/?view=waiting",
    "/?view=done",
    "/reviews/",
    "/actions/",
    "/actions/?shown=all",
    "/learning/",
    "/meetings-of-bodies/",
)
OF_THE_OFFICE = (  # they name no review, and are closed to everybody else
    "notices.person",
    "notices.text",
    "calendars.meeting",
    "calendars.ask_move",
    "time_requests.show",
    "records.show",
    "retention.rule",
    "retention.ask_end",
    "retention.certificate",
    "tokens.ending",  # one's own alone: tests/app/test_api_tokens.py
    "board_reports.show",  # tests/policy/test_board_reports.py
    "board_reports.behind",
    *STUDIO_ACCESS,
    *(name for name in ACCESS if name.startswith("api_processes.")),
    *(name for name in ACCESS if name.startswith(("partnership.", "document_templates."))),
    "themes.ask_correct",
    "themes.ask_withdraw",
    "event_people.ask_attendance",
    "event_people.ask_walk_in",
    "event_people.ask_choice",
)
FILES = ("/work.csv", "/work.csv?view=waiting", "/reviews/reviews.csv", "/actions/actions.csv?shown=all")


def of_others(p: Partnership) -> str:
    """A review of Early Help and housing that has met today and has an action: none of it is of schools."""
    theirs = {"agencies": [{"agency": "eh"}, {"agency": "hou"}], "title": TITLE, "declared_by": "Bryn E."}
    p.bryn.answers(begins_referral(p.bryn), answers.referral(p.today, **theirs))
    ref = newest(p.morgan, "statutory_screen")
    p.morgan.does("statutory_screen", answers.statutory_screen(), ref)
    p.morgan.does("referrer_discussion", answers.referrer_discussion(p.today), ref)
    agencies = ["eh", "hou"]
    p.morgan.does("triage_decision", answers.triage_decision("accept", p.today, agencies=agencies), ref)
    p.devon.does("agency_notice", {**answers.agency_notice(), "agencies": agencies}, ref)
    p.bryn.does("agency_preparation", answers.agency_preparation(p.today), ref)
    p.morgan.does("chair_nomination", answers.chair_nomination("u_priya"), ref)
    p.priya.does("chair_reply", answers.chair_reply(), ref)
    p.ellis.does("meeting_date", answers.meeting_date(p.today), ref)
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    whole = answers.action(p.today + 30 * answers.DAY, owner="u_bryn", agency="eh")
    immediate = [{key: whole[key] for key in ("text", "outcome", "agency", "owner", "due")}]
    met = answers.meeting_record(p.today, immediate=immediate)
    met["attendance"] = [
        {**row, "agency": each} for row, each in zip(met["attendance"], agencies, strict=False)
    ]
    p.priya.does("meeting_record", met, ref)
    p.tick()
    adds_to(p.devon, ref, f"{TITLE}.txt", TITLE.encode())
    task = p.priya.finds("family_view", ref).href.split("/")[2]
    asked = p.priya.open(f"/answer/{task}")
    longer = {"answer": "need_longer", "until": p.today + 60 * answers.DAY, "sentence": TITLE}
    p.priya.submit(asked.form(), asked.path, longer)
    return ref


def rounds_of(p: Partnership, ref: str) -> list[UUID]:
    """The rounds in which those who took part are asked what it was like."""
    with p.database.write() as session:
        follow_rounds(session, p.today)
        of = select(FeedbackRound.id).join(Review, Review.id == FeedbackRound.review)
        found = list(session.scalars(of.where(Review.ref == ref)))
    assert found, "a round to look for"
    return found


def addresses(p: Partnership, ref: str) -> Iterator[str]:
    """Every address that a GET route of the application can make of one review and its tasks."""
    with p.database.read() as session:
        found = session.scalars(select(UserTask).where(UserTask.business_key == ref)).all()
    of_review: dict[str, list[dict[str, Any]]] = {
        "ref": [{"ref": ref}, {"ref": f"{ref}-A1"}],
        "task_id": [{"task_id": task.id} for task in found],
        "token": [{"token": ref}],
        "theme": [{"theme": ref}],
        "measure": [],
        "body on": [{"body": each, "on": "2026-05-27"} for each in ("qapm", "board", "monitoring")],
        "learning_id": [{"learning_id": ref}],
        "event_id": [{"event_id": ref}],
        "booking_id event_id": [{"event_id": ref, "booking_id": UUID(int=7)}],
        "paper": [{"paper": ref}],
        "paper piece": [{"paper": "briefing", "piece": ref}],
        "paper piece ref": [{"ref": ref, "paper": each, "piece": "all"} for each in KINDS],
        "work_id": [{"work_id": UUID(int=7)}],
        "round_id": [{"round_id": each} for each in rounds_of(p, ref)],
        "ref section": [{"ref": ref, "section": name} for name in SECTIONS],
        "change ref": [{"ref": ref, "change": name} for name in CHANGES],
        "step task_id": [{"task_id": task.id, "step": task.step.replace("_", "-")} for task in found],
    }
    of_files = [{"file_id": file.id} for file in files_in(p, ref)]
    assert of_files, "a document to look for"
    of_review["file_id"] = of_files
    of_people: dict[str, list[dict[str, Any]]] = {"person": [], "person role_id": [], "absence_id": []}
    of_review |= of_people  # the office's pages of people: a lead has none of them
    routes = p.app.url_map.bind("roundtable.example")
    for rule in p.app.url_map.iter_rules():
        names = " ".join(sorted(rule.arguments))
        if "GET" not in (rule.methods or ()) or not names or rule.endpoint == "static":
            continue
        if rule.endpoint in OF_THE_OFFICE:
            continue
        assert names in of_review, f"{rule.rule}: say here what a stranger could put into it"
        for values in of_review[names]:
            yield routes.build(rule.endpoint, values)
    yield from (f"/work/hand-over?task={task.id}" for task in found)


def seen(person: Person) -> dict[str, str]:
    """The words of every list and spreadsheet that somebody can open."""
    pages = {path: person.open(path) for path in LISTS}
    said = {path: page.words for path, page in pages.items() if page.tree is not None}
    return said | {path: person.client.get(path).get_data(as_text=True) for path in FILES}


def test_nothing_of_another_agencys_review_can_be_fetched(partnership: Partnership) -> None:
    p = partnership
    own = at_agenda(p)
    p.tick()
    before, letters = seen(p.dale), p.letters_to("dale")
    assert own in before["/"]
    ref = of_others(p)
    assert ref in seen(p.bryn)["/actions/"], "there would be something to see"

    fetched = list(addresses(p, ref))
    assert len(fetched) > 40
    for path in fetched:
        assert p.dale.open(path).status == 404, path
    assert seen(p.dale) == before, "no list, no count, no spreadsheet has changed"
    assert p.letters_to("dale") == letters
    with p.database.read() as session:
        pseudonym = session.scalars(select(Review.pseudonym).where(Review.ref == ref)).one()
    for words in (ref, pseudonym, TITLE, CHILD, STREET):
        assert "Nothing found" in p.dale.open(f"/search?q={words}").words or words == pseudonym
        found = p.dale.open(f"/search?q={words}").tree
        assert found is not None
        assert not [link for link in found.xpath("//main//a/@href") if ref in link]


def test_nothing_can_be_sent_to_another_agencys_review(partnership: Partnership) -> None:
    p = partnership
    ref = of_others(p)
    sent = {
        "csrf_token": p.dale.open("/refer").form("/refer").form_values()[0][1],
        "reason": "Out of interest.",
    }
    with p.database.read() as session:
        mine = session.scalars(
            select(UserTask).where(UserTask.business_key == ref, UserTask.status == "open")
        ).all()
    posts = [f"/reviews/{ref}/change/{name}" for name in CHANGES] + [f"/reviews/{ref}/identity"]
    posts += [f"/tasks/{task.id}/{task.step.replace('_', '-')}" for task in mine]
    for path in posts:
        assert p.dale.client.post(path, data=sent).status_code == 404, path
    for task in mine:
        assert p.dale.client.put(f"/tasks/{task.id}/draft", data=sent).status_code in (403, 404)
        chosen = {**sent, "task": str(task.id), "act": "claim"}
        assert p.dale.client.post("/work/act", data=chosen).status_code == 404
    assert p.bryn.has("action_evidence", ref), "and nothing has happened"


def test_in_a_shared_review_each_sees_its_own_preparation_until_they_have_met(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_agenda(p)
    for lead, words in (
        ("ashby", "Our duty desk never asked."),
        ("emery", "Our patrol never wrote it down."),
    ):
        given = {**answers.agency_preparation(p.today), "could_be_different": words}
        getattr(p, lead).does("agency_preparation", given, ref)
    before = {name: p.emery.open(f"/reviews/{ref}/{name}") for name in SECTIONS}
    assert {name for name, page in before.items() if page.status == 200} == {"agencies", "overview"}
    assert "Our patrol never wrote it down." in before["agencies"].words
    for page in (before["agencies"], before["overview"]):
        assert "Our duty desk never asked." not in page.words
        assert "Children's Social Care" not in page.words, "who else takes part is not told by the page"
        assert "Schools and Colleges" not in page.words
    assert "Our duty desk never asked." in p.frankie.open(f"/reviews/{ref}/agencies").words, (
        "the chair reads all"
    )

    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    leap(p, MEETING + answers.DAY)
    p.frankie.does("meeting_record", answers.meeting_record(MEETING), ref)
    after = {name: p.emery.open(f"/reviews/{ref}/{name}") for name in SECTIONS}
    opened = {name for name, page in after.items() if page.status == 200}
    assert opened == {"agencies", "overview", "meetings", "learning", "actions", "sharing"}
    assert "The school nurse kept asking." in after["learning"].words, "what the meeting learned is shared"
    for page in after.values():
        assert "Our duty desk never asked." not in page.words, "another agency's page never is"
        assert CHILD not in page.words
