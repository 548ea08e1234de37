"""Measures of sharing: briefing and cascade in time, staff reached, an event in each term (L1 to L5)."""

from __future__ import annotations

from sqlalchemy import select

from reviews.measures.lines import Line, Window
from reviews.models import Briefing, Cascade, LearningEvent, Review, Term

BRIEFING_WITHIN, CASCADE_WITHIN = 10, 20  # working days
HELD = ("held", "reported")


def in_time(window: Window) -> list[Line]:
    """18. Briefing published in 10 working days; cascade confirmed in 20, by agency; target 90% (A14, L5).

    Rows: `review.plan_adopted_on` and its `briefing.published_on`; `cascade.asked_on`, `confirmed_on`.
    """
    briefings = select(Review.id, Review.ref, Review.plan_adopted_on, Review.closed_on).where(
        Review.plan_adopted_on.is_not(None)
    )
    published = {row.review: row.published_on for row in window.session.scalars(select(Briefing))}
    lines: list[Line] = []
    for review, ref, began, closed in window.session.execute(briefings):
        done = published.get(review)
        if began is None:
            continue
        ended = done is None and closed is not None and closed <= window.due(ref, began, BRIEFING_WITHIN)
        if not ended:
            lines += window.timed("briefing", ref, began, done, BRIEFING_WITHIN)
    cascades = select(Review.ref, Cascade.agency, Cascade.asked_on, Cascade.confirmed_on).join(
        Review, Review.id == Cascade.review
    )
    for ref, agency, asked, confirmed in window.session.execute(cascades):
        lines += window.timed("cascade", ref, asked, confirmed, CASCADE_WITHIN, agency)
    return window.within(lines)


def reached(window: Window) -> list[Line]:
    """19. Staff reached, as agencies told; event places filled; feedback that found it useful (L1, L4, L5).

    Rows: `cascade` by `confirmed_on`; `learning_event` that was held, by `held_on`.
    """
    cascades = (
        select(Review.ref, Cascade.agency, Cascade.confirmed_on, Cascade.reached)
        .join(Review, Review.id == Cascade.review)
        .where(Cascade.confirmed_on.between(window.first, window.end))
    )
    lines = [
        Line("reached", day, ref, agency=agency, value=people)
        for ref, agency, day, people in window.session.execute(cascades)
        if day is not None
    ]
    events = select(LearningEvent).where(
        LearningEvent.held_on.between(window.first, window.end), LearningEvent.status.in_(HELD)
    )
    for event in window.session.scalars(events):
        if event.held_on is None:
            continue
        if event.places:
            filled = round(100 * (event.attended or 0) / event.places)
            lines.append(Line("filled", event.held_on, what=event.title, value=filled))
        if event.useful_percent is not None:
            lines.append(Line("useful", event.held_on, what=event.title, value=event.useful_percent))
    return window.within(lines)


def events(window: Window) -> list[Line]:
    """23. A learning event in each term: held / terms, 3 of 3 (L1).

    Rows: `term` by its last day, once that has come; `learning_event` of it that was held in it.
    """
    query = (
        select(Term, LearningEvent.held_on, LearningEvent.status)
        .join(LearningEvent, LearningEvent.term == Term.id, isouter=True)
        .where(Term.ends.between(window.first, window.end))
    )
    return window.within(
        Line(
            "event",
            term.ends,
            what=term.name,
            met=held_on is not None and status in HELD and term.starts <= held_on <= term.ends,
        )
        for term, held_on, status in window.session.execute(query)
    )
