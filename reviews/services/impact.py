"""Services of impact: what changed for children, how it is rated, and the end of a review (A15, 2.10)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Refused, ServiceCall
from reviews.board_dates import report_for
from reviews.models import OPEN_STATUSES, Action, ImpactCheck, Review
from reviews.posts import those_told
from reviews.services.actions import propose
from reviews.services.answers import codes, given, review_of, rows, words
from reviews.services.qa import add_item
from reviews.services.registry import registry

STILL_OPEN = "An action of this review is still open. Choose more action, or look again in 6 months."
EVIDENCE = ("shows", "where", "dated")  # what is kept of each thing that shows a change


@registry.service("record_impact_check")
def record_impact_check(call: ServiceCall) -> None:
    """Keep what was looked at and what it showed."""
    review, answers = review_of(call), given(call)
    told = (words(answers, key) for key in ("result", "so_what", "helped"))
    call.session.add(
        ImpactCheck(
            review=review.id,
            should_differ=words(answers, "expected"),
            baseline=words(answers, "baseline"),
            methods=codes(answers, "methods"),
            result="\n\n".join(filter(None, told)),
            evidence=[{key: words(row, key) for key in EVIDENCE} for row in rows(answers, "evidence")],
            checked_by=call.actor.id,
            checked_on=call.today,
        )
    )
    review.state = "impact_review"
    for person in those_told(call.session, "qa_chair", None, call.today):
        call.mail(to=person, text="impact_checked", about=review.ref)


@registry.service("record_impact_rating")
def record_impact_rating(call: ServiceCall) -> None:
    """Keep the rating and the next step; more action becomes agreed actions at once (2.10).

    Raises Refused where a review is to be closed while an action of it is open.
    """
    review, answers = review_of(call), given(call)
    still_open = Action.review == review.id, Action.status.in_(OPEN_STATUSES)
    if words(answers, "next") == "close" and call.session.scalar(
        select(Action.ref).where(*still_open).limit(1)
    ):
        raise Refused(STILL_OPEN, about="next")
    row = _latest(call.session, review)
    row.rating, row.next_step = words(answers, "rating"), words(answers, "next")
    row.rating_reason, row.rated_by, row.rated_on = words(answers, "reason"), call.actor.id, call.today
    if row.next_step == "more_action":
        propose(call, review, rows(answers, "actions"), agreed=True)
    if row.next_step == "repeat":
        review.state = "dissemination"
    add_item(call.session, report_for(call), "impact", review.ref, row.rating)


@registry.service("close_review")
def close_review(call: ServiceCall) -> None:
    """The review is closed, its impact shown."""
    review = review_of(call)
    review.state, review.closed_on = "closed", call.today
    for person in sorted(filter(None, {review.referrer, review.chair})):
        call.mail(to=person, text="review_closed", about=review.ref)


def _latest(session: Session, review: Review) -> ImpactCheck:
    query = select(ImpactCheck).where(ImpactCheck.review == review.id, ImpactCheck.rated_on.is_(None))
    row = session.scalars(query.order_by(ImpactCheck.checked_on.desc()).limit(1)).first()
    if row is None:
        raise Refused("There is no impact check to rate.")
    return row
