"""P13: what the Quality Assurance and Performance Management Sub-group has before it, meeting by meeting: its
agenda drawn from what waits, the papers, the return loop, and what was decided.
"""

from __future__ import annotations

import io
import zipfile

from sqlalchemy import select

from reviews.models import AgendaItem, BodyMeeting, Disclosure, QaDecision, Review
from tests.policy import answers
from tests.policy.answers import CHILD
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.journey import (
    NEXT_QA_MEETING,
    QA_MEETING,
    at_qa_changes,
    at_qa_papers,
    leap,
)
from tests.policy.test_documents_made import made_for, token_of

QA = f"/meetings-of-bodies/qapm/{QA_MEETING.isoformat()}"
NEXT = f"/meetings-of-bodies/qapm/{NEXT_QA_MEETING.isoformat()}"


def titles(page: Page) -> list[str]:
    """The items of an agenda, in their order."""
    assert page.tree is not None
    found = page.tree.xpath("//main//tbody/tr/th")
    return [" ".join(item.text_content().split()).split(". ", 1)[1] for item in found]


def presses(person: Person, path: str, form: str, item: str, button: str = "") -> Page:
    """Press a button of one item of an agenda."""
    page = person.open(path)
    assert page.tree is not None
    for each in page.tree.forms:
        here = (each.get("action") or "").endswith(f"/{form}")
        pressed = not button or each.xpath(f".//button[@value='{button}']")
        if here and pressed and item in " ".join(each.text_content().split()):
            return person.submit(each, page.path, {}, button)
    raise AssertionError(f"no {form} of {item}: {page.words[:400]}")


def adds(person: Person, words: str) -> Page:
    """Add an item by hand."""
    page = person.open(QA)
    return person.submit(page.form("/items"), page.path, {"words": words})


