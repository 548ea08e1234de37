"""Services of dissemination: briefing, thanks, cascade, training, the next event (A14, L1 to L5)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine import Refused, ServiceCall
from engine.models import Submission
from reviews.disclosure_check.gathering import written_of
from reviews.disclosure_check.steps import BRIEFING_STEP, refuse_briefing, sign_briefing
from reviews.disclosure_check.texts import BLOCKS
from reviews.learning_events.terms import event_for
from reviews.models import (
    Briefing,
    Cascade,
    EventSource,
    Involvement,
    LearningPoint,
    Review,
    TrainingChange,
)
from reviews.posts import those_told
from reviews.services.answers import agency_of, codes, day, given, number, review_of, words, yes
from reviews.services.registry import registry


@registry.service("start_dissemination")
def start_dissemination(call: ServiceCall) -> None:
    """Start sharing what was learned, in each agency of the review (A14, L3, L5)."""
    review = review_of(call)
    agencies: list[dict[str, Any]] = [{"id": agency} for agency in told_agencies(call, review)]
    call.start(
        "dissemination",
        business_key=review.ref,
        variables={"review": {"ref": review.ref}, "agencies": agencies},
    )


@registry.service("hand_in_briefing")
def hand_in_briefing(call: ServiceCall) -> None:
    """Hand a briefing to its second reader. Raises Refused while something in it must go (A14, 2.9)."""
    refuse_briefing(call, review_of(call), given(call))


@registry.service("publish_briefing")
def publish_briefing(call: ServiceCall) -> None:
    """Publish the seven-minute briefing once a second reader has signed it, or give it back (A14, A16, 2.9).

    Raises Refused when it is the author who reads, and while something in it must go or has no word.
    """
    review, sent = review_of(call), written_of(call.session, call.instance_id, BRIEFING_STEP)
    if sent is None or sent.by == call.actor.id:
        raise Refused("The second reader is somebody other than the author.")
    if words(given(call), "outcome") != "clear":
        call.mail(to=sent.by, text="briefing_changes", about=review.ref)
        return
    checksum = sign_briefing(call, review, sent.answers)
    _publish(call, review, sent, checksum)


def _publish(call: ServiceCall, review: Review, sent: Submission, checksum: str) -> None:
    answers = sent.answers
    found = call.session.scalars(select(Briefing).where(Briefing.review == review.id)).one_or_none()
    row = found or Briefing(review=review.id)
    row.title = words(answers, "title")
    row.sections = [
        {"number": place, "heading": heading, "text": words(answers, key)}
        for place, (key, heading) in enumerate(BLOCKS, start=1)
    ]
    row.themes = _themes(call, review)
    row.published_by, row.published_on = sent.by, call.today
    row.checked_by, row.checked_on, row.checksum = call.actor.id, call.today, checksum
    call.session.add(row)
    call.session.flush()
    for agency in told_agencies(call, review):
        if call.session.get(Cascade, (review.id, agency)) is None:
            call.session.add(Cascade(review=review.id, agency=agency, asked_on=call.today))
        for person in those_told(call.session, "safeguarding_lead", agency, call.today):
            call.mail(to=person, text="briefing_published", about=review.ref)


@registry.service("send_thanks")
def send_thanks(call: ServiceCall) -> None:
    """Thank those who took part, through their agency (A13)."""
    review = review_of(call)
    for agency in told_agencies(call, review):
        for person in those_told(call.session, "safeguarding_lead", agency, call.today):
            call.mail(to=person, text="thanks", about=review.ref)


@registry.service("record_cascade")
def record_cascade(call: ServiceCall) -> None:
    """Keep how an agency shared the learning and how many it reached (L5)."""
    review, answers, agency = review_of(call), given(call), agency_of(call)
    row = call.session.get(Cascade, (review.id, agency))
    if row is None:
        row = Cascade(review=review.id, agency=agency, asked_on=call.today)
        call.session.add(row)
    row.channels, row.reached = codes(answers, "channels"), number(answers, "reached") or 0
    row.used_how = "\n\n".join(filter(None, (words(answers, "used"), words(answers, "note"))))
    row.shared_on = day(answers, "shared_on")
    row.confirmed_by, row.confirmed_on = call.actor.id, call.today


@registry.service("record_training_change")
def record_training_change(call: ServiceCall) -> None:
    """Keep what changes in training, or why nothing does; offer the learning to the next event (L2, L3)."""
    review, answers = review_of(call), given(call)
    if yes(answers, "change"):
        course, change = words(answers, "course"), words(answers, "what")
    else:
        course, change = "", f"No change: {words(answers, 'reason')}"
    call.session.add(
        TrainingChange(
            review=review.id,
            course=course,
            change=change,
            from_on=day(answers, "changes_on"),
            recorded_by=call.actor.id,
            recorded_on=call.today,
        )
    )
    if yes(answers, "next_event"):
        _offer_to_next_event(call, review)


@registry.service("finish_dissemination")
def finish_dissemination(call: ServiceCall) -> None:
    """Everything is shared; it is carried to the next termly event (L1)."""
    review = review_of(call)
    review.disseminated_on = call.today
    _offer_to_next_event(call, review)


def told_agencies(call: ServiceCall, review: Review) -> list[str]:
    """The agencies that took part, in the order of their ids."""
    query = select(Involvement.agency).where(
        Involvement.review == review.id, Involvement.notified_on.is_not(None)
    )
    return list(call.session.scalars(query.order_by(Involvement.agency)))


def _themes(call: ServiceCall, review: Review) -> list[str]:
    found = call.session.scalars(select(LearningPoint.themes).where(LearningPoint.review == review.id))
    return sorted({theme for themes in found for theme in themes} or set(review.themes))


def _offer_to_next_event(call: ServiceCall, review: Review) -> None:
    event = event_for(call.session, call.today)
    if event is None:
        return
    if call.session.get(EventSource, (event.id, review.ref)) is None:
        call.session.add(EventSource(event=event.id, source=review.ref, kind="review"))
        for person in those_told(call.session, "training_member", None, call.today):
            call.mail(to=person, text="learning_for_event", about=review.ref)
