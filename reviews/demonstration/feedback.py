"""What the invented practitioners and families say of taking part, a week after they are asked."""

from __future__ import annotations

import datetime as dt
from itertools import cycle

from sqlalchemy import func, select

from engine import local_date, working_calendar
from reviews.demonstration.playing import Stage
from reviews.feedback.asking import SHARED, asks_family, seats
from reviews.feedback.giving import give_by_link, give_own
from reviews.feedback.links import make_link, to_pass_on
from reviews.models import FeedbackAnswer, FeedbackAsk, FeedbackRound, Review

AFTER = 5  # working days
OFFICE = "u_devon"
SAFE = (
    "agree_strongly",
    "agree",
    "agree",
    "agree_strongly",
    "agree",
    "neither",
    "agree",
    "agree",
    "disagree",
)
TOLD = ("agree", "agree_strongly", "agree", "agree", "disagree", "agree", "agree")
NOT_YET = ("too_early", "agree", "too_early", "too_early", "agree")
SKIPS = 6  # one in so many does not answer
WORDS = (
    "It helped that the ground rules were read out and kept.",
    "I would have liked to see the timeline before the day.",
    "Nobody looked for somebody to blame. More time for questions would be good.",
    "My manager came with me, and that made it easier to speak.",
    "Two hours is long after a night shift. A break would help.",
    "I learned what the other services could not see.",
    "I did not know beforehand who would be in the room.",
    "Thank you for asking what went well, too.",
    "The video link was hard to follow from the ward.",
    "It was good to hear what became of it.",
    "I still do not know if anything will change in our team.",
    "The chair made sure that everybody had a turn.",
)
OF_FAMILIES = ("We were listened to.", "Nobody told us for weeks what would come of it.")
SPEAKS = 3  # one in so many adds something in words


def answer_feedback(stage: Stage, *, present: dt.date) -> None:
    """Answer the rounds that were opened a week ago; those still open at the present keep one person who has
    not answered, so that there is something to try."""
    calendar, today = working_calendar(stage.session), local_date(stage.now)
    for row in stage.session.scalars(select(FeedbackRound).where(FeedbackRound.closed.is_(False))).all():
        review = stage.session.get_one(Review, row.review)
        if review.restricted or calendar.add(row.asked_on, AFTER).date != today:
            continue
        _by_link(stage, row, review)
        if row.closes_on < present:
            _by_name(stage, row)


def _by_link(stage: Stage, row: FeedbackRound, review: Review) -> None:
    viewer = stage.viewer(OFFICE)
    left = {each.agency: each.left for each in to_pass_on(stage.session, viewer) if each.round.id == row.id}
    people = [agency for agency in seats(stage.session, review.id) for _ in range(left.get(agency, 0))]
    people += [""] if asks_family(stage.session, review.id) and "" in left else []
    begin = sum(map(ord, review.ref)) + len(row.moment)
    safe = _from(SAFE, begin)
    told = _from(TOLD if row.moment == SHARED else NOT_YET, begin)
    for place, agency in enumerate(people, start=begin):
        if place % SKIPS == 0 and agency:
            continue
        given = {"safe": next(safe), "told": next(told), "words": _words(stage, agency, place)}
        give_by_link(stage.session, make_link(stage.session, viewer, row.id, agency), given)


def _words(stage: Stage, agency: str, place: int) -> str:
    """The next thing to say, for one in three; each is said once."""
    people, texts = ("practitioner", WORDS) if agency else ("family", OF_FAMILIES)
    said = FeedbackAnswer.people == people, FeedbackAnswer.words != ""
    number = stage.session.scalar(select(func.count()).select_from(FeedbackAnswer).where(*said)) or 0
    return texts[number] if number < len(texts) and (not agency or place % SPEAKS == 0) else ""


def _by_name(stage: Stage, row: FeedbackRound) -> None:
    named = select(FeedbackAsk.person).where(FeedbackAsk.round == row.id, FeedbackAsk.person.is_not(None))
    told = "agree" if row.moment == SHARED else "too_early"
    for person in sorted(filter(None, stage.session.scalars(named))):
        give_own(stage.session, stage.viewer(person), row.id, {"safe": "agree", "told": told})


def _from(values: tuple[str, ...], place: int) -> cycle[str]:
    """The values round and round, begun somewhere."""
    begin = place % len(values)
    return cycle((*values[begin:], *values[:begin]))