def test_what_waits_is_on_the_agenda_of_the_next_meeting(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_papers(p)
    assert QA in p.rowan.open("/meetings-of-bodies/").links("Next meeting: 27 May 2026")
    for member in (p.rowan, p.carey, p.devon):
        page = member.open(QA)
        assert "Papers by 19 May 2026" in page.words
        assert [item for item in titles(page) if item.startswith(ref)]
        assert "For decision" in page.words and CHILD not in page.words
        (paper,) = [href for href in page.links("Print") if "/qa-paper/" in href]
        assert member.open(paper).status == 200
    for stranger in (p.dale, p.tess, p.kit, p.noor):
        assert stranger.open(QA).status == 404
        assert ref not in stranger.open("/meetings-of-bodies/").words
    assert p.rowan.open("/meetings-of-bodies/qapm/2026-05-28").status == 404
    assert p.rowan.open("/meetings-of-bodies/nothing/2026-05-27").status == 404


def test_a_review_that_its_reader_may_not_know_of_is_only_a_number(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_papers(p)
    with p.database.write() as session:
        session.scalars(select(Review).where(Review.ref == ref)).one().restricted = True
    page = p.carey.open(QA)
    assert ref not in page.words and "1 more is in a review that you may not open" in page.words


def test_the_order_is_changed_and_items_are_added_by_those_who_may(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_papers(p)
    assert "Enter the item in a few words" in adds(p.rowan, "").errors()
    added = adds(p.rowan, "Our own plan of work")
    assert titles(added)[-1] == "Our own plan of work"
    assert titles(p.carey.open(QA)) == titles(added)
    up = presses(p.devon, QA, "place", "Our own plan of work", "up")
    assert titles(up)[-2] == "Our own plan of work"
    assert titles(p.rowan.open(QA)) == titles(up)
    member = p.carey.open(QA)
    assert member.tree is not None
    assert not [form for form in member.tree.forms if "/items" in (form.get("action") or "")]
    sent = {"csrf_token": token_of(p.carey), "words": "Mine"}
    assert p.carey.client.post(f"{QA}/items", data=sent).status_code == 422
    key = {"csrf_token": token_of(p.carey), "key": f"review-{ref}"}
    for form in ("place", "carry", "take-off"):
        assert p.carey.client.post(f"{QA}/{form}", data=key).status_code == 409, form
        assert (
            p.dale.client.post(f"{QA}/{form}", data={**key, "csrf_token": token_of(p.dale)}).status_code
            == 404
        )
    assert titles(p.rowan.open(QA)) == titles(up)
    gone = presses(p.rowan, QA, "take-off", "Our own plan of work")
    assert "Our own plan of work" not in " ".join(titles(gone))
    assert [item for item in titles(gone) if item.startswith(ref)]


def test_an_item_is_carried_to_the_following_meeting(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_papers(p)
    adds(p.rowan, "Our own plan of work")
    presses(p.rowan, QA, "carry", "Our own plan of work")
    page = presses(p.rowan, QA, "carry", ref)
    assert not [item for item in titles(page) if item.startswith(ref)]
    assert "Our own plan of work: to 8 July 2026" in page.words
    there = titles(p.rowan.open(NEXT))
    assert "Our own plan of work" in there and [item for item in there if item.startswith(ref)]
    p.tick()
    assert f"{ref}: now on the QA agenda of 8 July 2026" in p.letters_to("frankie")
    assert p.devon.finds("qa_papers", ref).due.endswith("1 July 2026"), "its papers go with it"
    with p.database.write() as session:
        for row in session.scalars(select(BodyMeeting).where(BodyMeeting.body == "qapm")):
            if row.held_on > NEXT_QA_MEETING:
                session.delete(row)
    assert "nothing can be carried on" in p.rowan.open(NEXT).words
    key = {"csrf_token": token_of(p.rowan), "key": f"review-{ref}"}
    assert p.rowan.client.post(f"{NEXT}/carry", data=key).status_code == 409


def test_a_returned_review_comes_back_with_what_was_asked_and_answered(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_changes(p, "return")
    past = p.rowan.open(QA).words
    assert "Returned to the chair" in past and "Clear learning and a plan that can be measured." in past
    p.days_pass(1)
    waiting = p.rowan.open(NEXT).words
    assert "With the chair, to come back" in waiting and "Not answered yet." in waiting
    p.frankie.does("qa_changes", answers.qa_changes(), ref)
    with p.database.read() as session:
        row = session.scalars(select(QaDecision).where(QaDecision.decided_on.is_(None))).one()
        assert row.meeting_on == NEXT_QA_MEETING
    page = p.rowan.open(NEXT)
    assert "Coming back, for decision" in page.words and "With the chair" not in page.words
    assert "Round 1, 27 May 2026: Returned to the chair" in page.words
    assert "Asked: Clear learning" in page.words and "Make the first action easier to measure." in page.words
    assert "Answered: The measure now counts plans sent on the same day." in page.words


def test_the_papers_of_a_meeting_are_made_as_one_folder(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_papers(p)
    adds(p.rowan, "Our own plan of work")
    made = made_for(p.rowan, p, f"{QA}/papers/word")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        names = archive.namelist()
        assert names == [
            "00-qapm-2026-05-27-body-agenda.docx",
            f"01-{ref}-2026-05-27-qa-paper.docx",
        ]
        assert all(archive.read(name)[:2] == b"PK" for name in names)
    with p.database.read() as session:
        told = session.scalars(select(Disclosure).where(Disclosure.what == "qa_paper")).all()
        assert [row.by for row in told] == ["u_rowan"]
    refused = p.dale.client.post(f"{QA}/papers/word", data={"csrf_token": token_of(p.dale)})
    assert refused.status_code == 404
    (printed,) = [each for each in p.carey.open(QA).links("Print") if "/body-agenda/" in each]
    assert ref in p.carey.open(printed).words and "Our own plan of work" in p.carey.open(printed).words
    assert p.dale.open(printed).status == 404


def test_a_meeting_that_moves_takes_its_agenda_along(partnership: Partnership) -> None:
    p = partnership
    at_qa_papers(p)
    adds(p.rowan, "Our own plan of work")
    here = f"/calendars/meetings/qapm/{QA_MEETING.isoformat()}"
    page = p.devon.open(here)
    seen = p.devon.submit(page.form(here), page.path, {"to": QA_MEETING + answers.DAY})
    p.devon.submit(seen.form(here), here)
    with p.database.read() as session:
        days = {row.meeting_on for row in session.scalars(select(AgendaItem))}
    assert days == {QA_MEETING + answers.DAY}


def test_the_board_and_the_monitoring_sub_group_have_agendas_of_their_own(partnership: Partnership) -> None:
    p = partnership
    at_qa_papers(p)
    leap(p, QA_MEETING)
    board = p.lindsay.open("/meetings-of-bodies/board/2026-06-24")
    assert "Report of the chair of the QA sub-group" in board.words and "Not sent yet." in board.words
    (day,) = p.kit.open("/meetings-of-bodies/").links("Next meeting: 17 June 2026")
    pack = p.kit.open(day)
    assert "Every open action" in pack.words
    assert [href for href in pack.links("Print") if "/monitoring-pack/" in href]
    assert p.lindsay.open(day).status == 404
    assert p.lindsay.open(QA).status == 404
