"""Ways to every step of a learning review: each function brings one review to a step, through the pages.

Dale refers (schools), Ashby (social care) and Emery (police) are the other leads, Frankie chairs. Long waits
are taken in one leap: the worker looks once, on the morning after it. A test of a clock uses `p.until`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from engine import VirtualClock
from engine.clock import at_local
from reviews.models import PersonRole
from tests.policy import answers
from tests.policy.answers import DAY, Given
from tests.policy.browsing import Page, Person
from tests.policy.conftest import MORNING, Partnership
from tests.policy.stages import stage

BEGINS = dt.date(2026, 4, 13)  # the Monday on which the partnership of the tests begins
MEETING = dt.date(2026, 5, 11)
QA_MEETING = dt.date(2026, 5, 27)
NEXT_QA_MEETING = dt.date(2026, 7, 8)
ACTION_DUE = dt.date(2026, 7, 1)
LEADS = ("dale", "ashby", "emery")


def begins_referral(person: Person) -> str:
    """Begin a referral from its own page; the address of its step."""
    return person.submit(person.open("/refer").form("/refer"), "/refer").path


@stage
def at_screen(p: Partnership, **more: Any) -> str:
    """A referral has been sent; Morgan has its statutory screen."""
    p.dale.answers(begins_referral(p.dale), answers.referral(p.today, **more))
    return newest(p.morgan, "statutory_screen")


@stage
def at_scr_reply(p: Partnership) -> str:
    """The case is handed over; Sam of the Serious Case Review sub-group is asked."""
    ref = at_screen(p)
    p.morgan.does("statutory_screen", answers.statutory_screen("may_be_statutory"), ref)
    return ref


@stage
def at_discussion(p: Partnership, **more: Any) -> str:
    """Not statutory; Morgan talks with the referrer next."""
    ref = at_screen(p, **more)
    p.morgan.does("statutory_screen", answers.statutory_screen(), ref)
    return ref


@stage
def at_triage(p: Partnership, **more: Any) -> str:
    """Talked about with the referrer; Morgan decides next."""
    ref = at_discussion(p, **more)
    p.morgan.does("referrer_discussion", answers.referrer_discussion(p.today), ref)
    return ref


@stage
def decided(p: Partnership, outcome: str, **more: Any) -> str:
    """Decided with this outcome; whatever that leads to is open."""
    ref = at_triage(p)
    p.morgan.does("triage_decision", answers.triage_decision(outcome, p.today, **more), ref)
    return ref


@stage
def at_set_up(p: Partnership) -> str:
    """Accepted; Devon tells the agencies, Morgan nominates a chair."""
    return decided(p, "accept")


@stage
def at_second_look(p: Partnership, outcome: str = "decline") -> str:
    """Declined, and the referrer asks for a second look; Devon takes it."""
    ref = decided(p, outcome)
    p.dale.does("outcome_reply", answers.outcome_reply("second_look"), ref)
    return ref


@stage
def at_chair_reply(p: Partnership, nominee: str = "frankie") -> str:
    """Accepted, the agencies told, and somebody asked to chair."""
    ref = at_set_up(p)
    p.devon.does("agency_notice", answers.agency_notice(), ref)
    p.morgan.does("chair_nomination", answers.chair_nomination(f"u_{nominee}"), ref)
    return ref


@stage
def at_meeting_date(p: Partnership) -> str:
    """Frankie chairs; Ellis fixes the date, the agencies prepare, the family's view is open."""
    ref = at_chair_reply(p)
    p.frankie.does("chair_reply", answers.chair_reply(), ref)
    return ref


@stage
def at_agenda(p: Partnership, on: dt.date = MEETING) -> str:
    """The meeting is fixed; Ellis sends the agenda."""
    ref = at_meeting_date(p)
    p.ellis.does("meeting_date", answers.meeting_date(on), ref)
    return ref


@stage
def at_meeting(p: Partnership) -> str:
    """The morning after the meeting; no agency has prepared, Frankie writes what it learned."""
    ref = at_agenda(p)
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    leap(p, MEETING + DAY)
    return ref


@stage
def at_summary(p: Partnership) -> str:
    """The meeting is recorded and the family's view considered; Frankie writes the summary."""
    ref = at_meeting(p)
    p.frankie.does("family_view", answers.family_view(p.today), ref)
    p.frankie.does("meeting_record", answers.meeting_record(MEETING), ref)
    return ref


@stage
def at_fact_check(p: Partnership, actions: list[Given] | None = None) -> str:
    """The summary is written; the three agencies check it."""
    ref = at_summary(p)
    plan = [answers.action(ACTION_DUE)] if actions is None else actions
    p.frankie.does("summary", answers.summary(p.today, plan), ref)
    return ref


@stage
def at_anonymity_check(p: Partnership, actions: list[Given] | None = None) -> str:
    """The agencies agree; Devon reads it as the second reader."""
    ref = at_fact_check(p, actions)
    for lead in LEADS:
        getattr(p, lead).does("fact_check", answers.fact_check(), ref)
    return ref


@stage
def at_qa_papers(p: Partnership, actions: list[Given] | None = None) -> str:
    """Nobody can be recognised; the review is on the agenda of `QA_MEETING`, Devon sends the papers."""
    ref = at_anonymity_check(p, actions)
    p.devon.does("anonymity_check", answers.anonymity_check(), ref)
    return ref


