"""Services of the QA sub-group: agenda, papers, presentation, decision, and the plan adopted (P13)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Refused, ServiceCall
from reviews.access import name_if_restricted
from reviews.board_dates import next_qa_date, report_for
from reviews.models import Action, BoardReport, BoardReportItem, QaDecision, Review
from reviews.posts import those_told
from reviews.services.answers import day, given, review_of, rows, words
from reviews.services.registry import registry
from reviews.services.summary import keep_plan


@registry.service("place_on_qa_agenda", gives="date")
def place_on_qa_agenda(call: ServiceCall) -> dict[str, str]:
    """Take the next QA meeting that leaves time for papers. Gives its date."""
    review = review_of(call)
    held_on = next_qa_date(call.session, call.today)
    call.session.add(QaDecision(review=review.id, meeting_on=held_on))
    review.state = "awaiting_qa"
    readers = [
        *those_told(call.session, "qa_chair", None, call.today),
        *those_told(call.session, "qa_member", None, call.today),
    ]
    name_if_restricted(call.session, review, readers, reason="On the agenda", by=call.actor, now=call.now)
    if review.chair:
        call.mail(to=review.chair, text="qa_agenda", about=review.ref, facts={"date": held_on.isoformat()})
    return {"date": held_on.isoformat()}


@registry.service("record_qa_papers")
def record_qa_papers(call: ServiceCall) -> None:
    """Note that the papers went out, and tell the members where they are."""
    review, answers = review_of(call), given(call)
    row = _now(call.session, review)
    row.papers_sent_on = day(answers, "sent_on") or call.today
    members = {
        person
        for role in ("qa_chair", "qa_member")
        for person in those_told(call.session, role, None, call.today)
    }
    for person in sorted(members):
        call.mail(to=person, text="qa_papers", about=review.ref, facts={"date": row.meeting_on.isoformat()})


@registry.service("record_qa_presentation")
def record_qa_presentation(call: ServiceCall) -> None:
    """Note who presented and what was said."""
    review, answers = review_of(call), given(call)
    row = _now(call.session, review)
    row.meeting_on = day(answers, "presented_on") or row.meeting_on
    row.presented_by = call.actor.id
    row.presented_note = "\n\n".join(filter(None, (words(answers, "discussion"), words(answers, "answers"))))


@registry.service("record_qa_decision")
def record_qa_decision(call: ServiceCall) -> None:
    """Keep what the sub-group decided. Raises Refused when a plan without measures is accepted (2.7)."""
    review, answers = review_of(call), given(call)
    outcome = words(answers, "outcome")
    if outcome in ("accept", "raise") and _without_measure(call.session, review):
        raise Refused(
            "Some actions have no measure yet. Return the plan, or accept it with changes.", about="outcome"
        )
    row = _now(call.session, review)
    row.outcome, row.reason = outcome, words(answers, "reason")
    row.changes = words(answers, "changes") or words(answers, "for_the_board")
    row.decided_by, row.decided_on = call.actor.id, call.today
    if outcome in ("return", "accept_changes"):
        review.state = "qa_returned"
    if review.chair:
        call.mail(to=review.chair, text="qa_decided", about=review.ref)


@registry.service("record_qa_changes")
def record_qa_changes(call: ServiceCall) -> None:
    """Keep the changed recommendations and actions; after a return the review goes back to the sub-group."""
    review, answers = review_of(call), given(call)
    recommended, proposed = rows(answers, "recommendations"), rows(answers, "actions")
    if recommended or proposed:
        keep_plan(call, review, recommended, proposed)
    row = _now(call.session, review)
    said = (row.presented_note, words(answers, "changed"), words(answers, "not_changed"))
    row.presented_note = "\n\n".join(filter(None, said))


@registry.service("raise_with_board")
def raise_with_board(call: ServiceCall) -> None:
    """Carry the matter to the Board: into its next report, and to its chair at once."""
    review = review_of(call)
    row = _now(call.session, review)
    add_item(call.session, report_for(call), "raised", review.ref, row.changes or row.reason)
    for person in those_told(call.session, "board_chair", None, call.today):
        call.mail(to=person, text="raised_with_board", about=review.ref)


@registry.service("adopt_plan")
def adopt_plan(call: ServiceCall) -> None:
    """The plan is agreed: every proposed action becomes one to be done (P14, A15)."""
    review = review_of(call)
    for action in call.session.scalars(
        select(Action).where(Action.review == review.id, Action.status == "proposed")
    ):
        action.status, action.agreed_on = "agreed", call.today
    review.plan_adopted_on, review.state = call.today, "monitoring"
    people = [*those_told(call.session, "monitoring_chair", None, call.today)]
    name_if_restricted(call.session, review, people, reason="Follows the plan", by=call.actor, now=call.now)
    for person in people:
        call.mail(to=person, text="plan_adopted", about=review.ref)


@registry.service("add_to_board_report")
def add_to_board_report(call: ServiceCall) -> None:
    """The QA chair's next report to the Board names this review and its outcome (P15)."""
    review = review_of(call)
    row = _now(call.session, review)
    add_item(call.session, report_for(call), "finished", review.ref, row.outcome or "")


def add_item(session: Session, report: BoardReport, kind: str, about: str, text: str) -> None:
    """Add a thing to name in a report, once."""
    known = select(BoardReportItem).where(
        BoardReportItem.report == report.id, BoardReportItem.kind == kind, BoardReportItem.about == about
    )
    row = session.scalars(known).one_or_none()
    if row is None:
        session.add(BoardReportItem(report=report.id, kind=kind, about=about, text=text))
    else:
        row.text = text


def _now(session: Session, review: Review) -> QaDecision:
    """The latest place on an agenda. Raises Refused when there is none."""
    session.flush()
    query = select(QaDecision).where(QaDecision.review == review.id).order_by(QaDecision.meeting_on.desc())
    row = session.scalars(query.limit(1)).first()
    if row is None:
        raise Refused("This review is on no agenda of the QA sub-group.")
    return row


def _without_measure(session: Session, review: Review) -> bool:
    query = select(Action.id).where(
        Action.review == review.id, Action.status == "proposed", Action.measure == ""
    )
    return session.scalars(query.limit(1)).first() is not None
