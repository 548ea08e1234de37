"""Records (2.9): what is due is listed once, people decide what goes, a hold beats everything."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from engine import Actor, history
from engine.models import Base, Draft, Outbox, Submission, UserTask
from reviews.case_rows import Case, case_of
from reviews.destroying import destroy_case, rows_of
from reviews.models import DestructionCertificate, Preparation, RecordDue, Review
from reviews.record_list import list_once
from reviews.record_types import AUDIT, TABLES
from tests.policy import answers
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.journey import (
    at_adopted,
    at_impact_rating,
    at_meeting_date,
    begins_referral,
    decided,
    joins,
    leap,
    newest,
)

WHY = "Its time is over and nobody needs it."


def years(day: dt.date, number: int) -> dt.date:
    return day.replace(year=day.year + number)


def due_link(person: Person, kind: str) -> str:
    """The address of the first record of a kind on the list."""
    links = person.open("/records/").links(kind)
    assert links, f"{kind} is not on the list: {person.open('/records/').words}"
    return links[0]


def proposes(person: Person, href: str, **more: object) -> Page:
    page = person.open(href)
    return person.submit(page.form(), page.path, {"decision": "destroy", "reason": WHY, **more})


def approves(person: Person, href: str, decision: str = "approve", reason: str = "Not yet.") -> Page:
    page = person.open(href)
    assert page.tree is not None
    return sends_approval(person, page, decision, reason)


def sends_approval(person: Person, page: Page, decision: str = "approve", reason: str = "Not yet.") -> Page:
    form = page.form()
    form.set("action", f"{page.path}/approval")
    return person.submit(form, page.path, {"decision": decision, "reason": reason})


def hold(person: Person, about: str = "", authority: str = "The inquiry") -> Page:
    page = person.open("/records/holds/new")
    if page.status != 200:
        return page
    covers = {"covers": "one", "about": about} if about else {"covers": "all"}
    return person.submit(page.form(), page.path, {**covers, "authority": authority, "reason": "It asks."})


def not_accepted(p: Partnership) -> str:
    """A referral that was declined six years ago."""
    ref = decided(p, "decline")
    leap(p, years(p.today, 6) + answers.DAY)
    p.days_pass(1)  # the referrer's time for a second look ended on the way; the list is made the day after
    return ref


def closed(p: Partnership) -> str:
    """A review that has closed today."""
    ref = at_impact_rating(p)
    p.rowan.does("impact_rating", answers.impact_rating(), ref)
    p.tick()
    return ref


def gone(p: Partnership, ref: str) -> bool:
    with p.database.read() as session:
        return session.scalar(select(Review.id).where(Review.ref == ref)) is None


def test_a_referral_that_was_not_accepted_is_listed_after_six_years_and_once(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = decided(p, "decline")
    leap(p, years(p.today, 6) - answers.DAY)
    assert "Nothing is due" in p.devon.open("/records/").words or ref not in p.devon.open("/records/").words
    p.days_pass(1)
    list_once(p.database)
    list_once(p.database)
    listed = p.devon.open("/records/").links("Referral that was not accepted")
    assert len(listed) == 1
    words = p.devon.open(listed[0]).words
    assert "6 years from the decision" in words
    assert "To be confirmed by the information governance lead" in words


def test_destruction_takes_two_people_and_leaves_a_certificate(partnership: Partnership) -> None:
    p = partnership
    ref = not_accepted(p)
    href = due_link(p.devon, "Referral that was not accepted")
    assert proposes(p.devon, href).status == 200
    assert p.devon.open(href).words.count("Another person has to approve it") == 1
    p.tick()
    assert p.told("morgan", "The destruction of a record waits for you")
    assert not gone(p, ref)

    done = approves(p.morgan, href)
    assert done.path.startswith("/records/certificates/DC-2032-001"), done.words
    assert "Proposed by" in done.words and "Devon" in done.words and "Morgan" in done.words
    assert gone(p, ref)
    assert p.morgan.open(f"/reviews/{ref}").status == 410
    assert "DC-2032-001" in p.morgan.open(f"/reviews/{ref}").words
    assert p.dale.open(f"/reviews/{ref}").status == 404, "to everybody else it never was there"
    assert p.ellis.open(f"/reviews/{ref}/timeline").status == 404
    assert p.morgan.open(href).status == 404
    with p.database.read() as session:
        row = session.scalars(select(DestructionCertificate)).one()
        assert row.counts["review"] == 1 and row.counts["submission"] >= 4
        assert row.wiped_at is not None


def test_who_proposed_cannot_approve_even_with_both_roles(partnership: Partnership) -> None:
    p = partnership
    joins(p, "devon", "hosl")
    ref = not_accepted(p)
    href = due_link(p.devon, "Referral that was not accepted")
    proposes(p.devon, href)
    page = p.devon.open(href)
    assert "Another person has to approve it" in page.words
    seen = p.morgan.open(href)
    form = seen.form()
    form.set("action", f"{seen.path}/approval")
    form.fields["csrf_token"] = p.devon.open("/records/holds/new").form().fields["csrf_token"]
    sent = p.devon.submit(form, seen.path, {"decision": "approve"})
    assert sent.status in (409, 422), sent.words
    assert "You proposed this" in sent.words
    assert not gone(p, ref)


def test_a_hold_beats_an_approval_that_waits_and_one_already_on_the_screen(partnership: Partnership) -> None:
    p = partnership
    ref = not_accepted(p)
    href = due_link(p.devon, "Referral that was not accepted")
    proposes(p.devon, href)
    open_form = p.morgan.open(href)  # the form is on the screen before the hold
    assert hold(p.ellis, ref).status == 403
    assert hold(p.devon, ref).status == 200
    sent = sends_approval(p.morgan, open_form)
    assert sent.status == 422
    assert "legal hold" in sent.words
    assert not gone(p, ref)
    assert "Legal hold" in p.morgan.open(f"/reviews/{ref}").words
    assert "Legal hold" in p.devon.open("/records/").words

    page = p.morgan.open(p.morgan.open("/records/holds").links("End it")[0])
    assert p.morgan.submit(page.form(), page.path, {"reason": "The inquiry is over."}).status == 200
    for second in (p.morgan.submit(page.form(), page.path, {"reason": "Twice"}), p.devon.open(page.path)):
        assert "This hold has ended already" in second.words
        assert "The inquiry is over." in second.words
    assert approves(p.morgan, href).path.startswith("/records/certificates/")
    assert gone(p, ref)


def test_a_hold_on_everything_stops_every_way_of_destroying(partnership: Partnership) -> None:
    p = partnership
    not_accepted(p)
    begins_referral(p.dale)
    leap(p, p.today + 91 * answers.DAY)
    href = due_link(p.devon, "Referral that was not accepted")
    hold(p.morgan)
    page = p.devon.open(href)
    assert "Legal hold on everything" in page.words
    batch = p.devon.open("/records/drafts-and-notices")
    assert batch.tree is not None
    chosen = [box.get("value") for box in batch.tree.xpath("//input[@name='chosen']")]
    assert chosen
    sent = p.devon.submit(batch.form(), batch.path, {"chosen": chosen})
    assert sent.status == 422
    assert "legal hold" in sent.words
    with p.database.read() as session:
        assert session.scalars(select(DestructionCertificate)).all() == []


def test_a_held_case_keeps_its_notices_and_drafts(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    task = p.ashby.finds("agency_preparation", ref)
    page = p.ashby.open(task.href)
    p.ashby.submit(page.form(page.path), page.path, {"went_well": "Half a sentence"}, "save")
    p.tick()
    hold(p.devon, ref)
    leap(p, p.today + 500 * answers.DAY)
    batch = p.devon.open("/records/drafts-and-notices")
    assert batch.tree is not None
    chosen = [box.get("value") for box in batch.tree.xpath("//input[@name='chosen'][not(@disabled)]")]
    with p.database.read() as session:
        before = len(session.scalars(select(Outbox).where(Outbox.about == ref)).all())
        drafts = len(session.scalars(select(Draft)).all())
    assert before
    p.devon.submit(batch.form(), batch.path, {"chosen": chosen})
    with p.database.read() as session:
        after = session.scalars(select(Outbox).where(Outbox.about == ref)).all()
        assert len(after) >= before
        assert len(session.scalars(select(Draft)).all()) == drafts


def test_an_unsent_draft_and_old_notices_go_with_one_approval(partnership: Partnership) -> None:
    p = partnership
    begins_referral(p.dale)
    decided(p, "decline")
    p.tick()
    leap(p, p.today + 89 * answers.DAY)
    assert "Last edited" not in p.devon.open("/records/drafts-and-notices").words
    leap(p, years(p.today, 2))
    batch = p.devon.open("/records/drafts-and-notices")
    assert "Last edited on" in batch.words
    assert "Sent in April 2026" in batch.words
    assert p.morgan.client.post("/records/drafts-and-notices").status_code in (400, 403)
    assert batch.tree is not None
    chosen = [box.get("value") for box in batch.tree.xpath("//input[@name='chosen']")]
    done = p.devon.submit(batch.form(), batch.path, {"chosen": chosen})
    assert "Draft that was never sent" in done.words
    assert "Notices sent in April 2026" in done.words
    with p.database.read() as session:
        assert session.scalars(select(Review).where(Review.state == "draft")).all() == []
        assert (
            session.scalars(
                select(Outbox).where(Outbox.sent_at < dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
            ).all()
            == []
        )


def test_preparations_go_two_years_after_the_review_closed(partnership: Partnership) -> None:
    p = partnership
    ref = closed_with_preparation(p)
    leap(p, years(p.today, 2) + answers.DAY)
    href = due_link(p.devon, "Agency’s preparation")
    proposes(p.devon, href)
    assert approves(p.morgan, href, "send_back").status == 200
    assert "Sent back: Not yet." in p.devon.open("/records/").words
    proposes(p.devon, href)
    assert "Agency’s preparation" in approves(p.morgan, href).words
    with p.database.read() as session:
        assert session.scalars(select(Preparation)).all() == []
        steps = session.scalars(select(Submission.step)).all()
    assert "agency_preparation" not in steps
    assert "agency_notice" in steps, "and nothing else of the review"
    assert p.morgan.open(f"/reviews/{ref}/agencies").status == 200
    assert "Agency’s preparation" not in p.devon.open("/records/").words


def closed_with_preparation(p: Partnership) -> str:
    ref = at_meeting_date(p)
    p.ashby.does("agency_preparation", answers.agency_preparation(p.today), ref)
    withdraw = p.morgan.open(f"/reviews/{ref}/change/withdraw")
    p.morgan.submit(withdraw.form(), withdraw.path, {"reason": "It is dealt with elsewhere."})
    p.tick()
    return ref


@pytest.mark.parametrize("learning", [False, True])
def test_a_whole_review_goes_and_what_was_published_stays(partnership: Partnership, learning: bool) -> None:
    p = partnership
    ref = at_adopted(p)
    p.devon.does("briefing", answers.briefing(), ref)
    p.morgan.does("briefing_check", answers.briefing_check(), ref)
    with p.database.write() as session:
        row = session.scalars(select(Review).where(Review.ref == ref)).one()
        row.state, row.closed_on = "closed", p.today
    page = p.devon.open("/records/schedule/review_record")
    shorter = {"amount": "10", "unit": "year", "least_years": "1", "reason": "For this test."}
    p.devon.submit(page.form(), page.path, shorter)
    leap(p, years(p.today, 2))
    href = due_link(p.devon, "Record of a review")
    proposes(p.devon, href, **({"with_learning": "yes"} if learning else {}))
    done = approves(p.morgan, href)
    assert done.path.startswith("/records/certificates/"), done.words
    assert gone(p, ref)
    assert ("Kept The published briefing" in done.words) is not learning
    assert p.dale.open(f"/learning/{ref}").status == (404 if learning else 200)
    with p.database.read() as session:
        assert session.scalars(select(RecordDue).where(RecordDue.about == ref)).all() == []


def test_the_day_of_a_review_comes_from_the_year_of_birth(partnership: Partnership) -> None:
    p = partnership
    ref = closed_with_preparation(p)
    p.days_pass(1)
    with p.database.read() as session:
        row = session.scalars(select(RecordDue).where(RecordDue.record == "review_record")).one()
    born = answers.referral(p.today)["date_of_birth"]
    least = years(p.today - answers.DAY, 10)
    assert row.due_on == max(dt.date(born.year + 25, 12, 31), least)
    assert (row.due_on.month, row.due_on.day) == (12, 31), "the birthday cannot be read from it"
    assert "worked out" in p.morgan.open(f"/reviews/{ref}/timeline").words


def test_a_changed_schedule_counts_again_and_keeps_its_history(partnership: Partnership) -> None:
    p = partnership
    decided(p, "decline")
    leap(p, years(p.today, 2))
    assert "Referral that was not accepted" not in p.devon.open("/records/").words
    assert p.morgan.open("/records/schedule/referral_not_accepted").status == 403
    page = p.devon.open("/records/schedule/referral_not_accepted")
    changed = {"amount": "1", "unit": "year", "reason": "Agreed with our lead.", "confirmed_by": "A. Lead"}
    assert p.devon.submit(page.form(), page.path, changed).status == 200
    p.tick()
    assert "Referral that was not accepted" in p.devon.open("/records/").words
    again = p.devon.open("/records/schedule/referral_not_accepted").words
    assert "Before: 6 years from the decision" in again
    assert "Confirmed by A. Lead" in again
    assert "To be confirmed" in p.devon.open("/records/schedule").words


def test_a_record_can_be_kept_until_a_day(partnership: Partnership) -> None:
    p = partnership
    ref = not_accepted(p)
    href = due_link(p.devon, "Referral that was not accepted")
    page = p.devon.open(href)
    until = p.today + 30 * answers.DAY
    p.devon.submit(page.form(), page.path, {"decision": "keep", "until": until, "reason": "A complaint."})
    assert ref not in p.devon.open("/records/").words
    p.days_pass(29)
    assert ref not in p.devon.open("/records/").words
    p.days_pass(1)
    assert "A complaint." in p.devon.open(due_link(p.devon, "Referral that was not accepted")).words


def test_records_are_closed_to_everybody_else(partnership: Partnership) -> None:
    p = partnership
    ref = not_accepted(p)
    href = due_link(p.devon, "Referral that was not accepted")
    pages = ("/records/", href, "/records/drafts-and-notices", "/records/schedule", "/records/holds")
    for person in (p.dale, p.ashby, p.frankie, p.ellis, p.rowan, p.kit):
        for path in (*pages, "/records/certificates", "/records/holds/new"):
            assert person.open(path).status == 403, f"{person.id} {path}"
    for path in (f"/reviews/{ref}/export",):
        assert p.ashby.open(path).status == 404
    page = p.devon.open(f"/reviews/{ref}/change/record-conflict")
    assert page.status in (200, 404)


def test_who_has_a_conflict_of_interest_does_not_see_the_record(partnership: Partnership) -> None:
    p = partnership
    ref = not_accepted(p)
    href = due_link(p.devon, "Referral that was not accepted")
    page = p.devon.open(f"/reviews/{ref}/change/declare-conflict")
    p.devon.submit(page.form(), page.path, {"reason": "I know the family."})
    assert ref not in p.devon.open("/records/").words
    assert p.devon.open(href).status == 404
    assert hold(p.devon, ref).status == 404


def test_a_certificate_can_be_compared(partnership: Partnership) -> None:
    p = partnership
    not_accepted(p)
    href = due_link(p.devon, "Referral that was not accepted")
    proposes(p.devon, href)
    assert re.search(r"\b[0-9a-f]{64}\b", approves(p.morgan, href).words)


def texts_of(given: object) -> set[str]:
    """Every text of some answers that is long enough to be told from chance."""
    if isinstance(given, dict):
        return {text for each in given.values() for text in texts_of(each)}
    if isinstance(given, list):
        return {text for each in given for text in texts_of(each)}
    return {given} if isinstance(given, str) and len(given) > 12 else set()


def test_no_byte_and_no_row_of_a_destroyed_case_is_left(partnership: Partnership) -> None:
    """SQLite: searched as bytes. Both: no table but the log and the certificate knows of it."""
    p = partnership
    title = "The bicycle behind the shed"
    before = "\n".join(all_words(p))
    p.dale.answers(begins_referral(p.dale), answers.referral(p.today, title=title))
    ref = newest(p.morgan, "statutory_screen")
    p.morgan.does("statutory_screen", answers.statutory_screen(), ref)
    p.morgan.does("referrer_discussion", answers.referrer_discussion(p.today), ref)
    p.morgan.does("triage_decision", answers.triage_decision("decline", p.today), ref)
    leap(p, years(p.today, 6) + answers.DAY)
    p.days_pass(1)
    given = [answers.referral(p.today), answers.referrer_discussion(p.today)]
    texts = {text for each in given for text in texts_of(each)} & all_words(p)
    texts.add(title)
    texts = {text for text in texts if text not in before}  # a word of the diagrams says nothing
    assert len(texts) > 5
    with p.database.read() as session:
        ids = set(session.scalars(select(UserTask.id).where(UserTask.business_key == ref)))
        review = session.scalars(select(Review.id).where(Review.ref == ref)).one()

    href = due_link(p.devon, "Referral that was not accepted")
    proposes(p.devon, href)
    assert approves(p.morgan, href).path.startswith("/records/certificates/")

    left = all_words(p)
    assert not {text for text in texts if any(text in words for words in left)}
    with p.database.read() as session:
        for table in Base.metadata.sorted_tables:
            if table.name == "destruction_certificate" or TABLES[table.name].kind == AUDIT:
                continue
            for row in session.execute(select(table)):
                told = " ".join(str(value) for value in row)
                assert ref not in told, f"{table.name}: {told[:200]}"
                assert str(review) not in told, table.name
                assert not any(str(each) in told for each in ids), table.name
    if p.database.url.database and p.database.url.get_backend_name() == "sqlite":
        place = Path(p.database.url.database)
        found = b"".join(file.read_bytes() for file in place.parent.glob(f"{place.name}*"))
        for text in texts:
            assert text.encode() not in found, text


def all_words(p: Partnership) -> set[str]:
    """Every text in the database, those inside JSON too."""
    found: set[str] = set()
    with p.database.read() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                for value in row:
                    found |= {value} if isinstance(value, str) else texts_of(value)
    return found


def test_every_kind_of_row_of_a_whole_review_goes(partnership: Partnership) -> None:
    """The longest way through the process: what belongs to it is counted before, and none is left after."""
    p = partnership
    ref = at_adopted(p)
    p.devon.does("briefing", answers.briefing(), ref)
    p.morgan.does("briefing_check", answers.briefing_check(), ref)
    with p.database.write() as session:
        row = session.scalars(select(Review).where(Review.ref == ref)).one()
        row.state, row.closed_on = "closed", p.today
        case = case_of(session, ref)
        before = rows_of(session, case)
        counts = destroy_case(session, case, learning=True, by=Actor("u_morgan"))
        after = {
            name: number
            for name, number in rows_of(session, Case(ref, case.keys, None)).items()
            if TABLES[name].kind != AUDIT  # what shows that nobody tampered with the log, and a tombstone
        }
    assert len(before) > 25
    assert after == {}
    gone_rows = {name: number for name, number in before.items() if TABLES[name].kind != AUDIT}
    assert {name: counts[name] for name in gone_rows} == gone_rows
    assert counts["event"] > 0
    with p.database.read() as session:
        assert {row.kind for row in history(session, ref)} == set(), "one line is left of the log"