@stage
def at_qa_presentation(p: Partnership, actions: list[Given] | None = None) -> str:
    """The papers are out; it is the morning of the QA meeting, Frankie presents."""
    ref = at_qa_papers(p, actions)
    p.devon.does("qa_papers", answers.qa_papers(p.today), ref)
    leap(p, QA_MEETING)
    return ref


@stage
def at_qa_decision(p: Partnership, actions: list[Given] | None = None) -> str:
    """Presented; Rowan records what the sub-group decided."""
    ref = at_qa_presentation(p, actions)
    p.frankie.does("qa_presentation", answers.qa_presentation(p.today), ref)
    return ref


@stage
def at_qa_changes(p: Partnership, outcome: str = "return") -> str:
    """Returned, or accepted with changes; Frankie makes the changes."""
    ref = at_qa_decision(p)
    p.rowan.does("qa_decision", answers.qa_decision(outcome), ref)
    return ref


@stage
def at_adopted(p: Partnership) -> str:
    """The plan is agreed: Ashby has its action, Devon writes the briefing."""
    ref = at_qa_decision(p)
    p.rowan.does("qa_decision", answers.qa_decision(), ref)
    p.tick()
    return ref


@stage
def at_briefing_check(p: Partnership) -> str:
    """Devon has written the briefing; Morgan reads it as its second reader."""
    ref = at_adopted(p)
    p.devon.does("briefing", answers.briefing(), ref)
    return ref


def closes_action(p: Partnership, ref: str) -> None:
    """Ashby sends the evidence, Kit verifies it."""
    p.ashby.does("action_evidence", answers.action_evidence(p.today), ref)
    p.kit.does("action_verification", answers.action_verification(), ref)
    p.tick()


@stage
def at_impact_wait(p: Partnership) -> str:
    """The last action was verified today; six months go by before anybody is asked."""
    ref = at_adopted(p)
    closes_action(p, ref)
    return ref


@stage
def at_impact_check(p: Partnership) -> str:
    """Six months later to the day; Morgan checks what has changed."""
    ref = at_impact_wait(p)
    leap(p, six_months_on(p.today))
    return ref


@stage
def at_impact_rating(p: Partnership) -> str:
    """Checked; Rowan rates the change."""
    ref = at_impact_check(p)
    p.morgan.does("impact_check", answers.impact_check(), ref)
    return ref


def leap(p: Partnership, day: dt.date) -> None:
    """The morning of a later day; the worker looks once."""
    clock = p.database.clock
    assert isinstance(clock, VirtualClock)
    clock.advance_to(at_local(day, MORNING))
    p.tick()


def six_months_on(day: dt.date) -> dt.date:
    """The same day of the month, six months on (days after the 28th are not used here)."""
    months = day.month + 5
    return dt.date(day.year + months // 12, months % 12 + 1, day.day)


def newest(person: Person, step: str) -> str:
    """The review of the last line of a step in somebody's To do: the one that was begun last."""
    rows = [row for row in person.my_work() if row.href.endswith("/" + step.replace("_", "-"))]
    assert rows, f"{person.id} has no {step}"
    return max(row.review for row in rows)


def refused(person: Person, step: str, given: Given, ref: str = "") -> Page:
    """Send a step whose answers are not right: the same page again, with its errors."""
    return refused_at(person, person.finds(step, ref).href, given)


def refused_at(person: Person, href: str, given: Given) -> Page:
    """Send answers that are not right to a step of one screen: the same page again, with its errors."""
    page = person.open(href)
    sent = person.submit(page.form(page.path), page.path, given, "send")
    assert sent.status == 422, f"{href}: {sent.status} {sent.words[:300]}"
    assert sent.errors()
    assert sent.path == page.path
    return sent


def sends(person: Person, href: str, given: Given) -> Page:
    """Send a step of one screen, whatever comes of it."""
    page = person.open(href)
    return person.submit(page.form(page.path), page.path, given, "send")


def typed(page: Page, name: str) -> str:
    """What a field of a page holds."""
    assert page.tree is not None
    found = page.tree.xpath(f"//*[@name='{name}']")
    return str(found[0].value or "") if found else ""


def state(person: Person, ref: str) -> str:
    """The words of a review's own page."""
    page = person.open(f"/reviews/{ref}")
    assert page.status == 200, f"{person.id} cannot open {ref}: {page.status}"
    return page.words


def refused_screens(person: Person, href: str, given: Given) -> Page:
    """Fill in a step of several screens, then send it from check answers: refused, with its errors there."""
    here = person.open(href).path
    answered: set[str] = set()
    while True:
        links = [link for link in person.open(here).links("") if link.startswith(f"{here}?page=")]
        screen = next((link for link in links if link not in answered and "page=check" not in link), None)
        if screen is None:
            break
        answered.add(screen)
        shown = person.open(screen)
        assert shown.tree is not None
        if shown.tree.xpath("//input[@name='page']"):
            assert person.submit(shown.form(here), shown.path, given, "next").status in (200, 422)
    check = person.open(f"{here}?page=check")
    sent = person.submit(check.form(here), check.path, {}, "send")
    assert sent.status == 422, f"{href}: {sent.status} {sent.words[:300]}"
    return sent


def joins(p: Partnership, name: str, role: str, agency: str | None = None) -> None:
    """Give somebody another role from the first day on."""
    with p.database.write() as session:
        session.add(PersonRole(person=f"u_{name}", role=role, agency=agency, from_on=BEGINS))
